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
from wan_widgets.words import Amount, Language, Said, Several, Text, joined, say

Scope = Literal["notebook", "day", "ledger"]
_SHORT = {
    "notebook": "wan.budget.short.notebook",
    "day": "wan.budget.short.day",
    "ledger": "wan.budget.short.ledger",
}
"""The sentences that say that a budget does not cover an order."""


@dataclass(frozen=True)
class Money:
    """An amount in one currency. Currencies never mix."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite() or self.amount < 0:
            raise ConfigurationError(say("wan.money.no_amount", amount=shown(self.amount)))
        object.__setattr__(self, "currency", currency_code(self.currency))

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.currency}"

    def words(self, name: Language) -> str:
        """The amount as a language writes it."""
        return Amount(self.amount, self.currency).words(name)


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
            scopes = Several(get_args(Scope), "or")
            raise ConfigurationError(say("wan.budget.no_scope", scopes=scopes, scope=shown(self.per)))
        if not isinstance(self.counts_simulated, bool):
            value = shown(self.counts_simulated)
            raise ConfigurationError(say("wan.budget.no_switch", name="counts_simulated", value=value))
        if self.money is None and self.clips is None and self.seconds is None:
            raise ConfigurationError(say("wan.budget.unlimited", example='money="10 CNY", clips=20, seconds=100'))

    def refusal(self, used: Use, duration: float, quote: Quote | None) -> Text | None:
        """Why an order of this length (in seconds) and price exceeds the budget; ``None`` if it does not."""
        limit = self.money
        assert not isinstance(limit, str)
        reasons = []
        if self.clips is not None and used.clips + 1 > self.clips:
            reasons.append(_clips_spent(used.clips, self.clips))
        if self.seconds is not None and used.seconds + duration > self.seconds:
            reasons.append(_seconds_spent(used.seconds, self.seconds, duration))
        if limit is not None and quote is not None and not quote.amount:
            pass  # a free clip needs no money in any currency
        elif limit is not None and quote is not None and quote.currency == limit.currency:
            spent = used.money.get(limit.currency, Decimal(0))
            if spent + quote.amount > limit.amount:
                spent_, costs = Money(spent, limit.currency), Money(quote.amount, limit.currency)
                reasons.append(say("wan.budget.money", used=spent_, limit=limit, costs=costs))
        elif limit is not None and self.clips is None and self.seconds is None:
            reasons.append(
                say("wan.budget.money.unpriced", limit=limit)
                if quote is None
                else say("wan.budget.money.foreign", limit=limit, currency=quote.currency)
            )
        return say(_SHORT[self.per], reasons=Several(tuple(reasons), "clauses")) if reasons else None

    @property
    def remedy(self) -> Said:
        """What to do about an order that it does not cover."""
        until = say("wan.budget.remedy.day") if self.per == "day" else ""
        return joined(until, say("wan.budget.remedy"))

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


def _clips_spent(used: int, limit: int) -> Text:
    """How much of a limit is used, in words that are true for a limit of 0, and for one that was set lower later."""
    if not limit:
        return say("wan.budget.clips.none")
    if used > limit:
        return say("wan.budget.clips.over", count=used, limit=limit)
    return say("wan.budget.clips", count=limit, used=used)


def _seconds_spent(used: float, limit: float, wanted: float) -> Text:
    used, limit, wanted = map(whole, (used, limit, wanted))
    if not limit:
        return say("wan.budget.seconds.none", wanted=wanted)
    if used > limit:
        return say("wan.budget.seconds.over", used=used, limit=limit, wanted=wanted)
    return say("wan.budget.seconds", used=used, limit=limit, wanted=wanted)


def parse_budgets(text: str) -> tuple[Budget, ...]:
    """Budgets from a line of text: ``"money=10 CNY, clips=20, per=day; clips=100"``. Raises `ConfigurationError`."""
    parts = [fields for part in text.split(";") if part.strip() and (fields := _parse(part))]
    if not parts:
        raise _names_no_limit()
    for number, fields in enumerate(parts):
        if set(fields) == {"per"} and len(parts) > 1:
            raise _torn(fields, parts[number - 1 if number else 1])
    return tuple(map(_budget, parts))


def budgets_from(data: Mapping[str, Any]) -> tuple[Budget, ...]:
    """Budgets from a TOML file's ``[[budget]]`` tables. Raises `ConfigurationError`."""
    if unknown := sorted(set(data) - {"budget"}):  # a limit outside the tables would silently have no effect
        raise ConfigurationError(say("wan.budget.outside", names=Several(tuple(unknown), "plain")))
    tables = data.get("budget")
    tables = [tables] if isinstance(tables, Mapping) else tables
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ConfigurationError(say("wan.budget.no_tables"))
    if not tables:
        raise _names_no_limit()
    return tuple(_budget(table) for table in tables)


def _names_no_limit() -> ConfigurationError:
    return ConfigurationError(say("wan.budget.empty"), remedy=say("wan.budget.empty.remedy", example="clips=20"))


def _torn(scope: Mapping[str, Any], neighbour: Mapping[str, Any]) -> ConfigurationError:
    """The error for a ``per`` that a semicolon has separated from its limit."""
    whole = ", ".join(f"{name}={value}" for name, value in (dict(neighbour) | dict(scope)).items())
    return ConfigurationError(
        say("wan.budget.torn", part=f"per={scope['per']}"), remedy=say("wan.budget.torn.remedy", example=whole)
    )


def _parse(part: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for pair in filter(str.strip, part.split(",")):
        name, _, value = (piece.strip() for piece in pair.partition("="))
        if name in fields:
            raise ConfigurationError(say("wan.budget.twice", name=name, first=fields[name], second=value))
        fields[name] = _value(name, value)
    return fields


def _value(name: str, text: str) -> Any:
    if name == "counts_simulated":
        return {"true": True, "false": False}.get(text.lower(), text)
    return _number(name, text) if name in ("clips", "seconds") else text


def _number(name: str, text: str) -> int | float:
    # Python's int() and float() would also accept 1_000, inf and the digits of other scripts.
    if not re.fullmatch(r"[0-9]{1,15}" if name == "clips" else r"[0-9]{1,15}(\.[0-9]{1,15})?", text):
        raise ConfigurationError(say("wan.budget.no_number", name=name, value=repr(text[:40])))
    return int(text) if name == "clips" else float(text)


def _check_number(name: str, value: object, kind: type | UnionType) -> None:
    has_type = isinstance(value, kind) and not isinstance(value, bool)
    if value is not None and not (has_type and 0 <= value < math.inf):  # type: ignore[operator]
        if kind is int:
            raise ConfigurationError(say("wan.budget.no_whole_number", name=name, value=shown(value)))
        raise ConfigurationError(say("wan.budget.no_number", name=name, value=shown(value)))


def currency_code(text: object) -> str:
    """A currency in upper case, ``"CNY"``, so that it can be compared. Raises `ConfigurationError`."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ConfigurationError(say("wan.money.no_currency", value=shown(text), example='"CNY"'))
    return text.upper()


def _budget(fields: Mapping[str, Any]) -> Budget:
    if unknown := set(fields) - {each.name for each in dataclasses.fields(Budget)}:
        known = Several(("money", "clips", "seconds", "per", "counts_simulated"))
        names = Several(tuple(sorted(unknown)), "plain")
        raise ConfigurationError(say("wan.budget.unknown_names", known=known, names=names))
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
    raise ConfigurationError(say("wan.money.unreadable", value=shown(value), example='"10 CNY"'))


_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "money": _money,
    "clips": whole,
    "seconds": whole,
    "per": choice,
    "counts_simulated": plain,
}
"""What makes the one form that is kept of the values that people write, by field."""
