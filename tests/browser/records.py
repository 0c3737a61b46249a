"""A notebook with every kind of record in it, and what must hold for a record wherever it is opened."""

import json
import secrets
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from browser.lab import PLACES, Lab
from browser.server import own_environment
from browser.test_studio import assert_plays
from shared.quick import QUICK

LONG = 60_000
STUDIO = 'import wan_widgets as ww\nstudio = ww.Studio(resolution="720p", prompt="A kitten")\nstudio'
ONE_CLIP = "video = await studio.form.submit()"
GENERATE = 'ww.generate("A dog", resolution="720p", seed=7)'
DISPLAY = "from IPython.display import display\ndisplay(video)"
CELLS = [QUICK, STUDIO, ONE_CLIP, GENERATE, DISPLAY, "ww.resume(video.task_id)"]
LEFT = {1: "A kitten", 3: "A dog", 4: "A kitten", 5: "A kitten"}
"""The cells that leave a record, and the prompt in it."""
BROKEN = ("model not found", "object at 0x", "Error displaying widget", "Traceback")


def make(lab: Lab) -> Path:
    """A saved notebook: a Studio, `ww.generate`, `display` and a `TaskView` have left a clip. Its kernel has gone."""
    with lab.open(CELLS) as notebook:
        fresh = str(notebook.path.with_name(f"{secrets.token_hex(4)}.sqlite3"))
        notebook.run(0)
        notebook.evaluate(f"__import__('os').environ.update(WAN_LEDGER={fresh!r})")
        for cell in range(1, len(CELLS)):
            notebook.run(cell)
        for cell in (1, 5):
            wait_for_record(notebook, cell)
        for cell in LEFT:
            notebook.output(cell).scroll_into_view_if_needed()  # a card has its clip only where it is seen
            expect(notebook.output(cell).locator("video:visible")).to_have_count(1, timeout=LONG)
        notebook.save()
        assert notebook.errors == []
    return notebook.path


def wait_for_record(notebook, cell: int = 1) -> None:
    """Wait until the document has the record with the clip."""
    notebook.page.wait_for_function(
        """(cell) => window.notebookPanel.content.widgets[cell].model.outputs.toJSON()
            .some((output) => output.data["text/html"]?.toString().includes("ww-clips-1"))""",
        arg=cell,
    )


def records_in(path: Path) -> dict[int, str]:
    """The HTML of each record of a notebook in a file."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return {cell: "".join(cells[cell]["outputs"][-1]["data"]["text/html"]) for cell in LEFT}


def assert_sound(place: Locator, count: int = len(LEFT), *, plays: bool) -> None:
    """All records are there: each clip plays, or its poster stands for it; nothing looks broken."""
    videos = place.locator("figure video:visible")
    expect(videos).to_have_count(count, timeout=LONG)
    for number in range(count):
        video = videos.nth(number)
        assert str(video.get_attribute("poster")).startswith("data:image/webp;base64,")
        assert video.bounding_box()["width"] == 480
        if plays:
            assert_plays(video, 1280, 720)
    expect(place.locator("figcaption")).to_have_count(count)
    assert_unbroken(place.inner_text())


def assert_unbroken(text: str) -> None:
    assert not [each for each in BROKEN if each in text]
    assert "1280×720 · 5 s · seed" in text
    assert "wan_outputs/a-kitten-" in text


def opened(browser, path: Path) -> Page:
    """A page from the disk, opened."""
    page = browser.new_page()
    page.goto(path.as_uri())
    return page


def opened_without_kernel(lab: Lab, path: Path) -> Page:
    """A notebook that names a kernel which is not here. Its reader chooses to have none."""
    document = json.loads(path.read_text("utf-8"))
    document["metadata"].pop("language_info")
    document["metadata"]["kernelspec"] = {"name": "not-here", "display_name": "Not here", "language": "none"}
    path.write_text(json.dumps(document), "utf-8")
    page = lab._context.new_page()
    place = path.relative_to(lab.server.root).as_posix()
    page.goto(f"{lab.server.url}{PLACES['lab']}/{place}?token={lab.server.token}&reset")
    page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click(timeout=LONG)
    return page


def trust(lab: Lab, path: Path) -> None:
    """Sign a notebook, as ``jupyter trust`` and the command of JupyterLab do."""
    code = "from nbformat.sign import TrustNotebookApp; TrustNotebookApp.launch_instance()"
    environment = own_environment(lab.server.folder)
    subprocess.run([sys.executable, "-c", code, path], env=environment, check=True, capture_output=True)
