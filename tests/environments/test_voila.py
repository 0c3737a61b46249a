"""Voila: the cells run when the page is opened, and the page has their outputs."""

from contextlib import contextmanager

import nbformat
import pytest
from playwright.sync_api import expect

from browser.serving import serving
from browser.sweeps import assert_plays_a_clip, completed
from browser.test_studio import assert_plays
from shared.quick import QUICK
from wan_widgets.words.catalogue import labels

CELLS = [
    QUICK,
    "import wan_widgets as ww",
    'ww.Studio(resolution="720p", prompt="A kitten")',
    'video = ww.generate("An owl", resolution="720p", seed=3)\nvideo',
    "display(video)",
    "import wan_widgets.files.reach\nwan_widgets.files.reach._MOST = 0\ndisplay(video)",  # now the clip counts as large
    "ww.Gallery()",
    'ww.Sweep("A {bird}", bird=["crow", "hen"], seed=3, resolution="720p")',
]
SERVED = """--VoilaConfiguration.file_allowlist=['.*(png|jpg|gif|svg|mp4)']"""
LONG = 60_000


@contextmanager
def page_of_voila(browser, folder, *options):
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "clips.ipynb")
    with serving(folder, "voila", "clips.ipynb", "--no-browser", *options) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("figure video")).to_have_count(3, timeout=LONG)
        yield page
        page.close()


@pytest.fixture(scope="module")
def opened(browser, tmp_path_factory):
    """The page of a notebook in Voila, without any setting."""
    with page_of_voila(browser, tmp_path_factory.mktemp("voila")) as page:
        yield page


@pytest.mark.promise("Voila", "live")
def test_a_studio_orders_a_clip_which_plays(opened):
    studio = opened.locator(".ww-studio")
    expect(studio).to_have_count(1, timeout=LONG)
    studio.get_by_role("button", name="Generate").click()
    clip = studio.locator("video[aria-label='A kitten']")
    expect(clip).to_be_visible(timeout=LONG)
    assert_plays(clip, 1280, 720)


@pytest.mark.promise("Voila", "sweep")
def test_a_sweep_is_started_and_its_clips_play(opened):
    sweep = opened.locator(".ww-sweep")
    sweep.get_by_role("button", name="Start", exact=True).click(timeout=LONG)
    expect(completed(sweep)).to_have_count(2, timeout=LONG)
    assert_plays_a_clip(sweep)


@pytest.mark.promise("Voila", "gallery")
def test_a_gallery_shows_the_clip_which_plays(opened):
    shown = opened.locator(".ww-gallery")
    shown.locator(".ww-tile", has_text="An owl").click(timeout=LONG)
    expect(shown.locator("video[src]")).to_be_visible(timeout=LONG)
    assert_plays(shown.locator("video"), 1280, 720)


def test_the_page_speaks_the_language_of_the_browser(browser, opened):
    """Voila says that it is in English, whoever opens it."""
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(opened.url)
    expect(page.get_by_role("button", name=labels("ru")["generate"])).to_be_visible(timeout=LONG)
    context.close()


@pytest.mark.promise("Voila", "plays", "yes, of cells; nothing is saved")
def test_the_clips_of_the_cells_play(opened):
    for number in range(2):
        assert_plays(opened.locator("figure video").nth(number), 1280, 720)
    expect(opened.locator("figcaption").first).to_contain_text("wan_outputs/an-owl-3.mp4")
    expect(opened.get_by_text("run this cell to open it")).to_have_count(0)


@pytest.mark.promise("Voila", "plays", "yes, of cells; nothing is saved")
def test_of_a_large_clip_the_page_says_how_it_plays(opened):
    expect(opened.get_by_text("too large to be inside the page").locator("visible=true")).to_have_count(1)
    expect(opened.get_by_text(SERVED.replace("=", '="') + '"').locator("visible=true")).to_have_count(1)


@pytest.mark.promise("Voila", "plays", "yes, of cells; nothing is saved")
def test_a_large_clip_plays_when_voila_serves_it(browser, tmp_path):
    with page_of_voila(browser, tmp_path, SERVED) as page:
        assert_plays(page.locator("figure video").nth(2), 1280, 720)
