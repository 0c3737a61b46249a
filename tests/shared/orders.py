"""Orders as the ledger's tests need them: by the dozen, at any moment, of any state."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from faults.server import FaultServer
from shared.network import KEY, START, TASK_ID, Clock
from wan_widgets import AsyncClient, TextToVideo, VideoRequest
from wan_widgets.files.disk import digest_of
from wan_widgets.generation import buying
from wan_widgets.generation.following import follow
from wan_widgets.generation.prepared import prepare
from wan_widgets.generation.step import Step
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger

REQUEST = TextToVideo(prompt="A kitten", resolution="720p", seed=7)
MARKED = TextToVideo(prompt="A kitten, order-1", seed=7)
"""As the fault server tells orders apart."""
DAY = 86_400
_numbers = count(1)


def an_entry(**fields) -> Entry:
    """A fresh order on its way to ToAPIs."""
    entry = Entry(
        id=f"ww-{next(_numbers)}",
        created_at=START,
        updated_at=START,
        place="/films",
        notebook="/films/a.ipynb",
        provider="toapis",
        base_url="https://toapis.com",
        region="",
        recipe='{"mode": "t2v", "prompt": "A kitten", "resolution": "720p", "seed": 7}',
        recipe_key="k",
        state="sending",
        seconds=5.0,
    )
    return replace(entry, **fields)


def a_task(**fields) -> Entry:
    """An order that the service has taken."""
    return an_entry(**{"state": "queued", "task_id": TASK_ID} | fields)


def known(**fields) -> Entry:
    """An order that the service has taken, in the ledger."""
    entry = a_task(**{"created_at": time.time()} | fields)
    ledger().open(entry)
    return entry


def on_disk(path: Path, clip: bytes) -> dict[str, object]:
    """What the ledger notes of a clip that is here."""
    path.write_bytes(clip)
    return {"state": "completed", "path": str(path), "size": len(clip), "sha256": digest_of(path)}


async def followed(client: AsyncClient, name: str = TASK_ID, path: Path | None = None) -> list[Step]:
    """All steps of following a task."""
    return [step async for step in follow(client, name, path)]


def run(client: AsyncClient, request: VideoRequest, path: Path | None = None) -> AsyncGenerator[Step, None]:
    """The steps of buying a clip."""
    return buying.run(client, prepare(client, request), path)


def rows(path: Path | str, query: str = "SELECT * FROM orders ORDER BY created_at") -> list[dict]:
    """What is in the file, read past the package."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(query)]


def the_row() -> dict:
    """The only one."""
    [row] = rows(ledger().path)
    return row


def at(server: FaultServer) -> AsyncClient:
    """A client of the fault server that does not wait."""
    return AsyncClient("toapis", base_url=server.url, api_key=KEY, timing=Clock().timing)


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that other threads do."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # they know of no events
            await asyncio.sleep(0.01)
