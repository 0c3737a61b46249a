"""The running of many cells on the worker: a few at a time, each found in the ledger before it is bought."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Coroutine, Sequence
from functools import cached_property
from typing import Any, Self
from weakref import WeakSet

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.former import former_job
from wan_widgets.experiments.known import Known
from wan_widgets.experiments.stopping import Stops
from wan_widgets.generation import worker
from wan_widgets.generation.job import Job
from wan_widgets.generation.jobs import Look, job_for, once_after
from wan_widgets.generation.queue import line_of
from wan_widgets.generation.repeats import past_of
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.switches import switch
from wan_widgets.words import Said, say

_log = logging.getLogger(__name__)
_at_work: WeakSet["Running"] = WeakSet()
"""Those that run in this process. Only the worker uses it."""


class Running(Known):
    """Cells that can be started, paused and cancelled, from any thread. Each is bought at most once."""

    def __init__(self, cells: Sequence[Cell], at_once: int) -> None:
        super().__init__(cells)
        self.at_once = at_once
        """How many may run at once, if the services take as many."""
        self.is_paused = False
        """Nothing new is ordered. What is ordered goes on."""
        self.why_paused: Said = ""
        """What stopped it by itself: a budget, the key, the balance. Empty if somebody has paused it."""
        self.has_taken_over = False
        """It goes on in place of another one, which made the same clips."""
        self.is_handed_over = False
        """Another one goes on in its place."""
        self._lent: set[Any] = set()
        """Its clients that another one uses, and closes."""
        self._stops = Stops()
        self._looked: Look | None = None
        self._looks: list[bool] = []
        """The looks into the ledger that are due, each with whether failed cells are to be bought again."""
        self._looking: list[bool] = []
        """The look that is under way."""
        self._called_off = 0
        self._open: set[Cell] = set()
        """The cells whose end is not settled yet: a job tells of its error a moment before it has ended."""
        self._working: asyncio.Task[None] | None = None
        self._poked: asyncio.Event | None = None
        self._spawned: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._begins = 0
        """How many starts the worker has not heard of yet."""

    def start(self, *, retry: bool = False) -> Self:
        """Take up what is ordered, and order the rest; with `retry`, also what has failed at the service.

        Does not block. A cell that has its clip is never bought again. Raises `InvalidRequest` for a `retry` that is
        neither ``True`` nor ``False``.
        """
        retry = switch("retry", retry)
        self._unpause()
        worker.call(self._begin, retry)
        return self

    def pause(self) -> None:
        """Order nothing new. What is ordered goes on, and its clips arrive."""
        self._pause("")

    def go_on(self) -> Self:
        """Go on with ordering after a pause."""
        self._unpause()
        worker.call(self._begin, None)
        return self

    def cancel(self) -> None:
        """Withdraw what is not ordered. What is ordered is cancelled, or not followed if the service cannot cancel."""
        worker.call(self._cancel)

    def take_over(self) -> None:
        """Go on in place of another one of this process that makes the same clips, and leave it nothing to order.

        So it is when the cell of a notebook is run again whose sweep runs. Nothing is bought by that: what was started
        goes on, and what was paused stays paused.
        """
        worker.submit(self._join())

    def wait(self, timeout: float | None = None) -> bool:
        """Block until nothing changes by itself any more, at most `timeout` seconds. Whether that is so."""
        if worker.is_current():
            raise RuntimeError(say("generation.waits_for_itself", code="sweep.start()"))
        return self._idle.wait(timeout)

    def _unpause(self) -> None:
        self.is_paused, self.why_paused = False, ""
        self.has_taken_over = self.is_handed_over = False
        with self._lock:
            self._begins += 1
            self._idle.clear()

    def _pause(self, reason: Said) -> None:
        self.is_paused, self.why_paused = True, reason
        worker.call(self._poke)

    # All methods below run on the worker.

    def job_of(self, cell: Cell) -> Job:
        """The job of a cell. One that was ordered before gets one that has ended, with which its card can go on."""
        job = cell.job or former_job(cell, lambda job: self._heard(cell, job))
        if cell.past is not None:
            cell.job = job
        return job

    async def follow(self, cell: Cell) -> None:
        """Go on with the order of a cell that is not followed, or ask the service about it. Buys nothing."""
        job = self.job_of(cell)
        try:
            client = cell.client.renewed()
        except WanError as error:  # the key is missing
            job.end(error if job.step.task else Unconfirmed(error.message, ledger_id=job.step.order or ""))
        else:
            await job.go_on(client)
            await self._until_settled(job)

    async def dismiss(self, cell: Cell) -> None:
        """Note that the order of a cell was not bought, as the user says."""
        job = self.job_of(cell)
        await job.dismiss(cell.client.copy())
        await self._until_settled(job)

    async def _until_settled(self, job: Job) -> None:
        """Count as running until a job has ended that was not started with the others."""
        if job.is_running:
            self._idle.clear()
            self._keep_working()
            await job.settled()
        self._poke()

    def _begin(self, retry: bool | None) -> None:
        """Start working; with ``None``, without a new look into the ledger if there was one."""
        with self._lock:
            self._begins -= 1
        if retry is not None or not self._looked:
            self._looks.append(bool(retry))
        self._keep_working()
        self._poke()

    @cached_property
    def _keys(self) -> frozenset[str]:
        """Which clips these are. The first use reads the local files."""
        return frozenset(cell.prepared.key for cell in self.cells)

    async def _same_at_work(self) -> list["Running"]:
        """Those that run, and make the same clips."""
        await asyncio.to_thread(lambda: self._keys)
        return [each for each in _at_work if each is not self and each._keys == self._keys]  # noqa: SLF001  # it is of this class

    async def _join(self) -> None:
        for other in await self._same_at_work():
            if self.is_running:  # it was started meanwhile, which takes the cells over too
                return
            self._idle.clear()
            self.is_paused, self.why_paused, self._looked = other.is_paused, other.why_paused, other._looked  # noqa: SLF001
            self._take_cells(other)
            self._keep_working()
            self._poke()

    def _take_cells(self, other: "Running") -> None:
        """Have the cells of another one as they are, with the jobs that run."""
        self._looks += other._looking + other._looks  # noqa: SLF001  # it is of this class
        other._leave()  # noqa: SLF001
        other._open.clear()  # noqa: SLF001
        mine = {cell.prepared.key: cell for cell in self.cells}
        for theirs in other.cells:
            cell = mine[theirs.prepared.key]
            cell.take(theirs)
            if (job := cell.job) is not None and cell.state is CellState.RUNNING:
                other._lent.add(job.service)  # noqa: SLF001
                self._hear_of(cell, job)
            self._tell(cell)
            other._tell(theirs)  # noqa: SLF001
        self.has_taken_over, other.is_handed_over = True, True
        other._poke()  # noqa: SLF001

    def _leave(self) -> None:
        """Order nothing more, also after the look that is under way."""
        self._looks.clear()
        self._called_off += 1

    def _hear_of(self, cell: Cell, job: Job) -> None:
        """Follow a job that another one has started."""
        job.listener = lambda job: self._heard(cell, job)
        self._open.add(cell)

        async def until_its_end() -> None:
            await job.settled()
            self._ended(cell, job)

        self._spawn(until_its_end())

    def _keep_working(self) -> None:
        _at_work.add(self)
        if self._working is None or self._working.done():
            self._poked = asyncio.Event()
            self._stops = Stops()
            self._working = asyncio.get_running_loop().create_task(self._work())

    def _poke(self) -> None:
        if self._poked is not None:
            self._poked.set()
        self._tell(None)

    async def _work(self) -> None:
        try:
            self._renew_clients()
            while self._may_change:
                await self._order_until_idle()
                await self._close_clients()  # somebody may start it again meanwhile
        except WanError as error:  # the ledger cannot be read: whether a clip was bought before is not known
            self._pause(error.message)
        except Exception as error:  # noqa: BLE001  # whoever waits must hear that it has ended
            _log.exception("a sweep broke off")
            self._pause(say("generation.unforeseen", error=repr(error)))
        finally:
            with self._lock:
                if not self._begins:
                    self._idle.set()
                    _at_work.discard(self)
            self._tell(None)

    async def _order_until_idle(self) -> None:
        assert self._poked is not None
        while self._may_change:
            self._poked.clear()
            while self._looks:
                self._looking = [self._looks.pop(0)]
                await self._look(retry=self._looking[0])
                self._looking = []
            self._start_what_has_room()
            if self._may_change:
                await self._poked.wait()

    async def _close_clients(self) -> None:
        used = {cell.client for cell in self.cells} | {cell.job.service for cell in self.cells if cell.job}
        for client in used - self._lent:
            await client.aclose()
        self._lent.clear()

    def _renew_clients(self) -> None:
        """Use the keys of today. Raises `ConfigurationError` if one is missing."""
        renewed = {id(client): client.renewed() for client in {cell.client for cell in self.cells}}
        for cell in self.cells:
            cell.client = renewed.get(id(cell.client), cell.client)

    @property
    def _may_change(self) -> bool:
        is_waiting = not self.is_paused and any(cell.is_wanted for cell in self.cells)
        return is_waiting or bool(self._under_way) or bool(self._looks)

    @property
    def _under_way(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.state is CellState.RUNNING or cell in self._open]

    async def _look(self, *, retry: bool) -> None:
        """Ask the ledger, in one question, what became of the cells, and choose those that are to be started."""
        called_off = self._called_off
        for other in await self._same_at_work():
            if called_off == self._called_off:
                self._take_cells(other)
        cells = self._without_clip()
        looked = await asyncio.to_thread(Look.now)
        past = await asyncio.to_thread(lambda: past_of([cell.prepared.key for cell in cells]))
        self._looked = looked
        for cell in self._learn(past, cells):
            is_open = cell.state is not CellState.FAILED or retry
            cell.is_wanted = is_open and called_off == self._called_off
            cell.is_unwanted = False

    def _start_what_has_room(self) -> None:
        wanted = [cell for cell in self.cells if cell.is_wanted]
        ordered = [cell for cell in wanted if cell.past and cell.past.usable]
        for cell in ordered:  # the service has their tasks already
            self._start(cell)
        if self.is_paused:
            return
        running = Counter(_line(cell)[0] for cell in self._under_way)
        for cell in wanted:
            line, limit = _line(cell)
            if running.total() >= self.at_once:
                break
            if cell.is_wanted and (limit is None or running[line] < limit):
                running[line] += 1
                self._start(cell)

    def _start(self, cell: Cell) -> None:
        has_failed = cell.state is CellState.FAILED
        known = cell.past.usable if cell.past else None
        cell.is_wanted, cell.error, cell.state = False, None, CellState.RUNNING
        cell.agree()
        assert self._looked is not None
        self._open.add(cell)
        once = once_after(self._looked, with_failed=not has_failed)  # another kernel may run the same sweep
        job = job_for(cell.client, cell.prepared, known, once=once, listener=lambda job: self._heard(cell, job))
        cell.job = job
        job.start().add_done_callback(lambda _: self._ended(cell, job))

    def _heard(self, cell: Cell, job: Job) -> None:
        if cell.job is not job:
            return
        if job.step.task is not None:
            self._stops.accepted()
            if cell.is_unwanted:
                cell.is_unwanted = False
                self._spawn(self._call_off(cell, job))
        cell.follow(job)
        self._tell(cell)

    def _ended(self, cell: Cell, job: Job) -> None:
        if cell.job is not job:  # another one goes on with it
            return
        self._open.discard(cell)
        cell.follow(job)
        if job.unforeseen is not None:
            _log.error("a generation broke off", exc_info=job.unforeseen)
        is_new = cell.past is None or cell.past.usable is None
        if cell.error is not None and (reason := self._stops.reason(cell.error, cell.state, is_new=is_new)):
            self._pause(reason)
            if cell.state is CellState.REFUSED:  # the fault is not of this cell, which waits for the next start
                cell.state, cell.error, cell.job, cell.is_wanted = CellState.WAITING, None, None, True
        self._tell(cell)
        self._poke()

    def _cancel(self) -> None:
        self._leave()
        for cell in self.cells:
            job = cell.job
            if cell.state is CellState.RUNNING and job is not None:
                cell.is_unwanted = job.is_unwanted = True
                self._spawn(self._call_off(cell, job))
            elif cell.is_wanted and cell.state is not CellState.UNFINISHED:
                cell.is_wanted, cell.state = False, CellState.CANCELLED
                self._tell(cell)
        self._poke()

    async def _call_off(self, cell: Cell, job: Job) -> None:
        if not job.is_unordered and job.step.task is None:  # the order is on its way
            return
        cell.is_unwanted = False
        await job.call_off()
        cell.follow(job)
        self._tell(cell)
        self._poke()

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        running = asyncio.get_running_loop().create_task(coroutine)
        self._spawned.add(running)  # the loop itself has only a weak reference
        running.add_done_callback(self._spawned.discard)


def _line(cell: Cell) -> tuple[Any, int | None]:
    return line_of(cell.client, cell.request)
