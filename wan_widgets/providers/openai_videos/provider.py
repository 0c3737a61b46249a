"""The protocol `/v1/videos` of engines on your own GPUs: the dialects of SGLang-Diffusion, vLLM-Omni and OpenAI.

Sources: SGLang 0.5.23 (its openai/video_api.py), vLLM-Omni 0.30.0 (its openai/api_server.py), openai-python 3.52.
All three take multipart/form-data, and each has fields of its own. `/v1/models` tells which engine a server runs.
"""

import copy
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self, get_args

from wan_widgets.providers.bodies import given, overlaid
from wan_widgets.providers.calls import Call, Pace, Reply
from wan_widgets.providers.openai_videos.discovery import read_models
from wan_widgets.providers.openai_videos.models import WAN, Dialect, Model, Served, catalogue, offer
from wan_widgets.providers.openai_videos.replies import NO_MODEL, path_of, read_deletion, read_video, refusal
from wan_widgets.providers.openai_videos.search import Traits, matching
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import ImageToVideo, VideoRequest
from wan_widgets.wan.sources import LocalFile, source_of
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Name, Several, say

_TITLES: Mapping[Dialect | None, str] = {"sglang": "SGLang", "vllm-omni": "vLLM-Omni"}
_NEEDS = {
    Mode.TEXT: ("providers.engine.needs_image", "providers.engine.needs_image.remedy"),
    Mode.IMAGE: ("providers.engine.takes_no_image", "providers.engine.takes_no_image.remedy"),
}
"""What is said of the models of a server without a mode, and what to do."""
_WRITES_FILES = frozenset({"output_path", "perf_dump_path"})
"""SGLang writes to any path on the server that these fields name."""


class OpenAIVideos(Provider):
    """An engine of your own behind `/v1/videos`. It has no usual address: pass its base URL to the client.

    `dialect` is ``"sglang"``, ``"vllm-omni"`` or ``"openai"``; with ``None`` the server is asked at first use. An
    engine serves one model: `model` of a request is its short name (``"wan2.2-t2v-a14b"``), its name at Hugging Face,
    or the name that the server uses. A value of ``None`` in a request's `extra` leaves that field out. `served` lists
    the server's models; `decode_discover` sets it. Raises `ConfigurationError` for a dialect that does not exist.
    """

    name = "openai-videos"
    title: str = Name("providers.title.openai_videos")
    files_in_submit = True
    key_variables: tuple[str, ...] = ("OPENAI_API_KEY",)
    key_host = "api.openai.com"
    needs_key = False
    finds_orders = True
    pace = Pace(questions=20.0)  # an engine of one's own

    def __init__(self, dialect: Dialect | None = None, *, served: Sequence[Served] | None = None) -> None:
        if dialect is not None and dialect not in get_args(Dialect):
            dialects = Several(get_args(Dialect), "plain")
            raise ConfigurationError(say("providers.engine.no_dialect", dialect=repr(dialect), dialects=dialects))
        self._describe(dialect, served)

    def _describe(self, dialect: Dialect | None, served: Sequence[Served] | None) -> None:
        self.dialect = dialect
        # SGLang would forget a cancelled task while the GPU goes on with it. An unknown engine may do the same.
        self.cancels = dialect in ("vllm-omni", "openai")
        self.memory_outlives_process = dialect == "openai"
        self.bills = dialect == "openai"
        if dialect in _TITLES and self.title in (OpenAIVideos.title, *_TITLES.values()):
            self.title = _TITLES[dialect]
        self._is_known = served is not None
        self._models: Mapping[str, Model] = catalogue(served) if served else WAN
        self.offers = {
            name: {mode: offer(model, mode, dialect) for mode in model.modes} for name, model in self._models.items()
        }
        self._families = {family.lower(): family for family in self._models}
        for family, model in self._models.items():
            for alias in (model.id, WAN[family].id if family in WAN else model.id):
                self._families.setdefault(alias.lower(), family)

    def at(self, base_url: str | None, region: str | None) -> Self:
        twin = copy.copy(self)
        twin.bills = self.bills or f"//{self.key_host}" in (base_url or "")
        return twin

    def family(self, model: str, mode: Mode) -> str | None:
        known = self._families.get(model.lower()) if isinstance(model, str) else None
        return super().family(known or model, mode)

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        return (*super().problems(request), *_unsafe(request.extra))

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        family = self.family(request.like or request.model, request.mode)
        model = self._models.get(family or "")
        fields: dict[str, Any] = {
            "model": request.model if request.like or model is None else model.id,
            "prompt": request.prompt,
            "size": self._size(request),
            "seconds": str(request.duration),
        }
        if self.dialect != "openai":
            fps = model.fps if model else None
            # Both are always sent, because the engines' default is 24 frames per second for every model.
            frames = {"fps": fps, "num_frames": fps * request.duration + 1} if fps else {}
            fields |= frames | {"negative_prompt": request.negative_prompt, "seed": request.seed}
        image = source_of(request.image) if isinstance(request, ImageToVideo) else None
        if self.dialect == "openai" and isinstance(image, str):
            fields["input_reference"] = {"image_url": image}  # a form cannot carry this object, so the body is JSON
            return Call("POST", "/v1/videos", json=given(overlaid(fields, request.extra)))
        if image is not None:
            fields |= self._image(image)
        fields |= request.extra
        form = tuple((name, _text(value)) for name, value in fields.items() if value is not None)
        return Call("POST", "/v1/videos", form=form)

    def _size(self, request: VideoRequest) -> str | None:
        """``"1280x720"``. Where the image decides the shape, the engine uses only the number of pixels."""
        listed = self.offer(request.model, request.mode, request.like)
        row = listed.sizes.get(request.resolution, {}) if listed else {}
        size = row.get(getattr(request, "aspect_ratio", None) or "16:9")
        return f"{size.width}x{size.height}" if size else None

    def _image(self, image: str | LocalFile) -> dict[str, str | LocalFile]:
        """The field of an image. For a file it is the same everywhere; for an address each engine has its own.

        Each engine ignores the other's field, so both are sent to an unknown engine. (OpenAI would refuse either.)
        """
        if isinstance(image, LocalFile):
            return {"input_reference": image}
        fields: dict[str, str | LocalFile] = {}
        if self.dialect != "vllm-omni":
            fields["reference_url"] = image
        if self.dialect != "sglang":
            fields["image_reference"] = json.dumps({"image_url": image}, ensure_ascii=False)
        return fields

    def decode_submit(self, reply: Reply) -> VideoTask:
        if reply.status_code == HTTPStatus.NOT_FOUND:
            raise refusal(reply, self.title, NO_MODEL)
        return read_video(reply, self.name, self.title)

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", path_of(task_id))

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return read_video(reply, self.name, self.title)

    def _unknown_model(self, request: VideoRequest) -> Problem:
        needs = _NEEDS.get(request.mode)
        if needs is None or any(request.mode in modes for modes in self.offers.values()):
            return super()._unknown_model(request)
        what, remedy = needs
        message = say(what, service=self.title, models=Several(self.models, "plain"))
        return Problem("model", message, remedy=say(remedy))

    def find(self, order: str, request: VideoRequest, since: float) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
        call = self.encode_submit(request)
        sent: dict[str, object] = {**dict(call.form), **(call.json or {})}
        has_file = any(isinstance(value, LocalFile) for value in sent.values())
        told = {name: sent.get(name) for name in ("model", "size", "seconds", "prompt")}
        traits = Traits(**told, has_file=has_file)
        return matching(traits, since, self.name, self.title)

    def encode_cancel(self, task_id: str) -> Call | None:
        return Call("DELETE", path_of(task_id)) if self.cancels else None

    def decode_cancel(self, reply: Reply) -> VideoTask | None:
        return read_deletion(reply, self.name, self.title)

    def encode_discover(self) -> Call | None:
        return None if self._is_known else Call("GET", "/v1/models")

    def decode_discover(self, reply: Reply) -> Self:
        dialect, served = read_models(reply, self.title)
        found = copy.copy(self)  # a subclass may have attributes and arguments of its own
        OpenAIVideos._describe(found, dialect or self.dialect, served)
        return found


def _text(value: Any) -> str | LocalFile:
    """A value as a form can carry it: text and files as they are, anything else as JSON."""
    return value if isinstance(value, str | LocalFile) else json.dumps(value, ensure_ascii=False)


def _unsafe(extra: object) -> Iterator[Problem]:
    for name in sorted(_WRITES_FILES.intersection(_names(extra))):
        message = say("providers.engine.unsafe", name=name)
        yield Problem("extra", message, remedy=say("providers.engine.unsafe.remedy"))


def _names(value: object) -> Iterator[str]:
    """The names of all fields at any depth. Engines also read JSON inside text, so that is searched too."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner)
    elif isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            yield from _names(json.loads(value))
        except (ValueError, RecursionError):
            return
