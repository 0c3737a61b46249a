"""A faked network and a driven clock: what a client under test is given in place of the world's."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from wan_widgets import AsyncClient
from wan_widgets.pacing.timing import Timing

KEY = "sk-live-0123456789abcdef"
TASK_ID = "video_01J9HA7JPQ9A0Z6JZ3V8M9W6PZ"
FILE = "https://files.example.com/clip.mp4?Signature=a%2Bb%2Fc%3D&Expires=1"
START = 1_768_380_224.0


@dataclass
class Clock:
    """Time that passes only where somebody sleeps."""

    now: float = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def timing(self) -> Timing:
        return Timing(now=self, sleep=self.sleep, random=lambda: 0.5)


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Service:
    """Answers in order, the last one for ever; remembers what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            answer.request = request
            raise answer
        if isinstance(answer, httpx.Response):  # an object of its own each time, for a response is read once
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]

    @property
    def body(self) -> dict:
        return json.loads(self.requests[-1].content)

    def client(self, clock: Clock | None = None, **settings) -> AsyncClient:
        settings = {"api_key": KEY} | settings
        timing = (clock or Clock()).timing
        return AsyncClient("toapis", transport=self.transport, timing=timing, **settings)


def task(status: str = "queued", **fields) -> httpx.Response:
    """A reply about a task."""
    return httpx.Response(200, json=task_body(status, **fields))


def task_body(status: str = "queued", **fields) -> dict:
    known = {"id": TASK_ID, "object": "generation.task", "model": "wan2.6", "status": status, "created_at": int(START)}
    if status == "completed":
        known["result"] = {"type": "video", "data": [{"url": FILE, "format": "mp4"}]}
    return {name: value for name, value in (known | fields).items() if value is not ...}


def error(status: int, message: str = "Because.", code: object = "some_code", **headers) -> httpx.Response:
    body = {"error": {"code": code, "message": message}}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def page(status: int = 200) -> httpx.Response:
    """A gateway's web page in place of JSON."""
    return httpx.Response(status, html="<!doctype html><title>Welcome</title>")
