"""Connections that are kept, of which each request takes the one that was used last."""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable

import httpx


class Stack(httpx.AsyncBaseTransport):
    """Has a transport for each of its connections, and makes one whenever all others are busy.

    The pool of httpx looks at each of its connections twice in each request, and asks the system whether the server has
    closed it. With ten of them, that is a sixth of the work of a question.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport], alive: float) -> None:
        """`make` returns a transport that keeps one connection; `alive` is how many seconds it is kept without use."""
        self._make = make
        self._alive = alive
        self._busy: set[httpx.AsyncBaseTransport] = set()
        self._idle: deque[tuple[float, httpx.AsyncBaseTransport]] = deque()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._close_old()
        transport = self._idle.pop()[1] if self._idle else self._make()
        self._busy.add(transport)
        try:
            response = await transport.handle_async_request(request)
        except BaseException:
            await self.drop(transport)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Reply(response.stream, transport, self)
        return response

    async def aclose(self) -> None:
        transports = [*self._busy, *(transport for _, transport in self._idle)]
        self._busy.clear()
        self._idle.clear()
        for transport in transports:
            await transport.aclose()

    def put_back(self, transport: httpx.AsyncBaseTransport) -> None:
        """A request has ended well, so that the next one can use its connection."""
        if transport in self._busy:  # not after this was closed
            self._busy.remove(transport)
            self._idle.append((time.monotonic(), transport))

    async def drop(self, transport: httpx.AsyncBaseTransport) -> None:
        """A request was broken off. Its connection may wait for something that never comes."""
        self._busy.discard(transport)
        await transport.aclose()

    async def _close_old(self) -> None:
        """Close what was not used for long. The oldest are at the bottom."""
        while self._idle and self._idle[0][0] < time.monotonic() - self._alive:
            await self._idle.popleft()[1].aclose()


class _Reply(httpx.AsyncByteStream):
    """The bytes of a reply. Once it is closed, its connection is free for the next request."""

    def __init__(self, inner: httpx.AsyncByteStream, transport: httpx.AsyncBaseTransport, stack: Stack) -> None:
        self._inner = inner
        self._transport = transport
        self._stack = stack
        self._is_open = True

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._inner)

    async def aclose(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        try:
            await self._inner.aclose()
        except BaseException:
            await self._stack.drop(self._transport)
            raise
        self._stack.put_back(self._transport)
