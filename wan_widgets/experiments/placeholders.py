"""Placeholders in a prompt: ``"a {animal} in {weather}"``. Two braces stand for one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.words import Said, say

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def placeholders(prompt: object) -> tuple[str, ...]:
    """The names in a prompt, each once. Raises `InvalidRequest` for a brace that is no placeholder."""
    return tuple(dict.fromkeys(_names(prompt))) if isinstance(prompt, str) else ()


def _names(prompt: str) -> Iterator[str]:
    for part in _PART.finditer(prompt):
        if part[1] is not None and part[1].isidentifier():
            yield part[1]
        elif part[0] not in ("{{", "}}"):
            remedy = say("experiments.placeholder.brace.remedy", example="{{ }}")
            raise InvalidRequest([Problem("prompt", say("experiments.placeholder.brace", part=part[0]), remedy=remedy)])


def filled_in(prompt: str, values: Mapping[str, Any]) -> str:
    """The prompt with values in place of its placeholders. A brace within a value stays as it is."""
    return _PART.sub(lambda part: part[0][0] if part[1] is None else str(values[part[1]]), prompt)


def check_value(name: str, value: object) -> None:
    """Raise `InvalidRequest` for what is no text and no number, since it would be written into the prompt."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not _is_short(value):
        allowed: Said = say("experiments.placeholder.allowed")
        raise InvalidRequest([Problem(name, say("experiments.placeholder.value", value=shown(value)), allowed)])


def _is_short(value: object) -> bool:
    """Whether it can be written. Python refuses to write numbers of thousands of digits."""
    return not isinstance(value, int) or value.bit_length() < 1000
