"""The file itself: what is in it, who may write, what is added up, and its versions."""

import json
import os
import time
from datetime import datetime
from decimal import Decimal

import pytest

from shared.network import START
from shared.orders import REQUEST, a_task, an_entry
from wan_widgets import Budget, OverBudget, Quote
from wan_widgets.files.place import Place
from wan_widgets.ledger import ledger as ledgers
from wan_widgets.ledger.entry import columns
from wan_widgets.ledger.ledger import Ledger, priced
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.tasks import TaskError, TaskFailed, TaskStatus, VideoTask
from wan_widgets.words import say, speaking

ONE, OTHER = "one-kernel", "another-kernel"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "ledger.sqlite3"


@pytest.fixture
def ledger(path, clock):
    return Ledger(path, clock=clock)


def price(amount, currency="CNY"):
    return Quote(amount=Decimal(amount), currency=currency, seconds=5, per_second=Decimal(1), source="x", date="y")


def alive(_other):
    return False


def dead(_other):
    return True


def test_it_lies_in_the_users_data_folder_or_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("WAN_LEDGER", "~/mine.sqlite3")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert ledgers.ledger().path == tmp_path / "mine.sqlite3"
    monkeypatch.setenv("WAN_LEDGER", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert ledgers.ledger().path == tmp_path / "data" / "wan_widgets" / "ledger.sqlite3"


def test_a_relative_place_stays_where_it_was(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAN_LEDGER", "mine.sqlite3")
    found = ledgers.ledger()
    monkeypatch.chdir("/")
    assert found.path == tmp_path / "mine.sqlite3"


@pytest.mark.parametrize("more", [{"camera": "dolly"}, {"version": 2}, {"mode": "x2v"}])
def test_an_order_of_a_later_version_is_there_but_not_taken_for_another_request(more, ledger):
    recipe = to_recipe(REQUEST)
    ledger.open(an_entry(recipe=json.dumps(recipe)))
    ledger.open(an_entry(recipe=json.dumps(recipe | more), task_id="video_2"))
    assert [entry.request for entry in ledger.entries()] == [REQUEST, None]
    assert ledger.entry("video_2").task.request is None


def test_an_order_comes_back_as_it_was_written(ledger, clock):
    order = an_entry(notebook="/films/котёнок.ipynb", region="beijing", money=3_000_000, currency="CNY", poller=ONE)
    ledger.open(order)
    assert ledger.entry(order.id) == order
    assert ledger.entry(order.id).request == REQUEST
    clock.now += 5
    ledger.note(order.id, {"state": "queued", "task_id": "video_1", "progress": 5})
    noted = ledger.entry("video_1")
    assert (noted.id, noted.state, noted.progress, noted.updated_at) == (order.id, "queued", 5, START + 5)
    assert noted.task.status is TaskStatus.QUEUED


def test_a_dead_holder_with_a_clock_that_is_ahead_holds_no_longer_than_any_other(ledger, clock):
    order = an_entry(poller=OTHER, lease_until=START + 86_400)
    ledger.open(order)
    assert not ledger.lease(order.id, ONE, 30, is_gone=alive)
    clock.now += 29
    assert not ledger.lease(order.id, ONE, 30, is_gone=alive)
    clock.now += 2
    assert ledger.lease(order.id, ONE, 30, is_gone=alive)


@pytest.mark.parametrize("words", ["Too dark \ud83d.", "太暗了。"], ids=["half an emoji", "Chinese"])
def test_why_an_order_failed_can_be_read_in_another_language_later(ledger, words):
    error = TaskError(words, "DataInspectionFailed", say("providers.charged.failed"))
    failed = VideoTask(id="t1", status=TaskStatus.FAILED, provider="dashscope", error=error)
    order = an_entry()
    ledger.open(order, [])
    ledger.note(order.id, {**columns(failed), "task_id": "t1"})
    with pytest.raises(TaskFailed) as caught:
        ledger.entry(order.id).task.raise_for_status()
    assert (caught.value.key, caught.value.task.error.code) == ("wan.task.failed", "DataInspectionFailed")
    with speaking("zh"):
        assert "服务商未能生成视频" in str(caught.value)
        assert words in str(caught.value)
        assert "失败的任务不计费。" in str(caught.value)
    assert "A task that fails is not charged. (task t1) [DataInspectionFailed]" in str(caught.value)


def test_names_that_are_no_unicode_come_back_too(ledger):
    """Linux's file names are bytes; a row of text cannot hold halves of characters."""
    odd = "/films/caf\udce9"
    order = an_entry(place=odd, notebook=odd, path=f"{odd}/clip.mp4", error_message="half an emoji: \ud83d")
    ledger.open(order, [Budget(clips=2, per="notebook")])
    assert ledger.entries(Place(odd, "")) == ledger.unfinished(Place(odd, "")) == [order]
    ledger.note(order.id, {"path": f"{odd}/other.mp4", "task_id": "\udcff"})
    assert ledger.entry("\udcff").path == f"{odd}/other.mp4"
    with pytest.raises(OverBudget, match="1 of 1 clips"):
        ledger.open(an_entry(notebook=odd), [Budget(clips=1, per="notebook")])


def test_orders_are_listed_newest_first_and_unfinished_ones_oldest_first(ledger):
    states = ["sending", "completed", "queued", "failed", "unconfirmed", "cancelled", "refused", "in_progress"]
    for number, state in enumerate(states):
        ledger.open(an_entry(id=state, created_at=START + number, state=state))
    ledger.open(an_entry(id="elsewhere", place="/other", created_at=START + 99))
    assert [entry.id for entry in ledger.entries(Place("/films", ""))] == states[::-1]
    assert [entry.id for entry in ledger.entries()] == ["elsewhere", *states[::-1]]
    assert [entry.id for entry in ledger.unfinished(Place("/films", ""))] == [
        "sending",
        "queued",
        "unconfirmed",
        "in_progress",
    ]


def test_a_task_belongs_to_its_service_and_to_the_last_order_that_led_to_it(ledger):
    """Engines of one's own count from 1, and begin anew when they are started again."""
    for name, where, when in (("old", "http://a", 0), ("new", "http://a", 9), ("other", "http://b", 5)):
        ledger.open(a_task(id=name, base_url=where, created_at=START + when, task_id="video_1"))
    assert ledger.of_task("video_1", "http://a").id == "new"
    assert ledger.of_task("video_1", "http://b").id == "other"
    assert ledger.of_task("video_1", "http://c") is None
    assert ledger.of_task("video_2", "http://a") is None


@pytest.mark.parametrize("state", ["failed", "cancelled", "refused"])
def test_the_same_clip_is_the_newest_order_that_was_not_in_vain(ledger, state):
    ledger.open(an_entry(id="first", state="completed"))
    ledger.open(an_entry(id="second", state="unconfirmed", created_at=START + 1))
    ledger.open(an_entry(id="in vain", state=state, created_at=START + 2))
    ledger.open(an_entry(id="another clip", recipe_key="other", created_at=START + 3))
    assert ledger.same("k").id == "second"
    assert ledger.same("k", since=START + 1).id == "second"
    assert ledger.same("k", since=START + 2) is None


def test_one_alone_asks_until_the_lease_runs_out(ledger, clock):
    order = a_task()
    ledger.open(order)
    assert ledger.lease(order.id, ONE, 30, is_gone=alive)
    assert not ledger.lease(order.id, OTHER, 30, is_gone=alive)
    clock.now += 29
    assert not ledger.lease(order.id, OTHER, 30, is_gone=alive)
    assert ledger.lease(order.id, ONE, 30, is_gone=alive), "it may be taken anew"
    clock.now += 29
    assert not ledger.lease(order.id, OTHER, 30, is_gone=alive)
    clock.now += 1
    assert ledger.lease(order.id, OTHER, 30, is_gone=alive)
    assert not ledger.lease(order.id, ONE, 30, is_gone=alive)


def test_what_a_dead_one_held_is_free_at_once_and_what_is_given_back_too(ledger):
    order = a_task()
    ledger.open(order)
    ledger.lease(order.id, ONE, 30, is_gone=alive)
    assert ledger.lease(order.id, OTHER, 30, is_gone=dead)
    ledger.release(order.id, ONE)
    assert not ledger.lease(order.id, ONE, 30, is_gone=alive), "only one's own lease can be given back"
    ledger.release(order.id, OTHER)
    assert ledger.lease(order.id, ONE, 30, is_gone=alive)


def test_an_order_that_is_not_there_is_anybodys(ledger):
    assert ledger.lease("nobody's", ONE, 30, is_gone=alive)
    ledger.release("nobody's", ONE)
    ledger.note("nobody's", {"state": "failed"})
    assert ledger.entries() == []


def test_orders_without_a_task_are_those_on_their_way_and_those_of_unknown_outcome(ledger):
    ledger.open(an_entry(id="on its way"))
    ledger.open(an_entry(id="unknown", state="unconfirmed"))
    ledger.open(an_entry(id="before", created_at=START - 1))
    ledger.open(an_entry(id="elsewhere", base_url="http://b"))
    ledger.open(an_entry(id="refused", state="refused"))
    ledger.open(a_task(id="known", state="unconfirmed"))
    assert [entry.id for entry in ledger.taskless("https://toapis.com", START)] == ["on its way", "unknown"]


def test_what_was_missing_is_added_with_what_was_noted_since(ledger):
    order = an_entry()
    ledger.note(order.id, {"state": "queued", "task_id": "video_1"}, missing=order)
    ledger.note(order.id, {"progress": 7}, missing=order)
    [entry] = ledger.entries()
    assert (entry.id, entry.state, entry.task_id, entry.progress) == (order.id, "queued", "video_1", 7)


@pytest.mark.parametrize(
    ("state", "fields", "counts"),
    [
        ("sending", {}, True),
        ("queued", {}, True),
        ("in_progress", {}, True),
        ("unconfirmed", {}, True),
        ("completed", {}, True),
        ("refused", {}, False),
        ("failed", {}, False),
        ("cancelled", {}, False),
        ("failed", {"error_code": "expired"}, True),
        ("completed", {"is_simulated": True}, False),
        ("failed", {"error_code": "expired", "is_simulated": True}, False),
    ],
)
def test_what_counts_is_what_was_bought_or_may_have_been(ledger, state, fields, counts):
    ledger.open(an_entry(state=state, money=1, currency="CNY", **fields))
    for budget in (Budget(clips=1), Budget(seconds=9), Budget(money="0.000001 CNY")):
        try:
            ledger.open(an_entry(id=str(budget), state="refused"), [budget], price("0.000001"))
        except OverBudget:
            assert counts
        else:
            assert not counts


def test_a_refused_order_leaves_nothing_behind(ledger):
    ledger.open(an_entry(), [Budget(clips=1)])
    with pytest.raises(OverBudget, match="Nothing was ordered"):
        ledger.open(an_entry(), [Budget(seconds=100), Budget(clips=1)])
    assert len(ledger.entries()) == 1


def test_currencies_are_added_up_each_by_itself(ledger):
    for amount, currency in (("3", "CNY"), ("2", "USD"), ("4", "CNY")):
        ledger.open(an_entry(), (), price(amount, currency))
    ledger.open(an_entry())
    with pytest.raises(OverBudget, match=r"CN¥7\.00 of CN¥9\.00 are spent, and this clip costs CN¥3\.00"):
        ledger.open(an_entry(), [Budget(money="9 CNY")], price(3))
    ledger.open(an_entry(), [Budget(money="5 USD")], price(3, "USD"))
    with pytest.raises(OverBudget, match=r"\$5\.00 of \$5\.00"):
        ledger.open(an_entry(), [Budget(money="5 USD")], price("0.01", "USD"))


def test_amounts_are_whole_numbers_and_rather_too_large():
    amounts = {"3": 3_000_000, "0.1875": 187_500, "0.0000001": 1, "0": 0, "1.0000001": 1_000_001}
    for text, whole in amounts.items():
        assert priced(an_entry(), price(text)).money == whole
    assert priced(an_entry(), None).money is None


def test_a_notebook_and_a_day_are_added_up_by_themselves(ledger):
    noon = datetime(2026, 3, 5, 12).astimezone().timestamp()
    ledger.open(an_entry(created_at=noon - 13 * 3600))
    ledger.open(an_entry(created_at=noon, notebook="/films/b.ipynb"))
    with pytest.raises(OverBudget, match="per day"):
        ledger.open(an_entry(created_at=noon + 3600), [Budget(clips=1, per="day")])
    ledger.open(an_entry(created_at=noon + 13 * 3600), [Budget(clips=1, per="day")])
    ledger.open(an_entry(created_at=noon, notebook="/films/c.ipynb"), [Budget(clips=1, per="notebook")])
    with pytest.raises(OverBudget, match="per notebook"):
        ledger.open(an_entry(created_at=noon, notebook="/films/b.ipynb"), [Budget(clips=1, per="notebook")])


def test_a_day_begins_at_midnight_though_the_clocks_are_changed_in_it(ledger, monkeypatch):
    """In Berlin, 29 March 2026 has 23 hours: an hour before its end is 23 hours after its begin."""
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        midnight = 1_774_738_800.0  # 00:00 CET
        ledger.open(an_entry(created_at=midnight + 60))
        with pytest.raises(OverBudget, match="1 of 1"):
            ledger.open(an_entry(created_at=midnight + 12 * 3600), [Budget(clips=1, per="day")])
        ledger.note(ledger.entries()[0].id, {"created_at": midnight - 60})
        ledger.open(an_entry(created_at=midnight + 12 * 3600), [Budget(clips=1, per="day")])
    finally:
        monkeypatch.delenv("TZ") if before is None else monkeypatch.setenv("TZ", before)
        time.tzset()
