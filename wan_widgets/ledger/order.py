"""What becomes of an order is written down as it happens. A ledger that fails stops no generation without a budget."""

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import platformdirs

from wan_widgets.files import here as whereabouts
from wan_widgets.ledger.entry import REFUSED, SENDING, Entry
from wan_widgets.ledger.ledger import TROUBLE, Ledger, priced
from wan_widgets.ledger.recipe_key import digest_of, recipe_key
from wan_widgets.money import budgets as limits
from wan_widgets.money.prices import quoted
from wan_widgets.service.outcomes import columns
from wan_widgets.service.service import AsyncClient
from wan_widgets.wan.budgets import Budget
from wan_widgets.wan.errors import HTTPStatusError, LedgerError, OverBudget, WanError
from wan_widgets.wan.quotes import Quote, billed_extra
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, Video, VideoTask

_log = logging.getLogger(__name__)
LEASE = 30.0
"""Seconds for which one follower alone asks about a task, unless it takes them anew."""
_PATIENCE, _HASTE, _NO_TIME = 10.0, 2.0, 0.2  # seconds to wait for others: with a budget, without, and in vain before
_UNTAKEN = "It was called off before the service took it; nothing was bought."
_UNSENT = "It was called off before it was sent; nothing was bought."
T = TypeVar("T")


def ledger() -> Ledger:
    """``WAN_LEDGER``, else in the user's data folder."""
    given = os.environ.get("WAN_LEDGER")
    path = (
        Path(given).expanduser().absolute() if given else platformdirs.user_data_path("wan_widgets") / "ledger.sqlite3"
    )
    return Ledger(path)


class Order:
    """One order in the ledger. Its methods run beside the event loop, and do not fail but where they say so."""

    def __init__(self, order: str, book: Ledger, known: Entry | None = None) -> None:
        self.id = order
        self.follower = whereabouts.follower()
        self.trouble = ""
        """What was wrong with the ledger at the last writing, for the user; else empty."""
        self.is_lost = False
        """Another asks about it now; what is known here may be old."""
        self.twin: Entry | None = None
        """The order of the same clip in whose favour this one was not opened."""
        self._book = book
        self._known = known
        self._noted: dict[str, Any] = {}
        self._unwritten: dict[str, Any] = {}
        self._missing: Entry | None = None
        self._noting = asyncio.Lock()
        self._holders = 0

    def open(self, entry: Entry, budgets: Sequence[Budget], quote: Quote | None, once: float | None = None) -> None:
        """Write it down before it leaves. Raises `OverBudget`; with budgets also `LedgerError`. Blocks."""
        try:
            self.twin = self._book.within(_PATIENCE if budgets else _HASTE).open(entry, budgets, quote, once=once)
        except TROUBLE as error:
            if budgets:
                trouble = f"The ledger {self._book.path} cannot be written: {error}."
                message = f"{trouble} With a budget nothing is ordered that cannot be counted."
                raise LedgerError(message) from error
            self._missing = priced(entry, quote)
            self._is_in_trouble(error)
        if self.twin is None:
            self._known = priced(entry, quote)

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
            digest = await _beside(lambda: digest_of(video.path))
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

    async def called_off(self) -> None:
        """Whoever ordered it has gone, while nothing was on its way to the service any more."""
        if "state" not in self._noted | self._unwritten:  # nothing had come of it
            await self.failed_to_submit(WanError(_UNTAKEN))

    @asynccontextmanager
    async def still_unsent(self) -> AsyncIterator[None]:
        """Until it is sent: whoever gives it up within has bought nothing."""
        try:
            yield
        except (GeneratorExit, asyncio.CancelledError):
            await self.failed_to_submit(WanError(_UNSENT))
            raise

    async def is_first(self, task: VideoTask, base_url: str) -> bool:
        """Whether no other order led to this task."""
        entry = await self._read(lambda book: book.of_task(task.id, base_url))
        return entry is None or entry.id == self.id

    async def has_rival(self, request: VideoRequest, base_url: str, since: float) -> bool:
        """Whether another order of the same words waits for its task, or may: it could be mistaken for this one."""
        others = await self._read(lambda book: book.taskless(base_url, since))
        requests = [each.request for each in others or () if each.id != self.id]
        alike = [
            each for each in requests if each is None or (each.model, each.prompt) == (request.model, request.prompt)
        ]
        return others is None or bool(alike)

    async def entry(self) -> Entry | None:
        """How it stands in the ledger, which another process may be writing."""
        return await self._read(lambda book: book.entry(self.id))

    async def lease(self) -> bool:
        """Be the one who asks about it, for a while; false while another is. True where there is no ledger."""
        if self._missing is not None:
            return True
        mine = await self._write(lambda book: book.lease(self.id, self.follower, LEASE, is_gone=whereabouts.is_gone))
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
                await self._write(lambda book: book.release(self.id, self.follower))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)  # by the real clock, as other processes have it
            if not self.is_lost:  # who has lost it reads first what the other came to
                await self.lease()
            await self._catch_up()

    async def _catch_up(self) -> None:
        if self._unwritten or self._missing:
            await self._note()

    async def _note(self, **values: Any) -> None:
        self._unwritten |= values
        async with self._noting:  # in this order, and with what the ledger did not take before
            pending, missing = self._unwritten, self._missing
            self._unwritten, done = {}, None
            try:
                done = await self._write(lambda book: book.note(self.id, pending, missing))
                if done is False and self._known is not None:
                    done = await self._noted_anew(self._known, pending)
            finally:
                if done is None:
                    self._unwritten = pending | self._unwritten
                else:
                    self._missing, self._noted = None, self._noted | pending

    async def _noted_anew(self, known: Entry, pending: dict[str, Any]) -> bool | None:
        """Somebody has deleted the ledger, or put another in its place."""
        known, values = replace(known, poller=None, lease_until=None), self._noted | pending
        done = await self._write(lambda book: book.note(self.id, values, known))
        if done:
            self.trouble = f"The ledger {self._book.path} had lost this order; it was written into it anew."
            _log.warning("%s", self.trouble)
        return done

    async def _write(self, action: Callable[[Ledger], T]) -> T | None:
        # A file that was locked for long, or is broken, must not hold up each step anew.
        book = self._book.within(_NO_TIME if self.trouble else _HASTE)
        try:
            result = await _beside(lambda: action(book))
        except TROUBLE as error:
            self._is_in_trouble(error)
            return None
        self.trouble = ""
        return result

    async def _read(self, action: Callable[[Ledger], T]) -> T | None:
        book = self._book.within(_NO_TIME if self.trouble else _HASTE)
        try:
            return await _beside(lambda: action(book))
        except TROUBLE as error:
            _log.warning("The ledger %s cannot be read: %s", self._book.path, error)
            return None

    def _is_in_trouble(self, error: Exception) -> None:
        lost = " This order is not in it." if self._missing is not None else ""
        trouble = f"The ledger {self._book.path} cannot be written: {error}.{lost}"
        if trouble != self.trouble:
            _log.warning("%s", trouble)
        self.trouble = trouble


async def _beside(action: Callable[[], T]) -> T:
    # To its end also when this is cancelled: what the service said must not be lost between it and the disk.
    doing = asyncio.ensure_future(asyncio.to_thread(action))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        with suppress(*TROUBLE, WanError):
            await doing
        raise
    except RuntimeError:  # the interpreter ends, and starts no more threads
        return action()


async def order_of(client: AsyncClient, task: VideoTask | str) -> Order | None:
    """What the ledger knows of a task; ``None`` if it knows nothing, or cannot be read."""
    task_id = task.id if isinstance(task, VideoTask) else task
    book = ledger()
    try:
        entry = await _beside(lambda: book.within(_HASTE).of_task(task_id, client.base_url))
    except TROUBLE as error:
        _log.warning("The ledger %s cannot be read: %s", book.path, error)
        return None
    return Order(entry.id, book, entry) if entry else None


async def open_order(client: AsyncClient, request: VideoRequest, once: float | None = None) -> Order:
    """Write an order down before it leaves, and reserve what it costs; with `once` as `Ledger.open` has it.

    Raises `OverBudget` where a budget does not cover it, and `LedgerError` where there is a budget but no ledger.
    """
    order = Order(f"ww-{uuid4().hex}", ledger())
    try:
        await _beside(lambda: _open(order, client, request, once))
    except asyncio.CancelledError:
        await order.failed_to_submit(WanError(_UNSENT))
        raise
    return order


def _open(order: Order, client: AsyncClient, request: VideoRequest, once: float | None) -> None:
    budgets = () if client.provider.is_simulated else limits.budgets()
    if budgets and (changed := ", ".join(billed_extra(request.extra))):
        message = f"extra changes what is billed ({changed}); with a budget say it in the request itself."
        raise OverBudget(f"{message} Nothing was ordered.")
    quote = quoted(client.provider, request)
    order.open(_entry(order, client, request), budgets, quote, once)


def _entry(order: Order, client: AsyncClient, request: VideoRequest) -> Entry:
    now = time.time()
    return Entry(
        id=order.id,
        created_at=now,
        updated_at=now,
        place=whereabouts.place(),
        notebook=whereabouts.notebook(),
        provider=client.provider.name,
        base_url=client.base_url,
        region=client.provider.region,
        recipe=json.dumps(to_recipe(request), ensure_ascii=False),
        recipe_key=recipe_key(client, request),
        state=SENDING,
        seconds=float(request.duration),
        is_simulated=client.provider.is_simulated,
        poller=order.follower,
        lease_until=now + LEASE,
    )
