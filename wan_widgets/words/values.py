"""What is filled into a sentence, as a language writes it: numbers, amounts of money, times, lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from wan_widgets.words.languages import Language, language

_LONG = 1e16
_NAME = re.compile(r"\{(\w+)\}")
_CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_GAP = re.compile(f"(?<={_CHINESE})(\0 \0?| \0)(?={_CHINESE})")


class Spoken:
    """A value that says itself in the language that holds when it is read."""

    def words(self, name: Language) -> str:
        """The value in a language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.words(language())


@dataclass(frozen=True)
class Amount(Spoken):
    """An amount of money. `currency` is its code in ISO 4217."""

    amount: Decimal
    currency: str

    def words(self, name: Language) -> str:
        """The amount with the sign of its currency."""
        if _is_long(self.amount):
            return f"{self.amount} {self.currency}"
        from babel.numbers import format_currency, get_currency_precision  # noqa: PLC0415  # only where it is needed

        exponent = self.amount.normalize().as_tuple().exponent
        fits = isinstance(exponent, int) and -exponent <= get_currency_precision(self.currency)
        return str(format_currency(self.amount, self.currency, locale=name, decimal_quantization=fits))


@dataclass(frozen=True)
class Several(Spoken):
    """A list, such as ``480p, 720p or 1080p``; clauses of a sentence; or lines below it."""

    items: tuple[Any, ...]
    style: Literal["and", "or", "plain", "clauses", "lines"] = "and"

    def words(self, name: Language) -> str:
        """The list in a language."""
        items = [_written(each, name) for each in self.items]
        if self.style == "lines":
            return "".join(f"\n  {item}" for item in items)
        if self.style in _MARKS:
            return _MARKS[self.style][name == "zh"].join(items)
        from babel.lists import format_list  # noqa: PLC0415

        listed = str(format_list(items, style="standard" if self.style == "and" else "or", locale=name))
        return _AT_CHINESE_AND.sub(" ", listed) if name == "zh" else listed


# Between the word and Latin letters or digits stands a blank, which Babel does not know.
_AT_CHINESE_AND = re.compile(r"(?<=[!-~])(?=[和或])|(?<=[和或])(?=[!-~])")
_MARKS = {"plain": (", ", "、"), "clauses": ("; ", "；")}  # noqa: RUF001  # the second ones are Chinese


def filled(pattern: str, values: Mapping[str, Any], name: Language) -> str:
    """A sentence with its values. A name without a value stays as it is.

    A blank stands between Chinese and Latin letters, which the catalogue has around a name. None stands between two
    Chinese ones.
    """
    said = _NAME.sub(
        lambda found: f"\0{_written(values[found[1]], name)}\0" if found[1] in values else found[0], pattern
    )
    return (_GAP.sub("", said) if name == "zh" else said).replace("\0", "")


def _is_long(number: float | Decimal) -> bool:
    """Whether a number has more digits than a person reads, and than Babel can round."""
    return abs(float(number)) >= _LONG


def _written(value: Any, name: Language) -> str:
    if hasattr(value, "words"):
        return str(value.words(name))
    if isinstance(value, float | Decimal) and not _is_long(value):
        from babel.numbers import format_decimal  # noqa: PLC0415

        return str(format_decimal(value, format="#,##0.######", locale=name))
    if isinstance(value, datetime):
        from babel.dates import format_skeleton  # noqa: PLC0415

        day, time = (format_skeleton(each, value.astimezone(), locale=name) for each in ("MMMd", "Hm"))
        return f"{day} {time}"
    return str(value)


def written(value: Any) -> str:
    """A value as the language that holds writes it."""
    return _written(value, language())
