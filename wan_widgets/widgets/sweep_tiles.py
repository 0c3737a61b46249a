"""What the grid of a sweep shows of each cell, as plain data for the browser."""

from typing import Any

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.former import former_job
from wan_widgets.files.checks import word_of as check_word
from wan_widgets.generation.job import Job
from wan_widgets.widgets.cards import billing_of, card, estimate_of, message_of, phase

_ENDED = {
    CellState.WAITING: "planned",
    CellState.COMPLETED: "completed",
    CellState.FAILED: "failed",
    CellState.REFUSED: "refused",
    CellState.CANCELLED: "cancelled",
    CellState.UNCONFIRMED: "unconfirmed",
}


def tile_of(cell: Cell) -> dict[str, Any]:
    """A cell as a tile, in the language that holds. A tile with a picture gets it when it is seen."""
    word = word_of(cell)
    job = cell.job or (former_job(cell) if cell.error is not None else None)
    task = job.step.task if job else None
    return {
        "key": key_of(cell),
        "phase": word,
        "progress": task.progress if task and word == "in_progress" else None,
        "estimate": estimate_of(job, word) if job else None,
        "message": message_of(job) if job else "",
        "billing": billing_of(job, word) if job else "",
        "seconds": cell.video.duration if cell.video else None,
        "odd": str(check_word(cell.video.check)) if cell.video else "",
    }


def card_of(cell: Cell, job: Job) -> dict[str, Any]:
    """The whole card of a cell. The sweep itself orders again what failed."""
    return card(job, cell.client) | {"key": key_of(cell), "phase": word_of(cell), "again": [], "can_edit": False}


def key_of(cell: Cell) -> str:
    """The name of a cell for the browser."""
    return str(cell.number)


def word_of(cell: Cell) -> str:
    """The state of a cell as one word. The label for it is ``phase.<word>``."""
    if cell.state in _ENDED:
        return _ENDED[cell.state]
    return phase(cell.job) if cell.job else "stopped"
