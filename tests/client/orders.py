"""Orders as the ledger's tests need them: by the dozen, at any moment, of any state."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from client.network import START, TASK_ID
from wan_widgets import TextToVideo
from wan_widgets.client.ledger import Entry

REQUEST = TextToVideo(prompt="A kitten", resolution="720p", seed=7)
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


def rows(path: Path | str, query: str = "SELECT * FROM orders ORDER BY created_at") -> list[dict]:
    """What is in the file, read past the package."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(query)]
