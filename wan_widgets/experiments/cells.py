"""The cells of a sweep: one clip each, with its place on the axes, its request, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from wan_widgets.client import AsyncClient
from wan_widgets.files.video import Video
from wan_widgets.generation.job import Job
from wan_widgets.generation.prepared import Prepared
from wan_widgets.generation.repeats import Past
from wan_widgets.ledger.entry import REFUSED, Entry
from wan_widgets.money.prices import quoted
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskCancelled, TaskError, TaskFailed, TaskStatus
from wan_widgets.words import Said, say, showing


class CellState(StrEnum):
    """Where a cell stands."""

    WAITING = "waiting"
    """Nothing is ordered yet."""
    RUNNING = "running"
    """Its job runs here: see `Cell.job`."""
    UNFINISHED = "unfinished"
    """It is ordered, and not followed here. A start takes it up."""
    UNCONFIRMED = "unconfirmed"
    """The outcome of its order is not known. A start asks the service about it, and never buys it again."""
    COMPLETED = "completed"
    FAILED = "failed"
    """The service ended it without a clip. Only a start with ``retry=True`` buys it again."""
    REFUSED = "refused"
    """Nothing was bought. A start orders it again."""
    CANCELLED = "cancelled"
    """It was withdrawn or cancelled. A start orders it again."""

    @property
    def is_over(self) -> bool:
        """Nothing more will come of it before the next start."""
        return self not in (CellState.WAITING, CellState.RUNNING, CellState.UNFINISHED)


@dataclass(eq=False, kw_only=True, repr=False)
class Cell:
    """One clip of a sweep. All attributes but those of its place change while the sweep runs, on the worker."""

    number: int
    """Its place in the sequence of all cells, from 0."""
    steps: tuple[int, ...]
    """The number of its step on each axis."""
    place: Mapping[str, Any]
    """Its value on each axis, by name."""
    labels: Mapping[str, Said]
    """The words for these values, which say only what differs."""
    client: AsyncClient
    prepared: Prepared
    is_baseline: bool = False
    state: CellState = CellState.WAITING
    job: Job | None = None
    """Its generation, as a card would show it; ``None`` before it starts, and for a clip that was here already."""
    past: Past | None = None
    """The earlier order that counts, as the ledger had it at the last look."""
    video: Video | None = None
    error: WanError | None = None
    """Why there is no clip."""
    is_wanted: bool = False
    """It is to be ordered or taken up as soon as there is room."""
    is_unwanted: bool = False
    """It is to be withdrawn, or cancelled as soon as it has a task."""

    def __repr__(self) -> str:
        with showing():
            return f"<Cell {self.number}: {', '.join([*map(str, self.labels.values()), str(self.state)])}>"

    @property
    def request(self) -> VideoRequest:
        """What is ordered."""
        return self.prepared.request

    @cached_property
    def quote(self) -> Quote | None:
        """What it will cost, by the prices of its first use; ``None`` if that is not known."""
        return quoted(self.client.provider, self.request)

    @property
    def order_id(self) -> str | None:
        """The id of its order in the ledger."""
        ordered = self.job.step.order if self.job else None
        return ordered or (self.past.entry.id if self.past else None)

    @property
    def is_here(self) -> bool:
        """Whether its clip is on this machine now."""
        return self.video is not None and self.video.path.is_file()

    @property
    def is_known(self) -> bool:
        """Whether the ledger could say nothing new of it: its clip is here, or what came of it was seen here."""
        return self.is_here or self.job is not None or self.state is CellState.CANCELLED

    @property
    def is_bought(self) -> bool:
        """Whether there is an order that counts as bought."""
        is_ordered = self.job is not None and not self.job.step.is_unordered and self.state is CellState.RUNNING
        return is_ordered or self.state in (CellState.COMPLETED, CellState.UNFINISHED, CellState.UNCONFIRMED)

    @property
    def price(self) -> Money | None:
        """What it costs, as billed or quoted; ``None`` if nothing is bought, or the price is not known."""
        if self.video is not None:
            return self.video.price
        if not self.is_bought or self.client.provider.is_simulated:
            return None
        if self.past is not None and self.past.usable is not None:
            return self.past.usable.price
        return Money(self.quote.amount, self.quote.currency) if self.quote else None

    def learn(self, past: Past | None) -> None:
        """Take what the ledger has of its clip. Its job does not run."""
        self.past, self.job, self.error, self.video = past, None, None, None
        self.state = CellState.WAITING
        if past is None:
            return
        entry = past.entry
        self.state = _STATES.get(entry.state, CellState.UNFINISHED)
        if past.video is not None:
            self.video = past.video
        elif self.state is CellState.COMPLETED:  # the file is gone, and the service may still have the clip
            self.state = CellState.UNFINISHED
        self.error = _error_of(entry, self.state)

    def follow(self, job: Job) -> None:
        """Take what its job says now."""
        self.video, self.error, self.state = job.step.video, job.error, _state_of(job)


_STATES = {
    REFUSED: CellState.REFUSED,
    str(TaskStatus.COMPLETED): CellState.COMPLETED,
    str(TaskStatus.FAILED): CellState.FAILED,
    str(TaskStatus.CANCELLED): CellState.CANCELLED,
    str(TaskStatus.UNCONFIRMED): CellState.UNCONFIRMED,
}
"""The state of a cell by that of its order in the ledger. All others are unfinished."""


def _state_of(job: Job) -> CellState:
    error = job.error
    found = CellState.RUNNING
    if job.step.video is not None:
        found = CellState.COMPLETED
    elif job.is_withdrawn or isinstance(error, TaskCancelled):
        found = CellState.CANCELLED
    elif isinstance(error, TaskFailed):
        found = CellState.FAILED
    elif job.is_stopped or (error is not None and job.step.task is not None):
        found = CellState.UNFINISHED
    elif error is not None:
        is_unsure = error.maybe_billed and job.step.order is not None
        found = CellState.UNCONFIRMED if isinstance(error, Unconfirmed) or is_unsure else CellState.REFUSED
    return found


def _error_of(entry: Entry, state: CellState) -> WanError | None:
    """The error of an earlier order, as it would be raised now."""
    error: WanError | None = None
    if state in (CellState.FAILED, CellState.CANCELLED) and (task := entry.task):
        try:
            task.raise_for_status()
        except TaskFailed as failure:
            error = failure
    elif state is CellState.UNCONFIRMED:
        error = Unconfirmed(entry.error_message or say("generation.on_its_way"), ledger_id=entry.id)
    elif state is CellState.REFUSED:
        error = WanError(entry.error_message or say("generation.refused"))
    elif state is CellState.FAILED:
        error = WanError(TaskError(entry.error_message or say("wan.task.no_reason")).happened)
    if error is not None:
        error.request, error.ledger_id = entry.request, entry.id
    return error
