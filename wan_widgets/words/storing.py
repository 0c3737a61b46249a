"""Sentences on disk, as key and values, so that they can be read in another language later."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from wan_widgets.words.text import Joined, Name, Said, Text, sentences
from wan_widgets.words.values import Amount, Several

_MARK = '{"sentence": '


def stored(said: Said | None) -> str | None:
    """A sentence as text for the disk. Words that are not ours are stored as they are.

    A service may say what looks like a stored sentence. It is stored as a part of one, and stays its own words.
    """
    if said is None or (isinstance(said, str) and not said.startswith(_MARK)):
        return said
    return json.dumps(_packed(Joined("", {"parts": (said,)}) if isinstance(said, str) else said), ensure_ascii=False)


def loaded(text: str | None) -> Said | None:
    """What `stored` made a text of. Any other text is returned as it is, also one of which no sentence can be made."""
    if text is None or not text.startswith(_MARK):
        return text
    try:
        found = _unpacked(json.loads(text))
        found.words("en")
        first, *others = sentences(found)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return text
    return first if isinstance(first, str) and not others else found


def _packed(value: Any) -> Any:  # noqa: PLR0911  # a kind of value a line
    if isinstance(value, Joined):
        return {"sentence": "", "parts": [_packed(each) for each in value.values["parts"]]}
    if isinstance(value, Text):
        return {"sentence": value.key, "values": {name: _packed(each) for name, each in value.values.items()}}
    if isinstance(value, Name):
        return {"name": value.key}
    if isinstance(value, Several):
        return {"several": [_packed(each) for each in value.items], "style": value.style}
    if isinstance(value, Amount):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return value if isinstance(value, str | int | float | None) else str(value)


def _unpacked(value: Any) -> Any:  # noqa: PLR0911
    if not isinstance(value, dict):
        return value
    if "parts" in value:
        return Joined("", {"parts": tuple(_unpacked(each) for each in value["parts"])})
    if "sentence" in value:
        return Text(value["sentence"], {name: _unpacked(each) for name, each in value["values"].items()})
    if "name" in value:
        return Name(value["name"])
    if "several" in value:
        return Several(tuple(_unpacked(each) for each in value["several"]), value["style"])
    if "amount" in value:
        return Amount(Decimal(value["amount"]), value["currency"])
    if "decimal" in value:
        return Decimal(value["decimal"])
    return datetime.fromisoformat(value["moment"])
