"""Nothing is bought again, and no order is lost, because a notebook or its folder has another name or place."""

import json
import os
import shutil
import time
from pathlib import Path

import httpx
import pytest

import wan_widgets as ww
from shared.clips import as_sent
from shared.network import Clock, Service, task
from shared.orders import REQUEST, known
from shared.quick import QUICK
from wan_widgets.console.tasks import tasks
from wan_widgets.files.place import marked_place, place
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.orders import unfinished

CELL = """\
import os, wan_widgets as ww
first = ww.generate("A kitten", seed=7)
os.chdir("/")
second = ww.generate("A dog", seed=7)
print([str(first.path), str(second.path)], len(ww.tasks()))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a notebook in which the code runs."""
    folder = tmp_path / "project"
    folder.mkdir()
    enter(folder, monkeypatch)
    return folder


def enter(folder, monkeypatch, notebook="study.ipynb"):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / notebook) if notebook else "")


def made(service, **options):
    return ww.generate(REQUEST, provider=service.client(Clock()), **options)


def renamed(project):
    return project.rename(project.with_name("renamed")), "study.ipynb"


def moved_deeper(project):
    (project.parent / "archive").mkdir()
    return project.rename(project.parent / "archive" / "2026"), "study.ipynb"


def notebook_renamed(project):
    return project, "another.ipynb"


def without_a_notebook(project):
    return project, ""


@pytest.mark.parametrize("change", [renamed, moved_deeper, notebook_renamed, without_a_notebook])
def test_the_same_cell_buys_once_and_its_order_is_listed(change, shop, project, monkeypatch):
    first = made(shop)
    folder, notebook = change(project)
    enter(folder, monkeypatch, notebook)
    again = made(shop)
    assert shop.methods.count("POST") == 1
    assert again.path == folder / first.path.relative_to(project)
    assert again.path.is_file()
    assert [entry.task_id for entry in tasks()] == [first.task_id]


def test_a_clip_that_another_notebook_bought_is_used_where_it_lies(shop, project, tmp_path, monkeypatch):
    first = made(shop)
    (tmp_path / "other").mkdir()
    enter(tmp_path / "other", monkeypatch)
    assert made(shop).path == first.path
    assert tasks() == []
    assert repr(tasks()) == "No orders of this folder; ww.tasks(everywhere=True) lists those of all folders."


def test_what_is_unfinished_goes_on_in_the_folder_under_its_new_name(shop, project, monkeypatch):
    here = marked_place()
    wanted = {"wanted_folder": str(project / "wan_outputs"), "place": here.path, "place_id": here.id}
    entry = known(recipe_key="k", **wanted)
    folder, _ = renamed(project)
    enter(folder, monkeypatch)
    assert unfinished(time.time() + 1) == [entry]
    video = ww.wait(entry.id, provider=shop.client(Clock()))
    assert video.path.parent == folder / "wan_outputs"
    assert not project.exists()


def test_the_place_of_a_clip_is_fixed_when_it_is_ordered(clip, project, tmp_path, monkeypatch):
    def answer(request):
        os.chdir(tmp_path)
        return httpx.Response(200, content=clip) if request.url.host.startswith("files") else task("completed")

    monkeypatch.delenv("JPY_SESSION_NAME")
    service = Service(task("queued"), answer)
    assert made(service).path == project / "wan_outputs" / "a-kitten-7.mp4"
    entry = ledger().entries()[0]
    assert (entry.wanted_folder, entry.wanted_name) == (str(project / "wan_outputs"), None)


def test_a_path_that_the_user_chose_is_kept_over_a_restart(shop, project, tmp_path, monkeypatch):
    entry = known(wanted_folder=str(project), wanted_name="mine.mp4", place=str(project))
    enter(tmp_path, monkeypatch)
    assert ww.wait(entry.id, provider=shop.client(Clock())).path == project / "mine.mp4"


def test_a_folder_that_is_deleted_meanwhile_is_made_again_for_the_clip(clip, project, monkeypatch):
    def answer(request):
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        shutil.rmtree(project)
        return task("completed")

    for session in (str(project / "study.ipynb"), ""):
        project.mkdir(exist_ok=True)
        enter(project, monkeypatch)
        monkeypatch.setenv("JPY_SESSION_NAME", session)
        video = made(Service(task("queued"), answer), fresh=True)
        assert video.path == project / "wan_outputs" / "a-kitten-7.mp4"
        assert as_sent(video.path) == clip
        assert "a-kitten-7.mp4" in video._repr_html_()


def test_a_copy_of_a_folder_is_another_place_and_an_other_path_to_it_is_not(project, tmp_path, monkeypatch):
    original = marked_place()
    assert original.id
    assert marked_place() == place() == original
    copy = shutil.copytree(project, tmp_path / "copy")
    enter(copy, monkeypatch)
    assert place().id == ""
    assert marked_place().id not in ("", original.id)
    (tmp_path / "link").symlink_to(project)
    enter(tmp_path / "link", monkeypatch)
    assert place().id == original.id
    enter(project, monkeypatch)
    assert place() == original


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"id": "../../etc"}', '{"id": 7}', "[" * 9999, '{"id": "' + "a" * 32 + '", "folder": "\\u0000"}'],
)
def test_a_marker_that_says_nothing_is_written_anew(text, project):
    (project / "wan_outputs").mkdir()
    marker = project / "wan_outputs" / ".wan_widgets.json"
    marker.write_text(text, "utf-8")
    here = marked_place()
    assert json.loads(marker.read_text("utf-8"))["id"] == here.id
    assert place() == here


def test_clips_that_lie_elsewhere_may_be_those_of_many_folders(project, outputs):
    assert marked_place().id == ""
    assert not outputs.exists()


def test_folders_that_keep_their_clips_in_one_place_by_links_stay_apart(shop, project, tmp_path, monkeypatch):
    (tmp_path / "disk").mkdir()
    (project / "wan_outputs").symlink_to(tmp_path / "disk")
    made(shop)
    mine = place()
    assert mine.id
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "wan_outputs").symlink_to(tmp_path / "disk")
    enter(tmp_path / "other", monkeypatch)
    assert marked_place().id == ""
    assert not tasks()
    folder, _ = renamed(project)
    enter(folder, monkeypatch)
    assert place().id == mine.id
    assert len(tasks()) == 1


def test_a_budget_per_notebook_holds_after_the_folder_was_renamed(shop, project, monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", "clips=1, per=notebook")
    made(shop)
    folder, _ = renamed(project)
    enter(folder, monkeypatch)
    with pytest.raises(ww.OverBudget):
        made(shop, fresh=True)
    enter(folder, monkeypatch, "another.ipynb")
    made(shop, fresh=True)


def executed(folder: Path, cell: str, monkeypatch, session: str) -> list[str]:
    """What a cell prints that runs in a kernel of its own."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("JPY_SESSION_NAME", session) if session else monkeypatch.delenv("JPY_SESSION_NAME", False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [output.text for output in notebook.cells[0].outputs if output.output_type == "stream"][-1].split("\n")[-2:]


def test_a_cell_is_the_same_in_jupyter_and_wherever_else_it_runs(tmp_path, monkeypatch):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "quick.py").write_text(QUICK, "utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    project = tmp_path / "project"
    project.mkdir()
    clips = [str(project / "wan_outputs" / name) for name in ("a-kitten-7.mp4", "a-dog-7.mp4")]
    said = [f"{clips} 2", ""]
    assert executed(project, CELL, monkeypatch, str(project / "study.ipynb")) == said
    assert executed(project, CELL, monkeypatch, "") == said
    assert len(ledger().entries()) == 2
