"""A sweep that one waits for in a cell or a script, with a line that says how far it is."""

import time
from collections import Counter
from typing import Self

from wan_widgets.console.blocking import Interrupted
from wan_widgets.console.remaining import remaining
from wan_widgets.console.statusline import StatusLine
from wan_widgets.experiments.cells import CellState
from wan_widgets.experiments.study import Study
from wan_widgets.wan.sources import printable
from wan_widgets.words import Said, Several, Text, say, showing

_REFRESH = 0.2  # seconds
_MOST = 3  # reasons that are told
_TROUBLES = {
    CellState.FAILED: "console.sweep.failed",
    CellState.REFUSED: "console.sweep.refused",
    CellState.CANCELLED: "console.sweep.cancelled",
    CellState.UNCONFIRMED: "console.sweep.unconfirmed",
    CellState.UNFINISHED: "console.sweep.unfinished",
}


class Sweep(Study):
    """A study with `run`, which waits for it."""

    __doc__ = Study.__doc__

    def run(self, *, retry: bool = False) -> Self:
        """Start, and wait until all has ended, with a line that says how far it is. Returns the sweep.

        A failure of a cell is no error here: it stands in the cell. An interrupt ends the waiting and stops new orders.
        """
        wait_for(self, retry=retry)
        return self


def wait_for(study: Study, *, retry: bool = False) -> None:
    """Start a study and wait for its end. An interrupt pauses it."""
    line = StatusLine()
    try:
        study.start(retry=retry)
        is_over = False
        while not is_over:
            is_over = study.wait(_REFRESH)
            line.write(progress(study), "" if is_over else _left(study))
        line.keep()
        line.say(*_troubles(study))
        if study.is_paused:
            stopped = say("console.sweep.stopped", count=study.counts[CellState.WAITING], code="sweep.go_on()")
            line.say(*([study.why_paused] if study.why_paused else []), stopped)
    except KeyboardInterrupt:
        study.pause()
        line.say(*_goes_on(study))
        raise Interrupted from None
    finally:
        line.close()


def progress(study: Study) -> str:
    """How many have arrived, what went wrong, and what was spent: ``"9 of 12 · 1 refused · CN¥27.00 spent"``."""
    counts = study.counts
    with showing():
        parts: list[Text] = [say("console.sweep.done", done=counts[CellState.COMPLETED], whole=len(study.cells))]
        parts += [say(key, count=counts[state]) for state, key in _TROUBLES.items() if counts[state]]
        if spent := tuple(study.spent.values()):
            parts.append(say("console.sweep.spent", sums=Several(spent, "plain")))
        return " · ".join(map(str, parts))


def _troubles(study: Study) -> list[Said]:
    """Why clips are missing, each reason once, and how those are bought again that have failed."""
    with showing():
        reasons = Counter(str(cell.error.happened) for cell in study.cells if cell.error and cell.state in _TROUBLES)
    told: list[Said] = [
        say("console.sweep.reason", count=count, reason=printable(reason))
        for reason, count in reasons.most_common(_MOST)
    ]
    if more := len(reasons) - len(told):
        told.append(say("console.sweep.more", count=more, code="sweep.to_pandas().error"))
    if count := study.counts[CellState.FAILED]:
        told.append(say("console.sweep.retry", count=count, code="sweep.run(retry=True)"))
    return told


def _left(study: Study) -> str:
    with showing():
        return remaining(study.remaining, time.time())


def _goes_on(study: Study) -> list[Said]:
    ordered = study.counts[CellState.RUNNING]
    return [
        say("console.sweep.interrupted", count=ordered),
        say("console.sweep.way_back", code="sweep.go_on()", wait="sweep.run()"),
    ]
