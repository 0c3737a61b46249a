"""What the form says of money before the click: a quote with its reasons, or that none is known."""

from decimal import Decimal
from typing import Any

from wan_widgets.client.prices import quoted
from wan_widgets.providers import Provider
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.requests import VideoRequest


def quote_shown(provider: Provider, draft: VideoRequest) -> dict[str, Any]:
    """The quote for a draft, for the browser; ``why`` where a price table cannot be read. Empty: none is known."""
    if not isinstance(draft.duration, int):
        return {}
    try:
        quote = quoted(provider, draft)
    except ConfigurationError as error:
        return {"why": str(error)}
    if quote is None:
        return {}
    return {
        "amount": _plain(quote.amount),
        "currency": quote.currency,
        "seconds": f"{quote.seconds:g}",
        "per_second": _plain(quote.per_second),
        "source": quote.source,
        "date": quote.date,
        "at_most": quote.at_most,
        "free": not quote.amount,
    }


def _plain(amount: Decimal) -> str:
    """As people write it: ``3.00``, ``0.1875``."""
    text = f"{amount:f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0'):0<2}"
