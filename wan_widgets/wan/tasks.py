"""A task at a service, and the clip that comes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from wan_widgets.wan.errors import TaskCancelled, TaskFailed
from wan_widgets.wan.player import player_html
from wan_widgets.wan.requests import VideoRequest


class TaskStatus(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    """The submission's outcome is not known: the service may have accepted it. Not an end."""

    @property
    def is_terminal(self) -> bool:
        """Nothing will change any more."""
        return self in _TERMINAL


_TERMINAL = frozenset({TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED})

EXPIRED = "expired"
"""The code of an error that is not of the service's making: its time ran out, and nobody fetched the clip."""


@dataclass(frozen=True)
class TaskError:
    """Why a task failed, in the service's words."""

    message: str
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class VideoTask:
    """What a service last said of a task."""

    id: str
    """The service's id of it; opaque."""
    status: TaskStatus
    provider: str
    """The name of the provider that it belongs to."""
    request: VideoRequest | None = field(default=None, repr=False)
    """What was asked for, where it was submitted here."""
    model: str | None = None
    progress: int | None = None
    """Per cent, 0 to 100; ``None`` where the service does not tell."""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    """When `video_url` stops working."""
    video_url: str | None = field(default=None, repr=False)
    """Where the clip can be fetched until `expires_at`. Its query may be a signature: keep it as it is."""
    billed_seconds: float | None = None
    """For how many seconds the service bills the clip: its own, and those of input videos where they are billed too.
    ``None`` until it says so, as Model Studio does of a task that succeeded."""
    error: TaskError | None = None
    note: str | None = None
    """What is odd about it at the moment: a status request that failed, a word that is not known."""

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
            raise TaskCancelled("The task was cancelled.", self)
        if self.status is TaskStatus.FAILED:
            error = self.error or TaskError("The service gave no reason.")
            said = error.message if self.is_forgotten else f"The service could not make the clip: {error.message}"
            raise TaskFailed(said, self)


def unknown_task(task_id: str, provider: str) -> VideoTask:
    """A task of which nothing is known yet but its id."""
    return VideoTask(id=task_id, status=TaskStatus.UNCONFIRMED, provider=provider)


@dataclass(frozen=True, kw_only=True)
class Video:
    """A finished clip on this machine's disk. As a cell's last value it plays inline."""

    path: Path
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    duration: float
    """Seconds."""
    size: int
    """Bytes."""
    has_audio: bool = False
    url: str | None = field(default=None, repr=False)
    """Where it came from."""
    expires_at: datetime | None = None
    """When `url` stops working; the file stays."""
    task_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))

    def _repr_html_(self) -> str:
        return player_html(self.path, self.width, self.height)
