"""One line that says how far a generation is. It is replaced if possible; else each change writes a new line."""

import shutil
import sys
import time
from typing import Any

from wan_widgets.console.remaining import remaining
from wan_widgets.files import here
from wan_widgets.files.disk import shown
from wan_widgets.generation.step import Step
from wan_widgets.wan.sources import printable
from wan_widgets.wan.tasks import TaskStatus

_WORDS = {
    TaskStatus.QUEUED: "queued",
    TaskStatus.IN_PROGRESS: "in progress",
    TaskStatus.COMPLETED: "ready, fetching the clip",
    TaskStatus.FAILED: "failed",
    TaskStatus.CANCELLED: "cancelled",
    TaskStatus.UNCONFIRMED: "asking",
}


def describe(step: Step) -> str:
    """A step in a few words, with the notes on its task and on what delays it."""
    remark = str(step.task.note or "") if step.task and step.video is None else ""
    return " · ".join(filter(None, (_stage(step), remark, str(step.note))))


def _stage(step: Step) -> str:
    if step.task is None:
        return _stage_before_task(step)
    if step.video is not None:
        return f"{step.task.id} · saved to {printable(shown(step.video.path))}"
    words = _WORDS[step.task.status]
    if step.task.status is TaskStatus.IN_PROGRESS and step.task.progress is not None:
        words += f" {step.task.progress} %"
    return f"{step.task.id} · {words}"


def _stage_before_task(step: Step) -> str:
    """The stage of a step without a task."""
    if step.waiting:
        return f"waiting: {step.waiting} of your tasks must end before the service takes this one"
    if step.upload is None:
        return "asking" if step.is_lookup else "sending" if step.order else "preparing"
    which = f" ({step.upload.number} of {step.upload.count})" if step.upload.count > 1 else ""
    percent = 100 * step.upload.sent // max(1, step.upload.size)
    return f"uploading {printable(step.upload.name)}{which} {percent} %"


class StatusLine:
    """Shows steps, on the thread that waits and on no other."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._last = ""
        self._handle: Any = None
        self._display = _notebook_display()
        self._is_terminal = self._display is None and sys.stdout.isatty()

    def show(self, step: Step) -> None:
        """Show a step."""
        words = describe(step)
        seconds = int(time.monotonic() - self._begun)
        clock = f"{seconds // 60}:{seconds % 60:02}"
        left = remaining(step.task.estimate, time.time()) if step.task and step.video is None else ""
        live = " · ".join(filter(None, (clock, words, left)))
        if self._display is not None:
            self._update(live)
        elif self._is_terminal:
            line = live[: shutil.get_terminal_size().columns - 1]  # a wrapped line cannot be erased
            sys.stdout.write(f"\r\x1b[K{line}")
            sys.stdout.flush()
        elif words != self._last:
            sys.stdout.write(f"{clock} · {words}\n")
        self._last = words

    def say(self, text: str) -> None:
        """Write a text that stays, in place of the line."""
        self.close()
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Erase the line in a terminal. In a notebook it stays, and shows the last step."""
        if self._is_terminal and self._last:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
        self._last = ""

    def _update(self, text: str) -> None:
        bundle = {"text/plain": text}
        if self._handle is None:
            self._handle = self._display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def _notebook_display() -> Any:
    """IPython's display function inside a kernel, else ``None``."""
    if here.kernel_shell() is None:
        return None
    from IPython.display import display  # noqa: PLC0415  # it is loaded already

    return display
