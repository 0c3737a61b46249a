"""A sweep and a gallery in JupyterLab and Notebook: live in two places at once, and what the saved notebook has."""

import re
import secrets
import shutil

import pytest
from nbconvert import HTMLExporter, MarkdownExporter
from playwright.sync_api import expect

from browser.code_host import shown
from browser.records import BROKEN, opened, opened_without_kernel, trust
from browser.server import OPENER
from browser.sweeps import (
    CLIPS,
    GALLERY,
    LONG,
    OWN_LEDGER,
    SWEEP,
    assert_kept,
    assert_plays_a_clip,
    assert_words,
    completed,
    make,
    marks,
    records_in,
)
from browser.test_record import DISK, EXPORT, GITHUB, PRINTED

NEW_VIEW = """async (cell) => {
  window.notebookPanel.content.activeCellIndex = cell;
  await window.jupyterapp.commands.execute("notebook:create-output-view");
}"""
CLOSE_VIEWS = """() => [...window.jupyterapp.shell.widgets("main")]
  .filter((each) => each !== window.notebookPanel).forEach((each) => each.dispose())"""
DELETE = "(cell) => window.notebookPanel.content.model.sharedModel.deleteCell(cell)"


@pytest.fixture(scope="module")
def saved(lab):
    return make(lab)


def promised(environment, front):
    return pytest.param(front, marks=[pytest.mark.promise(environment, each) for each in ("sweep", "gallery")])


@pytest.mark.parametrize("front", [promised("JupyterLab 4", "lab"), promised("Notebook 7", "notebook")])
def test_two_views_show_the_same_and_the_end_of_one_leaves_the_other(lab, front):
    with lab.open([OWN_LEDGER, SWEEP, "sweep", GALLERY, "gallery"], fresh=True, front=front) as notebook:
        for cell in range(5):
            notebook.run(cell)
        sweep, again = (notebook.output(cell).locator(".ww-sweep") for cell in (1, 2))
        sweep.get_by_role("button", name="Start", exact=True).click(timeout=LONG)
        for each in (again, sweep):
            expect(completed(each)).to_have_count(CLIPS, timeout=LONG)
        expect(notebook.page.locator("[class*=ww-record]:visible")).to_have_count(0)
        gallery, other = (notebook.output(cell).locator(".ww-gallery") for cell in (3, 4))
        gallery.get_by_role("searchbox").fill("kitten", timeout=LONG)
        expect(other.get_by_role("searchbox")).to_have_value("kitten", timeout=LONG)
        expect(other.locator(".ww-tile", has_text="A kitten")).to_have_count(CLIPS, timeout=LONG)
        if front == "lab":
            for cell, kind in ((1, ".ww-sweep"), (3, ".ww-gallery")):
                notebook.page.evaluate(NEW_VIEW, cell)
                assert_plays_a_clip(notebook.page.locator(f".jp-LinkedOutputView {kind}:visible"))
            notebook.page.evaluate(CLOSE_VIEWS)
        notebook.page.evaluate(DELETE, 3)
        notebook.page.evaluate(DELETE, 1)
        for cell, kind in ((1, ".ww-sweep"), (2, ".ww-gallery")):
            assert_plays_a_clip(notebook.output(cell).locator(kind))
        assert notebook.errors == []


def test_a_cell_that_is_run_again_shows_how_its_sweep_goes_on(lab):
    slow = f'{OWN_LEDGER}\nos.environ["WAN_SIMULATOR_SPEED"] = "4"'
    made = SWEEP.replace("resolution", "at_once=1, resolution").replace("FAIL a fox", "A fox")
    with lab.open([slow, made], fresh=True) as notebook:
        notebook.run(0)
        notebook.run(1)
        view = notebook.output(1).locator(".ww-sweep")
        view.get_by_role("button", name="Start", exact=True).click(timeout=LONG)
        expect(view.locator(".ww-running")).to_have_count(1, timeout=LONG)
        notebook.run(1)
        expect(view.get_by_text("This sweep was running already: it goes on here")).to_be_visible(timeout=LONG)
        expect(view.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        notebook.page.evaluate(
            """() => { const cell = window.notebookPanel.content.model.cells.get(1).sharedModel;
              cell.setSource(cell.getSource().replace("the sea", "the lake")); }"""
        )
        notebook.run(1)
        expect(view.get_by_text("The sweep that this cell showed before still orders clips: ")).to_be_visible(
            timeout=LONG
        )
        view.get_by_role("button", name="Pause the former sweep").click()
        expect(view.get_by_text("The sweep that this cell showed before")).to_be_hidden(timeout=LONG)
        expect(view.get_by_role("button", name="Start", exact=True)).to_be_visible()
        assert notebook.errors == []


def test_the_saved_notebook_is_small_and_names_no_place_of_this_machine(saved):
    text = saved.read_text("utf-8")
    assert not [each for each in (*BROKEN, "widget-view", str(saved.parent)) if each in text]
    records = records_in(saved)
    assert set(records) == {1, 2, 3}
    assert all(len(record) < CLIPS * 20_000 for record in records.values())


def kept(environment, words):
    """What the test holds of both records."""
    one, other = marks(environment, words)
    return lambda test: one(other(test))


@pytest.mark.parametrize(
    ("front", "is_mine"),
    [
        pytest.param("lab", True, marks=[*marks("JupyterLab 4"), *marks("Another server, trusted")]),
        pytest.param("lab", False, marks=marks("Another server, not trusted")),
        pytest.param("notebook", True, marks=marks("Notebook 7")),
    ],
)
def test_with_a_fresh_kernel_the_pictures_open_the_clips(saved, lab, front, is_mine):
    path = saved
    if is_mine:
        trust(lab, saved)
    else:  # nobody has signed this text
        path = saved.with_name("theirs.ipynb")
        path.write_text(saved.read_text("utf-8").replace("{what} by", "{what}  by"), "utf-8")
    for cell in (1, 3):
        with lab.open_file(path, fresh=True, front=front) as notebook:
            page = notebook.page
            assert_kept(page.locator(".jp-Notebook"))
            expect(page.locator(".ww")).to_have_count(0)
            picture = notebook.output(cell).locator("a > img:visible").first
            if front == "lab":  # it opens the file in a tab of its own
                picture.click()
                expect(page.locator("video:visible")).to_have_js_property("videoWidth", 1280, timeout=LONG)
            else:
                with page.context.expect_page() as tab:
                    picture.click()
                assert tab.value.url.partition("?")[0].endswith(".mp4")
                tab.value.close()


@kept("JupyterLab 4 without a kernel", "pictures and words")
def test_without_any_kernel(saved, lab):
    path = saved.with_name(f"{secrets.token_hex(4)}.ipynb")
    shutil.copyfile(saved, path)
    page = opened_without_kernel(lab, path)
    assert_kept(page.locator(".jp-Notebook"))
    page.close()


@pytest.fixture(params=[pytest.param("nbconvert", marks=marks(DISK)), pytest.param("lab", marks=marks(EXPORT))])
def page(request, saved, lab):
    """A page that was made of the notebook, beside it."""
    html = (
        exported(lab, saved, sanitized=False) if request.param == "lab" else HTMLExporter().from_filename(str(saved))[0]
    )
    path = saved.with_name(f"{request.param}.html")
    path.write_text(html, "utf-8")
    return path


def exported(lab, path, *, sanitized):
    place = path.relative_to(lab.server.root).as_posix()
    address = f"{lab.server.url}nbconvert/html/{place}?download=true&sanitize_html={str(sanitized).lower()}"
    with OPENER.open(lab.server._request(address), timeout=60) as answer:
        return answer.read().decode()


def test_the_pictures_of_a_page_open_the_clips(page, browser):
    for number in (0, -1):  # the first picture is of the sweep, the last one of the gallery
        tab = opened(browser, page)
        assert_kept(tab.locator("body"))
        tab.locator("a[href*='.mp4'] > img").nth(number).click()
        expect(tab.locator("video")).to_have_js_property("videoWidth", 1280, timeout=LONG)
        tab.close()


@kept(f"{EXPORT}, sanitised", "words, among tags that are shown as text")
def test_a_sanitised_page_has_the_words(saved, lab, browser):
    path = saved.with_name("sanitised.html")
    path.write_text(exported(lab, saved, sanitized=True), "utf-8")
    tab = opened(browser, path)
    text = tab.locator("body").inner_text()
    assert_words(text)
    assert str(saved.parent) not in text
    tab.close()


@kept(PRINTED, "pictures and words")
def test_a_printed_page_has_the_pictures_and_the_words(saved, browser):
    import pypdfium2

    path = saved.with_name("to print.html")
    path.write_text(HTMLExporter().from_filename(str(saved))[0], "utf-8")
    tab = opened(browser, path)
    assert_kept(tab.locator("body"))
    paper = pypdfium2.PdfDocument(tab.pdf())
    tab.close()
    text = " ".join("\n".join(sheet.get_textpage().get_text_range() for sheet in paper).split())
    assert_words(text)
    pictures = [each.get_bitmap().to_numpy() for sheet in paper for each in sheet.get_objects(filter=[3])]
    assert len(pictures) == 3 * CLIPS
    assert all(picture.std() > 5 and picture.mean() > 20 for picture in pictures), "no picture is a black box"


@pytest.mark.parametrize(
    "with_pictures",
    [
        pytest.param(True, marks=marks(GITHUB, "pictures, words and links")),
        pytest.param(False, marks=marks(f"{GITHUB}, without pictures", "words and links")),
    ],
)
def test_a_code_host_shows_the_words_and_the_links(saved, browser, with_pictures):
    tab = browser.new_page()
    tab.set_content(shown("".join(records_in(saved).values()), with_pictures=with_pictures))
    assert_words(tab.locator("body").inner_text())
    expect(tab.locator("a[href^='wan_outputs/a-kitten-by-the-sea-']")).to_have_count(4 * CLIPS)
    drawn = tab.locator("img").evaluate_all("(all) => all.filter((image) => image.naturalWidth > 100).length")
    assert drawn == (3 * CLIPS if with_pictures else 0)
    tab.close()


def test_markdown_has_the_records_too(saved):
    text, _ = MarkdownExporter().from_filename(str(saved))
    assert text.count("<table") == 2
    assert_words(re.sub("<[^>]*>", "", text))
