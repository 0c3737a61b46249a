"""What is left on an account."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Balance:
    """An account's balance, as the service reports it."""

    remaining: Decimal | None
    """``None`` where there is no limit."""
    used: Decimal | None = None
    currency: str | None = None
    """``None`` where the service does not name the currency."""
