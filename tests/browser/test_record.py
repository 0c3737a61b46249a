"""What a Studio leaves in the saved notebook, opened again in every way that is at hand."""

import json
import re
import secrets

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter
from playwright.sync_api import expect

from browser.test_studio import assert_plays
from shared.quick import QUICK

STUDIO = 'import wan_widgets as ww\nstudio = ww.Studio(resolution="720p", prompt="A kitten")\nstudio'
ONE_CLIP = "video = await studio.form.submit()"
LONG = 30_000


@pytest.fixture(scope="module")
def saved(lab):
    """A notebook with one clip of a Studio, as it was saved; its kernel has gone."""
    with lab.open([QUICK, STUDIO, ONE_CLIP]) as notebook:
        fresh = str(notebook.path.with_name(f"{secrets.token_hex(4)}.sqlite3"))
        notebook.run(0)
        notebook.evaluate(f"__import__('os').environ.update(WAN_LEDGER={fresh!r})")
        notebook.run(1)
        notebook.run(2)
        expect(notebook.output(1).locator(".ww-studio video")).to_be_visible(timeout=LONG)
        written(notebook)
        assert notebook.output(1).locator("video").evaluate_all("all => all.map((one) => one.checkVisibility())") == [
            True,
            False,
        ], "live, nothing is shown twice"
        notebook.save()
        assert notebook.errors == []
    return notebook.path


def written(notebook):
    """Wait until the document has the record with the clip."""
    notebook.page.wait_for_function(
        """() => window.notebookPanel.content.widgets[1].model.outputs.toJSON()
            .some((output) => output.data["text/html"]?.toString().includes("ww-clips-1"))"""
    )


def record_in(path):
    [cell] = [cell for cell in json.loads(path.read_text())["cells"] if "Studio" in "".join(cell["source"])]
    return ["".join(output["data"]["text/html"]) for output in cell["outputs"]], cell


def test_the_saved_notebook_is_small_and_names_no_place_of_this_machine(saved):
    (anchor, record), cell = record_in(saved)
    assert len(record) < 20_000
    text = json.dumps(cell)
    assert "object at 0x" not in text
    assert "widget-view" not in text
    assert str(saved.parent) not in text
    assert "wan_outputs/a-kitten-" in record
    assert len(anchor) < 100


@pytest.mark.parametrize(
    "front",
    [
        pytest.param("lab", marks=pytest.mark.promise("JupyterLab 4", "plays")),
        pytest.param("notebook", marks=pytest.mark.promise("Notebook 7", "plays")),
    ],
)
def test_with_a_fresh_kernel_the_clip_plays_in_its_record(saved, lab, front):
    with lab.open_file(saved, fresh=True, front=front) as notebook:
        out = notebook.output(1)
        expect(out.locator("figure video")).to_be_visible(timeout=LONG)
        expect(out.get_by_text("A kitten", exact=True)).to_be_visible()
        expect(out.locator(".ww")).to_have_count(0)
        expect(out.get_by_text("model not found")).to_have_count(0)
        assert_plays(out.locator("figure video"), 1280, 720)


@pytest.mark.promise("Another server, not trusted", "poster", "poster and words")
def test_somebody_else_sees_the_poster_and_the_words_without_the_clip(saved, lab):
    """Another server, on which nobody trusts the notebook, and without the clips."""
    copy = lab.server.root / secrets.token_hex(4) / "theirs.ipynb"
    copy.parent.mkdir()
    text = saved.read_text("utf-8").replace("A kitten", "A puppy")  # the signature of trust is of another text
    copy.write_text(text, "utf-8")
    with lab.open_file(copy, fresh=True) as notebook:
        out = notebook.output(1)
        expect(out.locator("figure video")).to_have_attribute(
            "poster", re.compile("^data:image/webp;base64,"), timeout=LONG
        )
        assert out.locator("figure video").bounding_box()["width"] == 480
        expect(out.get_by_text("A puppy", exact=True)).to_be_visible()
        expect(out.get_by_text("model not found")).to_have_count(0)


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
        expect(out.get_by_text("One clip is not in the saved notebook: run this cell again.")).to_be_visible(
            timeout=LONG
        )
        notebook.run(1)
        expect(out.locator(".ww-studio video")).to_be_visible(timeout=LONG)
        expect(out.get_by_text("not in the saved notebook")).to_have_count(0)


def test_a_restart_leaves_the_record(lab):
    with lab.open([QUICK, STUDIO, ONE_CLIP]) as notebook:
        for cell in range(3):
            notebook.run(cell)
        out = notebook.output(1)
        written(notebook)
        notebook.restart_kernel()
        expect(out.locator("figure video").first).to_be_visible(timeout=LONG)
        expect(out.locator(".ww-studio")).to_have_count(0)


@pytest.mark.promise("nbconvert: a page, opened from the disk", "plays")
def test_a_page_of_it_plays_from_the_disk(saved, browser):
    html, _ = HTMLExporter().from_filename(str(saved))
    assert "object at 0x" not in html
    page = saved.with_suffix(".html")
    page.write_text(html, "utf-8")
    tab = browser.new_page()
    tab.goto(page.as_uri())
    expect(tab.locator("figure video")).to_be_visible()
    assert_plays(tab.locator("figure video"), 1280, 720)
    tab.close()


def test_markdown_has_the_record_too(saved):
    text, _ = MarkdownExporter().from_filename(str(saved))
    assert "<figure" in text
    assert "object at 0x" not in text


def test_what_nbclient_makes_has_the_record(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path / "ledger.sqlite3"))
    cells = [QUICK, STUDIO, ONE_CLIP, "import asyncio\nawait asyncio.sleep(1)"]
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(document, resources={"metadata": {"path": str(tmp_path)}}, timeout=120).execute()
    shown = json.dumps(document.cells[1].outputs)
    assert "ww-clips-1" in shown
    assert "object at 0x" not in shown
    assert "widget-view" not in shown
    assert [*(tmp_path / "wan_outputs").glob("*.mp4")]
