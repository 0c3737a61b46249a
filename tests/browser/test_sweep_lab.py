"""A whole sweep in a real JupyterLab: from the button to the notebook that stays, and the same cell again."""

import json
import re

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from browser.records import BROKEN, opened
from shared.quick import QUICK

LONG = 60_000
SETTING = f"""{QUICK}
import os, secrets
from pathlib import Path
os.environ["WAN_SIMULATOR_SPEED"] = "12"
os.environ["WAN_LEDGER"] = os.path.abspath("ledger.sqlite3")
os.environ["WAN_SIMULATOR_DIR"] = os.path.abspath("simulator")
from wan_widgets.simulator.store import Store
orders = lambda: len(list(Store(Path("simulator").absolute()).newest_first()))
"""
SWEEP = """import wan_widgets as ww
what = ["A kitten", "FAIL a fox", "A gull"]
sweep = ww.Sweep("{what} by the sea", what=what, seed=[1, 2], resolution="720p", at_once=2)
sweep"""
SWEEP_TABLE = 'sweep.to_pandas(check=True)[["what", "seed", "status", "check_fps", "check_findings", "rating", "path"]]'
HISTORY = 'ww.history()[["prompt", "seed", "status", "width", "seconds", "ordered", "finished", "path"]]'
CELLS = [SETTING, SWEEP, "sweep.run()", SWEEP_TABLE, HISTORY]
FOOT = "4 of 6 · 2 failed"


def foot(notebook, cell=1):
    return notebook.output(cell).locator(".ww-sweep-foot:visible")


def press(notebook, name):
    notebook.output(1).get_by_role("button", name=name, exact=True).click()


def record(path, cell=1):
    outputs = json.loads(path.read_text("utf-8"))["cells"][cell]["outputs"]
    return "".join(outputs[-1]["data"]["text/html"])


def assert_kept(place):
    """The grid as the notebook keeps it: labels, pictures, failures in words."""
    table = place.locator("table:visible", has_text="A kitten")
    expect(table.locator("img")).to_have_count(4, timeout=LONG)
    assert all(table.locator("img").evaluate_all("(all) => all.map((image) => image.naturalWidth > 100)"))
    assert len(table.locator("a").all()) == 4
    expect(table.get_by_text(re.compile("^Failed · "))).to_have_count(2)
    for label in ("A kitten", "A gull", "FAIL a fox", "seed 1", "seed 2"):
        expect(table.get_by_text(label, exact=True)).to_be_visible()
    text = place.inner_text()
    assert FOOT in text
    assert "run this cell again" in text
    assert not [each for each in BROKEN if each in text]


def assert_table(place):
    """A data frame as a reader sees it: a row for each clip, with what was asked and what came of it."""
    rows = place.locator("table.dataframe:visible tbody tr")
    expect(rows).to_have_count(6)
    texts = rows.all_inner_texts()
    assert sum("completed" in text and ".mp4" in text for text in texts) == 4
    assert sum("failed" in text and "FAIL a fox" in text for text in texts) == 2


@pytest.fixture(scope="module")
def saved(lab):
    """A sweep was started from its button, paused, went on and ended; its notebook was saved, its kernel restarted."""
    with lab.open(CELLS) as notebook:
        notebook.run(0)
        notebook.run(1)
        grid = notebook.output(1).locator(".ww-sweep")
        tiles = grid.locator(".ww-sweep-tile")
        expect(tiles).to_have_count(6, timeout=LONG)
        assert notebook.evaluate("orders()") == 0, "nothing is bought before somebody has seen the plan"
        press(notebook, "Start")
        expect(grid.locator(".ww-sweep-tile.ww-running").first).to_be_visible(timeout=LONG)
        press(notebook, "Pause")
        expect(grid.get_by_role("button", name="Go on")).to_be_visible()
        notebook.evaluate_when_true("not sweep.is_running")
        ordered = notebook.evaluate("orders()")
        assert 0 < ordered < 6
        expect(grid.locator('.ww-sweep-tile[data-phase="planned"]')).to_have_count(6 - ordered)
        press(notebook, "Go on")
        expect(foot(notebook)).to_contain_text(FOOT, timeout=LONG)
        tiles.last.scroll_into_view_if_needed()
        expect(tiles.locator("img")).to_have_count(4, timeout=LONG)
        assert notebook.evaluate("orders()") == 6
        tiles.first.click()
        expect(grid.locator("video")).to_have_js_property("readyState", 4, timeout=LONG)
        notebook.page.wait_for_function(
            """() => window.notebookPanel.content.widgets[1].model.outputs.toJSON()
                .some((output) => output.data["text/html"]?.toString().includes("ww-clips-4"))"""
        )
        notebook.save()
        notebook.restart_kernel()
        assert_kept(notebook.output(1))
        notebook.run(0)
        notebook.run(1)
        tiles.last.scroll_into_view_if_needed()
        expect(tiles.locator("img")).to_have_count(4, timeout=LONG)
        expect(foot(notebook)).to_contain_text(FOOT)
        notebook.run(2)
        expect(notebook.output(2).locator('.ww-sweep-tile[data-phase="completed"]')).to_have_count(4, timeout=LONG)
        expect(notebook.output(1).locator("table:visible")).to_have_count(0)
        assert notebook.evaluate("orders()") == 6, "the same cell again buys nothing"
        for number in (3, 4):
            notebook.run(number)
            assert_table(notebook.output(number))
        assert notebook.errors == []
        notebook.page.wait_for_timeout(500)
        notebook.save()
    return notebook.path


def test_the_saved_notebook_shows_the_grid_without_a_kernel_and_is_small(saved, lab, browser):
    kept = record(saved)
    assert len(kept) < 6 * 20_000
    assert not [each for each in (*BROKEN, "widget-view", str(saved.parent)) if each in saved.read_text("utf-8")]
    page = saved.with_name("page.html")
    page.write_text(HTMLExporter().from_filename(str(saved))[0], "utf-8")
    tab = opened(browser, page)
    assert_kept(tab.locator(".jp-Cell").nth(1))
    tab.close()
    theirs = saved.with_name("theirs.ipynb")
    theirs.write_text(saved.read_text("utf-8").replace("A gull", "A crow"), "utf-8")  # nobody has signed this
    with lab.open_file(theirs, fresh=True) as notebook:
        expect(notebook.output(1).locator("table:visible img")).to_have_count(4, timeout=LONG)
        expect(notebook.output(1).get_by_text("A crow", exact=True)).to_be_visible()
        expect(notebook.page.locator(".ww")).to_have_count(0)
