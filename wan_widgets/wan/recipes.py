"""A request as plain data, and back: what a ledger keeps, so that a clip can be made again."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from wan_widgets.wan.models import Mode
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference

_LOST = LocalFile(data=b"")
"""In place of bytes that were in memory."""


def to_recipe(request: VideoRequest) -> dict[str, Any]:
    """The mode and every field, as JSON has them. Of bytes in memory only their number is kept."""
    return {"mode": str(request.mode), **{each.name: _plain(getattr(request, each.name)) for each in fields(request)}}


def from_recipe(recipe: Mapping[str, Any]) -> VideoRequest:
    """The request again; in place of bytes it has an empty file. Raises `ValueError` for what is no recipe."""
    try:
        kind = REQUEST_TYPES[Mode(recipe["mode"])]
        known = {each.name: each for each in fields(kind)}
        values = {name: _value(name, value) for name, value in recipe.items() if name in known}
        request = kind.draft(values)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("This is no recipe of a clip.") from error
    # Bytes that are not there any more are no fault of the recipe; whoever orders it again is told of them.
    if any(request.with_addresses({_LOST: "https://example.com"}).problems()):
        raise ValueError("This is no recipe of a clip.")
    return request


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
    if field == "extra":  # the service's own fields, whatever they look like
        return value
    if isinstance(value, Mapping) and set(value) == {"kind", "source"}:
        return REFERENCE_TYPES[Kind(value["kind"])](_value(field, value["source"]))
    if isinstance(value, Mapping) and set(value) == {"file"}:
        return LocalFile(Path(value["file"]))
    if isinstance(value, Mapping) and set(value) == {"bytes"}:
        return _LOST
    return tuple(_value(field, item) for item in value) if isinstance(value, list) else value
