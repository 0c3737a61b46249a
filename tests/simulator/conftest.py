"""A simulator in a temporary directory, a clock that tests set, and a client."""

import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import httpx
import pytest

from shared.quick import SIMULATOR
from simulator.engines import Start
from simulator.studio import Studio
from wan_widgets.simulator import Script, Simulator

START = 1_790_000_000.0


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


class Service:
    """What the tests say to the simulator, in short."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client

    async def submit(self, **fields) -> httpx.Response:
        body = {"model": "wan2.6", "prompt": "A kitten in the grass", "resolution": "720p"} | fields
        return await self.http.post("/v1/videos/generations", json=body)

    async def task(self, task_id: str) -> dict:
        answer = await self.http.get(f"/v1/videos/generations/{task_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(tmp_path: Path, clock: Clock) -> Simulator:
    return Simulator(tmp_path, clock=clock, rng=Random(7))


@pytest.fixture
async def service(simulator: Simulator) -> AsyncIterator[Service]:
    headers = {"Authorization": "Bearer key"}
    async with httpx.AsyncClient(
        transport=simulator.transport(), base_url="http://sim.test", headers=headers
    ) as client:
        yield Service(client)


@pytest.fixture
def studio(service: Service, clock: Clock, tmp_path: Path) -> Studio:
    return Studio(service.http, clock, tmp_path)


@pytest.fixture
async def start(tmp_path, clock) -> AsyncIterator[Start]:
    """Start an engine and give a client of it, without a key."""
    async with AsyncExitStack() as stack:

        async def start(engine: str, *scripts: Script, model: str | None = None) -> httpx.AsyncClient:
            simulator = Simulator(tmp_path, clock=clock, rng=Random(7), engine=engine, model=model)
            simulator.script(*scripts)
            client = httpx.AsyncClient(transport=simulator.transport(), base_url="http://sim.test")
            return await stack.enter_async_context(client)

        yield start


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Callable[..., str]]:
    """Run the simulator as a program, fifty times as fast as usual, and give its address.

    One program is enough for all tests that ask for the same options.
    """
    with ExitStack() as programs:

        @cache
        def start(*options: str) -> str:
            directory = tmp_path_factory.mktemp("simulator")
            command = [sys.executable, "-P", "-c", SIMULATOR, "--port", "0", "--directory", directory, *options]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            programs.enter_context(process)
            programs.callback(process.kill)
            return re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]

        yield start
