"""Limits on spending, and how a file or a line of text writes them."""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Any, Literal, get_args

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.pasted import bare, choice, plain, whole
from wan_widgets.wan.problems import shown
from wan_widgets.wan.quotes import Quote

Scope = Literal["notebook", "day", "ledger"]
_REMEDY = "Set one, such as clips=20, or remove it."


@dataclass(frozen=True)
class Money:
    """An amount in one currency. Currencies never mix."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite() or self.amount < 0:
            raise ConfigurationError(f"{self.amount!r} is no amount of money.")
        object.__setattr__(self, "currency", currency_code(self.currency))

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.currency}"


@dataclass(frozen=True)
class Use:
    """How much has been ordered so far."""

    clips: int
    seconds: float
    money: Mapping[str, Decimal]
    """The amounts, by currency."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A limit for one notebook, for a day, or for everything that the ledger has seen.

    Example: ``ww.Budget(money="10 CNY", clips=20, per="day")``. An order must keep every limit that is set.
    Raises `ConfigurationError` if no limit is set, or one is not valid.
    """

    money: Money | str | None = None
    clips: int | None = None
    seconds: float | None = None
    per: Scope = "ledger"
    counts_simulated: bool = False
    """Simulated clips count too, so that a class can see a budget at work. They cost nothing."""

    def __post_init__(self) -> None:
        for each, form in _FORMS.items():
            object.__setattr__(self, each, form(getattr(self, each)))
        _check_number("clips", self.clips, int)
        _check_number("seconds", self.seconds, int | float)
        if self.per not in get_args(Scope):
            raise ConfigurationError(f"A budget is per {', '.join(get_args(Scope))}, not per {self.per!r}.")
        if not isinstance(self.counts_simulated, bool):
            raise ConfigurationError(f"counts_simulated is true or false, not {shown(self.counts_simulated)}.")
        if self.money is None and self.clips is None and self.seconds is None:
            raise ConfigurationError('A budget needs a limit, such as money="10 CNY", clips=20 or seconds=100.')

    def refusal(self, used: Use, duration: float, quote: Quote | None) -> str | None:
        """Why an order of this length (in seconds) and price exceeds the budget; ``None`` if it does not."""
        limit = self.money
        assert not isinstance(limit, str)
        reasons = []
        if self.clips is not None and used.clips + 1 > self.clips:
            reasons.append(_spent(used.clips, self.clips, "clips"))
        if self.seconds is not None and used.seconds + duration > self.seconds:
            reasons.append(f"{_spent(used.seconds, self.seconds, 'seconds')}, and this clip has {duration:g}")
        if limit is not None and quote is not None and not quote.amount:
            pass  # a free clip needs no money in any currency
        elif limit is not None and quote is not None and quote.currency == limit.currency:
            spent = used.money.get(limit.currency, Decimal(0))
            if spent + quote.amount > limit.amount:
                spent_, costs = Money(spent, limit.currency), Money(quote.amount, limit.currency)
                reasons.append(f"{spent_} of {limit} are spent, and this clip costs {costs}")
        elif limit is not None and self.clips is None and self.seconds is None:
            priced = f"is in {quote.currency}" if quote else "is not known"
            reasons.append(
                f"it is in money ({limit}), and the price of this clip {priced}: set a limit in clips or seconds, "
                "or a price of your own"
            )
        return f"The budget per {self.per} does not cover it: {'; '.join(reasons)}." if reasons else None

    @property
    def remedy(self) -> str:
        """What to do about an order that it does not cover."""
        until = "It begins anew at midnight. " if self.per == "day" else ""
        return f"{until}ww.budgets() shows who set it, and what is left."

    def left(self, used: Use) -> Use:
        """What is left of each limit that is set; never less than nothing."""
        limit = self.money
        assert not isinstance(limit, str)
        money = {} if limit is None else {limit.currency: limit.amount - used.money.get(limit.currency, Decimal(0))}
        return Use(
            clips=max(0, (self.clips or 0) - used.clips),
            seconds=max(0.0, (self.seconds or 0.0) - used.seconds),
            money={currency: max(Decimal(0), amount) for currency, amount in money.items()},
        )


def _spent(used: float, limit: float, unit: str) -> str:
    """How much of a limit is used, in words that are true for a limit of 0, and for one that was set lower later."""
    if not limit:
        return f"it allows no {unit}"
    if used > limit:
        return f"{used:g} {unit} are used, and it allows {limit:g}"
    return f"{used:g} of {limit:g} {unit} are used"


def parse_budgets(text: str) -> tuple[Budget, ...]:
    """Budgets from a line of text: ``"money=10 CNY, clips=20, per=day; clips=100"``. Raises `ConfigurationError`."""
    parts = [fields for part in text.split(";") if part.strip() and (fields := _parse(part))]
    if not parts:
        raise ConfigurationError(f"It names no limit. {_REMEDY}")
    for number, fields in enumerate(parts):
        if set(fields) == {"per"} and len(parts) > 1:
            raise _torn(fields, parts[number - 1 if number else 1])
    return tuple(map(_budget, parts))


def budgets_from(data: Mapping[str, Any]) -> tuple[Budget, ...]:
    """Budgets from a TOML file's ``[[budget]]`` tables. Raises `ConfigurationError`."""
    if unknown := sorted(set(data) - {"budget"}):  # a limit outside the tables would silently have no effect
        raise ConfigurationError(f"{', '.join(unknown)} cannot be set outside a table [[budget]]")
    tables = data.get("budget")
    tables = [tables] if isinstance(tables, Mapping) else tables
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ConfigurationError("A budget file has tables [[budget]] with money, clips, seconds, per.")
    if not tables:
        raise ConfigurationError(f"It names no limit. {_REMEDY}")
    return tuple(_budget(table) for table in tables)


def _torn(scope: Mapping[str, Any], neighbour: Mapping[str, Any]) -> ConfigurationError:
    """The error for a ``per`` that a semicolon has separated from its limit."""
    whole = ", ".join(f"{name}={value}" for name, value in (dict(neighbour) | dict(scope)).items())
    return ConfigurationError(
        f"per={scope['per']} stands alone: a semicolon begins another budget, a comma goes on with this one. "
        f"Write {whole}."
    )


def _parse(part: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for pair in filter(str.strip, part.split(",")):
        name, _, value = (piece.strip() for piece in pair.partition("="))
        if name in fields:
            raise ConfigurationError(f"A budget has one limit in {name}, not {fields[name]} and {value}.")
        fields[name] = _value(name, value)
    return fields


def _value(name: str, text: str) -> Any:
    if name == "counts_simulated":
        return {"true": True, "false": False}.get(text.lower(), text)
    return _number(name, text) if name in ("clips", "seconds") else text


def _number(name: str, text: str) -> int | float:
    # Python's int() and float() would also accept 1_000, inf and the digits of other scripts.
    if not re.fullmatch(r"[0-9]{1,15}" if name == "clips" else r"[0-9]{1,15}(\.[0-9]{1,15})?", text):
        raise ConfigurationError(f"A budget of {text[:40]!r} {name} is no number from 0.")
    return int(text) if name == "clips" else float(text)


def _check_number(name: str, value: object, kind: type | UnionType) -> None:
    has_type = isinstance(value, kind) and not isinstance(value, bool)
    if value is not None and not (has_type and 0 <= value < math.inf):  # type: ignore[operator]
        what = "whole number" if kind is int else "number"
        raise ConfigurationError(f"A budget of {shown(value)} {name} is no {what} from 0.")


def currency_code(text: object) -> str:
    """A currency in upper case, ``"CNY"``, so that it can be compared. Raises `ConfigurationError`."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ConfigurationError(f'{text!r} is no currency; write its three letters, such as "CNY".')
    return text.upper()


def _budget(fields: Mapping[str, Any]) -> Budget:
    if unknown := set(fields) - {each.name for each in dataclasses.fields(Budget)}:
        what = "money, clips, seconds, per and counts_simulated"
        raise ConfigurationError(f"A budget has {what}, not {', '.join(sorted(unknown))}.")
    return Budget(**fields)


def _money(value: Money | str | None) -> Money | None:
    if value is None or isinstance(value, Money):
        return value
    match = re.fullmatch(r"([0-9.]+)\s*([A-Za-z]{3})", bare(value)) if isinstance(value, str) else None
    try:
        return Money(Decimal(match[1]), match[2]) if match else _no_money(value)
    except InvalidOperation:
        return _no_money(value)


def _no_money(value: object) -> Money:
    raise ConfigurationError(f'{value!r} is no amount of money; write it as "10 CNY".')


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "money": _money,
    "clips": whole,
    "seconds": whole,
    "per": choice,
    "counts_simulated": plain,
}
"""What makes the one form that is kept of the values that people write, by field."""
