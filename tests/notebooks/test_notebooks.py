"""Every notebook runs from top to bottom in a real kernel, without a key and without a network."""

import csv
import json
import re
from pathlib import Path

import pytest

from browser.server import free_port
from shared.quick import QUICK

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """The folder in which a notebook runs. Its kernel, and every process that the kernel starts, is quick."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(QUICK, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


def opened(name):
    import nbformat  # takes a second, in every process that collects this file

    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def run(notebook, folder) -> None:
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()


def outputs(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook) -> str:
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def players(notebook) -> list[str]:
    bundles = [output.data for output in outputs(notebook) if "data" in output]
    return [bundle["text/html"] for bundle in bundles if "<video" in bundle.get("text/html", "")]


def check_shown(notebook, folder) -> int:
    """The notebook shows or links every clip beside it, is small, and says nothing of this machine.

    Returns how many clips there are.
    """
    import nbformat

    clips = {f"wan_outputs/{clip.name}" for clip in folder.glob("wan_outputs/*.mp4")}
    pages = "".join(output.data.get("text/html", "") for output in outputs(notebook) if "data" in output)
    assert set(re.findall(r'(?:src|href)="(wan_outputs/[^"]+)"', pages)) == clips
    text = nbformat.writes(notebook)
    assert str(folder.parent) not in text
    assert str(Path.home()) not in text
    assert len(text) < 220_000  # the scripts travel along, no clip does
    return len(clips)


def test_the_quickstart_plays_every_generation(desk):
    notebook = opened("quickstart")

    run(notebook, desk)

    assert len(players(notebook)) == check_shown(notebook, desk) >= 4


def change(notebook, old, new):
    """Change what stands in one cell of a notebook."""
    [cell] = [cell for cell in notebook.cells if old in cell.source]
    cell.source = cell.source.replace(old, new)


def test_the_study_of_a_prompt_buys_nothing_twice_and_can_be_repeated(desk, monkeypatch):
    monkeypatch.setenv("WAN_LANG", "ru")  # the lesson must also work for a reader of another language
    notebook = opened("prompt-study")
    change(notebook, "seed=range(1, 5)", "seed=range(1, 3)")  # half the clips, and all of the lesson

    run(notebook, desk)

    assert check_shown(notebook, desk) == 8
    with (desk / "prompt-study" / "light.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["prompt"], row["seed"]) for row in rows}) == len(rows) == 8
    assert all(float(row["brightness"]) > 0 and row["sha256"] for row in rows)
    assert {row["file"] for row in rows} == {clip.name for clip in desk.glob("wan_outputs/*.mp4")}
    assert (desk / "prompt-study" / "light.pdf").read_bytes().startswith(b"%PDF")

    before = clips_and_times(desk)
    run(notebook, desk)

    assert "8 clips are here, and 0 were ordered for it." in printed(notebook)
    assert clips_and_times(desk) == before


def clips_and_times(folder):
    return {clip.name: clip.stat().st_mtime_ns for clip in folder.glob("wan_outputs/*.mp4")}


def test_four_students_share_a_simulator_and_each_keeps_to_a_budget(desk, monkeypatch):
    monkeypatch.setenv("WAN_LANG", "zh")
    notebook = opened("class")
    change(notebook, '"--port", "8765"', f'"--port", "{free_port()}"')
    [rehearsal] = [cell for cell in notebook.cells if "STUDENTS = 4" in cell.source]
    rehearsal.source += '\nbefore = orders()\nstudent(1).communicate()\nprint(orders() - before, "more for the first")'

    run(notebook, desk)

    assert check_shown(notebook, desk) == 3
    assert "8 new orders at the simulator, 4 refused by a budget" in printed(notebook)
    assert "0 more for the first" in printed(notebook)
    assert "8 clips: 24 CNY" in printed(notebook)
    assert {len(list(own.glob("wan_outputs/*.mp4"))) for own in desk.glob("class/student-*")} == {2}
    assert len(list(desk.glob("class/tasks/tasks/*.json"))) == 3 + 8


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path):
    notebook = json.loads(path.read_text("utf-8"))

    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
