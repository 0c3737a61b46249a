"""The gallery without a browser: its values, its record, and what the ledger has against it."""

import json

import pytest
import traitlets

import wan_widgets as ww
from shared.network import START
from shared.orders import an_entry, on_disk
from wan_widgets.experiments.gallery import items
from wan_widgets.files.place import place
from wan_widgets.generation import worker
from wan_widgets.ledger.ledger import ledger
from wan_widgets.wan.recipes import to_recipe
from widgets.messages import say
from widgets.test_board import until


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "wan_outputs").mkdir()
    return tmp_path


@pytest.fixture
def add(here, clip):
    def add(name, prompt="A <b>kitten</b>", path=None):
        path = path or here / "wan_outputs" / f"{name}.mp4"
        recipe = json.dumps(to_recipe(ww.TextToVideo(prompt, resolution="720p", seed=7)))
        facts = {"width": 64, "height": 48, "duration": 1.0, "task_id": f"task-{name}", "place": place().path}
        facts |= on_disk(path, clip + name.encode())
        ledger().open(an_entry(id=name, created_at=START + len(name), recipe=recipe, **facts))
        return path

    return add


@pytest.fixture
def shown():
    made = []

    def shown(*arguments, **query):
        gallery = ww.Gallery(*arguments, **query)
        made.append(gallery)
        gallery._looking.result(60)
        return gallery

    yield shown
    for each in made:
        each.close()


def record(gallery):
    gallery._find_clips()
    return gallery._record()


def test_a_query_is_values_that_can_be_set(shown, add):
    add("a")
    add("bb", "A dog")
    gallery = shown(search="dog")
    assert gallery._list["total"] == 1
    gallery.search = ""
    until(lambda: gallery._list["total"] == 2)
    gallery.status = None
    gallery.provider = "uniall"
    until(lambda: gallery._list["total"] == 0)
    say(gallery, kind="clear")
    assert (gallery.provider, gallery.status) == (None, "completed")
    until(lambda: gallery._list["total"] == 2)
    assert gallery._list["choices"]["provider"] == {"toapis": 2}
    with pytest.raises(traitlets.TraitError):
        gallery.sort = "best"
    with pytest.raises(ww.Misuse, match="serch"):
        ww.Gallery(serch="dog")
    with pytest.raises(ww.Misuse, match="no Studio and no form"):
        ww.Gallery("everywhere")


def test_an_order_is_told_in_the_language_of_the_page(shown, monkeypatch):
    ledger().open(an_entry(id="f", place=place().path, provider="simulator", state="failed"))
    gallery = shown(status="failed")
    service = lambda: [each["service"] for each in gallery._desk._drawn(items(["f"]))]
    assert service() == ["Simulator"]
    monkeypatch.setattr(gallery._bundle, "hosts", ["ru"])
    assert service() == ["Симулятор"]


def test_selected_clips_are_videos(shown, add):
    path, other = add("a"), add("bb")
    gallery = shown()
    gallery._chosen = ["bb", "a", "nobody"]
    assert [video.path for video in gallery.selected] == [other, path]
    path.unlink()
    assert [video.path for video in gallery.selected] == [other]


def test_the_record_has_pictures_words_and_links_and_no_path_of_this_machine(shown, add, here, tmp_path_factory):
    far = tmp_path_factory.mktemp("far") / "far.mp4"
    add("a")
    add("bb", path=far)
    bundle = record(shown())
    html = bundle["text/html"]
    assert html.count("data:image/webp;base64,") == 2
    assert "&lt;b&gt;kitten&lt;/b&gt;" in html
    assert "<b>" not in html
    assert html.count('href="wan_outputs/a.mp4"') == 2
    assert "far.mp4" in html
    assert str(here) not in html
    assert "The gallery had 2 clips. ww.Gallery() shows them." in bundle["text/plain"]


def test_the_record_of_many_clips_is_small(shown, add):
    for number in range(15):
        add("a" * (number + 1), "A very long prompt " * 100)
    html = record(shown())["text/html"]
    assert html.count("<img") == 12
    assert len(html) < 12 * 20_000
    assert "The gallery had 15 clips. These are the first 12" in html


def test_the_record_of_no_clips_says_so(shown):
    assert "No clips were shown here." in record(shown())["text/html"]


def test_a_broken_ledger_is_told_and_tried_again(shown, here, monkeypatch):
    broken = here / "broken.sqlite3"
    broken.write_bytes(b"no database" * 500)
    monkeypatch.setenv("WAN_LEDGER", str(broken))
    gallery = shown()
    assert "broken.sqlite3" in gallery._list["trouble"]
    broken.unlink()
    say(gallery, kind="renew")
    until(lambda: gallery._list["trouble"] == "")
    assert "No clips were shown here." in record(gallery)["text/html"]


def test_messages_that_no_browser_of_ours_sends_do_nothing(shown, add):
    add("a")
    gallery = shown()
    for content in (
        {"kind": "items", "number": "x", "start": -1, "count": None},
        {"kind": "mark", "ids": 7, "star": "yes"},
        {"kind": "delete", "ids": ["nobody", 3]},
        {"kind": "pictures", "wishes": [{"id": "nobody"}, 3, None]},
        {"kind": "details", "id": None},
        {"kind": "fetch"},
        {"kind": "edit", "id": "nobody"},
        {"kind": "mark", "ids": ["a"], "rating": float("inf")},
        {"kind": "mark", "ids": ["a"], "rating": 10**30},
        {"kind": "nonsense"},
    ):
        say(gallery, **content)
    worker.submit(_nothing()).result(60)
    assert gallery._list["total"] == 1
    assert items(["a"])[0].rating is None


def test_a_request_that_a_form_cannot_hold_is_told(shown, add):
    add("a")
    recipe = json.dumps(to_recipe(ww.TextToVideo("A kitten", seed=2**63)))
    with ledger().transaction() as db:
        db.execute("UPDATE orders SET recipe = ?", [recipe])
    [(told, _)] = say(shown(ww.VideoForm()), kind="edit", id="a")
    assert "9223372036854775808" in told["text"]


async def _nothing():
    """The worker has done what came before."""


def test_its_language_is_that_of_all_widgets(shown, add):
    add("a")
    ww.set_language("ru")
    try:
        assert "галерее был 1 ролик." in record(shown())["text/html"]
    finally:
        ww.set_language(None)
