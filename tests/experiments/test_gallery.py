"""Pages of the gallery: what is found, in which sequence, and what SQLite does for it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from browser.media import make_clip
from shared.network import START
from shared.orders import an_entry, on_disk
from wan_widgets import Money, TextToVideo
from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Query
from wan_widgets.files.place import place
from wan_widgets.ledger import orders
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.listing import listed
from wan_widgets.ledger.rows import insert
from wan_widgets.wan.recipes import to_recipe

BEGUN = datetime.fromtimestamp(START, UTC)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def recipe(prompt, **fields):
    return json.dumps(to_recipe(TextToVideo(prompt, **{"resolution": "720p"} | fields)))


def clip(name, prompt="A kitten", *, after=0.0, **fields):
    """An order of this folder whose clip is saved; `after` are minutes."""
    values = {"state": "completed", "recipe": recipe(prompt), "place": str(place().path), "notebook": place().path}
    entry = an_entry(**{"id": name, "created_at": START + 60 * after} | values | fields)
    ledger().open(entry)
    return entry


def found(**query):
    return [item.id for item in gallery.page(Query(**query)).items]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("кошка", ["c"]),
        ("КОШКА трав", ["c"]),
        ("dog  GRASS", ["b"]),
        ("grass", ["b", "a"]),
        ("grass кошка", []),
        ("cafe", []),
        ("CAFÉ", ["a"]),
        ("cafe\u0301", ["a"]),
        ("STRASSE", ["b"]),
        ("trailer", ["b"]),
        ("dog trailer", ["b"]),
        ("Ночь grass", ["a"]),
        ("%", []),
        ("_", []),
        ("  ", ["c", "b", "a"]),
        (" ".join(f"word{number}" for number in range(2000)), []),
        ("grass " * 2000, ["b", "a"]),
        ("\ud83d", []),
    ],
)
def test_every_word_must_occur_in_prompt_note_or_tags(search, names):
    clip("a", "A cat in the grass of a café", after=1)
    clip("b", "A Dog in the Grass, straße", after=2)
    clip("c", "Кошка бежит по траве", after=3)
    gallery.mark(["b"], note="For the Trailer")
    gallery.mark(["a"], tag=["ночь", "x"])
    assert found(search=search) == names
    assert gallery.page(Query(search=search)).total == len(names)


def test_filters():
    clip("plain", after=1)
    clip("failed", after=2, state="failed")
    clip("other model", after=3, recipe=recipe("x", model="wan2.6-flash"))
    clip("other service", after=4, provider="uniall")
    clip("starred", after=5)
    gallery.mark(["starred", "plain"], tag=["cat"])
    gallery.mark(["starred"], star=True)
    assert found() == ["starred", "other service", "other model", "plain"]
    assert found(status=None, until=BEGUN + timedelta(minutes=3)) == ["failed", "plain"]
    assert found(since=BEGUN + timedelta(minutes=3), until=BEGUN + timedelta(minutes=5)) == [
        "other service",
        "other model",
    ]
    assert found(status="failed") == ["failed"]
    assert found(model="wan2.6-flash") == ["other model"]
    assert found(mode="i2v") == []
    assert found(provider="uniall") == ["other service"]
    assert found(starred=True) == ["starred"]
    assert found(tag="cat") == ["starred", "plain"]
    assert found(tag="cat", starred=True, provider="uniall") == []
    assert gallery.choices() == {
        "provider": {"toapis": 4, "uniall": 1},
        "model": {"wan2.6": 4, "wan2.6-flash": 1},
        "mode": {"t2v": 5},
        "status": {"completed": 4, "failed": 1},
        "tag": {"cat": 2},
    }


def test_notebook_folder_everywhere(here, monkeypatch):
    other, renamed = here / "other.ipynb", here / "former name.ipynb"
    other.touch()
    monkeypatch.setenv("JPY_SESSION_NAME", str(here / "this.ipynb"))
    clip("this", notebook=str(here / "this.ipynb"), after=1)
    clip("other", notebook=str(other), after=2)
    clip("renamed", notebook=str(renamed), after=3)
    clip("elsewhere", place="/elsewhere", after=4)
    assert found(where="notebook") == ["renamed", "this"]
    assert found() == ["renamed", "other", "this"]
    assert found(where="everywhere") == ["elsewhere", "renamed", "other", "this"]


SORTED = {
    "newest": ["e", "d", "c", "b", "a"],
    "oldest": ["a", "b", "c", "d", "e"],
    "rating": ["b", "e", "d", "a", "c"],
    "longest": ["c", "e", "d", "b", "a"],
    "dearest": ["d", "b", "e", "c", "a"],
}


@pytest.fixture
def five():
    clip("a", after=1, money=9_000_000, currency="CNY", is_simulated=True)
    clip("b", after=2, money=2_000_000, currency="CNY")
    clip("c", after=3, duration=8.04)
    clip("d", after=4, money=5_000_000, currency="CNY")
    clip("e", after=4, seconds=5.5)
    gallery.mark(["b"], rating=4.5)
    gallery.mark(["a"], rating=-1)
    gallery.mark(["e", "d"], rating=4)


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("sort", SORTED)
def test_every_sequence_page_by_page(sort):
    expected = SORTED[sort]
    assert found(sort=sort) == expected
    pages, after = [], None
    while True:
        page = gallery.page(Query(sort=sort), after, 2)
        assert page.total == 5
        pages.append([item.id for item in page.items])
        if page.after is None:
            break
        after = tuple(json.loads(json.dumps(page.after)))  # a browser sends it back in this form
    assert pages == [expected[:2], expected[2:4], expected[4:]]


@pytest.mark.usefixtures("five")
def test_new_clips_and_deleted_ones_shift_no_page():
    first = gallery.page(count=2)
    clip("f", after=9)
    gallery.delete(["e"])
    assert [item.id for item in gallery.page(after=first.after, count=2).items] == ["c", "b"]
    assert found() == ["f", "d", "c", "b", "a"]
    assert found(deleted=True) == ["e"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("after", [(), (1,), ("x", "y", "z", "?"), (None, None)])
def test_an_end_of_another_sequence_raises_nothing(after):
    assert gallery.page(after=after).total == 5


def test_an_item_has_what_a_gallery_shows(here):
    clip(
        "a",
        recipe=recipe("A kitten", seed=7),
        task_id="t",
        path=str(here / "wan_outputs" / "a.mp4"),
        width=1280,
        height=720,
        duration=5.04,
        has_audio=True,
        money=3_000_000,
        currency="CNY",
        finished_at=START + 90,
        sha256="0" * 64,
        checks='{"black": 0.1}',
    )
    gallery.mark(["a"], star=True, rating=4, note="n", tag=["cat"])
    [item] = gallery.page().items
    assert (item.id, item.task_id, item.status, item.prompt) == ("a", "t", "completed", "A kitten")
    assert (item.mode, item.model, item.seed) == ("t2v", "wan2.6", 7)
    assert (item.provider, item.service) == ("toapis", "ToAPIs")
    assert (item.width, item.height, item.seconds, item.has_audio) == (1280, 720, 5.04, True)
    assert str(item.price) == "3 CNY"
    assert isinstance(item.price, Money)
    assert (item.ordered, item.finished) == (BEGUN, BEGUN + timedelta(seconds=90))
    assert item.path == "wan_outputs/a.mp4"
    assert (item.star, item.rating, item.note, item.tags, item.deleted) == (True, 4, "n", ("cat",), None)
    assert (item.error, item.checks, item.sha256) == ("", {"black": 0.1}, "0" * 64)


def test_an_item_of_a_foreign_row():
    clip("odd", recipe="no json", provider="nobody's", width="wide", created_at="yesterday", checks="[", money="much")
    [item] = gallery.page().items
    assert (item.prompt, item.service, item.price, item.checks) == (None, "nobody's", None, {})


def test_an_empty_ledger_has_one_empty_page():
    page = gallery.page()
    assert (page.items, page.total, page.after) == ((), 0, None)
    assert all(not found for found in gallery.choices().values())


def many(count):
    """A ledger with this many clips of this folder."""
    with ledger().transaction() as db:
        for number in range(count):
            entry = an_entry(
                id=f"{number:06}", created_at=START + number, state="completed", place=place().path, recipe=recipe("x")
            )
            insert(db, entry)


def statements(query):
    """The statements for a page, each with its plan."""
    scope, seen = orders.scope_of(query.where), []
    with ledger().opened() as db:
        db.set_trace_callback(seen.append)
        listed(db, query, scope, None, 60)
        db.set_trace_callback(None)
        return {each: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {each}")] for each in seen}


@pytest.mark.parametrize("query", [Query(), Query(where="everywhere"), Query(sort="oldest"), Query(status=None)])
def test_a_page_of_many_clips_is_read_by_its_index_and_never_sorted(query):
    many(500)
    plans = statements(query)
    assert len(plans) == 5, "a count, a page of ids, the orders, their tags, their marks"
    steps = [step for statement, plan in plans.items() if "FROM orders" in statement for step in plan]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    of_orders = [step for step in steps if " orders" in step]
    assert of_orders
    assert all("USING INDEX" in step or "USING COVERING INDEX" in step for step in of_orders)


def test_the_number_of_statements_does_not_grow_with_the_ledger():
    many(70)
    few = len(statements(Query(search="x", sort="rating")))
    many_more = [an_entry(id=f"m{number}", state="completed", place=place().path) for number in range(200)]
    with ledger().transaction() as db:
        for entry in many_more:
            insert(db, entry)
    assert len(statements(Query(search="x", sort="rating"))) == few


def test_a_count_touches_no_row():
    many(50)
    [count, *_] = statements(Query()).values()
    assert any("COVERING INDEX orders_by_time" in step for step in count)


@pytest.mark.anyio
@pytest.mark.parametrize("what", ["poster", "strip"])
async def test_pictures_come_from_the_file_and_then_from_the_cache(here, monkeypatch, what):
    monkeypatch.setenv("XDG_CACHE_HOME", str(here / "cache"))
    film = make_clip(here / "a.mp4", width=64, height=48)
    clip("a", **on_disk(film, film.read_bytes()))
    [item] = gallery.page().items
    both = await asyncio.gather(gallery.picture(item, what), gallery.picture(item, what))
    assert both[0][:4] == b"RIFF"
    assert both[0] == both[1]
    film.unlink()
    assert await gallery.picture(item, what) == both[0]


@pytest.mark.anyio
async def test_a_clip_that_is_gone_has_no_picture(here, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(here / "cache"))
    clip("a", path=str(here / "a.mp4"), sha256="0" * 64, size=5)
    [item] = gallery.page().items
    assert await gallery.picture(item, "poster") is None
