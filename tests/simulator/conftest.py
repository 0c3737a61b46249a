"""A simulator in a temporary directory, a clock that tests set, and a client."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import pytest

from wan_widgets.simulator import Simulator

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
