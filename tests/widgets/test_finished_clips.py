"""The finished clips of a notebook come back when its cell is run again: from the ledger and their files alone."""

import asyncio
import json
import shutil
import time
from pathlib import Path

import httpx
import pytest

import wan_widgets as ww
from shared.clips import as_sent
from shared.network import KEY, TASK_ID, Clock, Service, task
from shared.orders import a_task, on_disk
from wan_widgets.experiments import gallery
from wan_widgets.files import here
from wan_widgets.files.place import marked_place
from wan_widgets.ledger.ledger import ledger
from wan_widgets.simulator import Script, Simulator
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.widgets.code import as_code
from wan_widgets.words import size_said
from widgets.test_board import quick, say, until
from widgets.test_code import run

OWL = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)
HOUR = 3600


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a notebook, in a session of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "films.ipynb").touch()
    open_notebook(folder / "films.ipynb", monkeypatch)
    return folder


def open_notebook(path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    monkeypatch.chdir(path.parent)


@pytest.fixture
def silent():
    """A service that is never to be asked."""
    return Service(httpx.Response(500))


def made(clip, name, *, hours=1.0, request=OWL, **fields):
    """A clip that was made some hours ago, at ToAPIs, and is on the disk."""
    place = marked_place()
    path = Path(place.path) / "wan_outputs" / f"{name}.mp4"
    path.parent.mkdir(exist_ok=True)
    entry = a_task(
        id=f"ww-{name}",
        task_id=f"video_{name}",
        created_at=time.time() - hours * HOUR,
        place=place.path,
        place_id=place.id,
        notebook=here.notebook(),
        recipe=json.dumps(to_recipe(request)),
        **on_disk(path, clip),
        **fields,
    )
    ledger().open(entry)
    return path


def looked(studio):
    """The cards, once the Studio has looked for finished clips."""
    until(lambda: studio._older is not None)
    return studio._cards


def names(cards):
    return [Path(card["clip"]["path"]).stem for card in cards]


def test_they_come_back_and_play_without_a_word_to_any_service(folder, clip, silent):
    path = made(clip, "a", hours=30)
    studio = ww.Studio(silent.client())
    told = []
    studio.on_video(told.append)

    [card] = looked(studio)

    assert (card["phase"], card["earlier"], card["prompt"], card["task_id"]) == ("completed", True, "An owl", "video_a")
    assert card["facts"] == ["64×48", "5 s", "seed 1", "wan2.6 · t2v"]
    assert card["clip"]["path"] == str(path.relative_to(folder))
    assert (card["again"], card["can_edit"], card["can_save"]) == (["new", "same"], True, False)
    assert run(card["code"]) == (OWL, "toapis")
    assert card["begun"] == pytest.approx(time.time() - 30 * HOUR, abs=60)
    [video] = studio.videos
    assert (video.path, video.request, video.task_id) == (path, OWL, "video_a")
    sent = []
    studio._clips._send = lambda content, buffers: sent.append((content, buffers))
    say(studio, kind="fetch", key=card["key"], wish="w")
    until(lambda: sum(len(buffers[0]) for content, buffers in sent if content["kind"] == "chunk") == len(clip))
    say(studio, kind="edit", key=card["key"])
    assert studio.form.prompt == "An owl"
    assert silent.requests == []
    assert told == []


def test_the_record_has_the_clips_inside_if_that_is_wanted(folder, clip, silent):
    path = made(clip, "a")
    studio = ww.Studio(silent.client(), embed=True)
    looked(studio)

    assert 'src="data:video/mp4;base64,' in studio._record()["text/html"]
    assert f"The clip is inside this notebook, with {size_said(len(clip))}." in studio._record()["text/html"]
    studio.embed = False
    assert 'src="wan_outputs/a.mp4"' in studio._record()["text/html"]
    studio.embed = True
    studio._figures.clear()
    path.unlink()
    assert "This clip cannot be played here." in studio._record()["text/html"]


def test_the_newest_twenty_come_and_the_others_on_demand(folder, clip, silent):
    for number in range(45):
        made(clip, f"{number:02}", hours=number)
    studio = ww.Studio(silent.client())
    assert names(looked(studio)) == [f"{number:02}" for number in range(20)]
    assert studio._older == 25

    for _ in range(3):  # clicks in several views, which all saw 25
        say(studio, kind="older", left=25)
    until(lambda: studio._older == 5)
    assert names(studio._cards) == [f"{number:02}" for number in range(40)]
    say(studio, kind="older", left=None)
    say(studio, kind="older", left=5)
    until(lambda: studio._older == 0)
    assert len(studio._cards) == len(studio.videos) == 45
    assert silent.requests == []


def test_new_and_unfinished_orders_stand_above_them_in_the_order_of_time(folder, clip):
    simulator = Simulator(folder.parent / "simulator")
    simulator.script(Script(queued=0.5, running=0, ending="failed"), quick(ending="failed"))
    client = ww.AsyncClient("simulator", transport=simulator.transport())
    made(clip, "older", hours=3)
    made(clip, "newer", hours=1)
    asyncio.run(client.copy().submit(ww.TextToVideo(prompt="Between", resolution="720p")))
    [between] = [entry for entry in ww.tasks() if entry.request.prompt == "Between"]
    ledger().note(between.id, {"created_at": time.time() - 2 * HOUR})
    studio = ww.Studio(client)
    looked(studio)

    studio.submit(ww.TextToVideo(prompt="New", resolution="720p"))

    until(lambda: [card["phase"] for card in studio._cards].count("failed") == 2)
    assert [card["clip"] and card["clip"]["name"] for card in studio._cards] == [None, "newer.mp4", None, "older.mp4"]
    assert [card["prompt"] for card in studio._cards] == ["New", "An owl", "Between", "An owl"]
    assert [video.path.stem for video in studio.videos] == ["newer", "older"]


def test_what_another_session_finishes_meanwhile_is_there_once(folder, clip, monkeypatch):
    simulator = Simulator(folder.parent / "simulator")
    simulator.script(quick())
    client = ww.AsyncClient("simulator", transport=simulator.transport())
    asyncio.run(client.copy().submit(OWL))
    listed = gallery.entries

    def late(*arguments):
        until(lambda: ww.tasks()[0].state == "completed")
        return listed(*arguments)

    monkeypatch.setattr(gallery, "entries", late)
    studio = ww.Studio(client)
    looked(studio)
    until(lambda: studio.videos and studio._cards)
    assert len(studio._cards) == 1


# Which notebook they belong to


def test_each_notebook_of_a_folder_has_its_own(folder, clip, silent, monkeypatch):
    made(clip, "a")
    (folder / "other.ipynb").touch()
    open_notebook(folder / "other.ipynb", monkeypatch)
    made(clip, "b")
    assert names(looked(ww.Studio(silent.client()))) == ["b"]
    open_notebook(folder / "films.ipynb", monkeypatch)
    assert names(looked(ww.Studio(silent.client()))) == ["a"]


def test_a_notebook_that_was_renamed_keeps_them(folder, clip, silent, monkeypatch):
    made(clip, "a")
    open_notebook((folder / "films.ipynb").rename(folder / "better name.ipynb"), monkeypatch)
    assert names(looked(ww.Studio(silent.client()))) == ["a"]


def test_a_folder_that_was_moved_keeps_them_for_each_of_its_notebooks(folder, clip, silent, monkeypatch):
    made(clip, "a")
    (folder / "other.ipynb").touch()
    open_notebook(folder / "other.ipynb", monkeypatch)
    made(clip, "b")
    moved = folder.rename(folder.parent / "elsewhere")

    for notebook, own in (("films", "a"), ("other", "b")):
        open_notebook(moved / f"{notebook}.ipynb", monkeypatch)
        studio = ww.Studio(silent.client())
        assert names(looked(studio)) == [own]
        assert studio.videos[0].path == moved / "wan_outputs" / f"{own}.mp4"


def test_those_of_another_folder_stay_there(folder, clip, silent, monkeypatch):
    made(clip, "a")
    other = folder.parent / "other"
    other.mkdir()
    shutil.copy(folder / "films.ipynb", other)
    open_notebook(other / "films.ipynb", monkeypatch)
    assert looked(ww.Studio(silent.client())) == []


# Files that are gone


def delete(path):
    path.unlink()


def change(path):
    path.write_bytes(path.read_bytes()[:-4] + b"free")


def replace_by_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [delete, change, replace_by_folder])
def test_a_file_that_is_gone_or_changed_says_so_and_is_fetched_while_the_service_has_it(folder, clip, outputs, spoil):
    def answer(request):
        return httpx.Response(200, content=clip) if request.url.host != "toapis.com" else task("completed")

    service = Service(answer)
    path = made(clip, "a")
    spoil(path)
    studio = ww.Studio(service.client(Clock()))

    [card] = looked(studio)

    assert (card["phase"], card["clip"], card["can_save"]) == ("gone", None, True)
    assert card["message"] == "The clip's file is gone, or is another one now: wan_outputs/a.mp4."
    assert (card["again"], card["billing"]) == (["new", "same"], "")
    assert service.requests == []
    say(studio, kind="save", key=card["key"])
    until(lambda: studio._cards[0]["phase"] == "completed")
    assert as_sent(studio.videos[0].path) == clip
    assert service.methods.count("POST") == 0
    assert looked(ww.Studio(service.client(Clock())))[0]["phase"] == "completed"


def test_what_the_service_has_forgotten_is_not_promised(folder, clip, silent):
    made(clip, "a", hours=25).unlink()
    [card] = looked(ww.Studio(silent.client()))
    assert (card["phase"], card["can_save"]) == ("gone", False)


# Where the service of a clip cannot be asked now


def test_a_clip_needs_no_key_to_play_and_its_own_service_to_be_made_again(folder, clip, monkeypatch):
    made(clip, "a")
    simulator = Simulator(folder.parent / "simulator")
    studio = ww.Studio(ww.AsyncClient("simulator", transport=simulator.transport()))
    [card] = looked(studio)
    assert (card["phase"], card["elsewhere"]) == ("completed", "ToAPIs")

    say(studio, kind="again", key=card["key"], turn=0, way="same")

    until(lambda: studio._cards[0]["phase"] == "refused")
    assert "needs a key: set WAN_API_KEY, TOAPIS_API_KEY, or TOAPIS_KEY" in studio._cards[0]["message"]
    assert (studio._cards[0]["elsewhere"], studio._cards[0]["again"]) == ("ToAPIs", ["plain"])
    service, made_clients = Service(task("failed")), []

    def client(provider, **settings):
        made_clients.append((provider.name, settings["base_url"]))
        return service.client(Clock())

    monkeypatch.setattr("wan_widgets.client.AsyncClient", client)  # now it has the key
    say(studio, kind="again", key=studio._cards[0]["key"], turn=0, way="plain")
    until(lambda: [card["phase"] for card in studio._cards] == ["failed", "refused", "completed"])
    assert made_clients == [("toapis", "https://toapis.com")]
    assert service.methods == ["POST"]
    assert not any((folder.parent / "simulator").rglob("video_*"))


def test_an_unfinished_order_without_its_key_is_never_bought_at_another_service(folder, clip):
    """Neither when it is submitted again, nor when it is asked about."""
    for state, task_id in (("unconfirmed", None), ("queued", TASK_ID)):
        ledger().open(
            a_task(
                id=f"ww-{state}",
                state=state,
                task_id=task_id,
                created_at=time.time() - 60,
                place=str(folder),
                recipe=json.dumps(to_recipe(OWL)),
            )
        )
    service = Service(task("failed"))
    here = service.client(Clock(), base_url="https://another.example")
    studio = ww.Studio(here)
    until(lambda: {card["phase"] for card in studio._cards} == {"unconfirmed", "stopped"})
    assert {card["code"] for card in studio._cards} == {as_code(OWL, ww.AsyncClient("toapis", api_key=KEY))}
    [unconfirmed] = [card for card in studio._cards if card["phase"] == "unconfirmed"]
    [stopped] = [card for card in studio._cards if card["phase"] == "stopped"]

    say(studio, kind="again", key=unconfirmed["key"], turn=0, way="unconfirmed")
    until(lambda: len(studio._cards) == 3 and studio._cards[0]["phase"] == "refused")
    say(studio, kind="follow", key=stopped["key"])
    say(studio, kind="follow", key=unconfirmed["key"])
    until(lambda: sorted(card["phase"] for card in studio._cards) == ["refused", "stopped", "unconfirmed"])
    time.sleep(0.2)
    assert sorted(card["phase"] for card in studio._cards) == ["refused", "stopped", "unconfirmed"]
    assert service.requests == []


def test_a_clip_of_a_service_that_is_not_known_here_plays_and_says_whose_it_is(folder, clip, silent):
    made(clip, "a", provider="my-farm", base_url="https://farm.example")
    studio = ww.Studio(silent.client())
    [card] = looked(studio)
    assert (card["phase"], card["elsewhere"]) == ("completed", "my-farm")
    say(studio, kind="again", key=card["key"], turn=0, way="plain")
    until(lambda: studio._cards[0]["phase"] == "refused")
    assert "my-farm" in studio._cards[0]["message"]
    assert silent.requests == []


@pytest.mark.parametrize("recipe", ["nonsense", "{}"])
def test_a_clip_whose_recipe_cannot_be_read_plays_all_the_same(folder, clip, silent, recipe):
    made(clip, "a")
    with_recipe = ledger().entry("ww-a")
    ledger().note(with_recipe.id, {"recipe": recipe})
    [card] = looked(ww.Studio(silent.client()))
    assert (card["phase"], card["facts"], card["again"], card["code"]) == ("completed", ["64×48", "1 s"], [], "")


def test_a_ledger_that_cannot_be_read_leaves_an_empty_studio(folder, monkeypatch, silent):
    monkeypatch.setenv("WAN_LEDGER", str(folder))
    assert looked(ww.Studio(silent.client())) == []


def test_a_picture_from_memory_is_not_there_any_more_and_the_form_says_so(folder, clip, silent):
    request = ww.ImageToVideo(image=b"a picture", resolution="720p", seed=3)
    made(clip, "a", request=request)
    studio = ww.Studio(silent.client())
    [card] = looked(studio)
    say(studio, kind="edit", key=card["key"])
    assert (studio.form.mode, studio.form.image) == ("i2v", "")
    say(studio, kind="again", key=card["key"], turn=0, way="same")
    until(lambda: studio._cards[0]["phase"] == "refused")
    assert "empty" in studio._cards[0]["message"]
    assert silent.requests == []
    assert KEY not in repr(studio._cards)
