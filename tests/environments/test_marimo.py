"""marimo: a notebook without a kernel of Jupyter, in which cells run again when a value changes."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from browser.server import own_environment
from browser.serving import serving
from browser.sweeps import assert_plays_a_clip, completed
from browser.test_studio import assert_plays
from shared.quick import QUICK

NOTEBOOK = f"""
import marimo
app = marimo.App()

@app.cell
def _():
    exec({QUICK!r})
    import json
    import marimo as mo
    import wan_widgets as ww
    return json, mo, ww

@app.cell
def _(ww):
    plain = ww.Studio(resolution="720p", prompt="A kitten")
    plain.form.seed = 5
    plain
    return

@app.cell
def _(mo, ww):
    studio = mo.ui.anywidget(ww.Studio(resolution="720p"))
    studio.form.prompt = "A puppy"
    studio
    return (studio,)

@app.cell
def _(json, mo, studio):
    mo.plain_text("VALUE " + json.dumps([studio.form.prompt, studio.value]))
    return

@app.cell
def _(ww):
    owl = ww.generate("An owl", resolution="720p", seed=4)
    owl
    return (owl,)

@app.cell
def _(owl, ww):
    owl
    ww.Gallery()
    return

@app.cell
def _(ww):
    sweep = ww.Sweep("A {{bird}}", bird=["crow", "hen"], seed=3, resolution="720p")
    sweep
    return (sweep,)

@app.cell
def _(mo, ww):
    wrapped = mo.ui.anywidget(ww.Sweep("A {{fish}}", fish=["carp", "cod"], seed=3, resolution="720p").view)
    wrapped
    return (wrapped,)

@app.cell
def _(mo, wrapped):
    mo.plain_text("CLIPS " + ", ".join(sorted(clip["prompt"] for clip in wrapped.value["clips"])))
    return
"""
LONG = 60_000
VALUE = re.compile(r"^VALUE \[")


@pytest.fixture(scope="module", params=["run", "edit"])
def opened(request, browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("marimo")
    beside = folder / "below"
    beside.mkdir()
    (beside / "clips.py").write_text(NOTEBOOK, "utf-8")
    (beside / "pyproject.toml").write_text("[tool.marimo.runtime]\nauto_instantiate = true\n", "utf-8")
    arguments = ["--headless", "--no-token", "--skip-update-check"][: 3 if request.param == "edit" else 2]
    with serving(folder, "marimo", request.param, "below/clips.py", *arguments) as url:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(url)
        page.folder = beside
        expect(page.locator("figure video")).to_have_count(1, timeout=LONG)
        yield page
        page.close()


def value(page):
    return json.loads(page.get_by_text(VALUE).inner_text().removeprefix("VALUE "))


@pytest.mark.promise("marimo", "live")
def test_a_plain_studio_orders_a_clip_which_plays(opened):
    studio = opened.locator(".ww-studio").first
    studio.get_by_role("button", name="Generate").click()
    clip = studio.locator("video[aria-label='A kitten']")
    expect(clip).to_be_visible(timeout=LONG)
    assert_plays(clip, 1280, 720)
    assert [*opened.folder.glob("wan_outputs/a-kitten-5.mp4")], "beside the notebook, wherever marimo was started"


@pytest.mark.promise("marimo", "live")
def test_the_value_of_a_wrapped_studio_is_its_request_and_its_clips(opened):
    prompt, before = value(opened)
    assert prompt == "A puppy"
    assert before["request"]["prompt"] == "A puppy"
    assert set(before) == {"request", "clips"}
    studio = opened.locator(".ww-studio").nth(1)
    studio.get_by_role("button", name="Generate").click()
    expect(opened.get_by_text(VALUE)).to_contain_text("a-puppy-", timeout=LONG)  # the cell below has run again
    clip = next(clip for clip in value(opened)[1]["clips"] if clip["prompt"] == "A puppy")
    assert (clip["width"], clip["height"], clip["provider"]) == (1280, 720, "simulator")
    assert clip["path"].startswith("wan_outputs/a-puppy-")


@pytest.mark.promise("marimo", "plays", "yes, of cells; nothing is saved")
def test_what_generate_returns_plays(opened):
    assert_plays(opened.locator("figure video"), 1280, 720)


@pytest.mark.promise("marimo", "plays", "yes, of cells; nothing is saved")
def test_an_exported_page_has_the_clip_inside(tmp_path):
    (tmp_path / "clips.py").write_text(NOTEBOOK, "utf-8")
    (tmp_path / "home").mkdir()
    command = [sys.executable, "-m", "marimo", "-q", "export", "html", "clips.py", "-o", "page.html"]
    environment = own_environment(tmp_path)
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=120)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "data:video/mp4;base64," in page
    assert "@file/" not in page


@pytest.mark.promise("marimo", "sweep")
def test_a_sweep_is_started_and_its_clips_play(opened):
    sweep = opened.locator(".ww-sweep").first
    sweep.get_by_role("button", name="Start", exact=True).click(timeout=LONG)
    expect(completed(sweep)).to_have_count(2, timeout=LONG)
    assert_plays_a_clip(sweep)


@pytest.mark.promise("marimo", "sweep")
def test_the_value_of_a_wrapped_sweep_has_its_clips(opened):
    sweep = opened.locator(".ww-sweep").nth(1)
    sweep.get_by_role("button", name="Start", exact=True).click(timeout=LONG)
    expect(opened.get_by_text("CLIPS A carp, A cod")).to_be_visible(timeout=LONG)


@pytest.mark.promise("marimo", "gallery")
def test_a_gallery_shows_the_clip_which_plays(opened):
    shown = opened.locator(".ww-gallery")
    shown.locator(".ww-tile", has_text="An owl").first.click(timeout=LONG)
    expect(shown.locator("video[src]")).to_be_visible(timeout=LONG)
    assert_plays(shown.locator("video"), 1280, 720)
