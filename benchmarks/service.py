"""A service in a process of its own, which knows when each task is really done, and counts what it is asked.

It speaks every protocol of `clients/services.py`, one in each run. It is as lean as asyncio allows, so that it is never
what a client waits for. ``GET /truth`` returns its books, and ``GET /counts`` only how much was asked.
"""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE / "clients")]

import services
from faults.clips import clip
from faults.protocols import Protocol
from faults.truth import Truth
from faults.wire import Reply, Request, as_json

_DIRECT = build_opener(ProxyHandler({}))
_MARKER = re.compile(rb"order-\w+")
_RETRY_AFTER = "2"
_REFUSALS = (429, 500, 502, 503)


@dataclass
class Counts:
    """What came."""

    questions: int = 0
    orders: int = 0
    downloads: int = 0
    refused: int = 0
    connections: int = 0
    most_open: int = 0
    first: float = 0.0
    last: float = 0.0
    """Unix times of the first and the last question."""


@dataclass
class Books:
    """The tasks, and how a share of the questions is refused."""

    protocol: Protocol
    truth: Truth
    faults: float
    dice: random.Random
    url: str = ""
    counts: Counts = field(default_factory=Counts)
    open: int = 0
    asked: dict[str, int] = field(default_factory=dict)

    def reply(self, request: Request) -> Reply:
        """What the service answers."""
        if request.path == "/truth":
            return as_json(self.told())
        if request.path == "/counts":
            return as_json(vars(self.counts))
        return self._answer(request)

    def _answer(self, request: Request) -> Reply:
        route = self.protocol.route(request)
        if route is None:
            return as_json(self.protocol.refusal(404), 404)
        if route.kind == "submit":
            return self._accepted(request)
        task = self.truth.find(route.name)
        if task is None:
            return as_json(self.protocol.refusal(404), 404)
        if route.kind == "download":
            self.counts.downloads += 1
            return Reply(200, task.clip, "video/mp4", {"ETag": task.etag})
        self._count(task.id)
        if self.dice.random() < self.faults:
            return self._refused()
        reading = self.truth.reading(task, self.protocol.clip_url(self.url, task.id, 1))
        return as_json(self.protocol.told(reading, self.url, route))

    def _accepted(self, request: Request) -> Reply:
        self.counts.orders += 1
        found = _MARKER.search(request.body)
        task = self.truth.accept(found[0].decode() if found else "", self.protocol.business_id(request))
        reading = self.truth.reading(task, self.protocol.clip_url(self.url, task.id, 1))
        return as_json(self.protocol.accepted(reading, self.url))

    def _count(self, task_id: str) -> None:
        now, counts = time.time(), self.counts
        counts.questions += 1
        counts.first, counts.last = counts.first or now, now
        self.asked[task_id] = self.asked.get(task_id, 0) + 1

    def _refused(self) -> Reply:
        self.counts.refused += 1
        status = self.dice.choice(_REFUSALS)
        headers = {"Retry-After": _RETRY_AFTER} if status == 429 else {}
        return as_json(self.protocol.refusal(status), status, **headers)

    def told(self) -> dict[str, Any]:
        """The books as JSON: when each task was accepted and done, and how often it was asked about."""
        tasks = [task for accepted in self.truth.orders.values() for task in accepted]
        known = {
            task.marker: {
                "accepted": task.accepted,
                "done": task.accepted + task.seconds,
                "questions": self.asked.get(task.id, 0),
            }
            for task in tasks
        }
        return {"tasks": known, "counts": vars(self.counts), "open": self.open}


class _Visitor(asyncio.Protocol):
    """One connection. Requests come one after the other on it."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._pending = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        books = self._books
        books.open += 1
        books.counts.connections += 1
        books.counts.most_open = max(books.counts.most_open, books.open)

    def connection_lost(self, exc: Exception | None) -> None:
        self._books.open -= 1

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while (request := self._next()) is not None:
            assert self._transport is not None
            self._transport.write(self._books.reply(request).raw)
            if request.headers.get("connection", "").lower() == "close":
                self._transport.close()

    def _next(self) -> Request | None:
        head, end, rest = self._pending.partition(b"\r\n\r\n")
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = int(headers.get("content-length", 0))
        if len(rest) < size:
            return None
        self._pending = rest[size:]
        method, path, _ = first.split(" ", 2)
        return Request(method, path, headers, rest[:size])


async def _serve(settings: dict[str, Any]) -> None:
    protocol = getattr(services, settings["protocol"])()
    truth = Truth(tuple(settings["seconds"]), settings["seed"], time.time)
    books = Books(protocol, truth, settings["faults"], random.Random(settings["seed"]))  # noqa: S311  # no secret
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _Visitor(books), "127.0.0.1", 0, backlog=4096)
    books.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    clip("order-0")  # the first one takes longest
    print(books.url, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # the starter closes the pipe when it has enough


@dataclass(frozen=True)
class Running:
    """The service as the benchmark sees it."""

    url: str

    def truth(self) -> dict[str, Any]:
        with _DIRECT.open(f"{self.url}/truth", timeout=60) as reply:
            told: dict[str, Any] = json.load(reply)
            return told


@contextmanager
def serving(
    protocol: str, *, seconds: tuple[float, float], seed: int = 1, faults: float = 0.0
) -> Generator[Running, None, None]:
    """Run the service in another process during the block."""
    settings = {"protocol": protocol, "seconds": seconds, "seed": seed, "faults": faults}
    command = [sys.executable, "-m", "benchmarks.service", json.dumps(settings)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Running(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            process.wait(10)


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
