"""A cell that was ordered before, or is not ordered yet, as a job that does not run: so it can be shown as a card."""

from collections.abc import AsyncGenerator, Callable

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.generation.following import destination_of
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step


def former_job(cell: Cell, listener: Callable[[Job], object] = lambda _: None) -> Job:
    """A job that has ended as the cell has, by what the ledger had of its order."""
    entry = cell.past.entry if cell.past else None
    step = Step(
        request=cell.request,
        order=entry.id if entry else None,
        task=entry.task if entry else None,
        video=cell.video,
    )
    job = Job(
        cell.client,
        _not_begun,
        step,
        wanted=destination_of(entry) if entry else None,
        begun=entry.created_at if entry else None,
        listener=listener,
    )
    job.error = cell.error
    job.is_stopped = cell.state is CellState.UNFINISHED and cell.error is None
    return job


async def _not_begun() -> AsyncGenerator[Step, None]:
    raise AssertionError("It has ended, and nothing is to be done for it.")
    yield Step()
