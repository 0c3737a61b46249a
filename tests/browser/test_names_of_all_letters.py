"""A notebook, its folder, its pictures, its clips and its prompts with Chinese and Cyrillic names: all of it works."""

import json
from urllib.parse import unquote

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from browser.media import make_image
from browser.notebook import document_of
from browser.records import opened, wait_for_record
from browser.test_studio import assert_plays
from shared.quick import QUICK

FOLDER, NOTEBOOK, PICTURE, OUTPUTS = "ролики и 视频", "котёнок 猫.ipynb", "小猫 кот № 1.png", "выход 输出"
PROMPT = "小猫跑过草地, кот бежит"
CLIP = "小猫跑过草地-кот-бежит-7.mp4"
IMAGE, WORDS = '[data-field="image"] input[type=text]', ".ww-field-prompt textarea"
CELLS = [
    f"{QUICK}\nos.environ.update(WAN_OUTPUTS={OUTPUTS!r}, WAN_LEDGER=os.path.abspath('заказы 订单.sqlite3'))",
    "import wan_widgets as ww\nww.Studio('simulator', mode='i2v', resolution='720p', seed=7)",
]


@pytest.fixture(scope="module")
def made(lab):
    """The saved notebook, and what the browser downloaded there."""
    path = lab.server.root / FOLDER / NOTEBOOK
    path.parent.mkdir()
    path.write_text(json.dumps(document_of(CELLS)), "utf-8")
    make_image(path.with_name(PICTURE), 640, 360)
    with lab.open_file(path) as notebook:
        notebook.run(0)
        notebook.run(1)
        studio = notebook.output(1).locator(".ww-studio")
        studio.locator(IMAGE).fill(PICTURE)
        studio.locator(WORDS).fill(PROMPT)
        studio.locator(".ww-generate").click()
        card = studio.get_by_role("article").first
        assert_plays(card.locator("video"), 1280, 720)
        expect(card.get_by_text(f"{OUTPUTS}/{CLIP}")).to_be_visible()
        with notebook.page.expect_download() as download:
            card.get_by_role("link", name="Download").click()
        wait_for_record(notebook)
        notebook.save()
        assert notebook.errors == []
        return path, download.value.suggested_filename, download.value.path().read_bytes()


def test_the_clip_plays_is_downloaded_under_its_name_and_is_the_file(made):
    path, name, content = made
    clip = path.parent / OUTPUTS / CLIP
    assert (name, content) == (CLIP, clip.read_bytes())


def test_the_record_plays_in_the_saved_notebook_and_in_the_page_that_nbconvert_makes(made, lab, browser):
    path = made[0]
    with lab.open_file(path) as notebook:
        assert_plays(notebook.output(1).locator("figure video"), 1280, 720)
        notebook.run(0)
        notebook.run(1)  # the new kernel knows the order from the ledger
        studio = notebook.output(1).locator(".ww-studio")
        card = studio.get_by_role("article").first
        assert_plays(card.locator("video"), 1280, 720)
        card.get_by_role("button", name="Edit in form").click()
        expect(studio.locator(WORDS)).to_have_value(PROMPT)
        expect(studio.locator(IMAGE)).to_have_value(str(path.with_name(PICTURE)))
        assert notebook.errors == []
    html, _ = HTMLExporter().from_filename(str(path))
    assert str(path.parent) not in unquote(html)
    page = path.with_name("страница 网页.html")
    page.write_text(html, "utf-8")
    tab = opened(browser, page)
    assert_plays(tab.locator("figure video"), 1280, 720)
    expect(tab.locator("figcaption")).to_contain_text(f"{OUTPUTS}/{CLIP}")
    tab.close()
