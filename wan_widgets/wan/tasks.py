"""A task at a service: where it stands, and how it ends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from wan_widgets.wan.errors import WanError
from wan_widgets.wan.estimates import Course, Estimate
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Said, joined, say


class TaskStatus(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    """The outcome of the order is not known: the service may have accepted it. This is not an end."""

    @property
    def is_terminal(self) -> bool:
        """Nothing will change any more."""
        return self in _TERMINAL


_TERMINAL = frozenset({TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED})

MEMORY = 86_400.0
"""Seconds for which services know their tasks and keep their clips."""
EXPIRED = "expired"
"""The code of a task's error when `MEMORY` ran out before anybody fetched the clip."""
_ENDS = (".", "!", "?", "…", "\u3002", "\uff01", "\uff1f")
"""How sentences end, in Chinese too."""
UNENDED = "unended"
"""The error code of a task that services have forgotten by now, although it has never ended."""
LOST = "lost"
"""The code of a task's error when its engine was restarted, and has lost its tasks."""
NO_ADDRESS = "no_video_url"
"""The code of a task's error that is the service's slip and no end: the clip was made, but no address of it came."""


def is_beyond_memory(since: float, now: float) -> bool:
    """Whether services have forgotten by `now` what was ordered at `since` (both Unix times)."""
    return now - since > MEMORY


@dataclass(frozen=True)
class TaskError:
    """Why a task failed."""

    message: Said
    """The service's words; ours where it gave no reason."""
    code: str | None = None
    """The service's own code for it, if it gave one."""
    explained: Said = ""
    """What the code means, whether the task was charged and what to change, where that is known here."""

    @property
    def text(self) -> Said:
        """The service's words, and what they mean."""
        return joined(self._ended, self.explained) if self.explained else self.message

    @property
    def _ended(self) -> Said:
        """The message as a sentence, so that another one can follow it."""
        bare = isinstance(self.message, str) and not self.message.endswith(_ENDS)
        return f"{self.message}." if bare else self.message

    @property
    def happened(self) -> Said:
        """That there is no clip, and why."""
        if self.code in (EXPIRED, LOST):
            return self.message
        return say("wan.task.failed", said=self._ended)


@dataclass(frozen=True, kw_only=True)
class VideoTask:
    """What a service last said of a task."""

    id: str
    """The service's id of the task. It has no meaning here."""
    status: TaskStatus
    provider: str
    """The name of the provider that the task belongs to."""
    request: VideoRequest | None = field(default=None, repr=False)
    """The request, if it was ordered here."""
    model: str | None = None
    progress: int | None = None
    """Per cent, 0 to 100; ``None`` where the service does not say."""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    """When `video_url` stops working."""
    video_url: str | None = field(default=None, repr=False)
    """Where the clip can be fetched until `expires_at`. Its query may be a signature, so do not change it."""
    billed_seconds: float | None = None
    """The billed seconds: those of the clip, and of input videos where they are billed too. ``None`` until the service
    says so. Model Studio does when the task has succeeded."""
    estimate: Estimate | None = field(default=None, repr=False)
    """When it will probably end, while it is followed; ``None`` where that would be a guess."""
    rewritten_prompt: str | None = field(default=None, repr=False)
    """The prompt as the service rewrote it for the model; ``None`` where the service does not tell it."""
    took: float | None = None
    """How many seconds it took from the order to its end; ``None`` if that is not known well."""
    course: Course | None = field(default=None, repr=False)
    """How its progress went, once it has ended; ``None`` where the service told none."""
    error: TaskError | None = None
    note: Said | None = None
    """What is odd about the task at the moment: a status request failed, or the status is an unknown word."""

    @property
    def is_terminal(self) -> bool:
        """Nothing will change any more."""
        return self.status.is_terminal

    @property
    def is_forgotten(self) -> bool:
        """It ended because nobody fetched the clip in time, as far as the service knows."""
        return self.error is not None and self.error.code == EXPIRED

    def raise_for_status(self) -> None:
        """Raise `TaskFailed` or `TaskCancelled` if it ended without a clip."""
        if self.status is TaskStatus.CANCELLED:
            raise TaskCancelled(say("wan.task.cancelled"), self)
        if self.status is TaskStatus.FAILED:
            error = self.error or TaskError(say("wan.task.no_reason"))
            raise TaskFailed(error.happened, self, remedy=error.explained)


def unknown_task(task_id: str, provider: str) -> VideoTask:
    """A task, when only its id is known."""
    return VideoTask(id=task_id, status=TaskStatus.UNCONFIRMED, provider=provider)


class TaskFailed(WanError):
    """The service ended the task without a clip."""

    def __init__(self, message: Said, task: VideoTask, *, remedy: Said = "") -> None:
        super().__init__(message, remedy=remedy, task_id=task.id)
        self.task = task

    @property
    def said(self) -> Said:
        code = self.task.error.code if self.task.error else None
        return joined(super().said, f"[{code}]" if code else "")


class TaskCancelled(TaskFailed):
    """The task was cancelled before there was a clip."""
