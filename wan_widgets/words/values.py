"""What is filled into a sentence, as a language writes it: numbers, amounts of money, times, lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from wan_widgets.words.languages import Language

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Amount:
    """An amount of money. `currency` is its code in ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Several:
    """A list, such as ``480p, 720p or 1080p``."""

    items: tuple[Any, ...]
    style: Literal["and", "or", "plain"] = "and"


def filled(pattern: str, values: Mapping[str, Any], name: Language) -> str:
    """A sentence with its values. A name without a value stays as it is."""
    return _NAME.sub(lambda found: _written(values[found[1]], name) if found[1] in values else found[0], pattern)


def _written(value: Any, name: Language) -> str:
    if hasattr(value, "words"):
        return str(value.words(name))
    if isinstance(value, float | Decimal):
        from babel.numbers import format_decimal  # noqa: PLC0415  # only where it is needed

        return str(format_decimal(value, format="#,##0.######", locale=name))
    if isinstance(value, Amount):
        from babel.numbers import format_currency  # noqa: PLC0415

        return str(format_currency(value.amount, value.currency, locale=name, decimal_quantization=False))
    if isinstance(value, datetime):
        from babel.dates import format_skeleton  # noqa: PLC0415

        day, time = (format_skeleton(each, value.astimezone(), locale=name) for each in ("MMMd", "Hm"))
        return f"{day} {time}"
    if isinstance(value, Several):
        return _list(value, name)
    return str(value)


def _list(value: Several, name: Language) -> str:
    items = [_written(each, name) for each in value.items]
    if value.style == "plain":
        return ("、" if name == "zh" else ", ").join(items)
    from babel.lists import format_list  # noqa: PLC0415

    return str(format_list(items, style="standard" if value.style == "and" else "or", locale=name))
