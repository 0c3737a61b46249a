"""A request as plain data, and back: what a ledger keeps, so that a clip can be made again."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from wan_widgets.wan.models import Mode
from wan_widgets.wan.requests import REQUEST_TYPES, VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference


def to_recipe(request: VideoRequest) -> dict[str, Any]:
    """The mode and every field, as JSON has them. Of bytes in memory only their number is kept."""
    return {"mode": str(request.mode), **{each.name: _plain(getattr(request, each.name)) for each in fields(request)}}


def from_recipe(recipe: Mapping[str, Any]) -> VideoRequest:
    """The request again, not checked. Raises `ValueError` for what is no recipe."""
    try:
        kind = REQUEST_TYPES[Mode(recipe["mode"])]
        known = {each.name: each for each in fields(kind)}
        values = {name: _value(value) for name, value in recipe.items() if name in known}
        missing = [name for name, each in known.items() if name not in values and each.default is MISSING]
        return kind.draft({**{name: {} for name in missing}, **values})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("This is no recipe of a clip.") from error


def _plain(value: Any) -> Any:
    plain = value
    if isinstance(value, LocalFile):
        plain = {"file": str(value.path)} if value.path else {"bytes": len(value.data or b"")}
    elif isinstance(value, Reference):
        plain = {"kind": str(value.kind), "source": _plain(value.source)}
    elif isinstance(value, tuple):
        plain = [_plain(item) for item in value]
    return plain


def _value(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == {"kind", "source"}:
        return REFERENCE_TYPES[Kind(value["kind"])](_value(value["source"]))
    if isinstance(value, Mapping) and set(value) == {"file"}:
        return LocalFile(Path(value["file"]))
    if isinstance(value, Mapping) and set(value) == {"bytes"}:
        return LocalFile(data=b"")
    return tuple(_value(item) for item in value) if isinstance(value, list) else value
