"""What the widgets cost a notebook: messages, saved state, scrolling, and the way from done to playing.

python -m benchmarks notebook, or python -m benchmarks.notebook --sizes 2 20 100 --cards 300

A real JupyterLab and a real browser on this machine, as the browser tests have them. Nothing leaves it.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

import av
import numpy as np
from browsers import find_browser
from playwright.sync_api import Error as Timeout
from playwright.sync_api import sync_playwright

from benchmarks.report import Aim, at_most, table
from benchmarks.scrolling import SCROLLS, boxes, frames, loaded_at_rest, scrolled
from browser.fixtures import FLAGS
from browser.lab import Lab
from browser.notebook import Notebook
from browser.server import LabServer

Row = dict[str, Any]

# A Studio with many cards, half of them finished, in the kernel. `heard` counts what leaves for the browser.
CARDS = """
import asyncio, json, time
import wan_widgets as ww
from dataclasses import replace
from pathlib import Path
from wan_widgets.files.video import Video
from wan_widgets.generation import worker
from wan_widgets.generation.step import Step
from wan_widgets.wan.tasks import TaskStatus, VideoTask

studio = ww.Studio("simulator")
studio._taking_up.result(20)
request = ww.TextToVideo("An owl over a lake at night, " * 4, resolution="720p", seed=1)
clip = Path({clip!r})
video = Video(path=clip, width=1280, height=720, duration=5.0, size=clip.stat().st_size, request=request)
heard = []
original = studio._send
def listen(message, buffers=None):
    if message["method"] == "update" or message.get("content", {{}}).get("kind") == "cards":
        heard.append((len(json.dumps(message)), sum(map(len, buffers or []))))
    original(message, buffers)
object.__setattr__(studio, "_send", listen)

def task(number, progress):
    return VideoTask(id=f"t{{number}}", provider="simulator", status=TaskStatus.IN_PROGRESS, progress=progress)

async def fill():
    for number in range({cards}):
        film = video if number % 2 else None
        step = Step(request=request, order=f"ww-{{number}}", task=task(number, 1), video=film)
        job = studio._job(studio._client, None, step)
        studio._jobs[job.key] = job
    (getattr(studio, "_show_all", None) or studio._publish)()
worker.submit(fill()).result(20)

jobs = [job for job in studio._jobs.values() if job.step.video is None]
async def advance(job, progress):
    job.step = replace(job.step, task=replace(job.step.task, progress=progress))  # no new id: the record stays
    studio._changed(job)

async def traffic(changes, pause):
    for number in range(changes):
        await advance(jobs[number % len(jobs)], 2 + number % 90)
        await asyncio.sleep(pause)
    await asyncio.sleep(0.5)
"""
ONE = """
heard.clear()
worker.submit(traffic(1, 0)).result(20)
print(json.dumps(heard))
"""
MANY = """
heard.clear()
begun = time.monotonic()
worker.submit(traffic(200, 0.02)).result(60)
print(json.dumps([len(heard), sum(size for size, _ in heard), time.monotonic() - begun]))
"""
STATE = """
from ipywidgets import Widget
def saved():
    return len(json.dumps(Widget.get_manager_state(drop_defaults=True)["state"]))
one = saved() - len(json.dumps(studio._cards))
another = ww.Studio("simulator")
another._taking_up.result(20)
print(one, saved() - len(json.dumps(studio._cards)) - len(json.dumps(another._cards)) - one)
"""
# A ledger of 10,000 clips in the kernel. They have one poster, as if it had been made before.
CLIPS = """
import time
import wan_widgets as ww
from pathlib import Path
from wan_widgets.files import previews
from wan_widgets.files.pictures import small_poster
from benchmarks.gallery import CLIPS, fill
fill()
poster = small_poster(Path({clip!r}), 320)
previews.kept = lambda sha256, what: poster
"""
# When the first tiles have their pictures, in milliseconds after this was called.
FIRST = """() => {
  const begun = performance.now();
  window.first = null;
  const look = () => {
    const images = [...document.querySelectorAll('.ww-tile img')].filter((image) => image.src && image.complete);
    if (images.length >= 10) window.first = performance.now() - begun;
    else requestAnimationFrame(look);
  };
  look();
}"""
PLAY = """
import os, resource, threading, time, sys
import wan_widgets as ww
from pathlib import Path
from wan_widgets.generation.job import Job
from wan_widgets.simulator import Script, Simulator
from wan_widgets.wan.tasks import TaskStatus

moments = {}
take = Job._take
def noted(job, step):
    if step.task and step.task.status is TaskStatus.COMPLETED:
        moments.setdefault("known", time.time())
    if step.video:
        moments.setdefault("saved", time.time())
    take(job, step)
Job._take = noted

def now():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3

simulator = Simulator(Path("simulated").resolve())
studio = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()), resolution="720p")

def order(source):
    moments.clear()
    moments["before"] = most()
    simulator.script(Script(queued=0, running=3))
    begun = time.time()
    studio.submit(ww.TextToVideo("A clip", resolution="720p", seed=int(begun * 1000) % 10**9))
    while len(studio.tasks) != order.count + 1:
        time.sleep(0.01)
    order.count += 1
    store = simulator.directory / "clips"
    store.mkdir(exist_ok=True)
    record = next(simulator_store.newest_first())
    path = simulator_store.clip(record)
    path.parent.mkdir(exist_ok=True, parents=True)
    os.link(source, path)
    moments["done"] = record.created_at + 3
order.count = 0
from wan_widgets.simulator.store import Store
simulator_store = Store(simulator.directory)
"""
# The moment at which the newest clip plays, and those on the way.
WATCH = """() => {
  window.played = {};
  const seen = new WeakSet();
  // The record of a Studio is hidden while the Studio lives.
  const all = () => [...document.querySelectorAll('video')].filter((each) => !each.closest('[class*="ww-record-"]'));
  const look = () => {
    for (const video of all()) {
      if (seen.has(video) || !(video.src || video.querySelector('source'))) continue;
      seen.add(video);
      window.played.source ??= Date.now();
      video.muted = true;
      video.addEventListener('playing', () => { window.played.playing ??= Date.now(); }, { once: true });
      video.play().catch(() => {});
    }
    window.looking = requestAnimationFrame(look);
  };
  for (const video of all()) seen.add(video);
  cancelAnimationFrame(window.looking);
  look();
}"""
PLAYED = "() => window.played.playing !== undefined"
OTHERS = {  # the heaviest last, because what it leaves behind may slow the page
    "a plain address": "print(time.time())\nIPython.display.display(IPython.display.Video({name!r}))",
    "ipywidgets.Video": "import ipywidgets\n"
    "print(time.time())\nIPython.display.display(ipywidgets.Video.from_file({clip!r}))",
    "IPython.display.Video(embed=True)": "import IPython.display\n"
    "print(time.time())\nIPython.display.display(IPython.display.Video({clip!r}, embed=True))",
}


def film(path: Path, megabytes: int) -> Path:
    """A clip of noise, of about this size."""
    noise = np.random.default_rng(1)
    options = {"movflags": "+faststart"}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "qp": "12"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        sent, number = 0, 0
        while sent < megabytes * 1e6 or number < 24:
            rows = 720 if megabytes >= 20 else 60  # how much of the picture is noise
            picture = np.full((720, 1280, 3), 90, np.uint8)
            picture[:rows] = noise.integers(0, 255, (rows, 1280, 3), np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                sent += packet.size
                container.mux(packet)
            number += 1
        container.mux(stream.encode())
    return path


@contextmanager
def laboratory(folder: Path) -> Iterator[Lab]:
    """A JupyterLab with a browser."""
    server = LabServer(folder / "lab")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
            lab = Lab(server, browser.new_context())
            yield lab
            lab.close()
            browser.close()
    finally:
        server.stop()


def printed(notebook: Notebook, index: int) -> str:
    """What a cell has printed."""
    notebook.run(index, timeout=120_000)
    return "".join(notebook.text_outputs(index)[0])


def cards(lab: Lab, clip: Path, count: int) -> list[Row]:
    """Messages, saved state and scrolling of a Studio with many cards."""
    setup = CARDS.format(clip=str(clip), cards=count)
    notebook = lab.open([setup, "studio", ONE, MANY, STATE, "pending = worker.submit(traffic(1200, 0.02))"])
    for index in (0, 1):
        notebook.run(index)
    notebook.page.locator(".ww-card").nth(count - 1).wait_for(state="attached")
    [*one] = json.loads(printed(notebook, 2))
    messages, size, seconds = json.loads(printed(notebook, 3))
    state, more = map(int, printed(notebook, 4).split())
    rows = [
        {"what": "one per cent of one task: messages", "value": len(one)},
        {"what": "one per cent of one task: bytes", "value": sum(size for size, _ in one)},
        {"what": "200 changes in 4 s: messages a second", "value": round(messages / seconds, 1)},
        {"what": "200 changes in 4 s: bytes", "value": size},
        {"what": "saved state of a Studio, without its cards: bytes", "value": state},
        {"what": "saved state of one more Studio, without its cards: bytes", "value": more},
    ]
    notebook.run(5)
    notebook.page.wait_for_timeout(3000)  # the posters of the first clips have come, and the cards are laid out
    runs = [scrolled(notebook) for _ in range(SCROLLS)]  # each one goes on to further cards
    rows += [
        *frames(f"{count} cards", [costs for costs, _ in runs]),
        {"what": "clips loaded at once while scrolling", "value": max(most for _, most in runs)},
        {"what": "clips loaded after it", "value": loaded_at_rest(notebook)},
    ]
    notebook.close()
    return [*rows, *frames(f"{count} empty boxes", boxes(lab, count))]


def gallery(lab: Lab, clip: Path) -> list[Row]:
    """A gallery of 10,000 clips: how soon its first pictures are there, and what scrolling costs."""
    notebook = lab.open([CLIPS.format(clip=str(clip)), "ww.Gallery()", "gallery = ww.Gallery()\ngallery"])
    for index in (0, 1):
        notebook.run(index, timeout=120_000)  # the second brings the code of all widgets
    notebook.page.locator(".ww-tile img").first.wait_for()
    notebook.page.evaluate("document.querySelectorAll('.ww-gallery').forEach((each) => each.remove())")
    notebook.page.evaluate(FIRST)
    notebook.start(2)
    notebook.page.wait_for_function("() => window.first !== null")
    first = round(notebook.page.evaluate("window.first"))
    rows: list[Row] = [{"what": "gallery of 10,000 clips, first pictures on the screen: ms", "value": first}]
    notebook.page.wait_for_timeout(2000)
    for name, step in (("", 80), (", 2,000 px a frame", 2000)):
        costs, _ = scrolled(notebook, ".ww-gallery .ww-tile", step)
        rows += frames(f"10,000 tiles{name}", [costs])
    tiles = notebook.page.evaluate("document.querySelectorAll('.ww-gallery .ww-tile').length")
    rows.append({"what": "tiles in the page", "value": tiles})
    notebook.close()
    return rows


def playing(lab: Lab, clips: dict[int, Path]) -> list[Row]:
    """From done to playing, and what of the kernel's memory it takes."""
    first = next(iter(clips.values()))
    orders = [f"order({str(path)!r})" for path in (first, *clips.values())]
    cells = [
        PLAY,
        "studio",
        *orders,
        "print(moments['done'], moments['known'], moments['saved'], moments['before'], most(), now())",
    ]
    notebook = lab.open(cells)
    notebook.run(0)
    notebook.run(1)
    rows = []
    for number, size in enumerate((0, *clips)):  # the first is to warm up
        notebook.page.evaluate(WATCH)
        notebook.run(2 + number)
        notebook.page.wait_for_function(PLAYED, timeout=120_000)
        done, known, saved, before, after, _ = map(float, printed(notebook, len(cells) - 1).split())
        played = notebook.page.evaluate("() => window.played")
        source, start = played["source"] / 1000, played["playing"] / 1000
        if size:
            name = f"Studio, {size} MB"
            rows += [
                {"what": f"{name}: detection, s", "value": round(known - done, 2)},
                {"what": f"{name}: download, s", "value": round(saved - known, 2)},
                {"what": f"{name}: transfer, s", "value": round(source - saved, 2)},
                {"what": f"{name}: decode, s", "value": round(start - source, 2)},
                {"what": f"{name}: file there to playing, s", "value": round(start - saved, 2)},
                {"what": f"{name}: the kernel's peak memory grew by, MB", "value": round(after - before, 1)},
            ]
    notebook.close()
    return rows


def others(lab: Lab, clips: dict[int, Path]) -> list[Row]:
    """The same clips, shown by what else one would use: from the call to playing."""
    rows = []
    for size, clip in clips.items():
        notebook = lab.open(["1"])
        (notebook.path.parent / clip.name).hardlink_to(clip)
        for name, code in OTHERS.items():
            value: float | str = "not in 40"
            with suppress(Timeout):  # a notebook with a hundred megabytes in it may not come through
                notebook.begin_anew(["import time, IPython.display", code.format(clip=str(clip), name=clip.name)])
                notebook.run(0)
                notebook.page.evaluate(WATCH)
                notebook.run(1, timeout=40_000)
                notebook.page.wait_for_function(PLAYED, timeout=40_000)
                begun = float(notebook.text_outputs(1)[0].split()[0])
                value = round(notebook.page.evaluate("() => window.played.playing") / 1000 - begun, 2)
            rows.append({"what": f"{name}, {size} MB: call to playing, s", "value": value})
        notebook.close()
    return rows


def aims(rows: list[Row], count: int) -> list[Aim]:
    """What is to hold of the rows that were measured."""
    known = {row["what"]: row["value"] for row in rows}
    limits = {
        "one per cent of one task: bytes": 1000,
        "200 changes in 4 s: messages a second": 4,
        "saved state of one more Studio, without its cards: bytes": 40_000,
        f"scrolling {count} cards, CPU ms of the main thread a frame: p95": 8,
        "gallery of 10,000 clips, first pictures on the screen: ms": 1000,
        "scrolling 10,000 tiles, CPU ms of the main thread a frame: p95": 8,
        "scrolling 10,000 tiles, 2,000 px a frame, CPU ms of the main thread a frame: p95": 8,
        "Studio, 100 MB: the kernel's peak memory grew by, MB": 10,
    }
    return [at_most(what, known.get(what), limit) for what, limit in limits.items()]


def main(arguments: Sequence[str] = ()) -> list[Aim]:
    """Measure, print a table and return the aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ["cards", "gallery", "playing", "others"]
    parser.add_argument("--sizes", type=int, nargs="*", default=[2, 20, 100], help="megabytes")
    parser.add_argument("--cards", type=int, default=300)
    parser.add_argument("--only", choices=parts, nargs="*", default=parts)
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = {size: film(folder / f"film-{size}.mp4", size) for size in options.sizes}
        with laboratory(folder) as lab:
            if "cards" in options.only:
                clip = film(lab.server.root / "small.mp4", 1)  # clips usually lie below the server's folder
                rows += cards(lab, clip, options.cards)
            if "gallery" in options.only:
                rows += gallery(lab, film(folder / "tile.mp4", 1))
            if "playing" in options.only:
                rows += playing(lab, clips)
            if "others" in options.only:
                rows += others(lab, clips)
    table(["what", "measured"], [row.values() for row in rows])
    return aims(rows, options.cards)


if __name__ == "__main__":
    main(sys.argv[1:])
