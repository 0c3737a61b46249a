"""What the orders of one event loop write together, and what must not wait for that."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing

import pytest

from shared.orders import a_task, rows, until
from wan_widgets import TaskStatus, VideoTask
from wan_widgets.ledger import order as book
from wan_widgets.ledger import together
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order

pytestmark = pytest.mark.anyio

COUNT = 20


@pytest.fixture
async def held(monkeypatch):
    """Orders with a lease, all in progress."""
    monkeypatch.setattr(together, "PROGRESS", 0.05)
    orders = []
    for number in range(COUNT):
        entry = a_task(id=f"ww-{number}", task_id=f"t{number}", state="in_progress", progress=1)
        ledger().open(entry)
        orders.append(Order(entry.id, ledger()))
    async with AsyncExitStack() as stack:
        for order in orders:
            await order.lease()
            await stack.enter_async_context(order.held())
            await order.seen(state(order, 1))
        yield orders


def state(order, progress, status=TaskStatus.IN_PROGRESS):
    return VideoTask(id=f"t{order.id[3:]}", status=status, provider="toapis", progress=progress)


def progress():
    return {row["progress"] for row in rows(ledger().path)}


async def test_progress_of_all_is_one_transaction(held, transactions):
    for order in held:
        await order.seen(state(order, 40))
    assert transactions == []
    await until(lambda: progress() == {40})
    assert len(transactions) == 1


async def test_a_new_word_and_an_end_are_on_disk_at_once(held, transactions):
    order = held[0]
    await order.seen(state(order, 40))
    await order.seen(state(order, 41, TaskStatus.QUEUED))
    assert rows(ledger().path, "SELECT state, progress FROM orders WHERE id = 'ww-0'") == [
        {"state": "queued", "progress": 41}
    ]
    await order.seen(state(order, None, TaskStatus.CANCELLED))
    assert rows(ledger().path, "SELECT state FROM orders WHERE id = 'ww-0'") == [{"state": "cancelled"}]
    assert len(transactions) == 2


async def test_what_waits_is_written_before_the_lease_is_given_up():
    ledger().open(a_task(id="ww-1", state="in_progress"))
    order = Order("ww-1", ledger())
    async with order.held():
        await order.seen(state(order, 1))
        await order.seen(state(order, 99))
    assert progress() == {99}


async def test_all_leases_are_renewed_in_one_transaction(held, transactions, monkeypatch):
    def soonest():
        return min(row["lease_until"] for row in rows(ledger().path))

    before = soonest()
    others = together.together(ledger())
    others._renewing.cancel()
    monkeypatch.setattr(book, "LEASE", 0.3)
    others._renewing = asyncio.ensure_future(others._renew(lambda: book.LEASE))
    await until(lambda: soonest() != before)
    assert len(transactions) == 1
    assert not any(order.has_lost_lease for order in held)


async def test_who_lost_the_lease_hears_of_it_and_takes_nothing_from_the_other(held, monkeypatch):
    ledger().note("ww-3", {"poller": "away:1:1", "lease_until": 4e9})
    others = together.together(ledger())
    others._renewing.cancel()
    others._renewing = asyncio.ensure_future(others._renew(lambda: 0.1))
    await until(lambda: held[3].has_lost_lease)
    assert [order.id for order in held if order.has_lost_lease] == ["ww-3"]
    assert rows(ledger().path, "SELECT poller FROM orders WHERE id = 'ww-3'") == [{"poller": "away:1:1"}]


async def test_progress_that_cannot_be_written_is_said_and_written_later(held, monkeypatch):
    monkeypatch.setattr(book, "PATIENCE", 0.05)
    others = together.together(ledger())
    others._ledger = others._ledger.within(0.05)
    with closing(sqlite3.connect(ledger().path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        await held[0].seen(state(held[0], 40))
        await until(lambda: "locked" in str(held[0].trouble))
        writer.execute("ROLLBACK")
    await held[0].seen(state(held[0], 41))
    await until(lambda: rows(ledger().path, "SELECT progress FROM orders WHERE id = 'ww-0'") == [{"progress": 41}])
    await until(lambda: held[0].trouble == "")
