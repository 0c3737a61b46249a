"""UniAll (uniall.ai): its model names, fields and replies.

Source: the service's own documentation, https://docs.uniall.ai/models/video/wan-2-6 (pages create-task,
r2v-create-task and query-task), 2026. It does not describe prices, uploads, cancelling, limits and errors. Errors are
read in the form that similar gateways use (`gateways`).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from wan_widgets.providers import gateways, replies
from wan_widgets.providers.bodies import address, given, overlaid
from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.models import WAN_2_6_SIZES, Mode
from wan_widgets.wan.offers import Offer, Offers
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, kind_of
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import say

_SIZES = {tier: {ratio: row[ratio] for ratio in ("16:9", "9:16")} for tier, row in WAN_2_6_SIZES.items()}
_COMMON: dict[str, Any] = {
    "sizes": _SIZES,
    "shot_types": ("single", "multi"),
    "prompt_required": True,
    "watermark": False,
}
# The page of the video models has negative_prompt, shot_type and seed in extra_body. The flash image models have no
# page of their own. Only the page of the reference models has the guide audio and the switch for prompt rewriting, and
# the models behind the others do not know these names. Fields that may be silently ignored are not offered.
_PLAIN: dict[str, Any] = {**_COMMON, "prompt_extend": False}
_REFERENCES: dict[str, Any] = {
    **_COMMON,
    "durations": (5, 10),
    "durations_why": say("providers.uniall.durations"),
    "guide_audio": True,
    "max_references": 5,  # this and the next limit are those of the model behind UniAll, which names none
    "max_videos": 3,
    "needs_kinds": True,
    "mixing_note": say("providers.uniall.mixing"),
}
_OFFERS: Offers = {
    "wan2.6": {
        Mode.TEXT: Offer(durations=(5, 10, 15), **_PLAIN),
        Mode.IMAGE: Offer(durations=(5, 10, 15), shape_follows_image=True, **_PLAIN),
        Mode.REFERENCE: Offer(**_REFERENCES),
    },
    "wan2.6-flash": {
        Mode.IMAGE: Offer(durations=tuple(range(5, 16)), shape_follows_image=True, audio="optional", **_PLAIN),
        Mode.REFERENCE: Offer(audio="optional", **_REFERENCES),
    },
}
_STEMS = {
    ("wan2.6", Mode.TEXT): "wan2.6-video",
    ("wan2.6", Mode.IMAGE): "wan2.6-video",
    ("wan2.6", Mode.REFERENCE): "wan2.6-r2v",
    ("wan2.6-flash", Mode.IMAGE): "wan2.6-i2v-flash",
    ("wan2.6-flash", Mode.REFERENCE): "wan2.6-r2v-flash",
}


def _full_name(family: str, mode: Mode, resolution: str, *, audio: bool) -> str:
    """UniAll's name of a model. It contains the resolution and, where there is a choice, whether there is sound."""
    sound = "" if _OFFERS[family][mode].audio == "always" else "-audio" if audio else "-silent"
    return f"{_STEMS[family, mode]}-{resolution}{sound}"


_BY_FULL_NAME = {
    (_full_name(family, mode, resolution, audio=audio), mode): (family, resolution, audio)
    for family, mode in _STEMS
    for resolution in _SIZES
    for audio in (False, True)  # where both have the same name, the entry for True stays
}


def _named(model: str, mode: Mode) -> tuple[str, str, bool] | None:
    """The family, resolution and sound that a name of UniAll's own means; ``None`` for any other name."""
    return _BY_FULL_NAME.get((model, mode)) if isinstance(model, str) else None


class UniAll(Provider):
    """The gateway uniall.ai."""

    name = "uniall"
    title = "UniAll"
    base_url = "https://api.uniall.ai"
    key_variables: tuple[str, ...] = ("UNIALL_API_KEY",)
    offers = _OFFERS

    def family(self, model: str, mode: Mode) -> str | None:
        """The listed family that a name means. UniAll's own names are known too."""
        named = _named(model, mode)
        return named[0] if named else super().family(model, mode)

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        return super().problems(request) + tuple(self._contradictions(request))

    def _contradictions(self, request: VideoRequest) -> Iterator[Problem]:
        """Problems of fields that contradict the model, if the model is one of UniAll's own names."""
        named = _named(request.model, request.mode)
        if named is None:
            return
        family, resolution, audio = named
        if request.resolution in [tier for tier in _SIZES if tier != resolution]:
            message = say("providers.uniall.resolution", model=request.model, resolution=resolution)
            yield Problem("resolution", message, resolution)
        if request.audio is not audio and _OFFERS[family][request.mode].audio == "optional":
            made = "providers.uniall.sound" if audio else "providers.uniall.silent"
            yield Problem("audio", say(made, model=request.model), str(audio))

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        family = self.family(request.like or request.model, request.mode)
        assert family is not None  # a request is checked before it is encoded
        offer = self.offers[family][request.mode]
        full_name = _full_name(family, request.mode, request.resolution, audio=request.audio)
        body: dict[str, Any] = {
            "model": request.model if request.like else full_name,
            "prompt": request.prompt,
            **_inputs(request),
            "size": _size(offer, request),
            "duration": request.duration,
            # The documentation nests these fields under this name. (OpenAI's SDK would merge its argument of the same
            # name into the body.)
            "extra_body": {
                "negative_prompt": request.negative_prompt,
                "audio": address(request.guide_audio) if request.guide_audio else None,
                "shot_type": getattr(request, "shot_type", None),
                "enable_prompt_expansion": request.prompt_extend if offer.prompt_extend else None,
                "seed": -1 if request.seed is None else request.seed,
            },
        }
        return Call("POST", "/v1/video/generations", json=overlaid(given(body), request.extra))

    def decode_submit(self, reply: Reply) -> VideoTask:
        return self._task(reply, new=True)

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", f"/v1/videos/{quote(task_id, safe='')}")  # an order goes to /v1/video/generations instead

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return self._task(reply, new=False)

    def _task(self, reply: Reply, *, new: bool) -> VideoTask:
        task_id, fields = gateways.read(reply, self.title)
        word, url = fields.get("status") or fields.get("task_status"), _video_url(fields)
        error = fields.get("error") or fields.get("fail_reason")
        status, note = gateways.status_of(word, self.title, new=new, error=error, url=url)
        # The clip's length is not read: "duration" is the time that the work took.
        return VideoTask(
            id=task_id,
            status=status,
            provider=self.name,
            model=replies.text(fields.get("model")),
            progress=replies.percent(fields.get("progress")),
            created_at=replies.moment(fields.get("created_at")),
            expires_at=replies.moment(fields.get("expires_at")),
            video_url=url,
            error=gateways.task_error(error or fields.get("message"), word, self.title)
            if status is TaskStatus.FAILED
            else None,
            note=note,
        )


def _size(offer: Offer, request: VideoRequest) -> str | None:
    """``"1280*720"``; ``None`` where the image decides, because UniAll ignores the size there."""
    if offer.shape_follows_image:
        return None
    size = offer.sizes[request.resolution][getattr(request, "aspect_ratio", "16:9")]
    return f"{size.width}*{size.height}"


def _inputs(request: VideoRequest) -> dict[str, Any]:
    """The image, or the references in one list per kind. Each list keeps the order of the request."""
    if isinstance(request, ImageToVideo):
        return {"image": address(request.image)}
    if not isinstance(request, ReferenceToVideo):
        return {}
    videos = [address(item) for item in request.references if kind_of(item) is Kind.VIDEO]
    images = [address(item) for item in request.references if kind_of(item) is not Kind.VIDEO]
    return {"videos": videos or None, "images": images or None}


def _video_url(fields: Mapping[str, Any]) -> str | None:
    result, metadata = replies.mapping(fields.get("result")), replies.mapping(fields.get("metadata"))
    outputs = result.get("outputs")
    output = outputs[0] if isinstance(outputs, list) and outputs else None
    return replies.web_address(
        fields.get("video_url"),
        result.get("video_url"),
        *(output, replies.mapping(output).get("url"), result.get("url")),
        *(fields.get("url"), metadata.get("url")),
    )
