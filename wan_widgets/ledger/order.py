"""What becomes of one order, written down as it happens. A ledger that fails stops no generation without a budget."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from wan_widgets.files import here
from wan_widgets.files.disk import digest_of
from wan_widgets.files.video import Video
from wan_widgets.ledger.entry import REFUSED, Entry, columns
from wan_widgets.ledger.ledger import TROUBLE, Ledger, priced, unreadable, unwritable
from wan_widgets.wan.budgets import Budget
from wan_widgets.wan.errors import HTTPStatusError, LedgerError, WanError
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import TaskStatus, VideoTask

_log = logging.getLogger(__name__)
LEASE = 30.0
"""Seconds for which one follower alone asks about a task, unless it takes them anew."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes into the ledger."""
LONG_PATIENCE = 10.0
"""The same where nothing can be done without the ledger."""
_PATIENCE_AFTER_TROUBLE = 0.2
UNTAKEN = "It was called off before the service took it; nothing was bought."
UNSENT = "It was called off before it was sent; nothing was bought."
T = TypeVar("T")


class Order:
    """One order in the ledger. Its methods run beside the event loop; they fail only where they say so."""

    def __init__(self, order_id: str, ledger: Ledger) -> None:
        self.id = order_id
        self.follower = here.follower()
        self.trouble = ""
        """What was wrong with the ledger at the last writing, for the user; else empty."""
        self.is_lost = False
        """Another follower asks about it now; what is known here may be old."""
        self.twin: Entry | None = None
        """The order of the same clip in whose favour this one was not opened."""
        self._ledger = ledger
        self._unwritten: dict[str, Any] = {}
        self._missing: Entry | None = None
        self._noting = asyncio.Lock()
        self._holders = 0

    def open(self, entry: Entry, budgets: Sequence[Budget], quote: Quote | None, once: float | None = None) -> None:
        """Write it down before it leaves. Raises `OverBudget`; with budgets also `LedgerError`. Blocks."""
        patience = LONG_PATIENCE if budgets else PATIENCE
        try:
            self.twin = self._ledger.within(patience).open(entry, budgets, quote, once=once)
        except TROUBLE as error:
            if budgets:
                trouble = unwritable(self._ledger, error)
                message = f"{trouble} With a budget nothing is ordered that cannot be counted."
                raise LedgerError(message) from error
            self._missing = priced(entry, quote)
            self._is_in_trouble(error)

    async def accepted(self, task: VideoTask) -> None:
        """The service has it: the id is on disk before the first question."""
        await self._note(task_id=task.id, **columns(task))

    async def seen(self, task: VideoTask) -> None:
        """The service said something new of it."""
        if task.status is not TaskStatus.UNCONFIRMED:
            await self._note(**columns(task))

    async def saved(self, video: Video) -> None:
        """The clip is here."""
        try:
            digest = await beside(lambda: digest_of(video.path))
        except OSError:  # it was moved on at once
            digest = None
        await self._note(
            state=str(TaskStatus.COMPLETED), progress=100, path=str(video.path), size=video.size, sha256=digest
        )

    async def failed_to_submit(self, error: WanError) -> None:
        """The service did not take it, or nobody knows."""
        state, said = (str(TaskStatus.UNCONFIRMED), error.happened) if error.maybe_billed else (REFUSED, error.message)
        code = error.code if isinstance(error, HTTPStatusError) else None
        await self._note(state=state, error_message=said, error_code=code)

    @asynccontextmanager
    async def not_bought_if_cancelled(self, said: str) -> AsyncIterator[None]:
        """While nothing of it is on its way: whoever gives it up within the block has bought nothing."""
        try:
            yield
        except asyncio.CancelledError:
            await self.failed_to_submit(WanError(said))
            raise

    async def is_first(self, task: VideoTask, base_url: str) -> bool:
        """Whether no other order led to this task."""
        entry = await self._read(lambda ledger: ledger.of_task(task.id, base_url))
        return entry is None or entry.id == self.id

    async def has_rival(self, request: VideoRequest, base_url: str, since: float) -> bool:
        """Whether another order of the same words waits for its task, or may: it could be mistaken for this one."""
        others = await self._read(lambda ledger: ledger.taskless(base_url, since))
        requests = [each.request for each in others or () if each.id != self.id]
        alike = [
            each for each in requests if each is None or (each.model, each.prompt) == (request.model, request.prompt)
        ]
        return others is None or bool(alike)

    async def entry(self) -> Entry | None:
        """How it stands in the ledger, which another process may be writing."""
        return await self._read(lambda ledger: ledger.entry(self.id))

    async def lease(self) -> bool:
        """Be the one who asks about it, for a while; false while another is. True where there is no ledger."""
        if self._missing is not None:
            return True
        mine = await self._write(lambda ledger: ledger.lease(self.id, self.follower, LEASE, is_gone=here.is_gone))
        self.is_lost = mine is False
        return not self.is_lost

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Stay the one who asks about it, and let others ask at the end. May be nested."""
        self._holders += 1
        renewing = asyncio.ensure_future(self._renew()) if self._holders == 1 else None
        try:
            yield
        finally:
            self._holders -= 1
            if renewing is not None:
                renewing.cancel()
                await asyncio.wait({renewing})  # lest it takes back what is released
                await self._catch_up()
                await self._write(lambda ledger: ledger.release(self.id, self.follower))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)  # by the real clock, as other processes have it
            if not self.is_lost:  # a follower that lost the lease reads first what the other one came to
                await self.lease()
            await self._catch_up()

    async def _catch_up(self) -> None:
        if self._unwritten or self._missing:
            await self._note()

    async def _note(self, **values: Any) -> None:
        """Write values down, in the order of the calls, together with what the ledger did not take before."""
        self._unwritten |= values
        async with self._noting:
            pending, missing = self._unwritten, self._missing
            self._unwritten, done = {}, None
            try:
                done = await self._write(lambda ledger: ledger.note(self.id, pending, missing))
            finally:
                if done is None:
                    self._unwritten = pending | self._unwritten
                else:
                    self._missing = None
        if done is False:
            self.trouble = f"The ledger {self._ledger.path} has lost this order: somebody has changed or deleted it."

    async def _write(self, action: Callable[[Ledger], T]) -> T | None:
        # A file that was locked for long, or is broken, must not hold up each step anew.
        ledger = self._ledger.within(_PATIENCE_AFTER_TROUBLE if self.trouble else PATIENCE)
        try:
            result = await beside(lambda: action(ledger))
        except TROUBLE as error:
            self._is_in_trouble(error)
            return None
        self.trouble = ""
        return result

    async def _read(self, action: Callable[[Ledger], T]) -> T | None:
        ledger = self._ledger.within(_PATIENCE_AFTER_TROUBLE if self.trouble else PATIENCE)
        try:
            return await beside(lambda: action(ledger))
        except TROUBLE as error:
            _log.warning("%s", unreadable(ledger, error))
            return None

    def _is_in_trouble(self, error: Exception) -> None:
        lost = " This order is not in it." if self._missing is not None else ""
        trouble = f"{unwritable(self._ledger, error)}{lost}"
        if trouble != self.trouble:
            _log.warning("%s", trouble)
        self.trouble = trouble


async def beside(action: Callable[[], T]) -> T:
    """Run what blocks on another thread, and to its end also when this is cancelled.

    What the service said must not be lost between it and the disk.
    """
    doing = asyncio.ensure_future(asyncio.to_thread(action))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        with suppress(*TROUBLE, WanError):
            await doing
        raise
    except RuntimeError:  # the interpreter ends, and starts no more threads
        return action()


async def order_of(site: Site, task_id: str, ledger: Ledger) -> Order | None:
    """What the ledger knows of a task; ``None`` if it knows nothing, or cannot be read."""
    try:
        entry = await beside(lambda: ledger.within(PATIENCE).of_task(task_id, site.base_url))
    except TROUBLE as error:
        _log.warning("%s", unreadable(ledger, error))
        return None
    return Order(entry.id, ledger) if entry else None
