"""Deleted clips: their files are aside and come back, their money stays counted, and nobody's file goes with them."""

import shutil
import time

import pytest

import wan_widgets as ww
from shared.network import Service, error
from shared.orders import REQUEST, an_entry, known, on_disk, rows
from shared.processes import PROCESSES, in_processes
from wan_widgets.experiments import deleting, gallery
from wan_widgets.experiments.gallery import Query, delete, restore
from wan_widgets.files import deleted
from wan_widgets.files.place import marked_place, place
from wan_widgets.generation.prepared import Prepared
from wan_widgets.generation.repeats import reusable
from wan_widgets.ledger import orders
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.recipe_key import recipe_key


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kept(here, clip):
    """A clip that is here, in the ledger."""
    return a_clip(here / "a.mp4", clip)


def a_clip(path, clip, **fields):
    path.parent.mkdir(exist_ok=True)
    here = place()
    return known(**{"id": path.stem, "place": here.path, "place_id": here.id} | on_disk(path, clip) | fields)


def ids(**query):
    return [item.id for item in gallery.page(Query(**query)).items]


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_clip_goes_and_comes_back_with_what_belongs_to_it(here, kept):
    (here / "a.mp4.json").write_text("{}")
    for name in ("a.ipynb", "a.json", "aa.mp4.json"):
        (here / name).write_text("the user's own")
    before = files(here)
    assert delete(["a"]).done == ("a",)
    assert files(here) == {
        ".wan_deleted/a/a.mp4",
        ".wan_deleted/a/a.mp4.json",
        "a.ipynb",
        "a.json",
        "aa.mp4.json",
    }
    assert (ids(), ids(deleted=True)) == ([], ["a"])
    assert restore(["a"]).done == ("a",)
    assert (files(here), ids(), ids(deleted=True)) == (before, ["a"], [])
    assert not (here / ".wan_deleted").exists()
    assert orders.saved_video(kept).width == 64


def test_a_link_to_a_clip_elsewhere_comes_back_too(here, kept):
    (here / "store").mkdir()
    (here / "a.mp4").rename(here / "store" / "b.mp4")
    (here / "a.mp4").symlink_to("store/b.mp4")
    assert delete(["a"]).done == ("a",)
    assert not (here / "a.mp4").is_symlink()
    assert restore(["a"]).done == ("a",)
    assert (here / "a.mp4").is_symlink()
    assert orders.saved_video(kept).width == 64


def test_it_stays_in_the_ledger_and_counts(here, clip):
    a_clip(here / "a.mp4", clip, money=2_000_000, currency="CNY")
    before = rows(ledger().path)
    delete(["a"])
    assert rows(ledger().path) == before
    [use] = ledger().uses([ww.Budget(money="9 CNY")], "n", place())
    assert use.money == {"CNY": 2}


@pytest.mark.parametrize("age", [0, 200_000])
def test_a_fixed_seed_fetches_it_again_while_that_is_free_and_then_buys(here, clip, age):
    """As with a file that is gone in another way."""
    site = Service(error(500)).client().site
    fields = {"recipe_key": recipe_key(site, REQUEST), "created_at": time.time() - age}
    a_clip(here / "a.mp4", clip, **fields)
    prepared = Prepared(site, REQUEST)
    assert reusable(prepared).id == "a"
    delete(["a"])
    assert (reusable(prepared) is None) == (age > 0)
    restore(["a"])
    assert reusable(prepared).id == "a"


def test_a_clip_that_is_fetched_again_is_deleted_no_longer(here, kept, clip):
    delete(["a"])
    ledger().note("a", on_disk(here / "fetched.mp4", clip))
    assert (ids(), ids(deleted=True)) == (["a"], [])


def test_twice_is_once(here, kept):
    delete(["a", "a"])
    assert delete(["a"]).done == ("a",)
    assert restore(["a"]).done == ("a",)
    assert restore(["a"]).done == ()
    assert files(here) >= {"a.mp4"}


def test_a_file_of_two_orders_goes_with_both(here, clip):
    for name in ("b", "c"):
        a_clip(here / "a.mp4", clip, id=name)
    outcome = delete(["b"])
    assert (outcome.done, list(outcome.kept), ids()) == ((), ["b"], ["c", "b"])
    assert "same file" in str(outcome.kept["b"])
    assert delete(["b", "c"]).done == ("b", "c")
    assert not (here / "a.mp4").exists()
    assert restore(["c"]).done == ("c",)
    assert restore(["b"]).done == ("b",)
    assert (here / "a.mp4").exists()
    assert ids() == ["c", "b"]


def test_a_copy_of_the_same_content_is_another_file(here, clip):
    a_clip(here / "a.mp4", clip)
    a_clip(here / "b.mp4", clip)
    assert delete(["a"]).done == ("a",)
    assert (here / "b.mp4").exists()


def test_a_file_that_is_another_one_now_stays(here, kept):
    (here / "a.mp4").write_bytes(b"the user's own")
    assert delete(["a"]).done == ("a",)
    assert (here / "a.mp4").read_bytes() == b"the user's own"
    assert restore(["a"]).done == ("a",)


def test_a_name_that_is_taken_meanwhile(here, kept, clip):
    delete(["a"])
    (here / "a.mp4").write_bytes(b"another")
    assert restore(["a"]).done == ("a",)
    assert (here / "a.mp4").read_bytes() == b"another"
    assert orders.saved_video(ledger().entry("a")).path == here / "a-2.mp4"


def test_a_folder_that_moved_meanwhile(here, clip, monkeypatch):
    former = here / "former"
    (former / "wan_outputs").mkdir(parents=True)
    monkeypatch.chdir(former)
    marked = marked_place()
    a_clip(former / "wan_outputs" / "a.mp4", clip, place=marked.path, place_id=marked.id)
    delete(["a"])
    former.rename(here / "today")
    monkeypatch.chdir(here / "today")
    assert restore(["a"]).done == ("a",)
    assert orders.saved_video(ledger().entry("a")).path == here / "today" / "wan_outputs" / "a.mp4"


def test_what_runs_and_what_is_not_there_is_kept():
    ledger().open(an_entry(id="running", place=place().path))
    ledger().open(an_entry(id="failed", place=place().path, state="failed"))
    outcome = delete(["running", "failed", "unknown"])
    assert outcome.done == ("failed",)
    assert set(outcome.kept) == {"running", "unknown"}
    assert ids(status=None) == ["running"]


def test_files_that_somebody_threw_away(here, kept):
    delete(["a"])
    shutil.rmtree(here / ".wan_deleted")
    outcome = restore(["a"])
    assert (outcome.done, list(outcome.kept)) == ((), ["a"])
    assert ids(deleted=True) == ["a"]


def test_a_file_that_cannot_be_moved_is_not_called_deleted(here, kept):
    (here / ".wan_deleted").write_text("a file where the folder would be")
    outcome = delete(["a"])
    assert outcome.done == ()
    assert "could not be moved" in str(outcome.kept["a"])
    assert ids() == ["a"]


def test_a_kernel_that_dies_between_note_and_move_loses_nothing(here, kept, monkeypatch):
    def die(*_paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(deleting, "move_away", die)
        with pytest.raises(KeyboardInterrupt):
            delete(["a"])
    assert restore(["a"]).done == ("a",)
    assert ids() == ["a"]
    assert (here / "a.mp4").exists()


def test_an_id_leads_to_no_other_folder(here):
    path = deleted.place_for_deleted(here / "a.mp4", "../../x/..")
    assert path.resolve().is_relative_to(here / ".wan_deleted")
    assert path.parent.parent == here / ".wan_deleted"


def test_several_kernels_delete_and_restore_at_once(here, clip):
    for number in range(6):
        a_clip(here / f"{number}.mp4", clip + bytes(number))
    from experiments.deleters import delete_and_restore

    in_processes(delete_and_restore, here, ledger().path, [f"{number}" for number in range(6)])
    outcome = restore([f"{number}" for number in range(6)])
    assert outcome.kept == {}
    assert len(ids()) == 6
    assert len([name for name in files(here) if name.endswith(".mp4")]) == 6
    assert PROCESSES > 1
    assert all(orders.saved_video(ledger().entry(f"{number}")) for number in range(6))
