"""Writing bodies: drop the fields that were not given, and merge the user's own fields over the rest."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.wan.sources import Reference


def given(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without values that are ``None`` and without empty objects, at any depth."""
    trimmed = {name: given(value) if isinstance(value, Mapping) else value for name, value in body.items()}
    return {name: value for name, value in trimmed.items() if value is not None and value != {}}


def overlaid(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the user's own fields merged over it: objects are merged, all other values are replaced."""
    merged = dict(body)
    for name, value in extra.items():
        known = merged.get(name)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            value = overlaid(known, value)  # noqa: PLW2901
        merged[name] = value
    return merged


def address(source: object) -> str:
    """The address of a source whose file, if any, has been sent; raises `TypeError` for a file that has not."""
    given_source = source.source if isinstance(source, Reference) else source
    if isinstance(given_source, str):
        return given_source
    raise TypeError(f"{given_source!r} has not been sent to the service, so that it has no address.")
