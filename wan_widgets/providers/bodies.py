"""Writing bodies: what was not given is left out, what the user adds is laid over."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.wan.sources import Reference


def given(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body without what is ``None``, nor objects that are empty, at any depth."""
    trimmed = {name: given(value) if isinstance(value, Mapping) else value for name, value in body.items()}
    return {name: value for name, value in trimmed.items() if value is not None and value != {}}


def overlaid(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """A body with the user's own fields over it; objects are merged, everything else is replaced."""
    merged = dict(body)
    for name, value in extra.items():
        known = merged.get(name)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            value = overlaid(known, value)  # noqa: PLW2901
        merged[name] = value
    return merged


def address(source: object) -> str:
    """The address in a request's source, once files have been sent."""
    place = source.source if isinstance(source, Reference) else source
    if isinstance(place, str):
        return place
    raise TypeError(f"{place!r} has not been sent to the service, so that it has no address.")
