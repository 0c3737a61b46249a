"""HTTP connections, kept apart by the event loop and the process that opened them."""

import asyncio
import os
import threading
from collections.abc import Callable, Hashable
from functools import cached_property
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

import httpx

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import say

_CALLS = 10  # more connections make httpx's pool slow, and no call may wait inside the pool
_UPLOADS = 4
_ORDERS = 10
_ORDERS_AGAIN = 4
_DOWNLOADS = 4
_ALIVE = 4.0  # seconds; servers close an idle connection after 5 s, and what is sent at that moment may be lost
_LIMITS = httpx.Limits(
    max_connections=_CALLS + _UPLOADS, max_keepalive_connections=_CALLS + _UPLOADS, keepalive_expiry=_ALIVE
)
TIMEOUT = httpx.Timeout(60.0, connect=15.0, pool=None)
_ONE_USE = httpx.Limits(max_connections=_ORDERS + _ORDERS_AGAIN + _DOWNLOADS, max_keepalive_connections=0)

Make = Callable[[httpx.Limits], httpx.AsyncBaseTransport]


def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that runs. Raises `ConfigurationError` if none of asyncio does: under trio, or after a fork."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            say("service.loop.none"),
            remedy=say(
                "service.loop.remedy",
                script="asyncio.run(…)",
                trio="await trio.to_thread.run_sync(ww.generate, prompt)",
            ),
        ) from None


class Pool:
    """The connections of one event loop to one service, for all clients of it that have the same key.

    What takes long has places of its own, so that no question waits behind hundreds of orders or large files.
    """

    def __init__(self, make: Make) -> None:
        self._make = make
        self.kept = make(_LIMITS)
        self.calls = asyncio.Semaphore(_CALLS)
        self.uploads = asyncio.Semaphore(_UPLOADS)
        self.orders = asyncio.Semaphore(_ORDERS)
        """The orders that are on their way. `Departure` says how long one is."""
        self.orders_again = asyncio.Semaphore(_ORDERS_AGAIN)
        """Those of them that were written down before, and had to wait since then."""
        self.downloads = asyncio.Semaphore(_DOWNLOADS)
        self.users: WeakSet[Pools] = WeakSet()

    @cached_property
    def single_use(self) -> httpx.AsyncBaseTransport:
        """Opens a new connection for each request.

        An order must not leave on a connection that the server is about to close, and a clip must not be read from one
        on which the late reply to another request may still come.
        """
        return self._make(_ONE_USE)

    @cached_property
    def files(self) -> httpx.AsyncClient:
        """Fetches files, each on a connection of its own."""
        return httpx.AsyncClient(transport=self.single_use, timeout=TIMEOUT)

    async def close(self) -> None:
        """Close all connections of the loop."""
        await self.kept.aclose()
        if "single_use" in self.__dict__:
            await self.single_use.aclose()


_PoolsOfLoop = WeakValueDictionary[Hashable, Pool]


class _Shared:
    """The pools of this process, by event loop and site. A pool lasts as long as a client uses it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _PoolsOfLoop] = WeakKeyDictionary()
        self._process = os.getpid()

    def pool(self, loop: asyncio.AbstractEventLoop, site: Hashable, make: Make) -> Pool:
        with self._lock:
            if self._process != os.getpid():
                self._forget()
            pools = self._pools.setdefault(loop, WeakValueDictionary())
            pool = pools.get(site)
            if pool is None:
                pool = pools[site] = Pool(make)
            return pool

    def drop(self, loop: asyncio.AbstractEventLoop, site: Hashable) -> None:
        with self._lock:
            if pools := self._pools.get(loop):
                pools.pop(site, None)


_shared = _Shared()


class Pools:
    """The pools of a client, one for each event loop that uses it. A loop that is gone takes its pool along.

    Clients with an equal `site` share the pool of a loop, so that they have no more connections together than one has
    alone. Without a site, the client shares with nobody.
    """

    def __init__(self, make: Make, site: Hashable = None) -> None:
        self._make = make
        self._site = object() if site is None else site
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
            pool = self._pools[loop] = _shared.pool(loop, self._site, self._make)
            pool.users.add(self)
        return pool

    async def close(self) -> None:
        """Use the pool of the loop that runs no longer. Its last user closes it. The next use opens new connections."""
        loop = running_loop()
        if (pool := self._pools.pop(loop, None)) is None:
            return
        pool.users.discard(self)
        if not pool.users:
            _shared.drop(loop, self._site)
            await pool.close()
