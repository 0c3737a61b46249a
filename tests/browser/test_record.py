"""What a notebook keeps of a clip, opened again in every way that is quick. tests/environments has the others."""

import json
import re
import secrets

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter
from playwright.sync_api import expect

from browser.code_host import shown
from browser.records import (
    BROKEN,
    GENERATE,
    LEFT,
    LONG,
    ONE_CLIP,
    STUDIO,
    assert_sound,
    assert_unbroken,
    make,
    opened,
    records_in,
    wait_for_record,
)
from browser.server import OPENER
from browser.test_studio import assert_plays
from shared.quick import QUICK

DISK = "nbconvert: a page, opened from the disk"
EXPORT = "JupyterLab: Save and Export Notebook As HTML"
GITHUB = "GitHub's viewer (emulated by its list of allowed tags)"
PRINTED = "The page, printed to PDF"


@pytest.fixture(scope="module")
def saved(lab):
    return make(lab)


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder without the clips."""
    return tmp_path_factory.mktemp("elsewhere")


def test_the_saved_notebook_is_small_and_names_no_place_of_this_machine(saved):
    text = saved.read_text("utf-8")
    assert not [each for each in (*BROKEN, "widget-view", str(saved.parent)) if each in text]
    for cell, record in records_in(saved).items():
        assert len(record) < 20_000
        assert LEFT[cell] in record
        assert re.search(r'src="wan_outputs/a-(kitten|dog)-', record)


@pytest.mark.parametrize(
    "front",
    [
        pytest.param("lab", marks=pytest.mark.promise("JupyterLab 4", "plays")),
        pytest.param("notebook", marks=pytest.mark.promise("Notebook 7", "plays")),
    ],
)
def test_with_a_fresh_kernel_the_clips_play_in_their_records(saved, lab, front):
    with lab.open_file(saved, fresh=True, front=front) as notebook:
        assert_sound(notebook.page.locator(".jp-Notebook"), plays=True)
        expect(notebook.page.locator(".ww")).to_have_count(0)


@pytest.mark.promise("Another server, not trusted", "poster", "poster and words")
def test_somebody_else_sees_the_posters_and_the_words_without_the_clips(saved, lab):
    copy = lab.server.root / secrets.token_hex(4) / "theirs.ipynb"
    copy.parent.mkdir()
    text = saved.read_text("utf-8").replace("A kitten", "A puppy")  # the signature of trust is of another text
    copy.write_text(text, "utf-8")
    with lab.open_file(copy, fresh=True) as notebook:
        assert_sound(notebook.page.locator(".jp-Notebook"), plays=False)
        expect(notebook.output(1).get_by_text("A puppy", exact=True)).to_be_visible()


@pytest.mark.promise("JupyterLab 4", "live")
def test_after_a_reload_the_view_is_back_and_says_what_the_file_lacks(lab):
    with lab.open([QUICK, STUDIO, ONE_CLIP]) as notebook:
        notebook.run(0)
        fresh = str(notebook.path.with_name(f"{secrets.token_hex(4)}.sqlite3"))
        notebook.evaluate(f"__import__('os').environ.update(WAN_LEDGER={fresh!r})")
        notebook.run(1)
        notebook.reload()
        out = notebook.output(1)
        expect(out.locator(".ww-studio")).to_be_visible(timeout=LONG)
        notebook.run(2)
        told = out.get_by_text("One clip is saved as a file, but not in the notebook: run this cell again")
        expect(told).to_be_visible(timeout=LONG)
        notebook.run(1)
        expect(out.locator(".ww-studio video")).to_be_visible(timeout=LONG)
        expect(told).to_have_count(0)


def test_a_restart_leaves_the_record_wherever_the_studio_was_shown(lab):
    with lab.open([QUICK, f"{STUDIO}\ndisplay(studio, studio)", "studio", ONE_CLIP]) as notebook:
        for cell in range(4):
            notebook.run(cell)
        wait_for_record(notebook, 1)
        wait_for_record(notebook, 2)
        notebook.restart_kernel()
        for cell, count in ((1, 2), (2, 1)):
            expect(notebook.output(cell).locator("figure video:visible")).to_have_count(count, timeout=LONG)
            expect(notebook.output(cell).locator(".ww-studio")).to_have_count(0)


@pytest.mark.promise(DISK, "plays")
@pytest.mark.promise(DISK, "poster", "poster and words")
def test_a_page_of_it_plays_from_the_disk_and_shows_posters_without_the_clips(saved, browser, elsewhere):
    html, _ = HTMLExporter().from_filename(str(saved))
    for folder in (saved.parent, elsewhere):
        (folder / "page.html").write_text(html, "utf-8")
        tab = opened(browser, folder / "page.html")
        assert_sound(tab.locator("body"), plays=folder != elsewhere)
        expect(tab.locator("details[open]:visible")).to_have_count(len(LEFT) if folder == elsewhere else 0)
        tab.close()


def exported(lab, path, *, sanitized):
    """The page that JupyterLab's menu makes of a notebook, with its box for sanitising ticked or not."""
    place = path.relative_to(lab.server.root).as_posix()
    address = f"{lab.server.url}nbconvert/html/{place}?download=true&sanitize_html={str(sanitized).lower()}"
    with OPENER.open(lab.server._request(address), timeout=60) as answer:
        return answer.read().decode()


@pytest.mark.promise(EXPORT, "plays")
def test_what_jupyterlab_exports_plays(saved, browser, lab):
    page = saved.with_name("exported.html")
    page.write_text(exported(lab, saved, sanitized=False), "utf-8")
    tab = opened(browser, page)
    assert_sound(tab.locator("body"), plays=True)
    tab.close()


@pytest.mark.promise(f"{EXPORT}, sanitised", "poster", "words and link, among tags that are shown as text")
def test_what_jupyterlab_exports_sanitised_keeps_the_words_and_the_link(saved, browser, lab):
    """The sanitiser turns every tag of a picture, a figure and a video into text, also those of other libraries."""
    page = saved.with_name("sanitised.html")
    page.write_text(exported(lab, saved, sanitized=True), "utf-8")
    tab = opened(browser, page)
    assert_unbroken(tab.locator("body").inner_text())
    assert str(saved.parent) not in tab.locator("body").inner_text()
    for prompt in LEFT.values():
        expect(tab.get_by_text(prompt, exact=True).first).to_be_visible()
    link = tab.locator("a", has_text=re.compile(r"^wan_outputs/a-kitten-\S+mp4$"))
    assert (saved.parent / link.first.get_attribute("href")).is_file()
    tab.close()


@pytest.mark.promise(PRINTED, "poster", "poster and words")
def test_a_printed_page_has_the_posters_and_the_words(saved, browser, tmp_path):
    import pypdfium2

    page = saved.with_name("to print.html")
    page.write_text(HTMLExporter().from_filename(str(saved))[0], "utf-8")
    tab = opened(browser, page)
    assert_sound(tab.locator("body"), plays=False)
    paper = pypdfium2.PdfDocument(tab.pdf())
    tab.close()
    text = "\n".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert_unbroken(text)
    assert text.count("A dog") == 2  # in the code, and in the record
    pictures = [each.get_bitmap().to_numpy() for sheet in paper for each in sheet.get_objects(filter=[3])]
    assert len(pictures) == len(LEFT)
    assert all(picture.std() > 5 and picture.mean() > 20 for picture in pictures), "no poster is a black box"


@pytest.mark.parametrize(
    "with_pictures",
    [
        pytest.param(True, marks=pytest.mark.promise(GITHUB, "poster", "poster, words and link")),
        pytest.param(False, marks=pytest.mark.promise(f"{GITHUB}, without pictures", "poster", "words and link")),
    ],
)
def test_a_code_host_shows_the_poster_the_words_and_the_link(saved, browser, with_pictures):
    tab = browser.new_page()
    for cell, record in records_in(saved).items():
        tab.set_content(shown(record, with_pictures=with_pictures))
        expect(tab.get_by_text(LEFT[cell], exact=True)).to_be_visible()
        expect(tab.locator("a", has_text=re.compile(r"^wan_outputs/a-(kitten|dog)-\d+\.mp4$"))).to_be_visible()
        assert "1280×720 · 5 s · seed" in tab.locator("body").inner_text()
        assert not [each for each in BROKEN if each in tab.content()]
        poster = tab.locator("figure > a > img")
        assert (poster.evaluate("(image) => image.naturalWidth") == 400) is with_pictures
    tab.close()


def test_markdown_has_the_records_too(saved):
    text, _ = MarkdownExporter().from_filename(str(saved))
    assert text.count("<figure") == len(LEFT)
    assert_unbroken(text)


@pytest.mark.promise("nbclient, nbconvert --execute", "plays")
def test_what_nbclient_makes_has_the_records_and_is_small(tmp_path, monkeypatch, browser, elsewhere):
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path / "ledger.sqlite3"))
    again = "import asyncio\nwhile not view._recorded:\n    await asyncio.sleep(0.1)\nawait asyncio.sleep(1)"
    cells = [QUICK, STUDIO, ONE_CLIP, GENERATE, "view = ww.resume(video.task_id, embed=True)\nview", again]
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(document, resources={"metadata": {"path": str(tmp_path)}}, timeout=120).execute()
    assert not [each for each in (*BROKEN, "widget-view", str(tmp_path)) if each in json.dumps(document)]
    assert len(json.dumps(document.metadata.widgets)) < 30_000

    for folder in (tmp_path, elsewhere):
        (folder / "page.html").write_text(HTMLExporter().from_notebook_node(document)[0], "utf-8")
        tab = opened(browser, folder / "page.html")
        assert_sound(tab.locator("body"), 3, plays=folder != elsewhere)
        embedded = tab.locator("figure", has_text=re.compile(r"is inside this notebook, with \d(?:\.\d)? MB\."))
        assert_plays(embedded.locator("video"), 1280, 720)
        tab.close()
