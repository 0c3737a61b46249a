"""What programs make that execute a notebook without a browser, opened in JupyterLab and as a page."""

import json
import secrets
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from browser import sweeps
from browser.lab import document_of
from browser.records import BROKEN, GENERATE, LONG, ONE_CLIP, STUDIO, assert_sound, opened, trust
from browser.server import own_environment
from browser.sweeps import marks
from shared.quick import QUICK

BOX = "import ipywidgets\nipywidgets.VBox([studio])"
WAIT = "import asyncio\nawait asyncio.sleep(1)"
CELLS = [QUICK, STUDIO, ONE_CLIP, GENERATE, "ww.resume(video.task_id, embed=True)", BOX, WAIT]
RECORDS = 3  # the Studio, `ww.generate` and the TaskView leave one each
GONE = "The kernel that this belongs to has gone. Run this cell again."


@pytest.fixture(scope="module")
def executed(lab):
    """A notebook as papermill has executed it."""
    return papermill_of(lab, CELLS)


def papermill_of(lab, cells):
    folder = lab.server.root / secrets.token_hex(4)
    folder.mkdir()
    (folder / "in.ipynb").write_text(json.dumps(document_of(cells)), "utf-8")
    environment = own_environment(lab.server.folder) | {"WAN_LEDGER": str(folder / "ledger.sqlite3")}
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb"]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120)
    return folder / "out.ipynb"


def test_it_is_small_and_names_no_place_of_this_machine(executed):
    document = json.loads(executed.read_text("utf-8"))
    assert len(json.dumps(document["metadata"]["widgets"])) < 30_000
    outputs = json.dumps([cell["outputs"] for cell in document["cells"][:5]])
    assert not [each for each in (*BROKEN, "widget-view", str(executed.parent)) if each in outputs]


@pytest.mark.parametrize(
    "trusted",
    [
        pytest.param(False, marks=pytest.mark.promise("papermill, not trusted", "plays")),
        pytest.param(True, marks=pytest.mark.promise("papermill, trusted", "plays")),
    ],
)
def test_what_papermill_makes_plays(executed, lab, trusted):
    if trusted:
        trust(lab, executed)
    with lab.open_file(executed, fresh=True) as notebook:
        assert_sound(notebook.page.locator(".jp-Notebook"), RECORDS, plays=True)
        expect(notebook.page.locator(".ww")).to_have_count(0)
        if trusted:  # a widget inside another one leaves no record, and its state is in the file
            expect(notebook.output(5).get_by_text(GONE)).to_be_visible(timeout=LONG)
            assert notebook.errors == []


@pytest.mark.parametrize(
    "trusted",
    [
        pytest.param(False, marks=marks("papermill, not trusted")),
        pytest.param(True, marks=[*marks("papermill, trusted"), *marks("nbclient, nbconvert --execute")]),
    ],
)
def test_what_papermill_makes_has_sweeps_and_galleries(lab, trusted):
    path = papermill_of(lab, sweeps.CELLS)
    if trusted:
        trust(lab, path)
    assert str(path.parent) not in json.dumps(
        [cell["outputs"] for cell in json.loads(path.read_text("utf-8"))["cells"]]
    )
    with lab.open_file(path, fresh=True) as notebook:
        sweeps.assert_kept(notebook.page.locator(".jp-Notebook"))
        expect(notebook.page.locator(".ww")).to_have_count(0)
        notebook.output(3 if trusted else 1).locator("a > img:visible").first.click()
        expect(notebook.page.locator("video:visible")).to_have_js_property("videoWidth", 1280, timeout=LONG)


def test_a_page_of_it_shows_no_form_that_looks_alive(executed, browser):
    command = [sys.executable, "-m", "nbconvert", "--to", "html", executed.name]
    subprocess.run(command, cwd=executed.parent, check=True, capture_output=True, timeout=120)
    tab = opened(browser, executed.with_suffix(".html"))
    assert_sound(tab.locator("body"), RECORDS, plays=True)
    expect(tab.locator(".ww")).to_have_count(0)
    tab.close()
