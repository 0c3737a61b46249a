"""The live view of one task."""

from concurrent.futures import wait

from wan_widgets.client import AsyncClient, client_for
from wan_widgets.files.video import Video
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.orders import entry_named
from wan_widgets.providers import Provider
from wan_widgets.service.outcomes import id_of
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.bundle import STATIC

_PATIENCE = 2.0  # seconds to look for a clip that may be here, before the cell goes on


class TaskView(TaskBoard):
    """Follows a task that was ordered before, until its clip plays.

    Takes a `VideoTask`, or the id of one together with its `provider`, or an order of `ww.tasks()`. It buys nothing.
    With `embed`, the saved notebook has the clip inside.
    """

    _esm = STATIC / "task.js"

    def __init__(
        self,
        task: VideoTask | Entry | str,
        provider: AsyncClient | Provider | str | None = None,
        *,
        embed: bool = False,
    ) -> None:
        if isinstance(task, Entry):
            super().__init__(provider or client_for(task), embed=embed)
            self._job_shown = self._take_up(task, self._client)
        else:
            super().__init__(provider or (task.provider if isinstance(task, VideoTask) else None), embed=embed)
            self._job_shown = self._follow(task)

    def _find_clips(self) -> None:
        wait([self._job_shown.outcome], timeout=_PATIENCE)

    @property
    def task(self) -> VideoTask | None:
        """The task in its last known state; ``None`` as long as the order has no task."""
        return next((step.task for step in self._present_steps()), None)

    @property
    def video(self) -> Video | None:
        """The clip, once it is on disk."""
        return next((step.video for step in self._present_steps()), None)


def resume(
    task: VideoTask | str, provider: AsyncClient | Provider | str | None = None, *, embed: bool = False
) -> TaskView:
    """Follow an order of the ledger live. `task` is its task, the task's id, or its own id.

    The order's own id is in `ww.Unconfirmed.ledger_id` and in `ww.tasks()`. Nothing is bought. `provider` is needed if
    the order went to an address that is not the service's own. Raises `LedgerError` if the ledger does not know the
    order, and `ConfigurationError` if its service needs a key that is missing. In a script, `ww.wait` waits for a clip.
    With `embed`, the saved notebook has the clip inside.
    """
    entry = entry_named(id_of(task))
    return TaskView(entry, provider, embed=embed)
