"""New API (https://github.com/QuantumNous/new-api), a gateway that many services run in front of Alibaba's Wan models.

Source: the gateway's own code (relay/channel/task/ali, relay/relay_task.go, dto, controller/video_proxy.go, 2025 and
2026) and https://docs.newapi.pro. Builds differ, so the replies of all of them are read. Older builds drop values that
are off or zero (``prompt_extend: false``, ``seed: 0``), and the model then uses its default. Newer builds pass them on.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args
from urllib.parse import quote

from wan_widgets.providers import gateways, replies
from wan_widgets.providers.bodies import address, given, overlaid
from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.models import WAN_2_5_SIZES, WAN_2_6_SIZES, Mode
from wan_widgets.wan.offers import Offer, Offers
from wan_widgets.wan.requests import ImageToVideo, VideoRequest
from wan_widgets.wan.tasks import TaskError, TaskStatus, VideoTask
from wan_widgets.words import Several, say

Style = Literal["video-generations", "videos"]
"""The gateway's two protocols for the same thing: ``/v1/video/generations``, and OpenAI's ``/v1/videos``."""
_PATHS: dict[Style, str] = {"video-generations": "/v1/video/generations", "videos": "/v1/videos"}
_ANY_LENGTH = tuple(range(2, 16))


def _text(**fields: Any) -> Offer:
    return Offer(prompt_required=True, guide_audio=True, **fields)


def _image(**fields: Any) -> Offer:
    return Offer(prompt_required=True, guide_audio=True, shape_follows_image=True, **fields)


# The gateway has no fields for shot_type and references and silently drops them, so neither is offered here.
_OFFERS: Offers = {
    "wan2.6": {
        Mode.TEXT: _text(sizes=WAN_2_6_SIZES, durations=_ANY_LENGTH),
        Mode.IMAGE: _image(sizes=WAN_2_6_SIZES, durations=_ANY_LENGTH),
    },
    "wan2.5": {
        Mode.TEXT: _text(sizes=WAN_2_5_SIZES, durations=(5, 10)),
        Mode.IMAGE: _image(sizes=WAN_2_5_SIZES, durations=(5, 10)),
    },
    # Text to video is not offered. The gateway turns the size into a field that this model no longer has, and it
    # refuses a size without "*". Most builds have no field for the aspect ratio that has replaced the size.
    "wan2.7": {Mode.IMAGE: _image(sizes=WAN_2_6_SIZES, durations=_ANY_LENGTH, prompt_limit=5000)},
}
_IDS = {
    ("wan2.6", Mode.TEXT): "wan2.6-t2v",
    ("wan2.6", Mode.IMAGE): "wan2.6-i2v",
    ("wan2.5", Mode.TEXT): "wan2.5-t2v-preview",
    ("wan2.5", Mode.IMAGE): "wan2.5-i2v-preview",
    ("wan2.7", Mode.IMAGE): "wan2.7-i2v",
}


class NewAPI(Provider):
    """A New API gateway, at the address that its operator gave.

    Example: ``ww.AsyncClient(NewAPI(style="videos"), base_url="https://gateway.example.com")``. For a model that has a
    name of the operator's own, write ``model="wan-hd", like="wan2.6"``.
    """

    name = "newapi"
    title = "New API"
    key_variables: tuple[str, ...] = ("NEWAPI_API_KEY", "NEW_API_KEY")
    offers = _OFFERS

    def __init__(self, style: Style = "video-generations") -> None:
        if style not in get_args(Style):
            styles = Several(get_args(Style), "plain")
            raise ValueError(say("providers.style.none", style=repr(style), service=self.title, styles=styles))
        self.style: Style = style

    def family(self, model: str, mode: Mode) -> str | None:
        """The listed family that a name means. The full names of the models are known too."""
        full = (family for (family, each), name in _IDS.items() if each is mode and name == model)
        return next(full, None) or super().family(model, mode)

    def encode_submit(self, request: VideoRequest, *, order: str | None = None) -> Call:
        family = self.family(request.like or request.model, request.mode)
        assert family is not None  # a request is checked before it is encoded
        body: dict[str, Any] = {
            "model": request.model if request.like else _IDS[family, request.mode],
            "prompt": request.prompt,
            "image": address(request.image) if isinstance(request, ImageToVideo) else None,
            "size": _size(self.offers[family][request.mode], request),
            "duration": request.duration,
            # The gateway merges this over the body that it sends to Alibaba, so it has the form of that body.
            "metadata": {
                "input": {
                    "negative_prompt": request.negative_prompt,
                    "audio_url": address(request.guide_audio) if request.guide_audio else None,
                },
                "parameters": {
                    "prompt_extend": request.prompt_extend,
                    "watermark": request.watermark,
                    "seed": request.seed,
                },
            },
        }
        return Call("POST", _PATHS[self.style], json=overlaid(given(body), request.extra))

    def decode_submit(self, reply: Reply) -> VideoTask:
        return self._task(reply, new=True)

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", f"{_PATHS[self.style]}/{quote(task_id, safe='')}")

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return self._task(reply, new=False)

    def _task(self, reply: Reply, *, new: bool) -> VideoTask:
        """The task in a reply: OpenAI's object, the older flat one, or the gateway's own in an envelope."""
        task_id, fields = gateways.read(reply, self.title)
        word, url = fields.get("status"), _address(fields)
        status, note = gateways.status_of(word, self.title, new=new, error=fields.get("error"), url=url)
        # Some builds write the time of the last change in place of the time of the end, or 0 where there is none.
        ended = fields.get("finish_time") or fields.get("completed_at") if status.is_terminal else None
        return VideoTask(
            id=task_id,
            status=status,
            provider=self.name,
            model=replies.text(fields.get("model")),
            progress=replies.percent(fields.get("progress")),
            created_at=replies.moment(fields.get("submit_time") or fields.get("created_at") or None),
            completed_at=replies.moment(ended or None),
            expires_at=replies.moment(fields.get("expires_at") or None),
            video_url=_video_url(task_id, url) if status is TaskStatus.COMPLETED else None,
            error=_error(fields, self.title) if status is TaskStatus.FAILED else None,
            note=note,
        )


def _size(offer: Offer, request: VideoRequest) -> str:
    """``"1280*720"``; ``"720P"`` where the image gives the shape."""
    if offer.shape_follows_image:
        return request.resolution.upper()
    size = offer.sizes[request.resolution][getattr(request, "aspect_ratio", "16:9")]
    return f"{size.width}*{size.height}"


def _address(fields: Mapping[str, Any]) -> str | None:
    """The address of the clip that a reply gives."""
    return replies.web_address(
        fields.get("result_url"),
        replies.mapping(fields.get("metadata")).get("url"),
        *(fields.get("url"), fields.get("video_url")),
        fields.get("fail_reason"),  # old builds keep the address here
        _upstream(fields).get("video_url"),
    )


def _video_url(task_id: str, url: str | None) -> str:
    """The address of a completed clip. If the reply has none, the gateway itself serves the clip to its key's owner."""
    own_path = f"/v1/videos/{quote(task_id, safe='')}/content"
    # If the operator never set the gateway's address, its own links point at localhost. The path always works below
    # the base URL.
    return own_path if url is None or url.endswith(own_path) else url


def _error(fields: Mapping[str, Any], service: str) -> TaskError:
    behind = _upstream(fields)
    message = replies.text(fields.get("fail_reason")) or replies.text(behind.get("message"))
    error = fields.get("error") or {"message": message, "code": behind.get("code")}
    return gateways.task_error(error, fields.get("status"), service)


def _upstream(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Alibaba's own description of the task, which newer builds enclose unchanged."""
    return replies.mapping(replies.mapping(fields.get("data")).get("output"))
