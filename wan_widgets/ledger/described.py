"""What a recipe says of its clip, read without checking it: for lists, and for recipes that another program wrote."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a list shows of a request. Each is ``None`` if the recipe does not say it, or says it in another form."""

    prompt: str | None = None
    negative_prompt: str | None = None
    mode: str | None = None
    model: str | None = None
    seed: int | None = None

    @property
    def folded_prompt(self) -> str | None:
        """The prompt as it is searched."""
        return None if self.prompt is None else folded(self.prompt)


def described(recipe: object) -> Described:
    """What a recipe says of its clip. It raises nothing, whatever the recipe is."""
    values = json_object(recipe)
    texts = {name: values.get(name) for name in ("prompt", "negative_prompt", "mode", "model")}
    seed = values.get("seed")
    return Described(
        **{name: text for name, text in texts.items() if isinstance(text, str)},
        seed=seed if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**64 else None,
    )


def folded(text: str) -> str:
    """The text without the difference between large and small letters. SQLite's own functions know only English."""
    return unicodedata.normalize("NFC", text).casefold()


def json_object(text: object) -> dict[str, Any]:
    """An object of JSON; empty if the text is none, because another program may have written it."""
    if not isinstance(text, str | bytes):
        return {}
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
