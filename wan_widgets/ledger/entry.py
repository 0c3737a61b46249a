"""One order as the ledger has it."""

import json
from dataclasses import dataclass
from typing import Any

from wan_widgets.ledger.values import moment
from wan_widgets.wan.recipes import from_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import NO_ADDRESS, TaskError, TaskStatus, VideoTask, is_beyond_memory

SENDING, REFUSED = "sending", "refused"
"""States of an order besides those of a task: on its way out; nothing was bought."""
DISMISSED = "It was not bought; that was said here, not by the service."
"""The reason of an order that its user has settled. Who asks about it all the same is not refused an answer."""
UNFINISHED = (SENDING, "queued", "in_progress", "unconfirmed")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An order, as the ledger has it. Times are Unix times in seconds."""

    id: str
    created_at: float
    updated_at: float
    place: str
    """The working directory."""
    notebook: str
    provider: str
    base_url: str
    region: str
    recipe: str
    """JSON, as `wan.recipes` makes it."""
    recipe_key: str
    """The same for orders that would make the same clip."""
    state: str
    task_id: str | None = None
    progress: int | None = None
    video_url: str | None = None
    expires_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None
    path: str | None = None
    size: int | None = None
    sha256: str | None = None
    currency: str | None = None
    money: int | None = None
    """Millionths of the currency's unit: what is reserved, and what was billed once the service has named it."""
    per_second: str | None = None
    """What a second costs, as a decimal number; ``None`` where the price is not by the second, or not known."""
    billed_seconds: float | None = None
    seconds: float = 0.0
    """Length of the clip."""
    is_simulated: bool = False
    """It costs nothing and counts for nothing."""
    poller: str | None = None
    """Who asks the service about it."""
    lease_until: float | None = None

    @property
    def request(self) -> VideoRequest | None:
        """What was asked for; ``None`` if it cannot be read."""
        try:
            return from_recipe(json.loads(self.recipe))
        except (ValueError, TypeError, RecursionError):
            return None

    @property
    def site(self) -> Site:
        """Where it was ordered."""
        return Site(self.provider, self.base_url)

    def is_beyond_memory(self, now: float) -> bool:
        """Whether services have forgotten it by now."""
        return is_beyond_memory(self.created_at, now)

    @property
    def is_finished(self) -> bool:
        """Nothing will change any more."""
        return self.state not in UNFINISHED

    @property
    def task(self) -> VideoTask | None:
        """The task as it was last seen; ``None`` where the service gave no id."""
        if self.task_id is None:
            return None
        status = TaskStatus(self.state) if self.state in TaskStatus.__members__.values() else TaskStatus.UNCONFIRMED
        error = TaskError(self.error_message or "The service gave no reason.", self.error_code)
        return VideoTask(
            id=self.task_id,
            status=status,
            provider=self.provider,
            request=self.request,
            progress=self.progress,
            created_at=moment(self.created_at),
            expires_at=moment(self.expires_at),
            video_url=self.video_url,
            billed_seconds=self.billed_seconds,
            error=error if status is TaskStatus.FAILED else None,
        )


def columns(task: VideoTask) -> dict[str, Any]:
    """What the ledger keeps of a task. It is completed for us once its clip is here, and bought before that."""
    slip = task.error is not None and task.error.code == NO_ADDRESS
    state = TaskStatus.IN_PROGRESS if slip or task.status is TaskStatus.COMPLETED else task.status
    error = None if slip else task.error
    billed = {} if task.billed_seconds is None else {"billed_seconds": task.billed_seconds}
    return {
        **billed,
        "state": str(state),
        "progress": task.progress,
        "video_url": task.video_url,
        "expires_at": task.expires_at.timestamp() if task.expires_at else None,
        "error_code": error.code if error else None,
        "error_message": error.message if error else None,
    }
