"""Local files before they are sent: what each file holds, and whether the service takes it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO

from wan_widgets.files import images
from wan_widgets.files.disk import check_regular
from wan_widgets.files.images import NotMedia
from wan_widgets.files.media import NotVideo, look
from wan_widgets.providers import FilePart
from wan_widgets.wan.file_types import suffix_of
from wan_widgets.wan.offers import FileRules, Offer
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, Reference, printable, source_of
from wan_widgets.words import Said, Several, reason_of, said_by, say, size_said

_WANTED = {"image": (Kind.IMAGE,), "guide_audio": (Kind.AUDIO,), "references": (Kind.IMAGE, Kind.VIDEO)}
_KINDS = {
    Kind.IMAGE: say("files.kind.image"),
    Kind.VIDEO: say("files.kind.video"),
    Kind.AUDIO: say("files.kind.audio"),
}
_IS = {Kind.IMAGE: "files.input.is.image", Kind.VIDEO: "files.input.is.video", Kind.AUDIO: "files.input.is.audio"}
_ADDRESSES = {
    Kind.IMAGE: "files.input.addresses.image",
    Kind.VIDEO: "files.input.addresses.video",
    Kind.AUDIO: "files.input.addresses.audio",
}


@dataclass(frozen=True)
class FileFacts:
    """What a file holds."""

    kind: Kind
    type: str
    """The MIME type."""
    size: int
    """The size in bytes."""
    sides: tuple[int, int] | None = None
    """The width and height of an image or a video as it is shown, in pixels."""
    seconds: float | None = None
    """The length of a video or a sound, in seconds."""
    transparent: bool = False
    """It is an image, and something shows through."""
    is_plain: bool = True
    """It is sent as it is. Otherwise it is written anew, because services read such images differently."""


def facts(file: LocalFile) -> FileFacts:
    """What a file holds. Raises `OSError` if it cannot be read, `NotMedia` if it has neither picture nor sound."""
    if file.path is None:
        return _facts_of_data(file.data or b"")
    state = check_regular(file.path)
    return _facts_of_path(file.path, state.st_size, state.st_mtime_ns)


def part_of(file: LocalFile) -> FilePart:
    """The file as it is sent, with a name that tells only its kind. Raises what `facts` raises."""
    known = facts(file)
    digest = hashlib.sha256(os.fsencode(file.path) if file.path else file.data or b"").hexdigest()[:12]
    mime = known.type
    if not known.is_plain:
        mime, data = images.rewritten(file)
        file = LocalFile(data=data)
    suffix = suffix_of(mime) or mime.rpartition("/")[2]
    return FilePart(file, f"{known.kind}-{digest}.{suffix}", mime, known.kind)


def file_problems(request: VideoRequest, offer: Offer, service: str) -> Iterator[Problem]:
    """A problem for everything about the request's local files that the service refuses. Reads the files' heads."""
    if not offer.files:
        return  # `offer_problems` has reported that the service takes no files
    for number, (field, source) in enumerate(request.sources, start=1):
        given = source_of(source)
        if isinstance(given, LocalFile):
            wanted = (source.kind,) if isinstance(source, Reference) else _WANTED[field]
            for problem in _problems(given, wanted, offer, service):
                yield replace(problem, field=field, number=number if field == "references" else None)


def _problems(file: LocalFile, wanted: tuple[Kind, ...], offer: Offer, service: str) -> Iterator[Problem]:
    name = file.name if file.path else say("files.input.data")
    kinds = Several(tuple(_KINDS[kind] for kind in wanted), "or")
    try:
        known = facts(file)
    except FileNotFoundError:
        missing = say("files.input.missing", path=printable(str(file.path)))
        yield Problem("", missing, remedy=say("files.input.missing.remedy"))
    except (OSError, ValueError) as error:
        unreadable = say("files.input.unreadable", name=name, reason=reason_of(error))
        yield Problem("", unreadable, remedy=say("files.input.unreadable.remedy"))
    except NotMedia as error:
        yield Problem("", say("files.input.strange", name=name, reason=said_by(error)), kinds)
    else:
        if known.kind not in wanted:
            yield Problem("", say(_IS[known.kind], name=name), kinds)
        elif (rules := offer.files.get(known.kind)) is None:
            yield Problem("", say(_ADDRESSES[known.kind], service=service), say("files.input.address"))
        else:
            yield from _rule_problems(known, rules, name, service)


def _rule_problems(known: FileFacts, rules: FileRules, name: Said, service: str) -> Iterator[Problem]:
    if known.type not in rules.types:
        allowed = tuple(each.rpartition("/")[2].replace("quicktime", "mov").upper() for each in rules.types)
        strange = say("files.input.type", name=name, type=known.type, service=service)
        yield Problem("", strange, Several(allowed, "plain"))
    if known.transparent and not rules.transparent:
        opaque = say("files.input.transparent.remedy", code="image.convert('RGB')")
        yield Problem("", say("files.input.transparent", name=name, service=service), remedy=opaque)
    if known.size > rules.max_bytes:
        large = say("files.input.large", name=name, size=size_said(known.size))
        yield Problem("", large, say("providers.up_to", limit=size_said(rules.max_bytes)))
    if rules.sides and known.sides and not all(rules.sides[0] <= side <= rules.sides[1] for side in known.sides):
        shape = say("files.input.pixels", name=name, shape="×".join(map(str, known.sides)))
        yield Problem("", shape, say("files.input.pixels.allowed", least=rules.sides[0], most=rules.sides[1]))
    if rules.seconds and known.seconds is not None:
        shortest, longest = rules.seconds
        if not shortest - 0.05 <= known.seconds <= longest + 0.05:  # containers round the length
            lasts = say("files.input.lasts", name=name, seconds=round(known.seconds, 1))
            yield Problem("", lasts, say("files.input.lasts.allowed", shortest=shortest, longest=longest))


def _facts_of_data(data: bytes) -> FileFacts:
    return _look(BytesIO(data), len(data))


@lru_cache(maxsize=256)
def _facts_of_path(path: Path, size: int, _changed: int) -> FileFacts:
    with path.open("rb") as file:
        return _look(file, size)


def _look(file: IO[bytes], size: int) -> FileFacts:
    if not size:
        raise NotMedia(say("files.faulty.empty"))
    if seen_image := images.look(file):
        return FileFacts(
            Kind.IMAGE,
            seen_image.type,
            size,
            seen_image.sides,
            transparent=seen_image.transparent,
            is_plain=seen_image.is_plain,
        )
    file.seek(0)
    try:
        seen = look(file)
    except NotVideo as error:
        raise NotMedia(said_by(error)) from error
    return FileFacts(Kind(seen.type.partition("/")[0]), seen.type, size, seen.sides, seen.seconds)
