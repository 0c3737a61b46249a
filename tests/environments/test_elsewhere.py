"""A notebook with records, opened without a kernel and on other servers."""

import secrets
import shutil

import pytest
from playwright.sync_api import expect

from browser.records import LEFT, assert_sound, make, opened_without_kernel, trust


@pytest.fixture(scope="module")
def saved(lab):
    return make(lab)


@pytest.fixture
def copied(saved, lab):
    """A copy of the notebook in another folder of the server: as somebody else has it, or signed as one's own."""

    def copied(*, with_clips, trusted):
        folder = lab.server.root / secrets.token_hex(4)
        folder.mkdir()
        path = folder / "theirs.ipynb"
        text = saved.read_text("utf-8").replace("A kitten", f"A puppy {secrets.token_hex(2)}")  # its signature is lost
        path.write_text(text, "utf-8")
        if with_clips:
            shutil.copytree(saved.parent / "wan_outputs", folder / "wan_outputs")
        if trusted:
            trust(lab, path)
        return path

    return copied


@pytest.mark.parametrize(
    ("with_clips", "trusted"),
    [
        pytest.param(True, False, marks=pytest.mark.promise("Another server, not trusted", "plays")),
        pytest.param(True, True, marks=pytest.mark.promise("Another server, trusted", "plays")),
        pytest.param(
            False, True, marks=pytest.mark.promise("Another server, trusted", "poster", "poster, words and a sentence")
        ),
    ],
)
def test_on_another_server(copied, lab, with_clips, trusted):
    path = copied(with_clips=with_clips, trusted=trusted)
    with lab.open_file(path, fresh=True) as notebook:
        assert_sound(notebook.page.locator(".jp-Notebook"), plays=with_clips)
        sentences = notebook.page.locator("details[open]:visible")
        expect(sentences).to_have_count(len(LEFT) if trusted and not with_clips else 0)
        expect(notebook.page.locator(".ww")).to_have_count(0)
        is_trusted = notebook.page.evaluate("() => window.notebookPanel.content.model.cells.get(1).trusted")
        assert is_trusted is trusted


NO_KERNEL = "JupyterLab 4 without a kernel"


@pytest.mark.parametrize(
    "with_clips",
    [
        pytest.param(True, marks=pytest.mark.promise(NO_KERNEL, "plays")),
        pytest.param(False, marks=pytest.mark.promise(NO_KERNEL, "poster", "poster and words")),
    ],
)
def test_without_any_kernel(copied, lab, with_clips):
    page = opened_without_kernel(lab, copied(with_clips=with_clips, trusted=False))
    assert_sound(page.locator(".jp-Notebook"), plays=with_clips)
    page.close()
