"""Checks of a request against an `Offer`: its data say what one service or model refuses."""

from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from wan_widgets.wan.offers import Offer
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, kind_of, source_of
from wan_widgets.words import Said, Several, Text, joined, say

_Tell = Callable[..., Text]
"""`say` for a sentence about the model at the service."""


def offer_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """A problem for each field of the request that the offer does not cover. Fields may have values of any type."""

    def tell(key: str, **values: object) -> Text:
        return say(key, model=_named(request.model), service=service, **values)

    if not _among(request.resolution, offer.sizes):
        yield Problem("resolution", tell("providers.value.none", value=_named(request.resolution)), _list(offer.sizes))
    yield from _shape_problems(offer, request, tell)
    yield from _duration_problems(offer, request, tell)
    yield from _audio_problems(offer, request, tell)
    if request.watermark is True and not offer.watermark:
        yield Problem("watermark", tell("providers.watermark.none"), "False")
    if isinstance(request.seed, int) and offer.max_seed is None:
        yield Problem("seed", tell("providers.seed.none"), remedy=say("providers.seed.none.remedy"))
    elif isinstance(request.seed, int) and offer.max_seed is not None and request.seed > offer.max_seed:
        allowed = say("providers.range", first=0, last=offer.max_seed)
        yield Problem("seed", tell("providers.seed.large", seed=shown(request.seed)), allowed)
    if offer.prompt_required and not request.prompt:
        yield Problem("prompt", tell("providers.prompt.missing"), remedy=say("wan.prompt.missing.remedy"))
    yield from _prompt_problems(offer, request, tell)
    if isinstance(request, ReferenceToVideo):
        yield from _reference_problems(offer, request, tell)
    yield from _source_problems(offer, request, service)


def _shape_problems(offer: Offer, request: VideoRequest, tell: _Tell) -> Iterator[Problem]:
    aspect_ratio = getattr(request, "aspect_ratio", None)
    shot_type = getattr(request, "shot_type", None)
    if offer.shape_follows_image:
        if aspect_ratio is not None:
            remedy = say("providers.aspect_ratio.follows.remedy")
            yield Problem("aspect_ratio", tell("providers.aspect_ratio.follows"), remedy=remedy)
    else:
        ratios = {ratio: None for sizes in offer.sizes.values() for ratio in sizes}
        row = offer.sizes.get(request.resolution, {}) if _among(request.resolution, offer.sizes) else ratios
        if aspect_ratio is None:
            remedy = say("providers.aspect_ratio.missing.remedy")
            yield Problem("aspect_ratio", tell("providers.aspect_ratio.missing"), _list(ratios), remedy)
        elif not _among(aspect_ratio, ratios):
            yield Problem("aspect_ratio", tell("providers.value.none", value=_named(aspect_ratio)), _list(ratios))
        elif aspect_ratio not in row:
            values = {"ratio": aspect_ratio, "resolution": request.resolution}
            yield Problem("aspect_ratio", tell("providers.aspect_ratio.not_with", **values), _list(row))
    # A service without shot types makes one shot, so "single" is right there too.
    if shot_type not in (None, "single") and not _among(shot_type, offer.shot_types):
        key = "providers.shot_type.none.i2v" if isinstance(request, ImageToVideo) else "providers.shot_type.none"
        yield Problem("shot_type", tell(key, shots=shown(shot_type)), _list(offer.shot_types or ("single",)))


def _duration_problems(offer: Offer, request: VideoRequest, tell: _Tell) -> Iterator[Problem]:
    allowed, why = offer.durations, offer.durations_why
    references = request.references if isinstance(request, ReferenceToVideo) else ()
    if offer.durations_with_video is not None and Kind.VIDEO in map(kind_of, references):
        allowed, why = offer.durations_with_video, say("providers.duration.with_video")
    if not _among(request.duration, allowed):
        message = joined(tell("providers.duration.none", duration=shown(request.duration)), why)
        yield Problem("duration", message, say("providers.duration.allowed", seconds=spelled(allowed)))


def spelled(numbers: Collection[int]) -> Text | Several:
    """Numbers as people write them: ``5, 10, 15`` for a few, ``2 to 15`` for a range."""
    ordered = sorted(numbers)
    if len(ordered) > 3 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return say("providers.range", first=ordered[0], last=ordered[-1])
    return Several(tuple(ordered), "plain")


def _audio_problems(offer: Offer, request: VideoRequest, tell: _Tell) -> Iterator[Problem]:
    if request.audio is False and offer.audio == "always":
        yield Problem("audio", tell("providers.audio.always"), "True", say("providers.audio.always.remedy"))
    if request.audio is True and offer.audio == "never":
        yield Problem("audio", tell("providers.audio.never"), "False")
    if request.guide_audio is not None and not offer.guide_audio:
        yield Problem("guide_audio", tell("providers.guide_audio.none"), remedy=say("providers.leave_out"))


def _prompt_problems(offer: Offer, request: VideoRequest, tell: _Tell) -> Iterator[Problem]:
    if offer.negative_prompt_limit == 0 and request.negative_prompt:
        remedy = say("providers.negative_prompt.none.remedy")
        yield Problem("negative_prompt", tell("providers.negative_prompt.none"), remedy=remedy)
        return
    for name, limit in (("prompt", offer.prompt_limit), ("negative_prompt", offer.negative_prompt_limit)):
        value = getattr(request, name)
        if limit is not None and isinstance(value, str) and len(value) > limit:
            remedy = say("providers.prompt.long.remedy", count=len(value) - limit)
            allowed = say("providers.prompt.allowed", count=limit)
            yield Problem(name, tell("providers.prompt.long", count=limit), allowed, remedy)


_TOO_MANY = {Kind.IMAGE: "providers.references.many_images", Kind.VIDEO: "providers.references.many_videos"}
_NONE_OF_KIND = {Kind.IMAGE: "providers.references.no_images", Kind.VIDEO: "providers.references.no_videos"}
_OTHER_KIND = {Kind.IMAGE: "providers.references.videos", Kind.VIDEO: "providers.references.images"}


def _reference_problems(offer: Offer, request: ReferenceToVideo, tell: _Tell) -> Iterator[Problem]:
    kinds = [kind_of(reference) for reference in request.references]
    if len(kinds) > offer.max_references:
        message = tell("providers.references.many", count=len(kinds))
        yield Problem("references", message, say("providers.up_to", limit=offer.max_references))
    for kind, limit in ((Kind.IMAGE, offer.max_images), (Kind.VIDEO, offer.max_videos)):
        count = kinds.count(kind)
        if limit == 0 and count:
            number = kinds.index(kind) + 1
            yield Problem("references", tell(_NONE_OF_KIND[kind]), say(_OTHER_KIND[kind]), number=number)
        elif limit is not None and count > limit:
            yield Problem("references", tell(_TOO_MANY[kind], count=count), say("providers.up_to", limit=limit))
    for number, reference in enumerate(request.references, start=1):
        if offer.needs_kinds and kind_of(reference) is None and isinstance(source_of(reference), str):
            remedy = say("providers.references.unknown_kind.remedy")
            yield Problem("references", say("providers.references.unknown_kind"), remedy=remedy, number=number)


_BY_NAME = {
    Kind.IMAGE: "providers.source.is_image",
    Kind.VIDEO: "providers.source.is_video",
    Kind.AUDIO: "providers.source.is_sound",
}


def _source_problems(offer: Offer, request: VideoRequest, service: str) -> Iterator[Problem]:
    """Problems of files where the service takes only addresses, and of addresses that it cannot fetch."""
    for index, (field, source) in enumerate(request.sources, start=1):
        number = index if field == "references" else None
        given, kind = source_of(source), kind_of(source)
        if field == "guide_audio" and not offer.guide_audio:
            continue  # `_audio_problems` has reported it
        if field != "references" and kind is not None and kind != _WANTED[field] and isinstance(given, str):
            yield Problem(field, say(_BY_NAME[kind], source=_named(given)), say(_WANTED_WORDS[field]))
        elif isinstance(given, LocalFile):
            allowed = say("providers.source.address")
            if not offer.files:
                remedy = say("providers.source.no_files.remedy")
                yield Problem(field, say("providers.source.no_files", service=service), allowed, remedy, number)
            elif field == "guide_audio" and Kind.AUDIO not in offer.files:
                yield Problem(field, say("providers.source.no_sound_files", service=service), allowed)
        elif isinstance(given, str) and (scheme := _scheme(given)) and scheme not in offer.schemes:
            schemes = Several(tuple(f"{each}://" for each in offer.schemes), "or")
            message = say("providers.source.scheme", service=service, scheme=f"{scheme}://")
            yield Problem(field, message, schemes, number=number)


_WANTED = {"image": Kind.IMAGE, "guide_audio": Kind.AUDIO}
_WANTED_WORDS = {"image": "wan.source.image", "guide_audio": "wan.source.sound"}


def _list(words: Collection[str]) -> Several:
    return Several(tuple(words), "plain")


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _among(value: object, allowed: Collection[str] | Collection[int]) -> bool:
    """Whether the value is one of these. It may be of any type, even one that cannot be compared or hashed."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value in allowed


def _named(value: object) -> Said:
    return value if isinstance(value, str) and len(value) <= 80 else shown(value)
