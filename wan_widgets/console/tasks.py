"""The orders of the ledger as a list that a cell or a terminal shows."""

import html
from pathlib import Path
from typing import TYPE_CHECKING

from wan_widgets.experiments.history import frame_of
from wan_widgets.files.disk import shown
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.orders import orders
from wan_widgets.ledger.values import moment
from wan_widgets.wan.sources import printable
from wan_widgets.words import Said, say, showing

if TYPE_CHECKING:
    import pandas  # noqa: ICN001  # the documentation finds the type by its full name

_HEAD = (
    "console.tasks.head.ordered",
    "console.tasks.head.state",
    "console.tasks.head.prompt",
    "console.tasks.head.seed",
    "console.tasks.head.model",
    "console.tasks.head.task",
    "console.tasks.head.file",
)
_STATES = {
    "sending": "console.state.sending",
    "refused": "console.state.refused",
    "queued": "console.state.queued",
    "in_progress": "console.state.in_progress",
    "completed": "console.state.completed",
    "failed": "console.state.failed",
    "cancelled": "console.state.cancelled",
    "unconfirmed": "console.state.unconfirmed",
    "let_go": "console.state.let_go",
}


class Tasks(list[Entry]):
    """Orders, newest first. A notebook shows them as a table, a terminal as one line each."""

    remark = say("console.tasks.none")
    """What is shown if there are none."""

    def to_pandas(self) -> "pandas.DataFrame":
        """The orders as a data frame of pandas, as `history` has them."""
        return frame_of(self)

    def __repr__(self) -> str:
        with showing():
            return "\n".join(map(_line, self)) or str(self.remark)

    def _repr_html_(self) -> str:
        with showing():
            head = "".join(f"<th>{html.escape(str(say(key)))}</th>" for key in _HEAD)
            rows = "".join(
                f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(entry))}</tr>" for entry in self
            )
            caption = "" if self else f"<caption>{html.escape(str(self.remark))}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def tasks(*, everywhere: bool = False) -> Tasks:
    """All orders of this folder (with `everywhere`: of all folders), newest first. Raises `LedgerError`."""
    found = Tasks(orders(everywhere=everywhere))
    if not everywhere and not found and orders(everywhere=True):
        found.remark = say("console.tasks.none_here", code="ww.tasks(everywhere=True)")
    return found


def state_said(entry: Entry) -> Said:
    """The state of an order. One that a newer version has written stays as it is."""
    key = _STATES.get(entry.state)
    return say(key) if key else entry.state


def _cells(entry: Entry) -> tuple[str, ...]:
    request = entry.request
    created = moment(entry.created_at)
    ordered = created.astimezone().strftime("%Y-%m-%d %H:%M") if created else ""
    state = str(state_said(entry))
    if entry.error_message and entry.state != "completed":
        state = str(say("console.tasks.state", state=state, message=entry.error_message))
    prompt = (request.prompt or "") if request else ""
    model = f"{request.model} · {entry.provider}" if request else entry.provider
    seed = str(request.seed) if request and request.seed is not None else ""
    file = shown(Path(entry.path)) if entry.path else ""
    return ordered, state, prompt, seed, model, entry.task_id or entry.id, file


def _line(entry: Entry) -> str:
    ordered, state, prompt, seed, *others = _cells(entry)
    words = (ordered, state, prompt, seed and str(say("seed.given", seed=seed)), *others)
    return " · ".join(printable(" ".join(each.split())) for each in words if each)
