"""One order in the ledger, kept up to date. Without a budget, a ledger that fails stops no generation."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from wan_widgets.files import processes
from wan_widgets.files.disk import digest_of
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.ledger.commits import changed, on_ledger_thread, to_its_end
from wan_widgets.ledger.entry import LET_GO, REFUSED, Entry, Once, columns
from wan_widgets.ledger.ledger import TROUBLE, Ledger, priced, unreadable, unwritable
from wan_widgets.ledger.together import together
from wan_widgets.wan.budgets import Budget
from wan_widgets.wan.errors import HTTPStatusError, LedgerError, WanError
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import Said, english, joined, say

_log = logging.getLogger(__name__)
LEASE = 30.0
"""Seconds after which a lease ends unless it is renewed. Only the follower that has the lease asks about the task."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes into the ledger."""
LONG_PATIENCE = 10.0
"""Seconds to wait for such a process where nothing can be done without the ledger."""
_PATIENCE_AFTER_TROUBLE = 0.2
_A_MOMENT = LEASE / 6  # seconds
UNTAKEN = say("ledger.untaken")
UNSENT = say("ledger.unsent")
T = TypeVar("T")


class Order:
    """One order in the ledger. Its coroutines do not block, and raise only the errors that their docstrings name."""

    def __init__(self, order_id: str, ledger: Ledger) -> None:
        self.id = order_id
        self.follower = processes.follower()
        self.trouble: Said = ""
        """A message for the user if the ledger could not be written the last time; else empty."""
        self.has_lost_lease = False
        """Another follower has the lease now, so that what is known here may be old."""
        self.twin: Entry | None = None
        """An earlier order of the same clip. If there is one, this order was not added."""
        self.sent_at: float | None = None
        """The Unix time at which this process sent it the last time."""
        self._ledger = ledger
        self.noting = asyncio.Lock()
        """It is held while values of the order are written, so that they are written in their sequence."""
        self._unwritten: dict[str, Any] = {}
        self._missing: Entry | None = None
        self._told: dict[str, Any] = {}
        """What was last noted of the task."""
        self._holders = 0
        self._opened: Entry | None = None

    async def open(self, entry: Entry, budgets: Sequence[Budget], quote: Quote | None, once: Once | None) -> None:
        """Add the order before it is sent. Raises `OverBudget`.

        Raises `LedgerError` if the ledger cannot be written and is needed: for budgets, or because it may have the same
        clip by now, which is to be bought once.
        """
        patience = LONG_PATIENCE if budgets or once else PATIENCE
        try:
            self.twin = await changed(
                self._ledger.within(patience), lambda ledger: ledger.open(entry, budgets, quote, once=once)
            )
        except TROUBLE as error:
            if budgets:
                trouble = unwritable(self._ledger, error)
                raise LedgerError(joined(trouble, say("ledger.uncounted"))) from error
            if once is not None and self._ledger.path.is_file():  # else nobody has written into it
                raise LedgerError(joined(unwritable(self._ledger, error), say("ledger.bought_once"))) from error
            self._missing = priced(entry, quote)
            self._is_in_trouble(error)
        else:
            self._opened = priced(entry, quote) if self.twin is None else None

    def just_opened(self) -> Entry | None:
        """The order as it was opened, with its lease, if that was a moment ago; once, because others may change it."""
        opened, self._opened = self._opened, None
        return opened if opened is not None and time.time() - opened.created_at < _A_MOMENT else None

    @property
    def is_behind(self) -> bool:
        """Something is not in the ledger yet, because it could not be written."""
        return self._missing is not None or bool(self._unwritten)

    async def accepted(self, task: VideoTask) -> None:
        """Note the task that the service made of the order, before the first question about it."""
        self._told = columns(task)
        await self._note(task_id=task.id, **self._told)

    async def seen(self, task: VideoTask) -> None:
        """Note a new state of the task. If only the progress is new, it is written within a second, with others."""
        if task.status is TaskStatus.UNCONFIRMED:
            return
        values = columns(task)
        before, self._told = self._told, values
        if self._holders and before | {"progress": values["progress"]} == values:
            if before == values:
                return
            self._unwritten |= values
            together(self._ledger.within(PATIENCE)).write_soon(self)
        else:
            await self._note(**values)

    async def saved(self, video: Video) -> None:
        """Note that the clip is saved."""
        try:
            digest = await to_its_end(on_thread(video.path.parent, digest_of, video.path))
        except OSError:  # somebody has moved the file already
            digest = None
        await self._note(
            state=str(TaskStatus.COMPLETED),
            progress=100,
            path=str(video.path),
            size=video.size,
            sha256=digest,
            **facts_of(video),
        )

    async def taken_back(self, entry: Entry | None) -> None:
        """Note that it is followed again, if it was let go. `entry` is the order as the ledger has it."""
        if entry is not None and entry.state == LET_GO:
            await self._write(lambda ledger: ledger.take_back(self.id))

    async def failed_to_submit(self, error: WanError) -> None:
        """Note that the service refused the order, or that the outcome is not known."""
        unknown = str(TaskStatus.UNCONFIRMED)
        state, message = (unknown, error.happened) if error.maybe_billed else (REFUSED, error.message)
        code = error.code if isinstance(error, HTTPStatusError) else None
        await self._note(state=state, error_message=message, error_code=code)

    @asynccontextmanager
    async def not_bought_if_cancelled(self, message: Said) -> AsyncIterator[None]:
        """Note that nothing was bought if the block is cancelled. The block must not send anything of the order."""
        try:
            yield
        except asyncio.CancelledError:
            await self.failed_to_submit(WanError(message))
            raise

    async def is_first(self, task: VideoTask, base_url: str) -> bool:
        """Whether the task belongs to no other order."""
        entry = await self._read(lambda ledger: ledger.of_task(task.id, base_url))
        return entry is None or entry.id == self.id

    async def has_rival(self, request: VideoRequest, base_url: str, since: float) -> bool:
        """Whether there may be another order without a task that has the same model and prompt.

        The task of such an order could be mistaken for the task of this one.
        """
        others = await self._read(lambda ledger: ledger.taskless(base_url, since))
        requests = [each.request for each in others or () if each.id != self.id]
        alike = [
            each for each in requests if each is None or (each.model, each.prompt) == (request.model, request.prompt)
        ]
        return others is None or bool(alike)

    async def entry(self) -> Entry | None:
        """The order as the ledger has it now. Another process may have changed it."""
        return await self._read(lambda ledger: ledger.entry(self.id))

    async def lease(self) -> bool:
        """Take or renew the lease; false while another follower has it. True if the ledger cannot be used."""
        if self._missing is not None:
            return True
        mine = await self._write(lambda ledger: ledger.lease(self.id, self.follower, LEASE, is_gone=processes.is_gone))
        self.has_lost_lease = mine is False
        return not self.has_lost_lease

    @property
    def may_have_lease(self) -> bool:
        """Whether the lease is to be renewed. A follower that lost it first reads what the other one has noted."""
        return self._missing is None and not self.has_lost_lease

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Renew the lease during the block, and give it up at the end. Blocks may be nested."""
        self._holders += 1
        others = together(self._ledger.within(PATIENCE))
        if self._holders == 1:
            others.hold(self, lambda: LEASE)
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                others.release(self)
                await self.catch_up()
                await self._write(lambda ledger: ledger.release(self.id, self.follower))

    async def catch_up(self) -> None:
        """Write what is not written yet."""
        if self._unwritten or self._missing:
            await self._note()

    async def _note(self, **values: Any) -> None:
        """Write values in the sequence of the calls, together with those that are not written yet."""
        self._unwritten |= values
        async with self.noting:
            pending, missing = self.taken()
            done = None
            try:
                done = await self._write(lambda ledger: ledger.note(self.id, pending, missing))
            finally:
                if done is None:
                    self.failed(pending, None)
                else:
                    self.wrote(pending, found=done)

    def taken(self) -> tuple[dict[str, Any], Entry | None]:
        """The values that are to be written now, and the order itself if the ledger lacks it."""
        pending, self._unwritten = self._unwritten, {}
        return pending, self._missing

    def wrote(self, pending: Mapping[str, Any], *, found: bool) -> None:
        """Values are written; `found` says whether the ledger has the order."""
        self._missing, self.trouble = None, ""
        if not found:
            self.trouble = say("ledger.order_lost", path=str(self._ledger.path))

    def failed(self, pending: Mapping[str, Any], error: Exception | None) -> None:
        """Values could not be written, or the writing was interrupted. They are kept for the next time."""
        self._unwritten = {**pending, **self._unwritten}
        if error is not None:
            self._is_in_trouble(error)

    async def _write(self, action: Callable[[Ledger], T]) -> T | None:
        # A ledger that is locked for long, or broken, must not delay every step again.
        ledger = self._ledger.within(_PATIENCE_AFTER_TROUBLE if self.trouble else PATIENCE)
        try:
            result = await changed(ledger, action)
        except TROUBLE as error:
            self._is_in_trouble(error)
            return None
        self.trouble = ""
        return result

    async def _read(self, action: Callable[[Ledger], T]) -> T | None:
        ledger = self._ledger.within(_PATIENCE_AFTER_TROUBLE if self.trouble else PATIENCE)
        try:
            return await on_ledger_thread(lambda: action(ledger))
        except TROUBLE as error:
            _log.warning("%s", english(unreadable(ledger, error)))
            return None

    def _is_in_trouble(self, error: Exception) -> None:
        missing = say("ledger.order_missing") if self._missing is not None else ""
        trouble = joined(unwritable(self._ledger, error), missing)
        if trouble != self.trouble:
            _log.warning("%s", english(trouble))
        self.trouble = trouble


def facts_of(video: Video) -> dict[str, Any]:
    """The columns that the ledger keeps of a clip, so that a list need not read the file."""
    return {name: getattr(video, name) for name in ("width", "height", "duration", "has_audio")}


async def order_of(site: Site, task_id: str, ledger: Ledger) -> Order | None:
    """The order of a task; ``None`` if the ledger has none, or cannot be read."""
    try:
        entry = await on_ledger_thread(lambda: ledger.within(PATIENCE).of_task(task_id, site.base_url))
    except TROUBLE as error:
        _log.warning("%s", english(unreadable(ledger, error)))
        return None
    return Order(entry.id, ledger) if entry else None
