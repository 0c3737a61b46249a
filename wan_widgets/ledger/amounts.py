"""Money as the ledger counts it: in whole millionths of a currency's unit, rather too much than too little."""

from decimal import ROUND_CEILING, Decimal

from wan_widgets.wan.quotes import Quote

_MILLIONTHS = Decimal(1_000_000)
_LONGEST = 7200  # seconds; longer than any clip with all that went into it
_MOST = Decimal(2**63) / _MILLIONTHS - 1  # what fits into SQLite's largest number
_UNKNOWN = Decimal("NaN")


def millionths(amount: Decimal) -> int:
    """An amount, rounded up."""
    return int((amount * _MILLIONTHS).to_integral_value(ROUND_CEILING))


def amount(money: int | None) -> Decimal:
    """The amount again."""
    return Decimal(money or 0) / _MILLIONTHS


def rate(quote: Quote) -> str | None:
    """What a second costs, as text that keeps every digit; ``None`` for a quote that is not by the second."""
    by_the_second = quote.amount == quote.per_second * Decimal(str(quote.seconds))
    return str(quote.per_second) if by_the_second else None


def settled(per_second: object, billed: object) -> dict[str, int]:
    """What a row has to say of `money`, by its rate and the seconds that the service bills.

    Nothing where the rate is not known, or where either is no such number, whoever wrote it.
    """
    if isinstance(billed, bool) or not isinstance(billed, int | float) or not 0 < billed <= _LONGEST:
        return {}
    try:
        price = Decimal(per_second) if isinstance(per_second, str) else _UNKNOWN
        costs = price * Decimal(str(billed))
    except ArithmeticError:  # as Python calls what is no number, and what is beyond all
        return {}
    return {"money": millionths(costs)} if costs.is_finite() and 0 <= costs < _MOST else {}
