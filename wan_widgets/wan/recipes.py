"""A request as plain data, and back. The ledger keeps this data, so that a clip can be made again."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import shown
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference
from wan_widgets.words import Several, say

_VERSION = 1
"""This number goes up when an older package would misread a newer recipe."""
_LOST = LocalFile(data=b"")
"""It stands for bytes that were in memory and were not kept."""
_SOURCES = frozenset({"image", "references", "guide_audio"})
"""A file, or an address with its kind, can stand in these fields alone."""


def to_recipe(request: VideoRequest) -> dict[str, Any]:
    """The mode and every field as JSON values. Bytes in memory are not kept, only their number."""
    values = {each.name: _plain(getattr(request, each.name)) for each in fields(request)}
    return {"version": _VERSION, "mode": str(request.mode), **values}


def from_recipe(recipe: Mapping[str, Any]) -> VideoRequest:
    """The request that a recipe describes. It has an empty file in place of bytes that were in memory.

    Raises `ValueError` if this is no recipe, or if it has a version or a field that is not known here, because the
    clip would be a different one.
    """
    try:
        given = dict(recipe)
        _check_version(given.pop("version", 1))  # the first recipes had no version
        kind = REQUEST_TYPES[Mode(given.pop("mode"))]
        _check_names(given, {each.name for each in fields(kind)})
        request = kind.draft({name: _value(name, value) for name, value in given.items()})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(say("wan.recipe.none")) from error
    # Lost bytes are no fault of the recipe. Whoever orders it again is told about them.
    if any(request.with_addresses({_LOST: "https://example.com"}).problems()):
        raise ValueError(say("wan.recipe.none"))
    return request


def _check_version(version: object) -> None:
    if isinstance(version, bool) or version != _VERSION:
        raise ValueError(say("wan.recipe.version", version=shown(version), known=_VERSION))


def _check_names(given: Iterable[str], known: set[str]) -> None:
    if unknown := tuple(shown(name) for name in given if name not in known):
        raise ValueError(say("wan.recipe.unknown_names", names=Several(unknown, "plain")))


def _plain(value: Any) -> Any:
    plain = value
    if isinstance(value, LocalFile):
        plain = {"file": str(value.path)} if value.path else {"bytes": len(value.data or b"")}
    elif isinstance(value, Reference):
        plain = {"kind": str(value.kind), "source": _plain(value.source)}
    elif isinstance(value, tuple):
        plain = [_plain(item) for item in value]
    return plain


def _value(field: str, value: Any) -> Any:
    if field not in _SOURCES:  # what looks like a file is none; in `extra` it is the service's own field
        return value
    if isinstance(value, Mapping) and set(value) == {"kind", "source"}:
        return REFERENCE_TYPES[Kind(value["kind"])](_value(field, value["source"]))
    if isinstance(value, Mapping) and set(value) == {"file"}:
        return LocalFile(Path(value["file"]))
    if isinstance(value, Mapping) and set(value) == {"bytes"}:
        return _LOST
    return tuple(_value(field, item) for item in value) if isinstance(value, list) else value
