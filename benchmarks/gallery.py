"""What a ledger of 10,000 clips costs: a page of the gallery, a search, and the history, beside loading everything."""

import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import wan_widgets as ww
from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Query
from wan_widgets.files.place import place
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.rows import insert
from wan_widgets.wan.recipes import to_recipe

from benchmarks.report import Aim, at_most, table

CLIPS = 10_000
_TIMES, _TIMES_OF_OTHERS = 7, 3
_LIMIT = 60.0  # CPU milliseconds
_WORDS = (
    *("кошка", "бежит", "по", "траве", "at", "dawn", "in", "the", "rain", "golden"),
    *("light", "slow", "camera", "over", "hills", "water", "city", "night"),
)


@dataclass(frozen=True)
class _Spent:
    """Milliseconds that something took: of this thread's CPU time, and of time."""

    cpu: float
    wall: float


def main() -> list[Aim]:
    """Print the table, and return whether the aims hold."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["WAN_LEDGER"] = str(Path(folder) / "ledger.sqlite3")
        fill()
        first = gallery.page()
        pages: dict[str, Callable[[], object]] = {
            "first page and count": gallery.page,
            "second page": lambda: gallery.page(after=first.after),
            "first page by rating": lambda: gallery.page(Query(sort="rating")),
            "first page by price": lambda: gallery.page(Query(sort="dearest")),
            "search, two words of which many clips have both": lambda: gallery.page(Query(search="КОШКА dawn")),
            "search, a word that no clip has": lambda: gallery.page(Query(search="zebra")),
            "starred": lambda: gallery.page(Query(starred=True)),
            "one model": lambda: gallery.page(Query(model="wan2.6")),
        }
        others: dict[str, Callable[[], object]] = {
            "what the filters can be set to": gallery.choices,
            "`ww.tasks()`, all orders": ww.tasks,
            "all orders with their requests": lambda: [entry.request for entry in ww.tasks()],
            "`ww.history()`": ww.history,
        }
        spent = {name: _spent(work, _TIMES) for name, work in pages.items()}
        spent |= {name: _spent(work, _TIMES_OF_OTHERS) for name, work in others.items()}
        os.chdir("/")
    print(f"A ledger of {CLIPS} clips, one in twenty marked")
    print(f"Medians of {_TIMES}, and of {_TIMES_OF_OTHERS} in the last {len(others)} rows\n")
    table(["what", "CPU ms", "ms"], [[name, f"{each.cpu:.0f}", f"{each.wall:.0f}"] for name, each in spent.items()])
    return [at_most(f"{name}, CPU time", spent[name].cpu, _LIMIT, " ms") for name in pages]


def fill() -> None:
    """Put the clips into the ledger, as orders of this folder."""
    chance, here = random.Random(1), place()  # noqa: S311  # no secret
    with ledger().transaction() as db:
        for number in range(CLIPS):
            insert(db, _clip(number, " ".join(chance.choices(_WORDS, k=40)), here.path))
    for number in range(0, CLIPS, 20):
        gallery.mark([f"ww-{number:032x}"], star=True, rating=number % 5, tag=["cat", f"t{number % 7}"])


def _clip(number: int, prompt: str, folder: str) -> Entry:
    begun = 1_700_000_000.0 + 60 * number
    request = ww.TextToVideo(prompt, resolution="720p", seed=number)
    return Entry(
        id=f"ww-{number:032x}",
        created_at=begun,
        updated_at=begun + 90,
        finished_at=begun + 90,
        place=folder,
        notebook=f"{folder}/a.ipynb",
        provider="dashscope",
        base_url="https://dashscope.aliyuncs.com",
        region="",
        recipe=json.dumps(to_recipe(request), ensure_ascii=False),
        recipe_key=f"{number:064x}",
        state="completed",
        task_id=f"task-{number}",
        video_url="https://files.example.com/clip.mp4?Signature=" + "x" * 200,
        path=f"{folder}/wan_outputs/{number}.mp4",
        size=5_000_000,
        sha256=f"{number:064x}",
        currency="CNY",
        money=3_000_000,
        per_second="0.60",
        seconds=5.0,
        width=1280,
        height=720,
        duration=5.04,
        has_audio=True,
    )


def _spent(work: Callable[[], object], times: int) -> _Spent:
    cpu, wall = [], []
    for _ in range(times):
        begun, began = time.thread_time(), time.perf_counter()
        work()
        cpu.append(time.thread_time() - begun)
        wall.append(time.perf_counter() - began)
    return _Spent(1000 * median(cpu), 1000 * median(wall))
