"""Looking at clips on demand, and the columns of what was found."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

import wan_widgets as ww
from experiments.test_study import LONG, at, selling
from files.reel import film, tone
from shared.orders import known, on_disk, until
from wan_widgets.experiments import checks, gallery
from wan_widgets.experiments.checks import COLUMNS
from wan_widgets.experiments.export import _place as place_in
from wan_widgets.experiments.export import export_vbench, name_of
from wan_widgets.experiments.study import Study
from wan_widgets.files.checks import from_values, word_of
from wan_widgets.files.place import place
from wan_widgets.ledger.ledger import ledger


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "a.ipynb"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def cut(tmp_path_factory) -> bytes:
    return film(tmp_path_factory.mktemp("clips") / "a.mp4", "cut", seconds=5, sound=tone()).read_bytes()


def order(folder, clip, name="a", **fields):
    return known(place=place().path, **on_disk(folder / f"{name}.mp4", clip), **fields)


def test_a_file_of_the_ledger_is_looked_at_once(folder, cut, monkeypatch):
    entry = order(folder, cut)
    found = ww.check("a.mp4")
    assert [text.key for text in found.findings] == ["files.check.cuts", "files.check.size"]
    assert ledger().entry(entry.id).check == found
    monkeypatch.setattr(checks, "measured", lambda *_: pytest.fail("it was looked at again"))
    shutil.copy("a.mp4", "b.mp4")  # it is the content that counts
    assert ww.check(Path("b.mp4")) == found


def test_any_file_can_be_looked_at(folder, cut):
    (folder / "a.mp4").write_bytes(cut)
    assert [text.key for text in ww.check("a.mp4").findings] == ["files.check.cuts"]
    request = ww.TextToVideo(prompt="A kitten", duration=10)
    video = ww.Video(path=folder / "a.mp4", width=1, height=1, duration=5, size=1, request=request)
    assert "5 s instead of 10 s" in str(ww.check(video))
    with pytest.raises(FileNotFoundError):
        ww.check("gone.mp4")


def test_the_history_has_columns_of_what_was_found(folder, cut):
    order(folder, cut)
    order(folder, film(folder / "b.mp4", "black").read_bytes(), "b")
    known(place=place().path, state="failed")
    assert ww.history()["check_findings"].isna().all()
    frame = ww.history(check=True).set_index("path")
    assert (frame.loc["a.mp4", "check_cuts"], frame.loc["a.mp4", "check_black"]) == (1, 0)
    assert frame.loc["b.mp4", "check_black"] == pytest.approx(1.2, abs=0.05)
    assert pd.isna(frame.loc["b.mp4", "check_loudness"])
    assert frame.loc["a.mp4", "check_loudness"] == pytest.approx(-20, abs=0.5)
    assert frame["check_findings"].isna().sum() == 1
    assert {name: str(frame.dtypes[name]) for name in COLUMNS} == COLUMNS
    assert (ww.history()["check_cuts"] == frame.reset_index()["check_cuts"]).sum() == 2


def test_what_another_program_wrote_is_as_if_nobody_had_looked(folder, cut):
    entry = order(folder, cut)
    for text in ("[]", "{", '{"version": 1}', json.dumps({"version": 1, "sha256": entry.sha256, "black": 3})):
        ledger().note(entry.id, {"checks": text})
        assert ledger().entry(entry.id).check is None
        assert ww.history()["check_findings"].isna().all()


def test_a_gallery_reads_it_from_what_its_items_have(folder, cut):
    order(folder, cut)
    found = ww.check("a.mp4")
    (item,) = gallery.page().items
    assert from_values(item.checks, item.sha256) == found
    assert str(word_of(found)) == "cut at 2.1 s (+1)"


def test_a_sweep_has_the_columns_and_its_cells_the_word(cut, outputs, monkeypatch):
    monkeypatch.delenv("WAN_CHECKS")
    study = Study("A {animal}", animal=["fox", "owl"], seed=1, provider=at(selling(cut)))
    study.start()
    assert study.wait(LONG)
    _wait(lambda: all(cell.video.check for cell in study.cells))
    table = study.to_pandas()
    assert list(table["check_cuts"]) == [1, 1]
    assert str(word_of(study.cells[0].video.check)).startswith("cut at 2.1 s")
    again = Study("A {animal}", animal=["fox", "owl"], seed=1, provider=at(selling(cut)))
    again.plan()
    assert list(again.to_pandas()["check_cuts"]) == [1, 1]


def _wait(condition):
    import asyncio

    asyncio.run(until(condition))


# The folder for judges


def test_clips_lie_as_vbench_reads_them(folder, cut):
    recipe = json.dumps({"mode": "t2v", "prompt": "A cat: black / white?"})
    for number, name in enumerate(("a", "b", "c")):
        order(folder, cut, name, created_at=10.0 + number, task_id=name, **({"recipe": recipe} if name == "c" else {}))
    frame = ww.history()
    assert export_vbench(frame, "judge") == folder / "judge"
    names = ["A cat black white-0.mp4", "A kitten-0.mp4", "A kitten-1.mp4"]
    assert sorted(path.name for path in Path("judge/videos").iterdir()) == names
    prompts = json.loads(Path("judge/prompts.json").read_text("utf-8"))
    assert prompts == {names[0]: "A cat: black / white?", names[1]: "A kitten", names[2]: "A kitten"}
    clips = json.loads(Path("judge/clips.json").read_text("utf-8"))
    assert (clips[names[1]]["path"], clips[names[1]]["seed"], clips[names[2]]["task_id"]) == ("b.mp4", 7, "a")
    assert Path("judge/videos/A kitten-0.mp4").samefile("b.mp4")
    assert str(folder) not in Path("judge/clips.json").read_text("utf-8")


def test_an_export_takes_the_part_that_is_chosen_and_a_new_folder(folder, cut):
    order(folder, cut)
    known(place=place().path, state="failed")
    frame = ww.history()
    export_vbench(frame[frame.status == "completed"], "judge")
    with pytest.raises(ww.WanError, match="judge is not empty"):
        export_vbench(frame, "judge")
    (folder / "a.mp4").unlink()
    with pytest.raises(ww.WanError, match="None of these rows"):
        export_vbench(frame, "other")
    assert not (folder / "other").exists()


def test_an_export_never_copies_over_what_is_there(folder):
    """A disk may take two spellings for one name. What lies there is a link: to copy over it would change a clip."""
    for name in ("a", "b"):
        (folder / name).write_text(name)
    place_in(folder / "a", folder / "c")
    with pytest.raises(FileExistsError):
        place_in(folder / "b", folder / "c")
    assert (folder / "a").read_text() == "a"


def test_an_export_copies_where_there_are_no_links(folder, cut, monkeypatch):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    order(folder, cut)
    monkeypatch.setattr(os, "link", refuse)
    export_vbench(ww.history(), "judge")
    assert Path("judge/videos/A kitten-0.mp4").read_bytes() == cut


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A kitten runs.", "A kitten runs"),
        ("../../etc/passwd", "etc passwd"),
        ("", "clip"),
        ("a\n  b\x00c", "a b c"),
        ("小猫" * 100, "小猫" * 30),
    ],
)
def test_names_are_the_prompts_as_far_as_disks_take_them(prompt, name):
    assert name_of(prompt) == name
