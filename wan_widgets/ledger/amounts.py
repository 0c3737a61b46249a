"""Money in the ledger: whole millionths of a currency's unit, rounded up."""

from decimal import ROUND_CEILING, Decimal

from wan_widgets.wan.quotes import Quote

_MILLIONTHS = Decimal(1_000_000)
_LONGEST = 7200  # seconds; longer than any clip together with its input videos
_MOST = Decimal(2**63) / _MILLIONTHS - 1  # the largest amount that fits into an integer of SQLite
_UNKNOWN = Decimal("NaN")


def millionths(amount: Decimal) -> int:
    """An amount as millionths, rounded up."""
    return int((amount * _MILLIONTHS).to_integral_value(ROUND_CEILING))


def amount(money: int | None) -> Decimal:
    """Millionths as an amount; ``None`` counts as 0."""
    return Decimal(money or 0) / _MILLIONTHS


def rate(quote: Quote) -> str | None:
    """The price of a second, as text with all its digits; ``None`` if the quote is not by the second."""
    by_the_second = quote.amount == quote.per_second * Decimal(str(quote.seconds))
    return str(quote.per_second) if by_the_second else None


def settled(per_second: object, billed: object) -> dict[str, int]:
    """The new value of a row's `money`, from the price of a second and the seconds that the service bills.

    Empty if the price is not known, or if one of the two is not valid: another program may have written it.
    """
    if isinstance(billed, bool) or not isinstance(billed, int | float) or not 0 < billed <= _LONGEST:
        return {}
    try:
        price = Decimal(per_second) if isinstance(per_second, str) else _UNKNOWN
        costs = price * Decimal(str(billed))
    except ArithmeticError:  # the price is no number, or a result is too large
        return {}
    return {"money": millionths(costs)} if costs.is_finite() and 0 <= costs < _MOST else {}
