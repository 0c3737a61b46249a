"""What all clients of a benchmark have in common: so many orders, so many at once, and a line on disk for each end."""

import asyncio
import json
import selectors
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass
class Order:
    """A clip that somebody wants, and what a client did about it."""

    name: str
    prompt: str
    path: str
    """Where the clip is to be put, by those that fetch it."""
    url: str | None = None
    """The clip's address, from those that leave the fetching to the user."""
    task_id: str | None = None
    """The service's id, if the caller has it in hand in the end, in a variable or in an error."""
    kept: bool = False
    """The client itself has on disk what leads back to the clip."""
    error: str = ""
    seconds: float = 0.0


class NotCompletedError(Exception):
    """The client's helper for waiting came back, but with no clip."""


Buy = Callable[[Any, Order], Awaitable[None]]


def main(connect: Callable[[str], Any], buy: Buy) -> None:
    """Buy what the command line asks for: `connect` makes the client for a base URL, `buy` gets one clip."""
    job = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=lambda: _HastyLoop(job["haste"])) as runner:
        runner.run(_all(job, connect, buy))


async def _all(job: dict[str, Any], connect: Callable[[str], Any], buy: Buy) -> None:
    client, places, folder = connect(job["url"]), asyncio.Semaphore(job["at_once"]), Path(job["folder"])
    with (folder / "ends.jsonl").open("w", encoding="utf-8", buffering=1) as ends:

        async def one(name: str) -> None:
            order = Order(name, f"A lighthouse at dusk, {name}", str(folder / f"{name}.mp4"))
            async with places:
                begun = time.monotonic()
                try:
                    await buy(client, order)
                except Exception as error:  # noqa: BLE001  # whatever a client may raise is its answer
                    order.error = f"{type(error).__name__}: {error}"[:300]
                order.seconds = time.monotonic() - begun
            ends.write(json.dumps(asdict(order)) + "\n")

        await asyncio.gather(*(one(name) for name in job["orders"]))


class _HastyLoop(asyncio.SelectorEventLoop):
    """A loop on which every pause and timeout of a client, whichever it is, takes a part of its time."""

    def __init__(self, haste: float) -> None:
        self._haste = haste
        super().__init__(_HastySelector(haste))

    def time(self) -> float:
        return super().time() * self._haste


class _HastySelector(selectors.DefaultSelector):
    def __init__(self, haste: float) -> None:
        super().__init__()
        self._haste = haste

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / self._haste)
