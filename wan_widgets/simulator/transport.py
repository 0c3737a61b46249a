"""The simulator's app as a transport for httpx, within this process. Replies are streamed.

`httpx.ASGITransport` keeps the whole reply in memory before the first byte of it can be read, and a clip may have a
hundred megabytes. Here the app waits until what it has sent is read.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx

App = Callable[..., Awaitable[None]]
Message = MutableMapping[str, Any]

_log = logging.getLogger(__name__)


class InProcess(httpx.AsyncBaseTransport):
    """Answers each request by the app, in the event loop of the request."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(request)
        exchange.begin(self._app)
        try:
            start = await exchange.started
        except BaseException:
            await exchange.aclose()
            raise
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=exchange)


class _Exchange(httpx.AsyncByteStream):
    """One request, and the body of its reply."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._asked = aiter(request.stream)  # type: ignore[arg-type]  # an AsyncClient's requests have nothing else
        self._is_read = False
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
        self._gone = asyncio.Event()
        self.started: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def begin(self, app: App) -> None:
        """Let the app answer."""
        self._running = asyncio.get_running_loop().create_task(self._run(app))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def aclose(self) -> None:
        """End the app's work on this reply, whether it was read or not."""
        self._gone.set()
        self._running.cancel()
        await asyncio.wait([self._running])

    async def _run(self, app: App) -> None:
        try:
            await app(_scope(self._request), self._receive, self._send)
        except Exception:  # noqa: BLE001  # the app has its own reply for that, and raises it only to have it logged
            _log.debug("the simulator's app raised an error", exc_info=True)
        if not self.started.done():
            self.started.set_result({"status": 500})
        await self._pieces.put(None)

    async def _receive(self) -> Message:
        if self._is_read:
            await self._gone.wait()
            return {"type": "http.disconnect"}
        piece = await anext(self._asked, None)
        self._is_read = piece is None
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if not self.started.done():  # else nobody waits for the answer any more
                self.started.set_result(message)
        elif self._request.method != "HEAD" and (body := message.get("body")):
            await self._pieces.put(bytes(body))


def _scope(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
