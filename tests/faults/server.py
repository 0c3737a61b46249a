"""A service on a real socket which keeps its own books and fails as it is told to.

    with FaultServer(submit=0.2, poll=0.2, download=0.2, seed=1) as server:
        server.script("submit", menu.hang_up(acts=True), menu.OK)   # the next two orders
        server.script("poll", menu.NO_ADDRESS, order="order-7")     # the next question about this one
        ...                                                         # a client at server.url
        assert not server.truth.billed_twice

An order is known by the word in its prompt that begins with ``order-``. The server lives in a thread with a loop of
its own, so the test may use or block its own loop as it likes.
"""

import asyncio
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from random import Random
from types import TracebackType
from typing import Any, Self

from faults.menu import OK, Ending, Fault, Move, Scene
from faults.plans import Plan
from faults.protocols import Protocol, Route, ToAPIs
from faults.truth import Task, Truth
from faults.wire import Reply, Request, as_json, read_request

_MARKER = re.compile(rb"order-\w+")


@dataclass(frozen=True)
class Seen:
    """A request that came, and what became of it."""

    kind: str
    order: str
    fault: str
    request: Request


@dataclass
class _Answer:
    """A reply with what it tells of a clip."""

    reply: Reply
    task: Task | None = None
    piece: tuple[int, int, int] | None = None


class FaultServer:
    """Serves a protocol on 127.0.0.1. `submit`, `poll`, `download`, `upload` are the shares of requests that fail."""

    def __init__(
        self,
        protocol: Protocol | None = None,
        *,
        seed: object = 0,
        seconds: tuple[float, float] = (0.02, 0.06),
        stall: float = 0.2,
        now: Callable[[], float] = time.time,
        submit: float = 0.0,
        poll: float = 0.0,
        download: float = 0.0,
        upload: float = 0.0,
    ) -> None:
        rates = {"submit": submit, "poll": poll, "download": download, "upload": upload}
        self.truth = Truth(seconds, seed, now)
        self.seen: list[Seen] = []
        self.connections = 0
        self._protocol = protocol or ToAPIs()
        self._plan = Plan(rates, seed)
        self._stall = stall
        self._port = 0
        self._listener: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._names: dict[str, str] = {}  # orders by the client's own ids, also of those that were not taken
        self._accidents: list[Exception] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-server", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def script(self, kind: str, *faults: Fault, order: str | None = None) -> None:
        """What is to meet the next requests of a kind, before anything is drawn; ``"connect"``: connections."""
        self._plan.script(kind, *faults, order=order)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Nobody listens, and who was connected is cut off: a connection is really refused."""
        self._run(self._stop_listening())
        try:
            yield
        finally:
            self._run(self._listen())

    def asked(self, kind: str, order: str | None = None) -> list[Seen]:
        return [seen for seen in self.seen if seen.kind == kind and order in (None, seen.order)]

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._run(self._stop_listening())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._accidents and kind is None:
            raise self._accidents[0]

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self._port, backlog=1000)
        self._port = self._listener.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        assert self._listener
        self._listener.close()
        await asyncio.sleep(0)  # for whoever has just come in
        serving = list(self._open.items())
        for writer, task in serving:
            _end(writer, Ending.RESET)
            task.cancel()
        await asyncio.gather(*(task for _, task in serving), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._open[writer] = task
        try:
            if fault := self._plan.of_connection():
                nothing = Scene(Request("", "", {}, b""), Reply(), b"", self._refusal, Random(0), self._stall)
                await _send(writer, fault.moves(nothing))
            while not writer.is_closing() and (request := await read_request(reader)):
                await self._treat(request, writer)
                if request.headers.get("connection", "").lower() == "close":
                    break
        except (ConnectionError, asyncio.CancelledError):  # the client went first, or the server goes
            pass
        except Exception as error:  # noqa: BLE001  # told to the test when it leaves the server
            self._accidents.append(error)
        finally:
            writer.close()
            del self._open[writer]

    async def _treat(self, request: Request, writer: asyncio.StreamWriter) -> None:
        route = self._protocol.route(request)
        if route is None:
            self.seen.append(Seen("stray", "", OK.name, request))
            await _send(writer, iter([self._refusal(404).raw]))
            return
        order = self._order_of(route, request)
        fault, dice = self._plan.of_request(route.kind, order, request)
        self.seen.append(Seen(route.kind, order, fault.name, request))
        answer = self._act(route, request, order, fault)
        full = answer.task.clip if answer.task and answer.piece else answer.reply.body
        if answer.task:
            fault.effect(answer.task)
        await _send(writer, fault.moves(Scene(request, answer.reply, full, self._refusal, dice, self._stall)))
        if answer.task and answer.piece and fault.honest:
            answer.task.pieces.append(answer.piece)

    def _order_of(self, route: Route, request: Request) -> str:
        if route.kind in ("submit", "upload"):
            found = _MARKER.search(request.body)
            order = found[0].decode() if found else ""
            if name := self._protocol.business_id(request):
                self._names[name] = order
            return order
        task = self.truth.find(route.name)
        return task.marker if task else self._names.get(route.name, route.name)

    def _act(self, route: Route, request: Request, order: str, fault: Fault) -> _Answer:
        if route.kind == "submit":
            return self._order(request, order, fault) if fault.acts else _Answer(self._refusal(500))
        if route.kind == "upload":
            file = {"id": "file_1", "url": f"{self.url}/uploads/1.png", "mime_type": "image/png", "size": 1}
            return _Answer(as_json({"success": True, "message": "", "data": file}))
        task = self.truth.find(route.name)
        if task is None:
            return _Answer(self._refusal(404))
        if route.kind == "poll":
            reading = fault.lie(self.truth.reading(task, self._clip_url(task)))
            return _Answer(as_json(self._protocol.told(reading, self.url, route)), task)
        return self._clip(task, route, request)

    def _order(self, request: Request, order: str, fault: Fault) -> _Answer:
        task = self.truth.accept(order, self._protocol.business_id(request))
        reading = fault.lie(self.truth.reading(task, self._clip_url(task)))
        return _Answer(as_json(self._protocol.accepted(reading, self.url)), task)

    def _clip(self, task: Task, route: Route, request: Request) -> _Answer:
        if self.truth.remaining(task):
            return _Answer(self._refusal(404))
        if route.address is not None and route.address < task.address:
            return _Answer(self._refusal(403))
        size = len(task.clip)
        headers = {"ETag": task.etag, "Accept-Ranges": "bytes"}
        start, end, status = 0, size, 200
        if (wanted := request.range) and request.headers.get("if-range", task.etag) == task.etag:
            start, end, status = wanted[0], min(size, size if wanted[1] is None else wanted[1] + 1), 206
            if start >= size:
                return _Answer(replace(self._refusal(416), headers={"Content-Range": f"bytes */{size}"}))
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        reply = Reply(status, task.clip[start:end], "video/mp4", headers)
        return _Answer(reply, task, (task.version, start, end))

    def _clip_url(self, task: Task) -> str:
        return self._protocol.clip_url(self.url, task.id, task.address)

    def _refusal(self, status: int) -> Reply:
        return as_json(self._protocol.refusal(status), status)


async def _send(writer: asyncio.StreamWriter, moves: Iterator[Move]) -> None:
    for move in moves:
        match move:
            case bytes():
                writer.write(move)
                await writer.drain()
            case int() | float():
                await asyncio.sleep(move)
            case ending:
                _end(writer, ending)


def _end(writer: asyncio.StreamWriter, ending: Ending) -> None:
    if ending is Ending.RESET:
        # Lingering for no time makes the kernel send a reset in place of an orderly end.
        connection = writer.get_extra_info("socket")
        with suppress(OSError):  # it is closed already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
