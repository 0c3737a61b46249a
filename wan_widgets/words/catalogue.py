"""The sentences of each language, by key. `scripts/catalogues.py` makes their files from those of the translators."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from wan_widgets.words.languages import Language

Pattern = str | dict[str, str]
"""A sentence with names in braces; where it has a plural, one for each plural category of CLDR."""


def pattern(name: Language, key: str, count: Any = None) -> str:
    """The sentence with a key, not filled in. English stands in for a sentence that is missing, and then the key."""
    found = _sentences(name).get(key)
    if found is None:
        found = _sentences("en").get(key, key)
    return found if isinstance(found, str) else found[category(name, count)]


def category(name: Language, count: Any) -> str:
    """The plural category of a number, such as ``one`` or ``few``."""
    from babel import Locale  # noqa: PLC0415  # it takes a while, and few sentences count

    return str(Locale(name).plural_form(0 if count is None else count))


def labels(name: Language) -> dict[str, Pattern]:
    """The sentences that the browser speaks, and the name of the language as ``language``."""
    return _read("en", "labels") | _read(name, "labels") | {"language": name}


@lru_cache
def _sentences(name: Language) -> dict[str, Pattern]:
    return _read(name, "sentences") | _read(name, "labels")


@lru_cache
def _read(name: Language, what: str) -> dict[str, Pattern]:
    read: dict[str, Pattern] = json.loads(
        (files("wan_widgets.words") / "catalogues" / f"{name}.{what}.json").read_text("utf-8")
    )
    return read
