"""The departure of an order: from its row in the ledger to the answer of the service."""

import asyncio
from collections.abc import Awaitable
from typing import Self

from wan_widgets.service.service import Service

_LONGEST_PAUSE = 1.0  # seconds


class Departure:
    """One of the few orders that are on their way to a service at the same time. The others are not written down yet.

    So if the kernel ends, there are few orders of which nobody knows whether they were bought: those that are on their
    way, and those that the service puts off. An order that has to wait after it was written down gives its place away,
    and goes on before the new ones.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._first, self._later = service.places_for_orders
        self._place: asyncio.Semaphore | None = None

    async def __aenter__(self) -> Self:
        await self._begin(self._first)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.end()

    async def until(self, is_heard: Awaitable[None]) -> None:
        """Wait for code of the user. After a second the place goes to another order, and this one takes another one."""
        timer = asyncio.get_running_loop().call_later(_LONGEST_PAUSE, self.end)
        try:
            await is_heard
        finally:
            timer.cancel()
        if self._place is None:
            await self.begin_again()

    async def begin_again(self) -> None:
        """Wait for a place, after this order had one and gave it away."""
        await self._begin(self._later)

    def end(self) -> None:
        """Give the place away, if this order has one."""
        if self._place is not None:
            place, self._place = self._place, None
            place.release()

    async def _begin(self, places: asyncio.Semaphore) -> None:
        await places.acquire()
        self._place = places
