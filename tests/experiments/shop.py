"""A simulator as a shop: what was bought there, by prompt and seed; and what a process does that sweeps."""

import asyncio
import os
from collections import Counter
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import wan_widgets as ww
from wan_widgets.console.sweeping import Sweep
from wan_widgets.pacing.timing import Timing
from wan_widgets.simulator import Simulator
from wan_widgets.simulator.store import Store


async def hurry(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.02))


class Shop:
    """A simulator that takes no time."""

    def __init__(self, folder: Path) -> None:
        self.simulator = Simulator(folder, speed=100)
        self.client = ww.AsyncClient(
            "simulator", transport=self.simulator.transport(), timing=Timing(sleep=hurry, random=lambda: 0.5)
        )

    @property
    def bought(self) -> Counter[tuple[str, int | None]]:
        """How often each clip was bought, by prompt and seed."""
        return bought_at(self.simulator.directory)

    def sweep(self, *request: object, **values: object) -> Sweep:
        return Sweep(*request, **{"provider": self.client, "resolution": "720p"} | values)


def bought_at(folder: Path) -> Counter[tuple[str, int | None]]:
    """What was bought from a simulator that keeps its tasks in this folder."""
    return Counter((record.order.prompt, record.order.seed) for record in Store(folder).newest_first())


def settings(folder: Path) -> dict[str, str]:
    """The surroundings of every process that works in this folder."""
    return {
        "WAN_LEDGER": str(folder / "ledger.sqlite3"),
        "WAN_OUTPUTS": str(folder / "outputs"),
        "XDG_CONFIG_DIRS": str(folder / "site"),
        "JPY_SESSION_NAME": str(folder / "a.ipynb"),
    }


def sweep_at(url: str, count: int) -> Sweep:
    """A sweep at the fault server, which knows orders apart by a word in their prompts."""
    client = ww.AsyncClient("toapis", base_url=url, api_key="x" * 20, timing=Timing(sleep=hurry))
    return Sweep("A kitten, order-{number}", number=range(count), seed=7, provider=client)


def sweep(url: str, folder: Path, count: int, said: SimpleQueue) -> None:
    """Run a sweep in a process of its own; tells what came of it."""
    os.environ.update(settings(folder))
    os.chdir(folder)
    done = sweep_at(url, count).run()
    said.put({str(state): number for state, number in done.counts.items()})
