"""The live view of one task."""

from wan_widgets.client import AsyncClient, client_for
from wan_widgets.files.video import Video
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.orders import entry_named
from wan_widgets.providers import Provider
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.panel import STATIC


class TaskView(TaskBoard):
    """Follows a task that was submitted before, to the playing clip.

    Takes a `VideoTask`, or the id of one together with its `provider`, or an order of `ww.tasks()`. Nothing is bought
    by it.
    """

    _esm = STATIC / "task.js"

    def __init__(self, task: VideoTask | Entry | str, provider: AsyncClient | Provider | str | None = None) -> None:
        if isinstance(task, Entry):
            super().__init__(provider or client_for(task))
            self._take_up(task, self._client)
        else:
            super().__init__(provider or (task.provider if isinstance(task, VideoTask) else None))
            self._follow(task)

    @property
    def task(self) -> VideoTask | None:
        """Where the task stands; ``None`` until it was first asked."""
        return next((step.task for step in self._steps_of()), None)

    @property
    def video(self) -> Video | None:
        """The clip, once it is on disk."""
        return next((step.video for step in self._steps_of()), None)


def resume(task: VideoTask | str, provider: AsyncClient | Provider | str | None = None) -> TaskView:
    """Follow an order of the ledger live, by its task's id or its own (`ww.Unconfirmed.ledger_id`, `ww.tasks()`).

    Nothing is bought by it. `provider` is needed only where the order went to an address that is not the service's
    own. Raises `LedgerError` where the ledger does not know it, and `ConfigurationError` where its
    service needs a key that is not at hand. To wait for a clip in a script: `ww.wait`.
    """
    name = task.id if isinstance(task, VideoTask) else task
    entry = entry_named(name)
    return TaskView(entry, provider)
