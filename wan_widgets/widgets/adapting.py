"""Bringing a form's values to what another service or model has. What a person typed is never touched."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from wan_widgets.providers import Provider
from wan_widgets.providers.usual import usual_model
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.sources import Kind, kind_of


def adapted(values: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """The choices among `values` that this provider has not, as the nearest that it has."""
    mode = Mode(values["mode"])
    model, like = values["model"], values["like"]
    offer = provider.offer(model, mode, like or None)
    if offer is None:
        modes = [mode, *Mode]
        mode = next((each for each in modes if usual_model(provider, each)), mode)
        model, like = usual_model(provider, mode) or model, ""
        offer = provider.offer(model, mode)
    fitting = {"mode": str(mode), "model": model, "like": like}
    if offer is not None:
        fitting |= nearest(offer, values)
    return {name: value for name, value in fitting.items() if value != values[name]}


def usual_mode(provider: Provider, model: str, like: str) -> Mode | None:
    """The first mode that a model has."""
    return next((mode for mode in Mode if provider.offer(model, mode, like or None)), None)


def nearest(offer: Offer, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's choices as they can be had: the same where that is possible."""
    found: dict[str, Any] = {}
    if offer.sizes:
        found["resolution"] = _nearest(offer.sizes, values["resolution"], _lines)
        row = offer.sizes[found["resolution"]]
        if row and not offer.shape_follows_image:
            found["aspect_ratio"] = _nearest(row, values["aspect_ratio"], _proportion)
    if lengths := durations(offer, map(kind_of, values["references"]), Mode(values["mode"])):
        found["duration"] = min(lengths, key=lambda length: abs(length - values["duration"]))
    if offer.shot_types and values["shot_type"] not in offer.shot_types:
        found["shot_type"] = offer.shot_types[0]
    if offer.audio != "optional":
        found["audio"] = offer.audio == "always"
    return found


def durations(offer: Offer, kinds: Iterable[Kind | None], mode: Mode) -> tuple[int, ...]:
    """The lengths that there are with these references."""
    with_video = mode is Mode.REFERENCE and Kind.VIDEO in kinds
    return offer.durations_with_video if with_video and offer.durations_with_video else offer.durations


def _nearest(names: Iterable[str], wanted: str, measure: Any) -> str:
    listed = list(names)
    if wanted in listed:
        return wanted
    return min(listed, key=lambda name: abs(measure(name) - measure(wanted)))


def _lines(resolution: str) -> float:
    """How many lines a resolution has, by its name: ``480p``, ``4k``."""
    number = float(match[0]) if (match := re.search(r"\d+(\.\d+)?", resolution)) else 1080
    return number * 540 if "k" in resolution.lower() else number


def _proportion(ratio: str) -> float:
    width, _, height = ratio.partition(":")
    try:
        return math.log(float(width) / float(height))
    except (ValueError, ZeroDivisionError):
        return 0.0
