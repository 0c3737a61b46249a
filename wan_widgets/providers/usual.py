"""Values for fields that a person leaves open, and the choices of an offer that are nearest to given values."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wan_widgets.providers.provider import Provider
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.pasted import name
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.wan.sources import Kind


def usual_model(provider: Provider, mode: Mode) -> str | None:
    """The first family of the provider that has this mode."""
    return next((name for name in provider.models if mode in provider.offers[name]), None)


def usual_fields(provider: Provider, mode: Mode, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the fields that are not given, where the service does not offer the requests' own defaults."""
    model = name(given.get("model")) or usual_model(provider, mode)
    offer = provider.offer(model, mode, name(given.get("like"))) if isinstance(model, str) else None
    if offer is None:
        return {}
    values = {"model": model, **nearest(offer, _DEFAULTS[mode])}
    return {field: value for field, value in values.items() if field not in given}


def nearest(offer: Offer, values: Mapping[str, Any], kinds: Iterable[Kind | None] = ()) -> dict[str, Any]:
    """For each field with a list of choices, the choice nearest to the given value; the value itself if it is listed.

    `kinds` are the kinds of the references. Without an aspect ratio among the values none is chosen.
    """
    found: dict[str, Any] = {}
    if offer.sizes:
        found["resolution"] = _closest(offer.sizes, values["resolution"], _lines)
        row = offer.sizes[found["resolution"]]
        wanted = values.get("aspect_ratio")
        if wanted and row and not offer.shape_follows_image:  # a request with an image has no usual ratio
            found["aspect_ratio"] = _closest(row, wanted, _proportion)
    if lengths := _lengths(offer, kinds):
        found["duration"] = min(lengths, key=lambda length: abs(length - values["duration"]))
    wanted = values.get("shot_type")
    if wanted and offer.shot_types:
        found["shot_type"] = wanted if wanted in offer.shot_types else offer.shot_types[0]
    if offer.audio != "optional":
        found["audio"] = offer.audio == "always"
    return found


def _lengths(offer: Offer, kinds: Iterable[Kind | None]) -> tuple[int, ...]:
    """The lengths in seconds that are allowed with these references."""
    return offer.durations_with_video if offer.durations_with_video and Kind.VIDEO in kinds else offer.durations


def _closest(names: Iterable[str], wanted: str, measure: Callable[[str], float]) -> str:
    listed = list(names)
    if wanted in listed:
        return wanted
    return min(listed, key=lambda name: abs(measure(name) - measure(wanted)))


def _lines(resolution: str) -> float:
    """How many lines of pixels a resolution has, by its name: ``480p``, ``4k``."""
    number = float(match[0]) if (match := re.search(r"\d+(\.\d+)?", resolution)) else 1080
    return number * 540 if "k" in resolution.lower() else number


def _proportion(ratio: str) -> float:
    width, _, height = ratio.partition(":")
    try:
        return math.log(float(width) / float(height))
    except (ValueError, ZeroDivisionError):
        return 0.0


_FIELDS = ("resolution", "aspect_ratio", "duration", "audio", "shot_type")
_DEFAULTS = {mode: {field: getattr(kind, field, None) for field in _FIELDS} for mode, kind in REQUEST_TYPES.items()}
