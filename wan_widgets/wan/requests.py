"""The three kinds of request: values that check themselves when made.

They refuse what no service can do. What one service or model refuses is that provider's to say
(`Provider.problems`), so that a request can be made before it is known who will answer it.
"""

import dataclasses
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem, shown

SHOT_TYPES = ("single", "multi")
_LONGEST = 3600  # seconds; no service comes near


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """What every mode has. Not to be made itself: make one of its three children.

    Raises `InvalidRequest`, with every faulty field, when it describes what no service can do.
    """

    mode: ClassVar[Mode]

    prompt: str | None = None
    """What the clip shows."""
    model: str = "wan2.6"
    """The model's family; a provider adds what its own spelling needs."""
    resolution: str = "1080p"
    """``"720p"`` or ``"1080p"``; with the aspect ratio it gives the size in pixels."""
    duration: int = 5
    """Length of the clip in seconds."""
    negative_prompt: str | None = None
    """What the clip should not show."""
    seed: int | None = None
    """A fixed seed repeats a result as far as the model can; ``None`` or -1 lets the service choose."""
    prompt_extend: bool = True
    """Lets the service rewrite the prompt before the model reads it."""
    audio: bool = True
    """A clip with sound."""
    watermark: bool = False
    """Asks for a visible mark in the picture."""

    def __post_init__(self) -> None:
        for name in ("prompt", "negative_prompt"):
            if isinstance(text := getattr(self, name), str) and not text.strip():
                object.__setattr__(self, name, None)
        for name in ("duration", "seed"):  # a sweep's numbers are numpy's
            object.__setattr__(self, name, _plain(getattr(self, name)))
        if _is_int(self.seed) and self.seed == -1:
            object.__setattr__(self, "seed", None)
        if problems := tuple(self.problems()):
            raise InvalidRequest(problems)

    @classmethod
    def draft(cls, fields: Mapping[str, Any]) -> Self:
        """An unchecked request, from which a form learns all that is wrong at once. Never submitted."""
        draft = cls.__new__(cls)
        for field in dataclasses.fields(cls):
            default = None if field.default is dataclasses.MISSING else field.default
            object.__setattr__(draft, field.name, fields.get(field.name, default))
        return draft

    def problems(self) -> Iterator[Problem]:
        """What no service could do."""
        yield from _text(self, "prompt")
        yield from _text(self, "negative_prompt")
        for name, example in (("model", '"wan2.6"'), ("resolution", '"720p"')):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip() or not _is_unicode(value):
                yield Problem(name, f"{shown(value)} is not a name.", f"text such as {example}")
        if not _is_int(self.duration) or not 1 <= self.duration <= _LONGEST:
            yield Problem("duration", f"{shown(self.duration)} is not a length.", f"whole seconds, 1 to {_LONGEST}")
        if self.seed is not None and (not _is_int(self.seed) or not -1 <= self.seed < 2**64):
            allowed = "whole numbers from 0, of up to 64 bits, or -1 or None for a random one"
            yield Problem("seed", f"{shown(self.seed)} is not a seed.", allowed)
        for name in ("prompt_extend", "audio", "watermark"):
            if not isinstance(value := getattr(self, name), bool):
                yield Problem(name, f"{shown(value)} is neither on nor off.", "True, False")


@dataclass(frozen=True, kw_only=True)
class TextToVideo(VideoRequest):
    """A clip from words alone.

    Example: ``TextToVideo(prompt="A kitten runs through grass", resolution="720p", aspect_ratio="9:16")``.
    """

    mode: ClassVar[Mode] = Mode.TEXT

    aspect_ratio: str = "16:9"
    """``"16:9"``, ``"9:16"``, ``"1:1"``, ``"4:3"`` or ``"3:4"``, width before height."""
    shot_type: str = "single"
    """``"single"``: one take; ``"multi"``: several, cut like a film."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.prompt is None or (isinstance(self.prompt, str) and not self.prompt.strip()):
            yield Problem("prompt", "Text to video needs a prompt.", remedy="Describe what the clip shows.")
        yield from _shape(self.aspect_ratio, self.shot_type)


@dataclass(frozen=True, kw_only=True)
class ImageToVideo(VideoRequest):
    """A clip that starts from one image and has its shape."""

    mode: ClassVar[Mode] = Mode.IMAGE

    image: str = ""
    """The URL of the first frame."""
    aspect_ratio: str | None = None
    """Only for services that can crop; elsewhere the image decides."""
    shot_type: str | None = None
    """Only for services that have it here."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.image is None or (isinstance(self.image, str) and not self.image.strip()):
            yield Problem("image", "Image to video needs an image.", remedy="Give the URL of one image.")
        elif isinstance(self.image, list | tuple):
            yield Problem("image", f"A list of {len(self.image)} was given.", "the URL of exactly one image, as text")
        else:
            yield from _url("image", self.image)
        yield from _shape(self.aspect_ratio, self.shot_type, optional=True)


@dataclass(frozen=True, kw_only=True)
class ReferenceToVideo(VideoRequest):
    """A clip with the characters of the references, named ``character1``, ``character2``, ... in the prompt."""

    mode: ClassVar[Mode] = Mode.REFERENCE

    references: tuple[str, ...] = ()
    """URLs, in the order in which the prompt counts them. Any iterable of them will do."""
    aspect_ratio: str = "16:9"
    """As in `TextToVideo`."""
    shot_type: str = "single"
    """As in `TextToVideo`."""

    def __post_init__(self) -> None:
        given = self.references
        several = isinstance(given, Iterable) and not isinstance(given, str | bytes)
        object.__setattr__(self, "references", tuple(given) if several else (given,) if given else ())
        super().__post_init__()

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.references:
            remedy = "Give the URL of at least one reference video."
            yield Problem("references", "Reference to video needs a reference.", remedy=remedy)
        for number, reference in enumerate(self.references, start=1):
            yield from _url("references", reference, f"Reference {number}: ")
        yield from _shape(self.aspect_ratio, self.shot_type)


REQUEST_TYPES: dict[Mode, type[VideoRequest]] = {
    kind.mode: kind for kind in (TextToVideo, ImageToVideo, ReferenceToVideo)
}


def _plain(value: Any) -> Any:
    """An integer of another library as Python's own; anything else as it is."""
    try:
        return value if isinstance(value, int) else operator.index(value)
    except TypeError:
        return value


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_unicode(text: str) -> bool:
    """Whether it can be sent: no half of a surrogate pair, as a browser may leave of an emoji."""
    return not re.search(r"[\ud800-\udfff]", text)


def _text(request: VideoRequest, name: str) -> Iterator[Problem]:
    value = getattr(request, name)
    if value is not None and not isinstance(value, str):
        yield Problem(name, f"{type(value).__name__} is not text.", "text, or None")
    elif value and not _is_unicode(value):
        remedy = "Type it again; it may have been cut in the middle of an emoji."
        yield Problem(name, "It has half a character, which cannot be sent.", remedy=remedy)


def _shape(aspect_ratio: object, shot_type: object, *, optional: bool = False) -> Iterator[Problem]:
    ratio = isinstance(aspect_ratio, str) and re.fullmatch(r"0*[1-9][0-9]*:0*[1-9][0-9]*", aspect_ratio)
    if not (ratio or (optional and aspect_ratio is None)):
        yield Problem("aspect_ratio", f"{shown(aspect_ratio)} is not an aspect ratio.", 'width:height, such as "16:9"')
    shots = isinstance(shot_type, str) and shot_type in SHOT_TYPES
    if not (shots or (optional and shot_type is None)):
        yield Problem("shot_type", f"{shown(shot_type)} is not a shot type.", ", ".join(SHOT_TYPES))


def _url(field: str, value: object, prefix: str = "") -> Iterator[Problem]:
    """A URL that a service on the internet could fetch, as far as its spelling tells."""
    remedy = "Put the file where the service can reach it and give its http:// or https:// address."
    if not isinstance(value, str):
        yield Problem(field, f"{prefix}{type(value).__name__} is not a URL.", "an http:// or https:// URL", remedy)
        return
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and _is_unicode(value)
    except ValueError:  # a port out of range among them
        sound = False
    if value[:5].lower() == "data:":
        yield Problem(field, f"{prefix}Embedded (base64) data is not a URL.", "an http:// or https:// URL", remedy)
    elif not sound or any(char.isspace() for char in value):
        yield Problem(field, f"{prefix}{shown(value)} is not a URL.", "an http:// or https:// URL", remedy)
