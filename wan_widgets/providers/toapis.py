"""ToAPIs (toapis.com): its fields, its words, its sizes, its errors.

Source: the service's own documentation, https://docs.toapis.com (pages wan2.6, video-status, uploads).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from wan_widgets.providers import replies
from wan_widgets.providers.checks import offer_problems
from wan_widgets.providers.protocol import Call, Pace, Reply
from wan_widgets.wan.errors import UnexpectedReply
from wan_widgets.wan.models import WAN_2_6_SIZES, Mode, Offer
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, VideoRequest
from wan_widgets.wan.tasks import TaskError, TaskStatus, VideoTask

_SHOTS = ("single", "multi")
_OFFERS = {
    Mode.TEXT: Offer(sizes=WAN_2_6_SIZES, durations=(5, 10, 15), shot_types=_SHOTS),
    Mode.IMAGE: Offer(sizes=WAN_2_6_SIZES, durations=(5, 10, 15), shape_follows_image=True),
    Mode.REFERENCE: Offer(
        sizes=WAN_2_6_SIZES,
        durations=(5, 10),
        durations_why="The model behind reference to video stops at 10 s.",
        shot_types=_SHOTS,
        max_references=3,  # ToAPIs says "several"; the model behind it takes three videos
    ),
}
_STATUSES = {
    "queued": TaskStatus.QUEUED,
    "submitted": TaskStatus.QUEUED,
    "pending": TaskStatus.QUEUED,
    "in_progress": TaskStatus.IN_PROGRESS,
    "processing": TaskStatus.IN_PROGRESS,
    "running": TaskStatus.IN_PROGRESS,
    "completed": TaskStatus.COMPLETED,
    "succeeded": TaskStatus.COMPLETED,
    "success": TaskStatus.COMPLETED,
    "failed": TaskStatus.FAILED,
    "failure": TaskStatus.FAILED,
    "cancelled": TaskStatus.CANCELLED,
    "canceled": TaskStatus.CANCELLED,
}
"""The four documented words, and the synonyms that older pages and sister services use."""


@dataclass(frozen=True)
class ToAPIs:
    """The gateway toapis.com."""

    base_url: str = "https://toapis.com"
    name: str = "toapis"
    title: str = "ToAPIs"
    key_variables: tuple[str, ...] = ("TOAPIS_API_KEY", "TOAPIS_KEY")
    is_simulated: bool = False
    pace: Pace = Pace(first=5.0, interval=10.0)
    models: tuple[str, ...] = ("wan2.6",)

    def offer(self, model: str, mode: Mode) -> Offer | None:
        return _OFFERS[mode] if isinstance(model, str) and model in self.models else None

    def problems(self, request: VideoRequest) -> tuple[Problem, ...]:
        offer = self.offer(request.model, request.mode)
        if offer is None:
            message = f"{self.title} has no model {shown(request.model)}."
            return (Problem("model", message, ", ".join(self.models)),)
        return tuple(offer_problems(offer, request, self.title))

    def encode_submit(self, request: VideoRequest) -> Call:
        body: dict[str, Any] = {
            "model": request.model,
            "prompt": request.prompt,
            "resolution": request.resolution,
            "duration": request.duration,
            "negative_prompt": request.negative_prompt,
            "seed": request.seed,
            "prompt_extend": request.prompt_extend,
            "audio": request.audio,
            "watermark": request.watermark,
        }
        if isinstance(request, ImageToVideo):
            body["image_urls"] = [request.image]
        else:
            body["aspect_ratio"] = getattr(request, "aspect_ratio", None)
            body["shot_type"] = getattr(request, "shot_type", None)
        if isinstance(request, ReferenceToVideo):
            body["metadata"] = {"reference_urls": list(request.references)}
        given = {name: value for name, value in body.items() if value is not None}
        return Call("POST", "/v1/videos/generations", json=given)

    def decode_submit(self, reply: Reply) -> VideoTask:
        return self._task(self._body(reply))

    def encode_retrieve(self, task_id: str) -> Call:
        return Call("GET", f"/v1/videos/generations/{quote(task_id, safe='')}")

    def decode_retrieve(self, reply: Reply) -> VideoTask:
        return self._task(self._body(reply))

    def encode_cancel(self, task_id: str) -> Call | None:  # noqa: ARG002  # other services need it
        return None

    def _body(self, reply: Reply) -> Mapping[str, Any]:
        """The reply's JSON object; errors of both documented shapes are raised."""
        if reply.status_code // 100 != 2:
            try:
                body = replies.json_object(reply, self.title)
            except UnexpectedReply:
                body = {}
            error = body.get("error")
            error = error if isinstance(error, Mapping) else {"message": error or body.get("message")}
            word = error.get("type") if isinstance(error.get("code"), int) else error.get("code")
            raise replies.status_error(reply, self.title, word, error.get("message"))
        return replies.json_object(reply, self.title)

    def _task(self, body: Mapping[str, Any]) -> VideoTask:
        first = _first(body.get("data"))  # an older create reply wraps the task in a list
        task_id = replies.text(body.get("id") or body.get("task_id") or first.get("task_id") or first.get("id"))
        if not task_id:
            error = body.get("error")
            said = replies.text(error.get("message") if isinstance(error, Mapping) else error or body.get("message"))
            raise UnexpectedReply(f"{self.title} sent a reply without a task id{f': {said}' if said else '.'}")
        word = replies.text(body.get("status") or first.get("status")) or ""
        status = _STATUSES.get(word.lower())
        shown = f"“{word}”, a status that is not known here." if word else "no status."
        note = None if status else f"{self.title} reports {shown}"
        return VideoTask(
            id=task_id,
            status=status or TaskStatus.IN_PROGRESS,
            provider=self.name,
            model=replies.text(body.get("model")),
            progress=replies.percent(body.get("progress")),
            created_at=replies.moment(body.get("created_at")),
            completed_at=replies.moment(body.get("completed_at")),
            expires_at=replies.moment(body.get("expires_at")),
            video_url=_video_url(body),
            error=_error(body.get("error")) if status is TaskStatus.FAILED else None,
            note=note,
        )


def _video_url(body: Mapping[str, Any]) -> str | None:
    """The documented place first, then those of the service's older pages."""
    result = body.get("result")
    result = result if isinstance(result, Mapping) else {}
    places = (_first(result.get("data")).get("url"), body.get("url"), _first(body.get("data")).get("url"))
    for url in (*places, body.get("video_url")):
        if isinstance(url, str) and url.lower().startswith(("http://", "https://")):
            return url
    return None


def _first(items: object) -> Mapping[str, Any]:
    first = items[0] if isinstance(items, list) and items else {}
    return first if isinstance(first, Mapping) else {}


def _error(error: object) -> TaskError:
    if isinstance(error, Mapping):
        message = replies.text(error.get("message")) or "The service gave no reason."
        return TaskError(message, replies.text(error.get("code")))
    return TaskError(replies.text(error) or "The service gave no reason.")
