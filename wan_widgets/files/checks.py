"""What is found in a clip on this machine: numbers, and in words what is odd or differs from what was asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from wan_widgets import words
from wan_widgets.files import signals
from wan_widgets.files.frames import read
from wan_widgets.files.loudness import SILENCE
from wan_widgets.files.signals import Span
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Said, Several, Text, say

VERSION = 1
"""It rises when the same file would get other numbers or findings. Checks of other versions are made anew."""
_LENGTH = 0.25
"""Seconds. Wan makes 4n + 1 frames, so that a clip lasts up to a sixteenth longer than asked, and sound a bit more."""
_SIDE = 8
"""Pixels. Models and encoders count in blocks of 16 pixels, so a side may be rounded by half of one: 1088 for 1080."""
_RATIO = 0.02
"""The share by which the ratio may differ: sides of multiples of 16 meet 16:9 at 480p only so well."""
_FRAME = 0.05
"""Seconds. The last frame may end so much before the sound does."""
_FLASHES = 3.0
"""A second. WCAG 2.3.1 allows three; more is a light that flickers, and no event of the scene."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was found in a clip. Of a long file, the first minute is looked at."""

    width: int
    """As the clip is shown, in pixels, like the height."""
    height: int
    seconds: float
    """The length of the file."""
    fps: float | None = None
    """Frames a second, on average."""
    frames: int
    """How many frames were looked at."""
    has_audio: bool
    loudness: float | None = None
    """The integrated loudness of ITU-R BS.1770-4 (EBU R 128) in LUFS. -70 is silence. ``None`` without sound."""
    brightness: float
    """The average picture level (APL): the mean luma, in per cent."""
    motion: float
    """The mean temporal information (TI, ITU-T P.910) of frames of 160 pixels, in levels of 255, without the cuts."""
    flicker: float
    """The most flashes of the whole picture within a second, of at least 4 % of the range (after WCAG 2.3.1)."""
    black: tuple[Span, ...] = ()
    """The black parts, as FFmpeg's blackdetect understands them, of at least 0.25 s."""
    frozen: tuple[Span, ...] = ()
    """The parts in which nothing moves, of at least 1 s, without the black ones."""
    cuts: tuple[float, ...] = ()
    """When the scene changes from one frame to the next, in seconds."""
    broken: float | None = None
    """When the first frame should have been shown that cannot be read; ``None`` if all can be read."""
    findings: tuple[Said, ...] = ()
    """In words, what is odd in the file, or differs from what was asked for; empty if nothing is."""

    def __str__(self) -> str:
        return " · ".join(map(str, self.findings))


def measured(path: Path, request: VideoRequest | None = None, provider: str | None = None) -> Check:
    """Look at a file, and compare it with the request. Raises `OSError`, or `NotVideo` if it is no video."""
    found = read(path)
    check = Check(
        width=found.width,
        height=found.height,
        seconds=round(found.seconds, 3),
        fps=None if found.fps is None else round(found.fps, 3),
        frames=len(found.times),
        has_audio=found.has_audio,
        loudness=found.loudness,
        brightness=signals.brightness(found),
        motion=signals.motion(found),
        flicker=signals.flicker(found),
        black=signals.black(found),
        frozen=signals.frozen(found),
        cuts=signals.cuts(found),
        broken=None if found.broken is None else round(found.broken, 3),
    )
    return replace(check, findings=(*_odd(check), *_unlike(check, request, provider)))


def word_of(check: Check | None) -> Said:
    """The first finding, and how many more there are, for a small space; empty if there is none."""
    if check is None or not check.findings:
        return ""
    first, *others = check.findings
    return say("files.check.more", first=first, number=len(others)) if others else first


def _odd(check: Check) -> Iterator[Text]:
    """What is odd in any file."""
    if check.broken is not None:
        yield say("files.check.broken", start=_tenths(check.broken))
    for spans, key, of_all in (
        (check.black, "files.check.black", "files.check.black.throughout"),
        (check.frozen, "files.check.frozen", "files.check.frozen.throughout"),
    ):
        for span in spans:
            is_all = span.start == 0 and span.end >= check.seconds - _FRAME
            yield say(of_all) if is_all else say(key, seconds=_tenths(span.seconds), start=_tenths(span.start))
    if check.cuts:
        moments = Several(tuple(map(_tenths, check.cuts)), "plain")
        yield say("files.check.cuts", count=len(check.cuts), moments=moments)
    if check.flicker > _FLASHES:
        yield say("files.check.flicker", rate=check.flicker)


def _unlike(check: Check, request: VideoRequest | None, provider: str | None) -> Iterator[Text]:
    """What differs from what was asked for."""
    known = PROVIDERS.get(provider or "")
    offer = known.offer(request.model, request.mode, request.like) if known and request else None
    is_wanted = request is not None and request.audio and (offer is None or offer.audio != "never")
    if is_wanted and not check.has_audio:
        yield say("files.check.no_sound")
    elif check.loudness == SILENCE and (is_wanted or request is None):
        yield say("files.check.silent")
    if request is None:
        return
    if abs(check.seconds - request.duration) > _LENGTH:
        yield say("files.check.length", found=_tenths(check.seconds), asked=request.duration)
    ratio = getattr(request, "aspect_ratio", None) or ""
    size = offer.size(request.resolution, ratio) if offer else None
    if size:
        if max(abs(check.width - size.width), abs(check.height - size.height)) > _SIDE:
            yield say("files.check.size", found=f"{check.width}×{check.height}", asked=str(size))
    elif offer is None and (asked := _quotient(ratio)) and abs(check.width / check.height / asked - 1) > _RATIO:
        yield say("files.check.ratio", found=f"{check.width}×{check.height}", asked=ratio)


def _quotient(ratio: str) -> float | None:
    wide, _, high = ratio.partition(":")
    return int(wide) / int(high) if wide.isdigit() and high.isdigit() and int(high) else None


def _tenths(seconds: float) -> float:
    return round(seconds, 1)


def to_values(check: Check, sha256: str) -> dict[str, Any]:
    """A check as JSON can hold it. `sha256` is that of the file which was looked at."""
    values = {each.name: getattr(check, each.name) for each in fields(check)}
    return {"version": VERSION, "sha256": sha256, **values, "findings": [words.stored(each) for each in check.findings]}


def from_values(values: Mapping[str, Any], sha256: str | None) -> Check | None:
    """The check that `to_values` was called with; ``None`` if it is of another file, or of another version."""
    if values.get("version") != VERSION or not sha256 or values.get("sha256") != sha256:
        return None
    try:
        spans = {name: tuple(Span(float(start), float(end)) for start, end in values[name]) for name in _SPANS}
        others: dict[str, Any] = {**spans, "cuts": tuple(map(float, values["cuts"]))}
        findings = tuple(found for each in values["findings"] if (found := words.loaded(str(each))))
        return Check(**others, **{name: values[name] for name in _NUMBERS}, findings=findings)
    except (KeyError, TypeError, ValueError):  # another program wrote it
        return None


_SPANS = ("black", "frozen")
_NUMBERS = tuple(each.name for each in fields(Check) if each.name not in (*_SPANS, "cuts", "findings"))
