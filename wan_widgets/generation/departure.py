"""The departure of an order: from its row in the ledger to the answer of the service."""

import asyncio
from collections.abc import Awaitable
from typing import Self

from wan_widgets.service.service import Service

_LONGEST_PAUSE = 1.0  # seconds


class Departure:
    """One of the few orders that are on their way to a service at the same time. The others wait, and are not written
    down yet.

    So if the kernel ends, there are few orders of which nobody knows whether they were bought. And the age of a task is
    known, because its order did not wait for a connection after it was written down.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._places = service.orders_on_their_way
        self._has_place = False

    async def __aenter__(self) -> Self:
        await self.begin()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.end()

    async def begin(self) -> None:
        """Wait for a place."""
        await self._places.acquire()
        self._has_place = True

    async def until(self, is_heard: Awaitable[None]) -> None:
        """Wait for code of the user, which may take its time. Then another order gets the place meanwhile."""
        timer = asyncio.get_running_loop().call_later(_LONGEST_PAUSE, self.end)
        try:
            await is_heard
        finally:
            timer.cancel()
        if not self._has_place:
            await self.begin()

    def end(self) -> None:
        """Give the place to another order, if this one has it."""
        if self._has_place:
            self._has_place = False
            self._places.release()
