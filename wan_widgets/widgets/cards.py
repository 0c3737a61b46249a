"""What a view shows of one generation, as plain data for the browser."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wan_widgets.client import outputs
from wan_widgets.client.generation import Generation
from wan_widgets.providers import Provider
from wan_widgets.wan.errors import DownloadError, HTTPStatusError, TaskCancelled, TaskFailed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus


@dataclass
class Job:
    """A generation as its view sees it. Belongs to the worker's thread."""

    key: str
    step: Generation
    error: WanError | None = None
    stopped: bool = False
    """The user no longer wants to follow it."""
    cancelling: bool = False
    begun: float = field(default_factory=time.time)
    ended: float | None = None

    def take(self, step: Generation) -> None:
        """Go one step on. A task that was not ordered here has its own times."""
        self.step = step
        task = step.task
        if step.request is None and task and task.created_at:
            self.begun = task.created_at.timestamp()
        if step.video is not None:
            known = task.completed_at if task and step.request is None else None
            self.ended = known.timestamp() if known else time.time()

    @property
    def is_ending_badly(self) -> bool:
        """The task has ended without a clip."""
        return self.step.task is not None and self.step.task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)

    @property
    def is_over(self) -> bool:
        """Nothing more will come."""
        return self.step.video is not None or self.error is not None


def phase(job: Job) -> str:
    """One word for where it stands; the labels have it as ``phase.<word>``."""
    task = job.step.task
    if job.step.video is not None:
        word = "completed"
    elif job.error is not None:
        word = _bad_end(job.error, known=task is not None)
    elif job.stopped:
        word = "stopped"
    elif task is None:
        word = "sending"
    else:
        words = {TaskStatus.COMPLETED: "saving", TaskStatus.UNCONFIRMED: "asking"}
        word = words.get(task.status, str(task.status))
    return word


def _bad_end(error: WanError, *, known: bool) -> str:
    for kind, word in ((TaskCancelled, "cancelled"), (TaskFailed, "failed"), (DownloadError, "unsaved")):
        if isinstance(error, kind):
            return word
    if known:
        return "stopped"
    return "unconfirmed" if error.maybe_billed else "refused"


def card(job: Job, provider: Provider, labels: Mapping[str, str]) -> dict[str, Any]:
    """All that the browser needs for one card. Times are Unix times in seconds."""
    task, video, request = job.step.task, job.step.video, job.step.request
    word = phase(job)
    return {
        "key": job.key,
        "phase": word,
        "progress": 100 if video else task.progress if task else None,
        "begun": job.begun,
        "ended": job.ended,
        "sent": time.time(),
        "task_id": task.id if task else "",
        "prompt": (request.prompt or "") if request else "",
        "facts": _facts(job, provider, labels),
        "ratio": _ratio(job, provider),
        "message": _message(job.error),
        "billing": _billing(word, provider),
        "detail": _detail(job.error),
        "note": (task.note or "") if task and not job.is_over else "",
        "can_cancel": bool(task and provider.encode_cancel(task.id)),
        "cancelling": job.cancelling,
        "place": outputs.shown(outputs.folder()),
        "clip": _clip(job),
        "values": _values(request) if request else None,
        "code": _code(request, provider) if request else "",
    }


def _facts(job: Job, provider: Provider, labels: Mapping[str, str]) -> list[str]:
    request, video = job.step.request, job.step.video
    size = f"{video.width}×{video.height}" if video else ""
    if request is None:
        return [fact for fact in (size, f"{video.duration:g} s" if video else "") if fact]
    if not size:
        planned = _planned(request, provider)
        size = f"{planned[0]}×{planned[1]}" if planned else request.resolution
    seed = labels["seed.random"] if request.seed is None else f"{labels['seed'].lower()} {request.seed}"
    return [size, f"{request.duration} s", seed, f"{request.model} · {request.mode}"]


def _planned(request: VideoRequest, provider: Provider) -> tuple[int, int] | None:
    offer = provider.offer(request.model, request.mode)
    row = offer.sizes.get(request.resolution, {}) if offer else {}
    return row.get(getattr(request, "aspect_ratio", None) or "")


def _ratio(job: Job, provider: Provider) -> list[int] | None:
    video, request = job.step.video, job.step.request
    if video:
        return [video.width, video.height]
    planned = _planned(request, provider) if request else None
    return list(planned) if planned else None


def _message(error: WanError | None) -> str:
    """What happened and what to do; a cancelled task needs no more than its phase."""
    if error is None or isinstance(error, TaskCancelled):
        return ""
    return str(error) if error.maybe_billed else error.message


def _billing(word: str, provider: Provider) -> str:
    """What is known of the cost where there is no clip; the labels have it as ``billing.<word>``."""
    if word not in ("refused", "failed", "cancelled"):
        return ""
    if provider.is_simulated:
        return "free"
    return "nothing" if word == "refused" else "unknown"


def _detail(error: WanError | None) -> str:
    """The service's own words, for its support."""
    parts: list[str | None] = []
    if isinstance(error, TaskFailed):
        parts = [error.task.error.code if error.task.error else None]
    elif isinstance(error, HTTPStatusError):
        parts = [f"HTTP {error.status_code}", error.code, error.request_id and f"request {error.request_id}"]
    return " · ".join(part for part in parts if part)


def _clip(job: Job) -> dict[str, Any] | None:
    video = job.step.video
    if video is None:
        return None
    return {
        "name": video.path.name,
        "path": outputs.shown(video.path),
        "size": video.size,
        "has_audio": video.has_audio,
    }


def _values(request: VideoRequest) -> dict[str, Any]:
    """A request as the form's values."""
    values = {"mode": str(request.mode), **asdict(request)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _code(request: VideoRequest, provider: Provider) -> str:
    """A line of Python that makes the clip again, at the same service."""
    service = "" if provider.is_simulated else f", provider={provider.name!r}"
    return f"ww.generate(ww.{request!r}{service})"
