"""What a process does that will be killed, or that comes after one that was: order a clip as a cell does."""

import asyncio
import os
import time
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import wan_widgets as ww
from shared.network import KEY
from shared.orders import MARKED
from wan_widgets.ledger.order import Order
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import ToAPIs

HERE = "here"
PLACES = {
    "before the order leaves": (ww.AsyncClient, "post"),
    "before the reply is written down": (Order, "accepted"),
    "before the first question": (ww.AsyncClient, "ask"),
    "before the clip is written down": (Order, "saved"),
}
"""Where a process can be made to stop by itself."""


class Silent(ToAPIs):
    """A service that cannot be asked about orders."""

    name = "silent"
    finds_orders = False


def settings(folder: Path) -> dict[str, str]:
    """The surroundings of every process that works in this folder."""
    return {
        "WAN_LEDGER": str(folder / "ledger.sqlite3"),
        "WAN_OUTPUTS": str(folder / "outputs"),
        "XDG_CONFIG_DIRS": str(folder / "site"),
        "JPY_SESSION_NAME": str(folder / "a.ipynb"),
    }


async def hurry(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.02))


def order(url: str, folder: Path, said: SimpleQueue, stop: str = "", silent: bool = False) -> None:
    """Run the cell; tells where it stops, or what came of it."""
    os.environ.update(settings(folder))
    os.chdir(folder)
    if stop in PLACES:
        where, name = PLACES[stop]
        setattr(where, name, _halt(said))
    provider = Silent() if silent else ToAPIs()
    client = ww.AsyncClient(provider, base_url=url, api_key=KEY, timing=Timing(sleep=hurry))
    try:
        video = ww.generate(MARKED, provider=client)
    except ww.Unconfirmed as error:
        said.put(("unconfirmed", error.ledger_id))
    except ww.WanError as error:
        said.put(("error", repr(error)))
    else:
        said.put(("clip", str(video.path)))
    if stop:
        time.sleep(60)


def _halt(said: SimpleQueue) -> object:
    def halt(*arguments: object) -> None:
        said.put(HERE)
        time.sleep(60)

    return halt
