"""What a widget leaves in the notebook: an anchor, in which it is shown while its kernel lives, and its record.

A saved notebook has no widgets. The record is plain HTML, so that it is seen without a kernel, by another person, and
in whatever shows notebooks. The browser shows the widget in the anchor and hides the record; see js/src/shared/stay.js.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import traitlets
from ipywidgets import Output
from ipywidgets.widgets.widget import _instances  # type: ignore[import-untyped]  # there is no public list of widgets

from wan_widgets.files.checks import Check
from wan_widgets.files.front import Front, front
from wan_widgets.files.here import is_executed
from wan_widgets.files.player import from_notebook, printable
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.widgets.cards import phase
from wan_widgets.widgets.panel import Panel
from wan_widgets.words import joined, say

MimeBundle = dict[str, Any]
Figures = dict[tuple[Path, Check | None], str]
"""The HTML of each clip, by its file and what was found in it."""
_ENDED = ("completed", "gone", "failed", "refused", "cancelled", "let_go")
_VIEW = "application/vnd.jupyter.widget-view+json"


class Recorded(Panel):
    """A widget that stays in the notebook as plain HTML."""

    _anchor = traitlets.Unicode("").tag(sync=True)
    """The id of the model; empty where the front end shows widgets by itself."""
    _front = traitlets.Unicode("").tag(sync=True)
    """The front end, as far as the kernel knows it."""
    _recorded = traitlets.Int(0).tag(sync=True)
    """How many clips the record has."""
    _unkept = traitlets.Int(0).tag(sync=True)
    """How many clips are not in the page's record, which the kernel cannot reach after a reload. The browser counts."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._handle: Any = None
        """The record, wherever the notebook has it: all outputs that show it have one id, and change at once."""
        self._front = str(front())
        self._anchor = (self.model_id or "") if self._front == Front.JUPYTER else ""

    def _ipython_display_(self, **_options: Any) -> None:
        from IPython.display import display  # noqa: PLC0415  # in a kernel it is loaded already

        show: Callable[..., Any] = display
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        if self._front == Front.VOILA:  # it saves nothing
            show({_VIEW: view, "text/plain": ""}, raw=True)
            return
        if self._anchor and not is_captured():
            show({"text/html": f'<div class="ww-anchor-{self._anchor}"></div>', "text/plain": ""}, raw=True)
            if is_executed():  # such a program takes nothing that comes after its last cell
                self._find_clips()
            self._handle = show(self._record(), raw=True, display_id=f"ww-record-{self._anchor}")
            self._record_shown()
        else:
            if not self._anchor:
                self._find_clips()
            show({_VIEW: view, **self._record()}, raw=True)

    def _find_clips(self) -> None:
        """Wait a moment for the clips that are still looked for, because this record may not be written anew."""

    def _record_shown(self) -> None:
        """The record is in the notebook now, as it was a moment ago. Clips may have come while it was made."""

    def _record(self) -> MimeBundle:
        """The record as it is now. Subclasses with clips say what they have."""
        with self._speaking():
            return mime_bundle(self._anchor, [], [], 0)

    def _rewrite(self, record: MimeBundle) -> None:
        """Put a new record in place of the old one, wherever the notebook has it. It may be called on any thread."""
        self._handle.update(record, raw=True)


def is_captured() -> bool:
    """Whether an `Output` of ipywidgets takes what is displayed now. A saved notebook has nothing of it."""
    return any(isinstance(each, Output) and each.msg_id for each in list(_instances.values()))


def record_of(anchor: str, jobs: Iterable[Job], figures: Figures, *, embed: bool) -> MimeBundle:
    """The record of these generations, newest first. `figures` keeps the HTML of each clip; with `embed`, the clip."""
    parts: list[str] = []
    lines: list[str] = []
    clips = 0
    for job in jobs:
        if video := job.step.video:
            if (seen := (video.path, video.check)) not in figures:
                figures[seen] = replace(video, embed=embed)._repr_html_()
            parts.append(figures[seen])
            lines.append(printable(" · ".join([*video.caption, str(from_notebook(video.path))])))
            clips += 1
        elif is_unfinished(job):
            lines.append(unfinished(job.step))
            parts.append(f"<p>{escape(lines[-1])}</p>")
    return mime_bundle(anchor, parts, lines, clips)


def mime_bundle(anchor: str, figures: Iterable[str], lines: Iterable[str], clips: int) -> MimeBundle:
    """A record as HTML and as text. `figures` are HTML, `lines` are text."""
    figures, lines = list(figures), list(lines)
    opens = str(say("widgets.record.opens"))
    body = "".join(figures) or f"<p>{escape(lines[0] if lines else opens)}</p>"
    html = f'<div class="ww-record-{escape(anchor)} ww-clips-{clips}">{body}</div>'
    return {"text/html": html, "text/plain": "\n".join(lines) or opens}


def is_unfinished(job: Job) -> bool:
    """Whether a clip may still come of it. That may be so after an error, too: of the network, or of the disk."""
    return phase(job) not in _ENDED


def id_to_resume(step: Step) -> str:
    """The id by which code goes on with a generation; empty as long as it has none."""
    return (step.task.id if step.task else step.order) or ""


def unfinished(step: Step) -> str:
    """The line about a generation that has no clip yet."""
    request, name = step.request, id_to_resume(step)
    what = printable((request.prompt or "") if request else name)
    way_on = say("widgets.record.go_on", code=f"ww.resume({name!r})") if name else None
    return str(joined(say("widgets.record.unfinished", what=what), way_on))
