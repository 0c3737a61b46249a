"""The three kinds of request: values that check themselves when they are made.

They refuse only what no service can do. `Provider.problems` says what one service or model refuses, so that a request
can be made before a service is chosen.
"""

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self, Unpack

from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.field_checks import (
    as_json,
    check_extra,
    check_name,
    check_seed,
    check_shape,
    check_source,
    check_text,
    is_int,
)
from wan_widgets.wan.field_types import References, RequestFields
from wan_widgets.wan.models import Mode
from wan_widgets.wan.pasted import choice, name, plain, seconds, text, whole
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.sources import (
    ImageReference,
    LocalFile,
    Media,
    Reference,
    Source,
    is_open_file,
    source_of,
    to_references,
    to_source,
)
from wan_widgets.words import say

_LONGEST = 3600  # seconds; no service makes clips nearly as long
_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "prompt": text,
    "model": name,
    "resolution": choice,
    "duration": seconds,
    "negative_prompt": text,
    "like": lambda value: text(name(value)),
    "seed": whole,
    "prompt_extend": plain,
    "audio": plain,
    "watermark": plain,
    "aspect_ratio": choice,
    "shot_type": choice,
}
"""What makes the one form that is kept of the values that people write, by field."""


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """The fields that every mode has. Make one of the three subclasses, not this class.

    Raises `InvalidRequest` with every faulty field if no service can do what it describes.
    """

    mode: ClassVar[Mode]

    prompt: str | None = field(default=None, kw_only=False)
    """What the clip shows. It may be given without its name: ``ww.TextToVideo("A kitten")``."""
    model: str = "wan2.6"
    """The model's family. A provider turns it into the service's own name of the model."""
    resolution: str = "1080p"
    """``"720p"``, ``"1080p"`` or another of the model's. Resolution and aspect ratio give the size in pixels."""
    duration: int = 5
    """The length of the clip in seconds."""
    negative_prompt: str | None = None
    """What the clip should not show."""
    like: str | None = None
    """The listed model that has the same fields and limits as an unlisted `model`. Only `model` is sent, as it is."""
    seed: int | None = None
    """The same seed repeats a result as far as the model can. With ``None`` or -1, each order gets one by chance, which
    the task's request, the file's name and the ledger tell. Some services take no seed."""
    prompt_extend: bool = True
    """Lets the service rewrite the prompt before the model reads it, where the service can."""
    audio: bool = True
    """Asks for a clip with sound."""
    guide_audio: Source | None = None
    """A sound that the clip follows: an address, or a file where the service takes files."""
    watermark: bool = False
    """Asks for a visible mark in the picture."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The service's own fields that are not known here, as JSON values. They are merged over the body that is sent."""

    def __post_init__(self) -> None:
        self._normalize()
        if problems := tuple(self.problems()):
            raise InvalidRequest(problems)

    def _normalize(self) -> None:
        """Turn the values that people write into the one form that is kept."""
        for each in dataclasses.fields(self):
            if each.name in _FORMS:
                self._set(each.name, _FORMS[each.name](getattr(self, each.name)))
        if is_int(self.seed) and self.seed == -1:
            self._set("seed", None)
        self._set("guide_audio", _sound(self.guide_audio))
        with suppress(TypeError, ValueError, RecursionError):  # `problems` reports these
            if isinstance(self.extra, Mapping) and all(isinstance(name, str) for name in self.extra):
                self._set("extra", as_json(self.extra))

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @classmethod
    def draft(cls, fields: Mapping[str, Any]) -> Self:
        """An unchecked request. A form asks it for all problems at once; it is never sent."""
        draft = cls.__new__(cls)
        for each in dataclasses.fields(cls):
            default = {} if each.default is dataclasses.MISSING else each.default
            draft._set(each.name, fields.get(each.name, default))
        draft._normalize()
        return draft

    @property
    def sources(self) -> tuple[tuple[str, Source | Reference], ...]:
        """The sources of the clip, as pairs of a field's name and its value."""
        return () if self.guide_audio is None else (("guide_audio", self.guide_audio),)

    def with_addresses(self, found: Mapping[LocalFile, str | Reference]) -> Self:
        """A copy with addresses in place of the files that were found there. It is not checked again."""
        copy = object.__new__(type(self))
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if isinstance(value, tuple):
                value = tuple(_found(found, item) for item in value)
            elif isinstance(value, LocalFile):
                value = source_of(_found(found, value))
            copy._set(each.name, value)
        return copy

    def problems(self) -> Iterator[Problem]:
        """The fields that no service could handle."""
        yield from check_text("prompt", self.prompt)
        yield from check_text("negative_prompt", self.negative_prompt)
        yield from check_name("model", self.model, say("wan.name.allowed", example='"wan2.6"'))
        yield from check_name("resolution", self.resolution, say("wan.name.allowed", example='"720p"'))
        if not is_int(self.duration) or not 1 <= self.duration <= _LONGEST:
            message = say("wan.duration.none", value=shown(self.duration))
            yield Problem("duration", message, say("wan.duration.allowed", most=_LONGEST))
        yield from check_seed(self.seed)
        for switch in ("prompt_extend", "audio", "watermark"):
            if not isinstance(value := getattr(self, switch), bool):
                yield Problem(switch, say("wan.switch.none", value=shown(value)), "True, False")
        if self.like is not None:
            yield from check_name("like", self.like, say("wan.like.allowed", example='"wan2.6"'))
        if self.guide_audio is not None:
            yield from self._sound_problems()
        yield from check_extra(self.extra)

    def _sound_problems(self) -> Iterator[Problem]:
        if isinstance(self.guide_audio, str | LocalFile) or is_open_file(self.guide_audio):
            yield from check_source("guide_audio", self.guide_audio, say("wan.source.sound"))
        else:
            message = say("wan.source.type", type=type(self.guide_audio).__name__, what=say("wan.source.sound"))
            yield Problem("guide_audio", message, say("wan.guide_audio.allowed"))
        if self.audio is False:
            yield Problem("guide_audio", say("wan.guide_audio.silent"), remedy=say("wan.guide_audio.silent.remedy"))


@dataclass(frozen=True, kw_only=True)
class TextToVideo(VideoRequest):
    """A clip from words alone.

    Example: ``TextToVideo("A kitten runs through grass", resolution="720p", aspect_ratio="9:16")``.
    """

    mode: ClassVar[Mode] = Mode.TEXT

    if TYPE_CHECKING:  # a dataclass takes no other types than it keeps

        def __init__(self, prompt: str | None = None, **fields: Unpack[RequestFields]) -> None: ...

    aspect_ratio: str = "16:9"
    """``"16:9"``, ``"9:16"``, ``"1:1"``, ``"4:3"`` or ``"3:4"``: width, then height."""
    shot_type: str = "single"
    """``"single"`` for one shot; ``"multi"`` for several shots, cut like a film."""

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.prompt is None or (isinstance(self.prompt, str) and not self.prompt.strip()):
            yield Problem("prompt", say("wan.prompt.missing"), remedy=say("wan.prompt.missing.remedy"))
        yield from check_shape(self.aspect_ratio, self.shot_type)


@dataclass(frozen=True, kw_only=True)
class ImageToVideo(VideoRequest):
    """A clip that starts from one image and has its shape."""

    mode: ClassVar[Mode] = Mode.IMAGE

    if TYPE_CHECKING:

        def __init__(self, prompt: str | None = None, *, image: Media, **fields: Unpack[RequestFields]) -> None: ...

    image: Source = ""
    """The first frame: an address, or a path, ``bytes``, an open file, a PIL image or a numpy array. All but an address
    become a `LocalFile`."""
    aspect_ratio: str | None = None
    """Only for services that can crop the image; at the others the image decides."""
    shot_type: str | None = None
    """Only for services that have shot types in this mode."""

    @property
    def sources(self) -> tuple[tuple[str, Source | Reference], ...]:
        return super().sources if _is_blank(self.image) else (("image", self.image), *super().sources)

    def _normalize(self) -> None:
        super()._normalize()
        given = self.image.source if isinstance(self.image, ImageReference) else self.image
        self._set("image", to_source(given))

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if _is_blank(self.image):
            yield Problem("image", say("wan.image.missing"), remedy=say("wan.image.missing.remedy"))
        elif isinstance(self.image, list | tuple):
            yield Problem("image", say("wan.image.list", count=len(self.image)), say("wan.image.allowed"))
        elif isinstance(self.image, Reference):
            yield Problem("image", say("wan.image.video"), remedy=say("wan.image.video.remedy"))
        else:
            yield from check_source("image", self.image, say("wan.source.image"))
        yield from check_shape(self.aspect_ratio, self.shot_type, optional=True)


@dataclass(frozen=True, kw_only=True)
class ReferenceToVideo(VideoRequest):
    """A clip with the characters of the references, named ``character1``, ``character2``, ... in the prompt."""

    mode: ClassVar[Mode] = Mode.REFERENCE

    if TYPE_CHECKING:

        def __init__(
            self, prompt: str | None = None, *, references: References, **fields: Unpack[RequestFields]
        ) -> None: ...

    references: tuple[Source | Reference, ...] = ()
    """Videos and images, in the order in which the prompt counts them. Each is an address or a file, as in
    `ImageToVideo.image`; it is an `ImageReference` or `VideoReference` if its name does not tell its kind."""
    aspect_ratio: str = "16:9"
    """As in `TextToVideo`."""
    shot_type: str = "single"
    """As in `TextToVideo`."""

    @property
    def sources(self) -> tuple[tuple[str, Source | Reference], ...]:
        return tuple(("references", reference) for reference in self.references) + super().sources

    def _normalize(self) -> None:
        super()._normalize()
        self._set("references", to_references(self.references))

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.references:
            yield Problem("references", say("wan.references.missing"), remedy=say("wan.references.missing.remedy"))
        for number, reference in enumerate(self.references, start=1):
            yield from check_source("references", reference, say("wan.source.reference"), number)
        yield from check_shape(self.aspect_ratio, self.shot_type)


REQUEST_TYPES: dict[Mode, type[VideoRequest]] = {
    kind.mode: kind for kind in (TextToVideo, ImageToVideo, ReferenceToVideo)
}


def _found(found: Mapping[LocalFile, str | Reference], item: Source | Reference) -> Source | Reference:
    source = source_of(item)
    sent = found.get(source) if isinstance(source, LocalFile) else None
    if isinstance(sent, str) and isinstance(item, Reference):
        return type(item)(sent)  # the address has the kind that the user gave for the file
    return item if sent is None else sent


def _sound(given: Any) -> Any:
    """Like `to_source`, but pixels stay as they are, because they are no sound."""
    if isinstance(given, str | bytes | bytearray | memoryview | os.PathLike) or is_open_file(given):
        given = to_source(given)
    return None if isinstance(given, str) and not given else given


def _is_blank(source: object) -> bool:
    """Whether nothing is given. Arrays have no truth value, so ``not source`` would raise."""
    return source is None or (isinstance(source, str) and not source)
