"""What a person leaves open, as a service usually has it."""

from collections.abc import Mapping
from typing import Any

from wan_widgets.providers.provider import Provider
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import REQUEST_TYPES


def usual_model(provider: Provider, mode: Mode) -> str | None:
    """The first of its families that has this mode."""
    return next((name for name in provider.models if mode in provider.offers[name]), None)


def usual_fields(provider: Provider, mode: Mode, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values for fields that are not given, where the requests' own defaults are not to be had here."""
    model = given.get("model") or usual_model(provider, mode)
    offer = provider.offer(model, mode, given.get("like")) if isinstance(model, str) else None
    if offer is None:
        return {}
    values = {"model": model, **nearest(offer, _DEFAULTS[mode])}
    return {name: value for name, value in values.items() if name not in given}


def nearest(offer: Offer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of what can be chosen from a list, the choice that is nearest to these values."""
    found: dict[str, Any] = {}
    if offer.sizes:
        wanted = values.get("resolution")
        found["resolution"] = wanted if wanted in offer.sizes else list(offer.sizes)[-1]
        row = list(offer.sizes[found["resolution"]])
        wanted = values.get("aspect_ratio")
        if wanted and row and not offer.shape_follows_image:  # from an image, only the user can know which
            found["aspect_ratio"] = wanted if wanted in row else row[0]
    if offer.durations:
        found["duration"] = min(offer.durations, key=lambda length: abs(length - values.get("duration", 5)))
    if offer.audio != "optional":
        found["audio"] = offer.audio == "always"
    return found


_DEFAULTS = {
    mode: {field: getattr(kind, field, None) for field in ("resolution", "aspect_ratio", "duration", "audio")}
    for mode, kind in REQUEST_TYPES.items()
}
