"""What an order reserves becomes what the service says it billed; after a restart the ledger knows enough for that."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY, Clock
from shared.orders import a_task, rows, run, the_row
from wan_widgets import Budget, OverBudget, Quote, TaskStatus, VideoTask
from wan_widgets.generation.resuming import resume
from wan_widgets.ledger.amounts import rate, settled
from wan_widgets.ledger.entry import columns
from wan_widgets.ledger.ledger import Ledger, ledger, priced
from wan_widgets.money import budgets as limits
from wan_widgets.money import prices
from wan_widgets.providers import DashScope

anyio = pytest.mark.anyio
ID = "0385dc79-5ff8-4d82-bcb6-7a0c0e1f2a3b"
CLIP = "https://files.example.com/clip.mp4"
REQUEST = ww.ReferenceToVideo(
    prompt="character1 waves", references=["https://example.com/a.mp4"], resolution="720p", seed=7
)
"""0.60 CNY a second: 3 CNY for its 5 seconds, and up to 3 CNY more for a film whose length nobody knows here."""


@pytest.fixture(autouse=True)
def _none_of_others(monkeypatch):
    monkeypatch.setattr(limits, "_own", [])
    monkeypatch.setattr(prices, "_own", {})


def model_studio(clip, billed, *, last="SUCCEEDED", meanwhile=lambda state: None):
    """A client of a service that takes an order, works a while, and then says what it bills.

    `meanwhile` is called with what each request is about to be told.
    """
    statuses = iter(["PENDING", "RUNNING", last])
    known = {"now": "PENDING"}

    def answer(request):
        if request.url.host.startswith("files"):
            meanwhile("FILE")
            return httpx.Response(200, content=clip)
        known["now"] = next(statuses, known["now"])
        meanwhile(known["now"])
        output = {"task_id": ID, "task_status": known["now"]}
        done = {"usage": {"duration": billed, "video_count": 1}} if known["now"] == "SUCCEEDED" else {}
        return httpx.Response(200, json={"output": output | ({"video_url": CLIP} if done else {}), **done})

    transport = httpx.MockTransport(answer)
    return ww.AsyncClient("dashscope", api_key=KEY, transport=transport, timing=Clock().timing)


def quoted(amount="3.00", per_second="0.60", seconds=5.0):
    return Quote(
        amount=Decimal(amount), currency="CNY", seconds=seconds, per_second=Decimal(per_second), source="x", date="y"
    )


@anyio
@pytest.mark.parametrize("since", ["PENDING", "SUCCEEDED"])
async def test_a_ledger_that_was_locked_when_the_bill_came_has_the_price_that_is_shown(clip, outputs, since):
    ledger().open(a_task(id="another"))
    with closing(sqlite3.connect(ledger().path, isolation_level=None, check_same_thread=False)) as other:

        def meanwhile(state):
            if state == since and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")
            elif state == "FILE":
                other.execute("ROLLBACK")

        video = await model_studio(clip, 7.5, meanwhile=meanwhile).generate(REQUEST)
    assert video.price.amount == Decimal("4.5")
    assert ledger().entry(video.task_id).price == video.price


@anyio
async def test_what_was_reserved_for_input_that_could_not_be_read_is_given_back_when_the_bill_is_known(clip, outputs):
    limits.set_budget(Budget(money="10 CNY"))
    steps = run(model_studio(clip, 7.5), REQUEST)
    reserved = [(step.task and step.task.status, the_row()["money"]) async for step in steps if step.order]
    assert (TaskStatus.IN_PROGRESS, 6_000_000) in reserved
    assert (TaskStatus.COMPLETED, 4_500_000) in reserved, "before its clip is fetched"
    assert (the_row()["money"], the_row()["billed_seconds"], the_row()["state"]) == (4_500_000, 7.5, "completed")
    with pytest.raises(OverBudget, match=r"CN¥4\.50 of CN¥10\.00 are spent, and this clip costs CN¥6\.00"):
        await model_studio(clip, 7.5).submit(REQUEST)
    limits.set_budget(Budget(money="10.5 CNY"))
    await model_studio(clip, 7.5).submit(REQUEST)


@anyio
async def test_a_bill_of_more_than_was_reserved_is_counted_in_full(clip, outputs):
    video = await model_studio(clip, "12").generate(REQUEST)
    assert (the_row()["money"], the_row()["billed_seconds"]) == (7_200_000, 12.0)
    assert ledger().entry(video.task_id).task.billed_seconds == 12.0


@anyio
@pytest.mark.parametrize("billed", [None, 0, -3, "soon", float("1e300"), [7], True])
async def test_a_bill_that_is_none_leaves_what_was_reserved(billed, clip, outputs):
    await model_studio(clip, billed).generate(REQUEST)
    assert (the_row()["money"], the_row()["state"]) == (6_000_000, "completed")


@anyio
async def test_after_a_restart_the_row_suffices(clip, outputs, monkeypatch):
    """Prices may have changed since; what was agreed to was another."""
    client = model_studio(clip, 6.0)
    await client.submit(REQUEST)
    assert (the_row()["money"], the_row()["per_second"]) == (6_000_000, "0.60")
    monkeypatch.setattr(DashScope, "quote", lambda *_: None)
    [entry] = ledger().entries()
    async for step in resume(client, entry):
        assert step.order == entry.id
    assert (the_row()["money"], the_row()["state"]) == (3_600_000, "completed")


@anyio
async def test_a_task_that_failed_bills_nothing(clip):
    limits.set_budget(Budget(money="6 CNY"))
    with pytest.raises(ww.TaskFailed):
        await model_studio(clip, 7.5, last="FAILED").generate(REQUEST)
    assert (the_row()["state"], the_row()["billed_seconds"]) == ("failed", None)
    await model_studio(clip, 7.5).submit(REQUEST)


def test_later_words_on_a_task_do_not_take_the_bill_back():
    entry = priced(a_task(id="o"), quoted())
    ledger().open(entry)
    state = VideoTask(id=entry.task_id, status=TaskStatus.COMPLETED, provider="dashscope", billed_seconds=4.0)
    ledger().note("o", columns(state))
    ledger().note("o", columns(replace(state, billed_seconds=None)))
    assert (the_row()["money"], the_row()["billed_seconds"]) == (2_400_000, 4.0)


def test_what_comes_after_the_end_settles_nothing_any_more():
    ledger().open(priced(a_task(id="o", state="completed", path="/films/a.mp4"), quoted()))
    ledger().note("o", {"state": "in_progress", "billed_seconds": 4.0})
    assert (the_row()["money"], the_row()["billed_seconds"], the_row()["state"]) == (3_000_000, None, "completed")


def test_a_price_that_is_not_by_the_second_stays_as_it_was():
    flat = quoted("2.00", "0.60")
    ledger().open(priced(a_task(id="flat"), flat))
    ledger().open(priced(a_task(id="unpriced", created_at=9e9), None))
    for order in ("flat", "unpriced"):
        ledger().note(order, {"state": "in_progress", "billed_seconds": 4.0})
    assert rate(flat) is None
    found = [(row["money"], row["billed_seconds"]) for row in rows(ledger().path)]
    assert found == [(2_000_000, 4.0), (None, 4.0)]


def test_an_order_from_before_rates_were_kept_stays_as_it_was(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    Ledger(path).open(priced(a_task(id="old"), quoted()))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE orders SET per_second = NULL")
    Ledger(path).note("old", {"state": "in_progress", "billed_seconds": 4.0})
    assert rows(path)[0]["money"] == 3_000_000


def test_fractions_of_a_millionth_are_counted_in_full_and_rates_keep_every_digit():
    price = quoted("0.0000003", "0.00000006")
    assert rate(price) == "6E-8"
    assert settled(rate(price), 20.0) == {"money": 2}
    assert settled("0.1", 0.3) == {"money": 30_000}


@pytest.mark.parametrize("per_second", [None, "", "dear", "NaN", "sNaN", "Infinity", "-1", "1e999999999", 0.6, b"\xff"])
def test_a_rate_that_is_none_settles_nothing_whoever_wrote_it(per_second):
    assert settled(per_second, 5.0) == {}


@pytest.mark.parametrize("billed", [None, "5", True, 0, -1, 7201, float("nan"), float("inf"), [5], Decimal(5)])
def test_nor_does_a_length_that_is_none(billed):
    assert settled("0.60", billed) == {}
