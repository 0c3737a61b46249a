"""One line that says how far a generation is. It is replaced if possible; else each change writes a new line."""

import shutil
import sys
import time
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

from wan_widgets.console.remaining import remaining
from wan_widgets.files import here
from wan_widgets.files.disk import shown
from wan_widgets.generation.step import Step
from wan_widgets.service.uploads import Upload
from wan_widgets.wan.sources import printable
from wan_widgets.wan.tasks import TaskStatus
from wan_widgets.words import Said, Text, say, showing

_STAGES = {
    TaskStatus.QUEUED: "console.step.queued",
    TaskStatus.IN_PROGRESS: "console.step.in_progress",
    TaskStatus.COMPLETED: "console.step.ready",
    TaskStatus.FAILED: "console.step.failed",
    TaskStatus.CANCELLED: "console.step.cancelled",
    TaskStatus.UNCONFIRMED: "console.step.asking",
}


def describe(step: Step) -> str:
    """A step in a few words, with the notes on its task and on what delays it."""
    remark = str(step.task.note or "") if step.task and step.video is None else ""
    name = step.task.id if step.task else ""
    return " · ".join(filter(None, (name, str(_stage(step)), remark, str(step.note))))


def _stage(step: Step) -> Text:
    if step.task is None:
        return _stage_before_task(step)
    if step.video is not None:
        return say("console.step.saved", path=printable(shown(step.video.path)))
    if step.task.status is TaskStatus.IN_PROGRESS and step.task.progress is not None:
        return say("console.step.in_progress.percent", percent=step.task.progress)
    return say(_STAGES[step.task.status])


def _stage_before_task(step: Step) -> Text:
    """The stage of a step without a task."""
    if step.waiting:
        return say("console.step.waiting", count=step.waiting)
    if step.upload is not None:
        return _stage_of_upload(step.upload)
    if step.is_lookup:
        return say("console.step.asking")
    return say("console.step.sending" if step.order else "console.step.preparing")


def _stage_of_upload(upload: Upload) -> Text:
    name, percent = printable(upload.name), 100 * upload.sent // max(1, upload.size)
    if upload.count == 1:
        return say("console.step.uploading", name=name, percent=percent)
    return say("console.step.uploading.one_of", name=name, percent=percent, number=upload.number, whole=upload.count)


class StatusLine:
    """Shows steps, on the thread that waits and on no other. A remark stands behind the clip's path at the end."""

    def __init__(self, remark: Text | None = None) -> None:
        self._remark = remark
        self._begun = time.monotonic()
        self._last = self._live = ""
        self._handle: Any = None
        self._display = _notebook_display()
        self._is_terminal = self._display is None and sys.stdout.isatty()

    def show(self, step: Step) -> None:
        """Show a step."""
        with showing():
            words = describe(step)
            if self._remark and step.video is not None:
                words += f" · {self._remark}"
            left = remaining(step.task.estimate, time.time()) if step.task and step.video is None else ""
        self.write(words, left)

    def write(self, words: str, left: str) -> None:
        """Write the line anew: words, and the time that is left, which alone is no reason for a new line."""
        seconds = int(time.monotonic() - self._begun)
        clock = f"{seconds // 60}:{seconds % 60:02}"
        live = self._live = " · ".join(filter(None, (clock, words, left)))
        if self._display is not None:
            self._update(live)
        elif self._is_terminal:
            line = _fitting(live, shutil.get_terminal_size().columns - 1)  # a wrapped line cannot be erased
            _write(f"\r\x1b[K{line}")
            sys.stdout.flush()
        elif words != self._last:
            _write(f"{clock} · {words}\n")
        self._last = words

    def say(self, *lines: Said) -> None:
        """Write lines that stay, in place of the line."""
        self.close()
        with showing():
            _write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    def keep(self) -> None:
        """Let the line stay as it is, also in a terminal, where it is written whole."""
        if self._is_terminal and self._last:
            _write(f"\r\x1b[K{self._live}\n")
            sys.stdout.flush()
        self._last = ""

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


def _fitting(text: str, columns: int) -> str:
    """As much of a text as these columns of a terminal have room for. A Chinese letter takes two of them."""
    ends = accumulate(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return text[: sum(end <= columns for end in ends)]


def _write(text: str) -> None:
    """Write to the terminal or file. A clip must not be lost because this has no Chinese, or no letters but ASCII."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def _notebook_display() -> Any:
    """IPython's display function inside a kernel, else ``None``."""
    if here.kernel_shell() is None:
        return None
    from IPython.display import display  # noqa: PLC0415  # it is loaded already

    return display
