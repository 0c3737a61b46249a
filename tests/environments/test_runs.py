"""Notebooks that a program executes from the first cell to the last: nbclient, and papermill with its parameters."""

import json
import time

import nbformat
import papermill
import pytest
from nbclient import NotebookClient

from shared.quick import QUICK

LATE = """
from wan_widgets.simulator import Script, Simulator
simulator = Simulator()
simulator.script(Script(queued=0, running=6000))
late = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))
late.submit(ww.TextToVideo(prompt="A snail", resolution="720p", seed=9))
late"""
CELLS = [
    f"{QUICK}\nprompt = 'An owl'",
    'import wan_widgets as ww\nstudio = ww.Studio(resolution="720p", prompt="A kitten")\nstudio',
    'future = studio.submit(ww.TextToVideo(prompt="A hen", resolution="720p", seed=2))',
    'ww.generate(prompt, resolution="720p", seed=1)',
    "video = await future",
    "ww.resume(video.task_id)",
    LATE,
]
PATIENCE = 60  # seconds for the whole notebook


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path / "ledger.sqlite3"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # no picture is there already
    return notebook_of(CELLS)


def notebook_of(sources):
    cells = [nbformat.v4.new_code_cell(cell) for cell in sources]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def with_nbclient(notebook, folder):
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, timeout=PATIENCE).execute()
    return notebook


def with_papermill(notebook, folder):
    nbformat.write(notebook, folder / "given.ipynb")
    papermill.execute_notebook(
        folder / "given.ipynb",
        folder / "executed.ipynb",
        parameters={"prompt": "An owl"},
        cwd=folder,
        execution_timeout=PATIENCE,
        progress_bar=False,
    )
    return nbformat.read(folder / "executed.ipynb", as_version=4)


ROWS = {with_nbclient: "nbclient, nbconvert --execute", with_papermill: "papermill, not trusted"}


def marked(execute, *promises):
    marks = [pytest.mark.promise(ROWS[execute], promise, "runs to its end") for promise in promises]
    return pytest.param(execute, id=execute.__name__, marks=marks)


@pytest.mark.parametrize("execute", [marked(execute, "live") for execute in ROWS])
@pytest.mark.filterwarnings("ignore::DeprecationWarning:papermill")
def test_it_ends_and_keeps_the_clips(execute, notebook, tmp_path):
    begun = time.monotonic()
    executed = execute(notebook, tmp_path)
    assert time.monotonic() - begun < PATIENCE, "it does not wait for the clip of the last cell"
    text = json.dumps(executed)
    assert {path.name for path in (tmp_path / "wan_outputs").glob("*.mp4")} == {"an-owl-1.mp4", "a-hen-2.mp4"}
    assert text.count("wan_outputs/an-owl-1.mp4") >= 1
    assert "wan_outputs/a-hen-2.mp4" in text, "the Studio's record has its clip"
    assert str(tmp_path) not in json.dumps([cell.get("outputs") for cell in executed.cells])
    assert "object at 0x" not in text


MAKING = (
    CELLS[0]
    + """
import wan_widgets as ww
sweep = ww.Sweep("A {bird}", bird=["crow", "hen", "FAIL"], seed=3, resolution="720p")"""
)
FIRST = 'video = ww.generate("A crow", resolution="720p", seed=3)'


@pytest.mark.parametrize(
    ("last", "pictures"),
    [
        ("sweep.run()", 2),
        ("sweep.run()\nww.Gallery()", 2),
        (f"{FIRST}\nww.Studio()", 1),
        (f"{FIRST}\nww.resume(video.task_id)", 1),
    ],
    ids=["sweep", "gallery", "studio", "task"],
)
@pytest.mark.parametrize("execute", [marked(execute, "sweep", "gallery") for execute in ROWS])
@pytest.mark.filterwarnings("ignore::DeprecationWarning:papermill")
def test_the_last_cell_has_the_clips_in_its_record(execute, last, pictures, notebook, tmp_path):
    """Such a program takes nothing that comes after the last cell."""
    executed = execute(notebook_of([MAKING, last]), tmp_path)
    record = executed.cells[-1].outputs[-1].data["text/html"]
    assert "ww-record-" in record
    assert record.count("data:image/webp") >= pictures
    assert "wan_outputs/a-crow-3.mp4" in record
    assert "not finished" not in record
    assert not [each for each in ("object at 0x", str(tmp_path)) if each in json.dumps(executed.cells[-1].outputs)]
