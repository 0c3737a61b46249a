"""Checks of a request against an `Offer`: its data say what one service or model refuses."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from wan_widgets.wan.offers import Offer
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, kind_of, source_of


def offer_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """A problem for each field of the request that the offer does not cover. Fields may have values of any type."""
    model = f"{request.model} at {service}"
    if not _among(request.resolution, offer.sizes):
        yield Problem("resolution", f"{model} has no {_named(request.resolution)}.", ", ".join(offer.sizes))
    yield from _shape_problems(offer, request, model)
    yield from _duration_problems(offer, request, model)
    yield from _audio_problems(offer, request, model)
    if request.watermark is True and not offer.watermark:
        yield Problem("watermark", f"{model} has no watermark.", "False")
    if isinstance(request.seed, int) and offer.max_seed is None:
        yield Problem("seed", f"{model} takes no seed.", remedy="Leave it out; the result cannot be repeated.")
    elif isinstance(request.seed, int) and offer.max_seed is not None and request.seed > offer.max_seed:
        yield Problem("seed", f"{model} takes no seed as large as {shown(request.seed)}.", f"0 to {offer.max_seed}")
    if offer.prompt_required and not request.prompt:
        yield Problem("prompt", f"{model} needs a prompt.", remedy="Describe what the clip shows.")
    yield from _prompt_problems(offer, request, service)
    if isinstance(request, ReferenceToVideo):
        yield from _reference_problems(offer, request, model)
    yield from _source_problems(offer, request, service)


def _shape_problems(offer: Offer, request: VideoRequest, model: str) -> Iterator[Problem]:
    aspect_ratio = getattr(request, "aspect_ratio", None)
    shot_type = getattr(request, "shot_type", None)
    if offer.shape_follows_image:
        if aspect_ratio is not None:
            remedy = "Leave it out, and crop the image instead."
            yield Problem("aspect_ratio", f"{model} gives the clip the image's shape.", remedy=remedy)
    else:
        ratios = {ratio: None for sizes in offer.sizes.values() for ratio in sizes}
        row = offer.sizes.get(request.resolution, {}) if _among(request.resolution, offer.sizes) else ratios
        if aspect_ratio is None:
            remedy = "Take the one that the image has: the engine stretches an image from an address."
            yield Problem("aspect_ratio", f"{model} needs an aspect ratio.", ", ".join(ratios), remedy)
        elif not _among(aspect_ratio, ratios):
            yield Problem("aspect_ratio", f"{model} has no {_named(aspect_ratio)}.", ", ".join(ratios))
        elif aspect_ratio not in row:
            where = f"{model} has no {aspect_ratio} in {request.resolution}."
            yield Problem("aspect_ratio", where, ", ".join(row))
    # A service without shot types makes one shot, so "single" is right there too.
    if shot_type not in (None, "single") and not _among(shot_type, offer.shot_types):
        allowed = ", ".join(offer.shot_types) or "single"
        where = " from an image" if isinstance(request, ImageToVideo) else ""
        yield Problem("shot_type", f"{model} has no shot type {shown(shot_type)}{where}.", allowed)


def _duration_problems(offer: Offer, request: VideoRequest, model: str) -> Iterator[Problem]:
    allowed, why = offer.durations, offer.durations_why
    references = request.references if isinstance(request, ReferenceToVideo) else ()
    if offer.durations_with_video is not None and Kind.VIDEO in map(kind_of, references):
        allowed, why = offer.durations_with_video, "A video is among the references."
    if not _among(request.duration, allowed):
        message = f"{model} has no clips of {shown(request.duration)} s."
        yield Problem("duration", f"{message} {why}".strip(), f"{spelled(allowed)} seconds")


def spelled(numbers: Collection[int]) -> str:
    """Numbers as people write them: ``5, 10, 15`` for a few, ``2 to 15`` for a range."""
    ordered = sorted(numbers)
    if len(ordered) > 3 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]} to {ordered[-1]}"
    return ", ".join(map(str, ordered))


def _audio_problems(offer: Offer, request: VideoRequest, model: str) -> Iterator[Problem]:
    if request.audio is False and offer.audio == "always":
        yield Problem("audio", f"{model} always makes a sound track.", "True", "Mute the clip when you play it.")
    if request.audio is True and offer.audio == "never":
        yield Problem("audio", f"{model} makes silent clips only.", "False")
    if request.guide_audio is not None and not offer.guide_audio:
        yield Problem("guide_audio", f"{model} takes no guide audio.", remedy="Leave it out.")


def _prompt_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    if offer.negative_prompt_limit == 0 and request.negative_prompt:
        model = f"{request.model} at {service}"
        remedy = "Leave it out, and say it in the prompt."
        yield Problem("negative_prompt", f"{model} has no negative prompt.", remedy=remedy)
        return
    for name, limit in (("prompt", offer.prompt_limit), ("negative_prompt", offer.negative_prompt_limit)):
        value = getattr(request, name)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            over = len(value) - limit
            message = f"{service} reads the first {limit} characters and drops the rest without a word."
            yield Problem(name, message, f"up to {limit} characters", f"Shorten it by {over}.")


def _reference_problems(offer: Offer, request: ReferenceToVideo, model: str) -> Iterator[Problem]:
    kinds = [kind_of(reference) for reference in request.references]
    if len(kinds) > offer.max_references:
        message = f"{len(kinds)} references are too many for {model}."
        yield Problem("references", message, f"up to {offer.max_references}")
    for kind, limit in ((Kind.IMAGE, offer.max_images), (Kind.VIDEO, offer.max_videos)):
        count = kinds.count(kind)
        if limit == 0 and count:
            other = "videos" if kind is Kind.IMAGE else "images"
            number = kinds.index(kind) + 1
            yield Problem("references", f"Reference {number}: {model} takes no {kind}s as references.", other)
        elif limit is not None and count > limit:
            yield Problem("references", f"{count} {kind}s are too many for {model}.", f"up to {limit}")
    for number, reference in enumerate(request.references, start=1):
        if offer.needs_kinds and kind_of(reference) is None and isinstance(source_of(reference), str):
            message = f"Reference {number}: the address does not tell whether it is an image or a video."
            remedy = "Write ww.ImageReference(…) or ww.VideoReference(…) around it."
            yield Problem("references", message, remedy=remedy, code="unknown_kind")


def _source_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """Problems of files where the service takes only addresses, and of addresses that it cannot fetch."""
    for number, (field, source) in enumerate(request.sources, start=1):
        prefix = f"Reference {number}: " if field == "references" else ""
        given, kind = source_of(source), kind_of(source)
        if field == "guide_audio" and not offer.guide_audio:
            continue  # `_audio_problems` has reported it
        if field != "references" and kind not in (None, _WANTED[field]) and isinstance(given, str):
            yield Problem(field, f"{_named(given)} is {_ARTICLED[kind]}, by its name.", _ARTICLED[_WANTED[field]])
        elif isinstance(given, LocalFile):
            if not offer.files:
                remedy = "Put the file on the web and give its address, or choose a service that takes files."
                yield Problem(field, f"{prefix}{service} takes addresses only, no files.", "an address", remedy)
            elif field == "guide_audio" and Kind.AUDIO not in offer.files:
                yield Problem(field, f"{service} takes no sound as a file.", "an address")
        elif isinstance(given, str) and (scheme := _scheme(given)) and scheme not in offer.schemes:
            allowed = " or ".join(f"{each}://" for each in offer.schemes)
            yield Problem(field, f"{prefix}{service} cannot fetch {scheme}:// addresses.", allowed)


_WANTED = {"image": Kind.IMAGE, "guide_audio": Kind.AUDIO}
_ARTICLED = {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "a sound"}


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _among(value: object, allowed: Collection[str] | Collection[int]) -> bool:
    """Whether the value is one of these. It may be of any type, even one that cannot be compared or hashed."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value in allowed


def _named(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 80 else shown(value)
