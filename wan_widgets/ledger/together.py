"""What the orders that one event loop follows write together, in one transaction: leases, and mere progress.

The disk must confirm each transaction. With a thousand tasks, one for each lease and for each per cent would keep the
disk and the interpreter busy. What must not be lost is not written here: orders, ids, ends and clips.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from wan_widgets.ledger.commits import changed
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import TROUBLE, Ledger

PROGRESS = 1.0
"""Seconds after which progress that was reported is written."""


class Follower(Protocol):
    """An order as far as it is written together with others."""

    id: str
    follower: str
    has_lost_lease: bool
    noting: asyncio.Lock
    """It is held while values of the order are written, so that they are written in their sequence."""

    @property
    def may_have_lease(self) -> bool: ...

    def taken(self) -> tuple[dict[str, Any], Entry | None]:
        """The values that are not written yet, and the order itself if the ledger lacks it."""

    def wrote(self, pending: Mapping[str, Any], *, found: bool) -> None:
        """The values are written; `found` says whether the ledger has the order."""

    def failed(self, pending: Mapping[str, Any], error: Exception | None) -> None:
        """The values could not be written, or the writing was interrupted."""

    async def catch_up(self) -> None:
        """Write what could not be written before."""


class Together:
    """The orders that one event loop follows with one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[Follower, None] = {}
        self._waiting: dict[Follower, None] = {}
        self._renewing: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def hold(self, order: Follower, seconds: Callable[[], float]) -> None:
        """Renew the lease of an order from now on. `seconds` tells for how long a lease is taken."""
        self._held[order] = None
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.ensure_future(self._renew(seconds))

    def release(self, order: Follower) -> None:
        """Renew the lease of an order no longer, and leave its values to itself."""
        self._held.pop(order, None)
        self._waiting.pop(order, None)
        if not self._held and self._renewing is not None:
            self._renewing.cancel()
            self._renewing = None

    def write_soon(self, order: Follower) -> None:
        """Write the values of an order within a second."""
        self._waiting[order] = None
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write_waiting())

    async def _renew(self, seconds: Callable[[], float]) -> None:
        while True:
            await asyncio.sleep(seconds() / 3)  # in real time, which other processes go by
            orders = [each for each in self._held if each.may_have_lease]
            leases = {(each.id, each.follower) for each in orders}
            lost = set[tuple[str, str]]()
            with suppress(*TROUBLE):  # the next note says so
                lost = await changed(self._ledger, partial(Ledger.renew, leases=leases, seconds=seconds()))
            for order in orders:
                order.has_lost_lease = (order.id, order.follower) in lost
            for order in tuple(self._held):
                if order not in self._waiting:
                    await order.catch_up()

    async def _write_waiting(self) -> None:
        while self._waiting:
            await asyncio.sleep(PROGRESS)
            orders, self._waiting = [*self._waiting], {}
            async with AsyncExitStack() as stack:
                for order in orders:
                    await stack.enter_async_context(order.noting)
                await self._write(orders)

    async def _write(self, orders: list[Follower]) -> None:
        pending = [(order, *order.taken()) for order in orders]
        notes = [(order.id, values, missing) for order, values, missing in pending]
        try:
            found = await changed(self._ledger, partial(Ledger.note_all, notes=notes))
        except TROUBLE as error:
            for order, values, _ in pending:
                order.failed(values, error)
        except BaseException:
            for order, values, _ in pending:
                order.failed(values, None)
            raise
        else:
            for order, values, _ in pending:
                order.wrote(values, found=order.id in found)


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Path, Together]] = WeakKeyDictionary()


def together(ledger: Ledger) -> Together:
    """The orders that the running event loop follows with this ledger."""
    ours = _of_loops.setdefault(asyncio.get_running_loop(), {})
    return ours.setdefault(ledger.path, Together(ledger))
