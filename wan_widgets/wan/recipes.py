"""A request as plain data, and back: what a ledger keeps, so that a clip can be made again."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import shown
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference

_VERSION = 1
"""It grows where an older package would read something else out of a newer recipe than what was meant."""
_LOST = LocalFile(data=b"")
"""In place of bytes that were in memory."""
_SOURCES = frozenset({"image", "references", "guide_audio"})
"""The fields in which a file or a told kind can stand."""


def to_recipe(request: VideoRequest) -> dict[str, Any]:
    """The mode and every field, as JSON has them. Of bytes in memory only their number is kept."""
    values = {each.name: _plain(getattr(request, each.name)) for each in fields(request)}
    return {"version": _VERSION, "mode": str(request.mode), **values}


def from_recipe(recipe: Mapping[str, Any]) -> VideoRequest:
    """The request again; in place of bytes it has an empty file.

    Raises `ValueError` for what is no recipe, and for one that asks for more than is known here: the clip would be
    another.
    """
    try:
        given = dict(recipe)
        _check_version(given.pop("version", 1))  # the first recipes had none
        kind = REQUEST_TYPES[Mode(given.pop("mode"))]
        _check_names(given, {each.name for each in fields(kind)})
        request = kind.draft({name: _value(name, value) for name, value in given.items()})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("This is no recipe of a clip.") from error
    # Bytes that are not there any more are no fault of the recipe; whoever orders it again is told of them.
    if any(request.with_addresses({_LOST: "https://example.com"}).problems()):
        raise ValueError("This is no recipe of a clip.")
    return request


def _check_version(version: object) -> None:
    if isinstance(version, bool) or version != _VERSION:
        raise ValueError(f"A recipe of version {shown(version)} cannot be read here; one of version {_VERSION} can.")


def _check_names(given: Iterable[str], known: set[str]) -> None:
    if unknown := ", ".join(shown(name) for name in given if name not in known):
        raise ValueError(f"The recipe has {unknown}, which is not known here: the clip would be another.")


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
    if field not in _SOURCES:  # also of what looks like a file: in `extra` it is the service's own field
        return value
    if isinstance(value, Mapping) and set(value) == {"kind", "source"}:
        return REFERENCE_TYPES[Kind(value["kind"])](_value(field, value["source"]))
    if isinstance(value, Mapping) and set(value) == {"file"}:
        return LocalFile(Path(value["file"]))
    if isinstance(value, Mapping) and set(value) == {"bytes"}:
        return _LOST
    return tuple(_value(field, item) for item in value) if isinstance(value, list) else value
