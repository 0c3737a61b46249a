"""Holding a request against an `Offer`: what one service or model refuses, drawn from its data."""

from collections.abc import Collection, Iterator

from wan_widgets.wan.models import Offer
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest


def offer_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """Every field of the request that the offer does not cover. Does not trust the fields' types."""
    model = f"{request.model} at {service}"
    if not _among(request.resolution, offer.sizes):
        yield Problem("resolution", f"{model} has no {_named(request.resolution)}.", ", ".join(offer.sizes))
    yield from _shape(offer, request, model)
    if not _among(request.duration, offer.durations):
        lengths = ", ".join(map(str, offer.durations))
        why = f" {offer.durations_why}" if offer.durations_why else ""
        yield Problem("duration", f"{model} has no clips of {shown(request.duration)} s.{why}", f"{lengths} seconds")
    if request.audio is False and offer.audio == "always":
        yield Problem("audio", f"{model} always makes a sound track.", "True", "Mute the clip when you play it.")
    if request.audio is True and offer.audio == "never":
        yield Problem("audio", f"{model} makes silent clips only.", "False")
    if isinstance(request.seed, int) and request.seed > offer.max_seed:
        yield Problem("seed", f"{model} takes no seed as large as {shown(request.seed)}.", f"0 to {offer.max_seed}")
    yield from _lengths(offer, request, service)
    if isinstance(request, ReferenceToVideo) and len(request.references) > offer.max_references:
        count = len(request.references)
        yield Problem("references", f"{count} references are too many for {model}.", f"up to {offer.max_references}")


def _shape(offer: Offer, request: VideoRequest, model: str) -> Iterator[Problem]:
    aspect_ratio = getattr(request, "aspect_ratio", None)
    shot_type = getattr(request, "shot_type", None)
    if offer.shape_follows_image:
        if aspect_ratio is not None:
            yield Problem(
                "aspect_ratio", f"{model} gives the clip the image's shape.", "None", "Crop the image instead."
            )
    else:
        ratios = {ratio: None for sizes in offer.sizes.values() for ratio in sizes}
        if not _among(aspect_ratio, ratios):
            yield Problem("aspect_ratio", f"{model} has no {_named(aspect_ratio)}.", ", ".join(ratios))
    if shot_type is not None and not _among(shot_type, offer.shot_types):
        allowed = ", ".join(offer.shot_types) or "None"
        where = " from an image" if isinstance(request, ImageToVideo) else ""
        yield Problem("shot_type", f"{model} has no shot type {shown(shot_type)}{where}.", allowed)


def _lengths(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    for name, limit in (("prompt", offer.prompt_limit), ("negative_prompt", offer.negative_prompt_limit)):
        value = getattr(request, name)
        if isinstance(value, str) and len(value) > limit:
            over = len(value) - limit
            message = f"{service} reads the first {limit} characters and drops the rest without a word."
            yield Problem(name, message, f"up to {limit} characters", f"Shorten it by {over}.")


def _among(value: object, allowed: Collection[str] | Collection[int]) -> bool:
    """Whether a value is one of these, also if it is of a kind that cannot be compared or looked up."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value in allowed


def _named(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 80 else shown(value)
