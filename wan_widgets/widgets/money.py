"""What the form shows of money before the click: the price with its source, or why there is none, and the budgets."""

from decimal import Decimal
from typing import Any

from wan_widgets.ledger.orders import uses
from wan_widgets.money.budgets import budgets_for
from wan_widgets.money.price_tables import OWN_TABLE, UNDATED
from wan_widgets.money.prices import quoted
from wan_widgets.service.service import Service
from wan_widgets.wan.budgets import Budget, Money, Use
from wan_widgets.wan.errors import ConfigurationError, LedgerError
from wan_widgets.wan.field_checks import is_int
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import say

_NAMES = {OWN_TABLE: say("widgets.price.own_table"), UNDATED: say("widgets.price.undated")}


def quote_shown(client: Service, draft: VideoRequest) -> dict[str, Any]:
    """The price of a draft, as data for the browser. Its ``kind`` says what is known.

    ``"simulated"``: nothing is charged. ``"price"``: there is a quote. ``"unreadable"``: a price table cannot be read,
    and ``why`` is the reason. ``"own"``: the machine is the user's. ``"unpublished"``: only the service's console shows
    prices. ``"unknown"``: nobody knows.
    """
    if client.provider.is_simulated:
        return {"kind": "simulated"}
    try:
        quote = quoted(client.provider, draft)
    except ConfigurationError as error:
        return {"kind": "unreadable", "why": str(error)}
    if quote is not None:
        return {"kind": "price", **_price(quote)}
    if not client.provider.bills:
        return {"kind": "own"}
    return {"kind": "unpublished" if client.provider.needs_key else "unknown"}


def budgets_left(client: Service, draft: VideoRequest) -> list[dict[str, Any]]:
    """What is left of the budgets that a click must keep, as data for the browser: left and limit of each kind.

    ``short`` says that the draft's clip would exceed it. Empty if nothing holds, or if nothing is known.
    """
    try:
        holding = budgets_for(client.provider)
        used = uses(holding) if holding else []
        price = quoted(client.provider, draft)
    except (ConfigurationError, LedgerError):  # the click will tell
        return []
    return [_left(budget, use, draft, price) for budget, use in zip(holding, used, strict=True)]


def _left(budget: Budget, used: Use, draft: VideoRequest, price: Quote | None) -> dict[str, Any]:
    left, seconds = budget.left(used), draft.duration if is_int(draft.duration) else 0
    found: dict[str, Any] = {"per": budget.per, "short": budget.refusal(used, seconds, price) is not None}
    if budget.clips is not None:
        found["clips"] = [left.clips, budget.clips]
    if budget.seconds is not None:
        found["seconds"] = [f"{left.seconds:g}", f"{budget.seconds:g}"]
    if isinstance(budget.money, Money):
        currency = budget.money.currency
        found["money"] = [_plain(left.money[currency]), _plain(budget.money.amount), currency]
    return found


def _price(quote: Quote) -> dict[str, Any]:
    return {
        "amount": _plain(quote.amount),
        "currency": quote.currency,
        "seconds": f"{quote.seconds:g}",
        "per_second": _plain(quote.per_second),
        "source": str(_NAMES.get(quote.source, quote.source)),
        "date": str(_NAMES.get(quote.date, quote.date)),
        "at_most": quote.at_most,
    }


def _plain(amount: Decimal) -> str:
    """The amount as people write it: ``3.00``, ``0.1875``."""
    text = f"{amount:f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0'):0<2}"
