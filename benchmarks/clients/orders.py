"""What all clients of a benchmark share: they buy a number of orders, some at once, and write a line per result."""

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
    """The path for the clip, for clients that download it."""
    url: str | None = None
    """The clip's address, from clients that do not download."""
    task_id: str | None = None
    """The service's id, if the caller has it at the end, in a variable or in an error."""
    kept: bool = False
    """The client itself has kept on disk what leads to the clip."""
    error: str = ""
    seconds: float = 0.0
    known: float = 0.0
    """The Unix time at which a client that also downloads knew of the end."""


class NotCompletedError(Exception):
    """The client's helper has waited to the end, but returned no clip."""


Buy = Callable[[Any, Order], Awaitable[None]]


def main(connect: Callable[[str], Any], buy: Buy) -> None:
    """Buy the orders on the command line. `connect` makes the client for a base URL, `buy` buys one clip."""
    settings = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=lambda: _HastyLoop(settings["haste"])) as runner:
        runner.run(_all(settings, connect, buy))


async def _all(settings: dict[str, Any], connect: Callable[[str], Any], buy: Buy) -> None:
    client, folder = connect(settings["url"]), Path(settings["folder"])
    at_once = asyncio.Semaphore(settings["at_once"])
    with (folder / "ends.jsonl").open("w", encoding="utf-8", buffering=1) as ends:

        async def one(name: str) -> None:
            order = Order(name, f"A lighthouse at dusk, {name}", str(folder / f"{name}.mp4"))
            async with at_once:
                begun = time.monotonic()
                try:
                    await buy(client, order)
                except Exception as error:  # noqa: BLE001  # any error that a client raises is its result
                    order.error = f"{type(error).__name__}: {error}"[:300]
                order.seconds = time.monotonic() - begun
            ends.write(json.dumps(asdict(order)) + "\n")

        await asyncio.gather(*(one(name) for name in settings["orders"]))


class _HastyLoop(asyncio.SelectorEventLoop):
    """A loop that divides every pause and timeout by `haste`, for any client."""

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
