"""What all cells of a sweep have in common, which is said once and not in each cell."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from wan_widgets.experiments.cells import Cell
from wan_widgets.wan.requests import VideoRequest

_ALWAYS = ("model", "resolution", "aspect_ratio", "duration", "seed")
"""The fields that are told although they have their default: they say what the clip is."""


def shared_by(cells: Sequence[Cell], request: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are the same in all cells, by name. A prompt with placeholders is told as it was written."""
    first = cells[0]
    found: dict[str, Any] = {}
    if len({cell.client.site for cell in cells}) == 1:
        found["provider"] = first.client.provider.title
    written = request.prompt if isinstance(request, VideoRequest) else request
    written = values.get("prompt", written)
    if isinstance(written, str):
        found["prompt"] = written
    usual = type(first.request).draft({})
    for each in dataclasses.fields(first.request):
        value = getattr(first.request, each.name)
        is_told = each.name in _ALWAYS or value != getattr(usual, each.name)
        is_same = all(getattr(cell.request, each.name, None) == value for cell in cells)
        if each.name != "prompt" and is_told and is_same and value is not None:
            found[each.name] = value
    return found
