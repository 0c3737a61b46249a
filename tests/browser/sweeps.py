"""A notebook with a sweep and a gallery, and what must hold for what they leave, wherever it is opened."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from browser.lab import Lab
from browser.records import BROKEN
from shared.quick import QUICK

LONG = 60_000
OWN_LEDGER = f"""{QUICK}
os.environ["WAN_LEDGER"] = os.path.abspath("ledger.sqlite3")"""
SWEEP = """import wan_widgets as ww
sweep = ww.Sweep("{what} by the sea", what=["A kitten", "FAIL a fox"], seed=[1, 2], resolution="720p")
sweep"""
RUN, GALLERY = "sweep.run()", "gallery = ww.Gallery()\ngallery"
CELLS = [OWN_LEDGER, SWEEP, RUN, GALLERY]
CLIPS = 2
OPENS = "a picture opens its clip"
FOOT = "2 of 4 · 2 failed"
RECORD = re.compile(r"ww-record-\w+ ww-clips-\d")


def make(lab: Lab) -> Path:
    """A saved notebook: its sweep was shown, run and shown again, and then a gallery. Its kernel has gone."""
    with lab.open(CELLS) as notebook:
        notebook.run_all()
        for cell in (1, 2, 3):
            notebook.page.wait_for_function(
                """([cell, count]) => window.notebookPanel.content.widgets[cell].model.outputs.toJSON()
                    .some(({ data }) => (data?.["text/html"]?.toString() ?? "").split("<img").length > count)""",
                arg=[cell, CLIPS],
            )
        notebook.save()
        assert notebook.errors == []
    return notebook.path


def marks(environment: str, words: str = OPENS) -> list[pytest.MarkDecorator]:
    """What a test holds of the records of a sweep and of a gallery."""
    return [pytest.mark.promise(environment, promise, words) for promise in ("sweep_kept", "gallery_kept")]


def records_in(path: Path) -> dict[int, str]:
    """The HTML of each record in a notebook, by its cell."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    htmls = {
        number: "".join("".join(output.get("data", {}).get("text/html", "")) for output in cell["outputs"])
        for number, cell in enumerate(cells)
    }
    return {number: html for number, html in htmls.items() if RECORD.search(html)}


def assert_kept(place: Locator, *, sweeps: int = 2) -> None:
    """The tables of the sweep and the gallery are there, each picture with its clip, and nothing looks broken."""
    tables = place.locator("table:visible", has_text="FAIL a fox")
    expect(tables).to_have_count(sweeps, timeout=LONG)
    for number in range(sweeps):
        assert_pictures(tables.nth(number))
    assert_pictures(place.locator("[class*=ww-record]:visible", has_text="The gallery had 2 clips."))
    assert_words(place.inner_text(), sweeps=sweeps)


def assert_pictures(place: Locator) -> None:
    pictures = place.locator("a[href*='.mp4'] > img")
    expect(pictures).to_have_count(CLIPS, timeout=LONG)
    assert all(pictures.evaluate_all("(all) => all.map((image) => image.naturalWidth > 100)"))


def assert_words(text: str, *, sweeps: int = 2) -> None:
    assert not [each for each in BROKEN if each in text]
    assert text.count(FOOT) >= sweeps
    assert text.count("Failed · ") == 2 * sweeps
    assert "press “Try the failed ones again”" in text
    assert "The gallery had 2 clips." in text


def completed(view: Locator) -> Locator:
    return view.locator('.ww-sweep-tile[data-phase="completed"]')


def assert_plays_a_clip(view: Locator) -> None:
    """A click on a tile of a sweep, or of a gallery, opens its clip."""
    tile = view.locator(".ww-sweep-tile, .ww-tile").first
    tile.click(timeout=LONG)
    expect(view.locator("video")).to_have_js_property("readyState", 4, timeout=LONG)
    assert view.locator("video").evaluate("(video) => video.videoWidth") == 1280
