"""Every notebook runs from top to bottom in a real kernel, without a key and without a network."""

import json
from pathlib import Path

import pytest

from shared.quick import QUICK

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_and_every_generation_plays(path, tmp_path, monkeypatch):
    import nbformat  # takes a second, in every process that collects this file
    from nbclient import NotebookClient

    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "quick.py").write_text(QUICK, "utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    bundles = [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    ]
    players = [bundle["text/html"] for bundle in bundles if "<video" in bundle.get("text/html", "")]
    clips = sorted(tmp_path.glob("wan_outputs/*.mp4"))
    assert len(players) == len(clips) >= 4
    for clip in clips:
        assert any(f'src="wan_outputs/{clip.name}"' in player for player in players)
    assert len(nbformat.writes(notebook)) < 220_000  # the scripts travel along, no clip does


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path):
    notebook = json.loads(path.read_text("utf-8"))

    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
