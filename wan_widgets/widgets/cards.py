"""Cards: what a view shows of one generation, as plain data for the browser."""

import time
from dataclasses import asdict, fields
from typing import Any

from wan_widgets.files.disk import shown
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.providers import Provider
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import (
    DownloadError,
    HTTPStatusError,
    LedgerError,
    OverBudget,
    Unconfirmed,
    WanError,
)
from wan_widgets.wan.requests import ImageToVideo, VideoRequest
from wan_widgets.wan.seeds import sets_seed
from wan_widgets.wan.tasks import EXPIRED, LOST, UNENDED, TaskCancelled, TaskFailed, TaskStatus, is_beyond_memory
from wan_widgets.widgets.code import as_code
from wan_widgets.widgets.sources import first_frame_sides, name_of, pictures
from wan_widgets.words import Said, joined, say, written


class FileGone(WanError):
    """The file of a clip that was saved is gone, or is another one now. Its message is the path."""


_UNTIL_IT_IS_HERE = {
    TaskStatus.COMPLETED: "saving",
    TaskStatus.UNCONFIRMED: "asking",
    TaskStatus.FAILED: "in_progress",
    TaskStatus.CANCELLED: "in_progress",
}
"""The words for states that are not told as such: the clip is still to be saved, the error that says why follows, or
nobody has said yet how the task stands."""


def phase(job: Job) -> str:
    """The state of a generation as one word. The label for it is ``phase.<word>``."""
    task = job.step.task
    if job.step.video is not None:
        word = "completed"
    elif job.is_let_go:
        word = "let_go"
    elif job.error is not None:
        word = _phase_after_error(job.error, known=task is not None)
    elif job.is_withdrawn:
        word = "cancelled"
    elif job.is_stopped:
        word = "stopped"
    elif task is None:
        word = _phase_before_task(job.step)
    else:
        word = _UNTIL_IT_IS_HERE.get(task.status, str(task.status))
    return word


def _phase_before_task(step: Step) -> str:
    if step.is_lookup:
        return "asking"
    if step.upload is not None:
        return "uploading"
    return "sending" if step.waiting is None else "waiting"


def _phase_after_error(error: WanError, *, known: bool) -> str:
    for kind, word in _ENDS:
        if isinstance(error, kind):
            return word
    if known:
        return "stopped"
    return "unconfirmed" if error.maybe_billed else "refused"


_ENDS = ((TaskCancelled, "cancelled"), (TaskFailed, "failed"), (DownloadError, "unsaved"), (FileGone, "gone"))
_ORDERABLE = ("completed", "gone", "failed", "refused", "cancelled", "unconfirmed")


def card(job: Job, current: Service) -> dict[str, Any]:
    """All that the browser needs for one card, in the language that holds. Times are Unix times in seconds."""
    task, video, request, provider = job.step.task, job.step.video, job.step.request, job.service.provider
    word = phase(job)
    return {
        "key": job.key,
        "turn": job.orders_again,
        "phase": word,
        "progress": 100 if video else task.progress if task else None,
        "estimate": estimate_of(job, word),
        "upload": _upload(job.step),
        "queue": _queue(job),
        "begun": job.begun,
        "earlier": job.is_earlier,
        "ended": job.ended,
        "order": job.step.order or "",
        "task_id": task.id if task else "",
        "prompt": (request.prompt or "") if request else "",
        "facts": _facts(job),
        "pictures": pictures(request),
        "check": str(video.check) if video and video.check else "",
        "elsewhere": written(provider.title) if job.service.site != current.site else "",
        "ratio": ratio_of(job),
        "message": message_of(job),
        "billing": billing_of(job, word),
        "detail": _detail(job.error),
        "note": "" if job.is_over else _note(job.step),
        "expires": task.expires_at.timestamp() if task and task.expires_at and not video else None,
        "can_cancel": job.can_cancel if task else can_withdraw(job),
        "stop_note": _stop_note(job),
        "own": not provider.bills,
        "cancelling": job.is_cancelling,
        "place": shown(job.destination.folder),
        "clip": _clip(job),
        "can_save": can_save(job, word),
        "can_edit": request is not None,
        "again": again(job, word),
        "code": as_code(request, job.service) if request else "",
    }


def _stop_note(job: Job) -> str:
    """What it means to stop following the job."""
    if job.cancel_failed:
        return str(say("stop.note.failed"))
    return str(say("stop.note" if job.service.provider.bills else "stop.note.own"))


def _note(step: Step) -> str:
    """The notes on the task and on the step."""
    return str(joined(step.task.note if step.task else "", step.note))


def can_withdraw(job: Job) -> bool:
    """Whether the card offers to withdraw the job: nothing is ordered, and it is sending files or waiting."""
    upload, waiting = job.step.upload, job.step.waiting
    on_its_way = upload is not None and (upload.sent < upload.size or upload.number < upload.count)
    return job.is_unordered and (on_its_way or waiting is not None)


def can_save(job: Job, word: str) -> bool:
    """Whether the service may still have a clip that is not on the disk."""
    is_kept = job.step.task is not None and not is_beyond_memory(job.begun, time.time())
    return word == "unsaved" or (word == "gone" and is_kept)


def again(job: Job, word: str) -> list[str]:
    """The ways in which a card orders its clip again, each as one word. The label for it is ``again.<word>``.

    ``"new"`` draws another seed. ``"same"`` keeps the seed. ``"plain"`` is for an order that made no clip, and for
    services without seeds. ``"unconfirmed"`` is for an order that was perhaps accepted.
    """
    request = job.step.request
    if request is None or word not in _ORDERABLE:
        return []
    if word == "unconfirmed":
        return ["unconfirmed"]
    if word not in ("completed", "gone") or not _takes_seeds(request, job.service.provider):
        return ["plain"]
    return ["new"] if request.seed is None else ["new", "same"]


def _takes_seeds(request: VideoRequest, provider: Provider) -> bool:
    offer = provider.offer(request.model, request.mode, request.like)
    return offer is not None and offer.max_seed is not None and not sets_seed(request.extra)


def estimate_of(job: Job, word: str) -> dict[str, Any] | None:
    """When the task will probably end; the browser says it in words."""
    task = job.step.task
    if task is None or task.estimate is None or word not in ("queued", "in_progress"):
        return None
    return asdict(task.estimate)


def _upload(step: Step) -> dict[str, Any] | None:
    """The file that is being sent, and how much of it is sent."""
    upload = step.upload
    if upload is None or step.task is not None:
        return None
    return {field.name: getattr(upload, field.name) for field in fields(upload)}


def _queue(job: Job) -> dict[str, Any] | None:
    """How many tasks are ahead in the queue, and the service's limit."""
    request, ahead = job.step.request, job.step.waiting
    if request is None or ahead is None or job.step.task is not None:
        return None
    offer = job.service.provider.offer(request.model, request.mode, request.like)
    return {
        "ahead": ahead,
        "service": written(job.service.provider.title),
        "limit": offer.max_running if offer else None,
    }


def _facts(job: Job) -> list[str]:
    request, video = job.step.request, job.step.video
    size = f"{video.width}×{video.height}" if video else ""
    if request is None:
        return [fact for fact in (size, str(say("seconds", count=video.duration)) if video else "") if fact]
    if not size:
        planned = _planned(request, job.service.provider)
        size = f"{planned[0]}×{planned[1]}" if planned else request.resolution
    seed = _seed(request, job.service.provider)
    sound = [str(say("guide_audio.given", name=name_of(request.guide_audio)))] if request.guide_audio else []
    return [size, str(say("seconds", count=request.duration)), seed, f"{request.model} · {request.mode}", *sound]


def _seed(request: VideoRequest, provider: Provider) -> str:
    if request.seed is not None:
        return str(say("seed.given", seed=request.seed))
    if sets_seed(request.extra):
        return str(say("seed.extra"))
    return str(say("seed.random" if _takes_seeds(request, provider) else "seed.none"))


def _planned(request: VideoRequest, provider: Provider) -> tuple[int, int] | None:
    offer = provider.offer(request.model, request.mode, request.like)
    return offer.size(request.resolution, getattr(request, "aspect_ratio", None)) if offer else None


def ratio_of(job: Job) -> list[int] | None:
    video, request = job.step.video, job.step.request
    if video:
        return [video.width, video.height]
    planned = _planned(request, job.service.provider) if request else None
    if planned is None and isinstance(request, ImageToVideo):
        planned = first_frame_sides(request.image)
    return list(planned) if planned else None


def message_of(job: Job) -> str:
    """What happened and what to do; empty for a cancelled task, for which the phase says enough."""
    error = job.error
    if error is None or isinstance(error, TaskCancelled):
        return ""
    if isinstance(error, Unconfirmed):  # its own text names code; the card has buttons instead
        note = say("unconfirmed.note" if job.service.provider.bills else "unconfirmed.note.own")
        return str(joined(error.happened, note))
    if isinstance(error, FileGone):
        return str(say("clip.removed", path=error.message))
    return str(error if error.maybe_billed else error.message)


def billing_of(job: Job, word: str) -> str:
    """What is known of the cost if there is no clip, as one word. The label for it is ``billing.<word>``."""
    if word not in ("refused", "failed", "cancelled"):
        return ""
    if isinstance(job.error, OverBudget | LedgerError):  # its message says so
        return ""
    if job.service.provider.is_simulated:
        return "free"
    if not job.service.provider.bills:
        return ""
    return "nothing" if word == "refused" or job.is_withdrawn else "unknown"


def _detail(error: WanError | None) -> str:
    """The service's own codes, for its support."""
    codes: list[Said | None] = []
    if isinstance(error, TaskFailed):
        code = error.task.error.code if error.task.error else None
        codes = [None if code in (EXPIRED, LOST, UNENDED) else code]
    elif isinstance(error, HTTPStatusError):
        request = error.request_id and say("wan.error.request", id=error.request_id)
        codes = [f"HTTP {error.status_code}", error.code, request]
    return " · ".join(str(code) for code in codes if code)


def _clip(job: Job) -> dict[str, Any] | None:
    video = job.step.video
    if video is None:
        return None
    return {
        "name": video.path.name,
        "path": shown(video.path),
        "size": video.size,
        "has_audio": video.has_audio,
    }
