"""The orders of the ledger as a list that a cell or a terminal shows."""

import html
from pathlib import Path

from wan_widgets.files.disk import shown
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.orders import orders
from wan_widgets.ledger.values import moment
from wan_widgets.wan.sources import printable


class Tasks(list[Entry]):
    """Orders, newest first. As a cell's last value, a table; else a line each."""

    def __repr__(self) -> str:
        return "\n".join(" · ".join(filter(None, map(_line, _cells(entry)))) for entry in self) or "No orders."

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("ordered", "state", "prompt", "model", "task", "file"))
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(entry))}</tr>" for entry in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def tasks(*, everywhere: bool = False) -> Tasks:
    """All orders of this working directory, finished ones too; or of every one. Raises `LedgerError`."""
    return Tasks(orders(everywhere=everywhere))


def _cells(entry: Entry) -> tuple[str, ...]:
    request = entry.request
    created = moment(entry.created_at)
    ordered = created.astimezone().strftime("%Y-%m-%d %H:%M") if created else ""
    state = (
        f"{entry.state}: {entry.error_message}" if entry.error_message and entry.state != "completed" else entry.state
    )
    prompt = (request.prompt or "") if request else ""
    model = f"{request.model} · {entry.provider}" if request else entry.provider
    file = shown(Path(entry.path)) if entry.path else ""
    return ordered, state, prompt, model, entry.task_id or entry.id, file


def _line(words: str) -> str:
    return printable(" ".join(words.split()))
