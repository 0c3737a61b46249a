"""HTTP connections, kept apart by the event loop and the process that opened them."""

import asyncio
import os
from collections.abc import Callable
from functools import cached_property
from weakref import WeakKeyDictionary

import httpx

from wan_widgets.wan.errors import ConfigurationError

_CALLS = 10  # more connections make httpx's pool slow, and no call may wait inside the pool
_DOWNLOADS = 4
_ALIVE = 4.0  # seconds; servers close an idle connection after 5 s, and what is sent at that moment may be lost
_LIMITS = httpx.Limits(
    max_connections=_CALLS + _DOWNLOADS, max_keepalive_connections=_CALLS + _DOWNLOADS, keepalive_expiry=_ALIVE
)
_ONE_USE = httpx.Limits(max_connections=_CALLS + _DOWNLOADS, max_keepalive_connections=0)

Make = Callable[[httpx.Limits], httpx.AsyncClient]


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that runs. Raises `ConfigurationError` if none of asyncio does: under trio, or after a fork."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            "A client works in an event loop of asyncio, and none runs here. Nothing was sent.",
            remedy="In a script: asyncio.run(…). Under trio: await trio.to_thread.run_sync(ww.generate, prompt).",
        ) from None


class Pool:
    """The connections of one event loop."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self.http = make(_LIMITS)
        self.calls = asyncio.Semaphore(_CALLS)
        self.downloads = asyncio.Semaphore(_DOWNLOADS)

    @cached_property
    def single_use(self) -> httpx.AsyncClient:
        """Opens a new connection for each request.

        An order must not leave on a connection that the server is about to close, and a clip must not be read from one
        on which the late reply to another request may still come.
        """
        return self._make(_ONE_USE)

    async def close(self) -> None:
        """Close all connections of the loop."""
        await self.http.aclose()
        if "single_use" in self.__dict__:
            await self.single_use.aclose()


class Pools:
    """The pools of a client, one for each event loop that uses it. A loop that is gone takes its pool along."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._forget()

    def _forget(self) -> None:
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()
        self._process = os.getpid()

    def current(self) -> Pool:
        """The pool of the loop that runs; made at its first use. Raises what `running_loop` raises."""
        if self._process != os.getpid():  # the connections belong to the process that this one was forked from
            self._forget()
        loop = running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = Pool(self._make)
        return pool

    async def close(self) -> None:
        """Close the pool of the loop that runs. The next use opens new connections."""
        if pool := self._pools.pop(running_loop(), None):
            await pool.close()
