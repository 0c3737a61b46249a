"""The orders of the ledger as a list that a cell or a terminal shows."""

import html
from pathlib import Path

from wan_widgets.files.disk import shown
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.orders import orders
from wan_widgets.ledger.values import moment
from wan_widgets.wan.sources import printable


class Tasks(list[Entry]):
    """Orders, newest first. A notebook shows them as a table, a terminal as one line each."""

    remark = "No orders."
    """What is shown if there are none."""

    def __repr__(self) -> str:
        return "\n".join(map(_line, self)) or self.remark

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("ordered", "state", "prompt", "seed", "model", "task", "file"))
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(entry))}</tr>" for entry in self
        )
        caption = "" if self else f"<caption>{html.escape(self.remark)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def tasks(*, everywhere: bool = False) -> Tasks:
    """All orders of this folder (with `everywhere`: of all folders), newest first. Raises `LedgerError`."""
    found = Tasks(orders(everywhere=everywhere))
    if not everywhere and not found and orders(everywhere=True):
        found.remark = "No orders of this folder; ww.tasks(everywhere=True) lists those of all folders."
    return found


def _cells(entry: Entry) -> tuple[str, ...]:
    request = entry.request
    created = moment(entry.created_at)
    ordered = created.astimezone().strftime("%Y-%m-%d %H:%M") if created else ""
    state = (
        f"{entry.state}: {entry.error_message}" if entry.error_message and entry.state != "completed" else entry.state
    )
    prompt = (request.prompt or "") if request else ""
    model = f"{request.model} · {entry.provider}" if request else entry.provider
    seed = str(request.seed) if request and request.seed is not None else ""
    file = shown(Path(entry.path)) if entry.path else ""
    return ordered, state, prompt, seed, model, entry.task_id or entry.id, file


def _line(entry: Entry) -> str:
    ordered, state, prompt, seed, *others = _cells(entry)
    words = (ordered, state, prompt, seed and f"seed {seed}", *others)
    return " · ".join(printable(" ".join(each.split())) for each in words if each)
