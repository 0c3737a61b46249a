"""The live view of one task."""

from wan_widgets.client.client import AsyncClient
from wan_widgets.providers import Provider
from wan_widgets.wan.tasks import Video, VideoTask
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.panel import STATIC


class TaskView(TaskBoard):
    """Follows a task that was submitted before, to the playing clip.

    Takes a `VideoTask`, or the id of one together with its `provider`. Nothing is bought by it.
    """

    _esm = STATIC / "task.js"

    def __init__(self, task: VideoTask | str, provider: AsyncClient | Provider | str | None = None) -> None:
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
