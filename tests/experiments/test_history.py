"""The history as a data frame: its columns and types, whatever is in the ledger."""

import sys
from decimal import Decimal

import pandas as pd
import pytest

import wan_widgets as ww
from shared.network import START
from shared.orders import a_task
from wan_widgets.experiments import gallery
from wan_widgets.experiments.history import _TYPES
from wan_widgets.files.place import place
from wan_widgets.ledger.ledger import ledger
from wan_widgets.wan.tasks import EXPIRED
from wan_widgets.words import say

TIME = pd.Timestamp(START, unit="s", tz="UTC")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def has_its_types(frame):
    assert list(frame.columns) == list(_TYPES)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == _TYPES


def add(**fields):
    entry = a_task(**{"place": place().path, "created_at": START} | fields)
    ledger().open(entry)
    return entry


def test_an_empty_ledger_has_the_same_columns_and_types():
    frame = ww.history()
    assert len(frame) == 0
    has_its_types(frame)


def test_a_finished_clip(here):
    entry = add(
        state="completed",
        path=str(here / "wan_outputs" / "a.mp4"),
        sha256="ab" * 32,
        width=1280,
        height=720,
        duration=5.04,
        has_audio=False,
        money=3_500_000,
        currency="CNY",
        finished_at=START + 90.5,
        took=88.25,
    )
    gallery.mark([entry.id], star=True, rating=4, tag=["b", "a"], note="good")
    frame = ww.history()
    has_its_types(frame)
    assert frame.iloc[0].dropna().to_dict() == {
        "ordered": TIME,
        "status": "completed",
        "prompt": "A kitten",
        "seed": 7,
        "mode": "t2v",
        "provider": "toapis",
        "width": 1280,
        "height": 720,
        "seconds": 5.04,
        "has_audio": False,
        "price": 3.5,
        "currency": "CNY",
        "finished": TIME + pd.Timedelta(seconds=90.5),
        "took": 88.25,
        "path": "wan_outputs/a.mp4",
        "star": True,
        "rating": 4,
        "tags": ("a", "b"),
        "note": "good",
        "deleted": False,
        "sha256": "ab" * 32,
        "task_id": entry.task_id,
        "order_id": entry.id,
    }


def test_the_price_is_what_budgets_count():
    prices = {"money": 1_000_000, "currency": "CNY"}
    add(id="bought", state="completed", **prices)
    add(id="on its way", **prices)
    add(id="in vain", state="failed", error_message="no", **prices)
    add(id="too late", state="failed", error_code=EXPIRED, **prices)
    add(id="simulated", state="completed", is_simulated=True, **prices)
    frame = ww.history().set_index("order_id")
    assert set(frame.index[frame.price.notna()]) == {"bought", "on its way", "too late"}
    [use] = ledger().uses([ww.Budget(money="9 CNY")], "n", place())
    assert Decimal(str(frame.price.sum())) == use.money["CNY"]


def test_an_error_is_said_in_the_language_that_holds():
    add(state="failed", error_message=say("ledger.untaken"))
    ww.set_language("ru")
    try:
        assert ww.history().error[0] == say("ledger.untaken").words("ru")
    finally:
        ww.set_language(None)
    assert ww.history().error[0] == say("ledger.untaken").words("en")


def test_this_folder_and_everywhere():
    add(id="here", created_at=START)
    add(id="elsewhere", place="/elsewhere", path="/elsewhere/a.mp4", created_at=START + 1)
    assert list(ww.history().order_id) == ["here"]
    assert list(ww.history(everywhere=True).order_id) == ["elsewhere", "here"]
    assert ww.history(everywhere=True).path[0] == "/elsewhere/a.mp4"
    pd.testing.assert_frame_equal(ww.tasks(everywhere=True).to_pandas(), ww.history(everywhere=True))


def test_largest_values():
    add(recipe=f'{{"mode": "t2v", "prompt": "x", "seed": {2**64 - 1}}}')
    assert int(ww.history().seed[0]) == 2**64 - 1


NO_RECIPES = ("", "null", "[]", '{"seed": -5, "prompt": 7}', '{"seed": 1e400}', f'{{"seed": {2**70}}}')
ODD = [
    *[{"recipe": recipe} for recipe in NO_RECIPES],
    {"created_at": "yesterday"},
    {"created_at": 1e300},
    {"created_at": float("inf")},
    {"finished_at": "later", "took": "long"},
    {"finished_at": -1e17},
    {"width": "wide", "height": 7.5, "duration": "1:30"},
    {"money": "much", "currency": "CNY"},
    {"money": -5, "currency": "no currency at all"},
    {"state": "a new state", "provider": "nobody's", "error_message": "\ud800 half"},
    {"path": b"/a/\xff.mp4", "sha256": 5, "task_id": 7},
    {"path": "/a/\udcff.mp4", "place": "/a"},
    {"seconds": 1e30, "has_audio": 7, "checks": "{"},
]


@pytest.mark.parametrize("fields", ODD, ids=repr)
def test_what_another_program_wrote_breaks_nothing(fields):
    add(state="completed")
    entry = add(**fields)
    frame = ww.history(everywhere=True)
    has_its_types(frame)
    assert len(frame) == 2
    repr(frame)
    assert entry.id in set(frame.order_id)
    assert gallery.page(gallery.Query(where="everywhere", status=None)).total == 2


def test_a_deleted_clip_is_counted_and_has_no_path(here):
    entry = add(state="completed", path=str(here / "a.mp4"), money=1_000_000, currency="CNY")
    gallery.delete([entry.id])
    [row] = ww.history().itertuples()
    assert (row.deleted, row.price, pd.isna(row.path), row.status) == (True, 1.0, True, "completed")


def test_a_moved_folder_has_its_clips_where_it_is_now(here, monkeypatch):
    former = here / "former"
    (former / "wan_outputs").mkdir(parents=True)
    monkeypatch.chdir(former)
    from wan_widgets.files.place import marked_place

    marked = marked_place()
    add(place=marked.path, place_id=marked.id, state="completed", path=str(former / "wan_outputs" / "a.mp4"))
    former.rename(here / "today")
    monkeypatch.chdir(here / "today")
    assert list(ww.history().path) == ["wan_outputs/a.mp4"]
    assert [item.path for item in gallery.page().items] == ["wan_outputs/a.mp4"]


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ww.ConfigurationError, match="pip install pandas"):
        ww.history()
    with pytest.raises(ww.ConfigurationError, match="pip install pandas"):
        ww.tasks().to_pandas()
    assert ww.tasks() == []


def test_the_list_needs_no_pandas():
    import subprocess

    code = "import sys, wan_widgets as ww; ww.tasks(); ww.history; sys.exit('pandas' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
