"""What is displayed in front ends that cannot be run here, told by the kernel: VS Code and Colab."""

import nbformat
import pytest
from nbclient import NotebookClient

from shared.quick import QUICK
from wan_widgets.files.front import Front, front

BEGIN = f"{QUICK}\nimport sys, types\nimport wan_widgets as ww"
IN_VSCODE = "__vsc_ipynb_file__ = 'notebook.ipynb'"
IN_COLAB = "del __vsc_ipynb_file__\nsys.modules['google.colab'] = types.ModuleType('google.colab')"
CLIP = 'ww.generate("An owl", resolution="720p", seed=1)'
STUDIO = 'studio = ww.Studio(resolution="720p")\nstudio'
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The cells of a notebook that was executed in the surroundings of VS Code, and from the fifth on of Colab."""
    folder = tmp_path_factory.mktemp("front")
    sources = [BEGIN, IN_VSCODE, CLIP, STUDIO, IN_COLAB, CLIP, STUDIO]
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAN_LEDGER", str(folder / "ledger.sqlite3"))
        NotebookClient(document, resources={"metadata": {"path": str(folder)}}, timeout=60).execute()
    return document.cells


def html(cell):
    return [output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]


@pytest.mark.parametrize("studio", [3, 6])
def test_the_studio_shows_itself_with_the_record_of_its_clips(cells, studio):
    [output] = cells[studio].outputs
    assert output.data[VIEW]["model_id"]
    assert "ww-clips-1" in output.data["text/html"], "of the clips that there were when the cell ran"
    assert "ww-anchor-" not in output.data["text/html"]
    assert "An owl" in output.data["text/plain"]


@pytest.mark.parametrize(("cell", "place"), [(2, "VS Code"), (5, "Colab")])
def test_a_player_says_where_the_clip_plays(cells, cell, place):
    [player] = html(cells[cell])
    assert f"{place} plays no files in an output. The Studio plays this clip." in player
    assert "video.html(embed=True)" in player


def test_only_vs_code_plays_no_sound_and_it_is_said_once_beside_the_clip(cells):
    [in_vscode], [in_colab] = html(cells[2]), html(cells[5])
    assert in_vscode.count("VS Code plays no AAC sound.") == 1
    assert "AAC sound" not in in_colab


def test_without_a_kernel_there_is_no_front_end():
    assert front() is Front.NONE
