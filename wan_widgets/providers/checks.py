"""Holding a request against an `Offer`: what one service or model refuses, drawn from its data."""

from collections.abc import Iterator

from wan_widgets.wan.models import Offer
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest


def offer_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """Every field of the request that the offer does not cover. Does not trust the fields' types."""
    model = f"{request.model} at {service}"
    if request.resolution not in offer.sizes:
        yield Problem("resolution", f"{model} has no {request.resolution}.", ", ".join(offer.sizes))
    yield from _shape(offer, request, model)
    if request.duration not in offer.durations or isinstance(request.duration, bool):
        lengths = ", ".join(map(str, offer.durations))
        why = f" {offer.durations_why}" if offer.durations_why else ""
        yield Problem("duration", f"{model} has no clips of {request.duration} s.{why}", f"{lengths} seconds")
    if request.audio is False and offer.audio == "always":
        yield Problem("audio", f"{model} always makes a sound track.", "True", "Mute the clip when you play it.")
    if request.audio is True and offer.audio == "never":
        yield Problem("audio", f"{model} makes silent clips only.", "False")
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
        if aspect_ratio not in ratios:
            yield Problem("aspect_ratio", f"{model} has no {aspect_ratio}.", ", ".join(ratios))
    if shot_type is not None and shot_type not in offer.shot_types:
        allowed = ", ".join(offer.shot_types) or "None"
        where = " from an image" if isinstance(request, ImageToVideo) else ""
        yield Problem("shot_type", f"{model} has no shot type {shot_type!r}{where}.", allowed)


def _lengths(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    for name, limit in (("prompt", offer.prompt_limit), ("negative_prompt", offer.negative_prompt_limit)):
        value = getattr(request, name)
        if isinstance(value, str) and len(value) > limit:
            over = len(value) - limit
            message = f"{service} reads the first {limit} characters and drops the rest without a word."
            yield Problem(name, message, f"up to {limit} characters", f"Shorten it by {over}.")
