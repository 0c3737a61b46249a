"""What the form says of money before the click: a quote with its reasons, or why there is none."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from wan_widgets.money.prices import quoted
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest


def quote_shown(client: Service, draft: VideoRequest) -> dict[str, Any]:
    """What a draft costs, for the browser: ``kind`` says which words belong to it.

    ``"simulated"``: nothing is charged; ``"price"``: the quote is there; ``"unreadable"``: a price table is, for the
    reason in ``why``; ``"own"``: the machine is the user's; ``"unpublished"``: the service's console knows; else
    ``"unknown"``.
    """
    if client.provider.is_simulated:
        return {"kind": "simulated"}
    try:
        quote = quoted(client.provider, draft)
    except ConfigurationError as error:
        return {"kind": "unreadable", "why": str(error)}
    if quote is not None:
        return {"kind": "price", **_price(quote)}
    if _is_own_machine(client):
        return {"kind": "own"}
    return {"kind": "unpublished" if client.provider.needs_key else "unknown"}


def _is_own_machine(client: Service) -> bool:
    """Whether it is an engine that the user runs: nobody else knows where it is, and it needs no key."""
    provider = client.provider
    return not (provider.base_url or provider.needs_key or urlsplit(client.base_url).hostname == provider.key_host)


def _price(quote: Quote) -> dict[str, Any]:
    return {
        "amount": _plain(quote.amount),
        "currency": quote.currency,
        "seconds": f"{quote.seconds:g}",
        "per_second": _plain(quote.per_second),
        "source": quote.source,
        "date": quote.date,
        "at_most": quote.at_most,
    }


def _plain(amount: Decimal) -> str:
    """As people write it: ``3.00``, ``0.1875``."""
    text = f"{amount:f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0'):0<2}"
