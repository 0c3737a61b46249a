"""Reading the JSON of a recipe. It may come from anybody, so every value is looked at before it is used."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from pathlib import Path
from typing import Any

from wan_widgets.files.making import FORMAT, VERSION
from wan_widgets.files.origin import SOURCES, Input, is_bare
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import RecipeError, WanError
from wan_widgets.wan.problems import shown
from wan_widgets.wan.recipes import from_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, source_of
from wan_widgets.words import say

_DIGEST = re.compile("[0-9a-f]{64}")
_AMOUNT = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_LONGEST_NAME = 200
_DEEPEST = 100
_INPUT = {each.name for each in fields(Input)}


@dataclass(frozen=True)
class Extent:
    """What a file was when the recipe was written."""

    sha256: str
    """In hexadecimal digits."""
    size: int
    """In bytes."""


@dataclass(frozen=True)
class Checked:
    """The values of a recipe."""

    provider: str
    request: VideoRequest | None
    inputs: tuple[Input, ...]
    task_id: str | None
    rewritten_prompt: str | None
    ordered: datetime | None
    finished: datetime | None
    took: float | None
    price: Money | None
    version: str
    """That of the package which wrote it."""
    clip: Extent


def checked(text: str, name: str) -> tuple[dict[str, Any], Checked]:
    """The document in a text, and its values. `name` is that of its file. Raises `RecipeError`."""
    damaged = RecipeError(say("files.recipe.damaged", name=name), remedy=say("files.recipe.damaged.remedy"))
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        _check_depth(found, _DEEPEST)
    except (ValueError, RecursionError) as error:
        raise damaged from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise RecipeError(say("files.recipe.none", name=name), remedy=say("files.recipe.none.remedy"))
    version = found.get("version")
    if type(version) is int and version > VERSION:
        newer = say("files.recipe.newer", name=name, version=shown(version), known=VERSION)
        raise RecipeError(newer, remedy=say("files.recipe.newer.remedy"))
    if type(version) is not int or version < VERSION:
        raise damaged
    try:
        return found, _values(found)
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError, WanError) as error:
        raise damaged from error


def _no_number(_word: str) -> None:
    raise ValueError


def _finite(digits: str) -> float:
    """A number; ``1e999`` is none. Raises `ValueError`."""
    if not isfinite(number := float(digits)):
        raise ValueError
    return number


def _check_depth(value: Any, left: int) -> None:
    """Raise `ValueError` for values in values beyond a depth that everything which reads them can bear."""
    if not left:
        raise ValueError
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_depth(inner, left - 1)


def _values(found: Mapping[str, Any]) -> Checked:
    inputs = tuple(_input(each) for each in _list(found["inputs"]))
    clip, software = found["clip"], found["software"]
    return Checked(
        provider=_name(found["provider"]),
        request=None if found["request"] is None else _request(found["request"], inputs),
        inputs=inputs,
        task_id=_optional(found["task_id"], str),
        rewritten_prompt=_optional(found["rewritten_prompt"], str),
        ordered=_moment(found["ordered"]),
        finished=_moment(found["finished"]),
        took=_optional(found["took"], int, float),
        price=None if found["price"] is None else _price(found["price"]),
        version=_name(software["wan_widgets"]),
        clip=Extent(_digest(clip["sha256"]), _size(clip["size"])),
    )


def _request(plain: Any, inputs: tuple[Input, ...]) -> VideoRequest:
    """The request. Its files are names without a folder, and each belongs to one of the inputs."""
    request = from_recipe(plain)
    files = [(field, source_of(source)) for field, source in request.sources]
    names = [(field, str(file.path or "")) for field, file in files if isinstance(file, LocalFile)]
    if names != [(each.field, each.name) for each in inputs if each.name]:
        raise ValueError
    return request


def _input(value: Any) -> Input:
    if not isinstance(value, dict) or not value.keys() <= _INPUT or value["field"] not in SOURCES:
        raise ValueError
    found = Input(**value)
    _optional(found.number, int)
    if found.sha256 is not None:
        _digest(found.sha256)
    if found.size is not None:
        _size(found.size)
    is_file = isinstance(found.name, str) and is_bare(Path(found.name)) and not found.address
    if not is_file and (found.name or not isinstance(found.address, str) or not found.address):
        raise ValueError
    return found


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _optional(value: Any, *kinds: type) -> Any:
    if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
        raise TypeError
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or not value.isprintable():
        raise ValueError
    return value


def _moment(value: Any) -> datetime | None:
    found = None if value is None else datetime.fromisoformat(value)
    if found is not None and found.tzinfo is None:
        raise ValueError
    return found


def _price(value: Any) -> Money:
    if not _AMOUNT.fullmatch(value["amount"]):
        raise ValueError
    try:
        return Money(Decimal(_name(value["amount"])), _name(value["currency"]))
    except InvalidOperation as error:
        raise ValueError from error


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError
    return value


def _size(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value
