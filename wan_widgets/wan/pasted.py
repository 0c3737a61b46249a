"""Values as people write, copy and paste them, in the one form that is kept."""

import operator
import re
import unicodedata
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

_UNSEEN = "\ufeff\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
"""What copying brings along: Windows puts a mark of the writing direction before a path, editors a byte order mark."""
_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + _UNSEEN
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "\u2018": "’", "’": "’", "«": "»", "<": ">"}
_BEYOND = 10**30
"""No number of ours is as large; to write such numbers as whole ones could take for ever."""
_WHOLE = re.compile(r"([+-]?[0-9]{1,30})(?:\.0*)?")
_UNIT = re.compile(r"(?<=[0-9.\s])(s|secs?|seconds?)\s*$", re.IGNORECASE)


def bare(text: str) -> str:
    """The text without blanks, invisible marks and quotes around it."""
    text = text.strip(_BLANKS)
    while len(text) > 1 and text[-1] == _QUOTES.get(text[0]):
        text = text[1:-1].strip(_BLANKS)
    return text


def _usual(text: str) -> str:
    """The text with usual letters, digits and colons in place of wide ones and those of other writing systems."""
    usual = unicodedata.normalize("NFKC", text).replace("\u2236", ":").replace("\ua789", ":")
    return "".join(str(unicodedata.decimal(char, char)) for char in usual)


def plain(value: Any) -> Any:
    """A single value of numpy, of an ``Enum`` or the like as Python's own; anything else unchanged.

    A text or a number of a class of its own prints in another way, and code that is copied would have its name.
    """
    if isinstance(value, Enum):
        value = value.value
    if getattr(value, "ndim", None) == 0 and callable(getattr(value, "item", None)):
        return value.item()
    if isinstance(value, str):
        return str.__str__(value)
    try:
        return value if isinstance(value, bool) else int(operator.index(value))
    except TypeError:
        return value


def text(value: Any) -> Any:
    """A text as it was written; ``None`` if it is blank."""
    value = plain(value)
    return None if isinstance(value, str) and not value.strip() else value


def name(value: Any) -> Any:
    """A name without what copying brought along."""
    value = plain(value)
    return bare(value) if isinstance(value, str) else value


def whole(value: Any) -> Any:
    """A whole number, also if it comes as 5.0 or as text; anything else unchanged."""
    value = plain(value)
    if isinstance(value, str):
        return int(match[1]) if (match := _WHOLE.fullmatch(bare(_usual(value)))) else value
    return _without_zeros(value) if isinstance(value, float | Fraction | Decimal) else value


def _without_zeros(number: Any) -> Any:
    with suppress(ArithmeticError, ValueError):  # it is infinite, or not a number
        if abs(number) < _BEYOND and int(number) == number:
            return int(number)
    return number


def seconds(value: Any) -> Any:
    """Whole seconds, also with their unit in a text; anything else unchanged."""
    value = plain(value)
    return whole(_UNIT.sub("", _usual(value)) if isinstance(value, str) else value)


def choice(value: Any) -> Any:
    """One of a few words as it is listed: ``"720p"`` for ``" 720P "`` or 720, ``"16:9"`` for ``"16 : 9"``."""
    value = plain(value)
    number = whole(value)
    if isinstance(number, int) and not isinstance(number, bool):
        return f"{number}p" if 100 <= number < 10_000 else value
    if not isinstance(value, str):
        return value
    return ":".join(part.strip() for part in bare(_usual(value)).lower().split(":"))
