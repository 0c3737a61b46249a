"""Changes that come at the same time are written in one transaction, and each has its own outcome."""

import asyncio
import threading

import pytest

from shared.orders import a_task, rows
from wan_widgets.ledger.commits import changed, in_one_transaction
from wan_widgets.ledger.ledger import ledger

pytestmark = pytest.mark.anyio
COUNT = 50


def order(number):
    return a_task(id=f"ww-{number}", task_id=f"t{number}", state="in_progress")


def adding(number):
    return lambda book: book.open(order(number))


def known():
    return {row["id"] for row in rows(ledger().path)}


async def test_many_changes_at_once_need_few_transactions(transactions):
    await asyncio.gather(*[changed(ledger(), adding(number)) for number in range(COUNT)])
    assert known() == {f"ww-{number}" for number in range(COUNT)}
    assert len(transactions) <= 5


async def test_a_change_that_fails_undoes_only_itself():
    def half_done(book):
        book.open(order(1))
        with book.transaction() as db:
            db.execute("UPDATE orders SET state = 'failed'")
            raise ZeroDivisionError

    changes = [adding(0), half_done, adding(0), adding(2)]
    outcomes = await asyncio.gather(*[changed(ledger(), each) for each in changes], return_exceptions=True)
    assert [type(each).__name__ for each in outcomes] == ["NoneType", "ZeroDivisionError", "IntegrityError", "NoneType"]
    assert known() == {"ww-0", "ww-1", "ww-2"}
    assert {row["state"] for row in rows(ledger().path)} == {"in_progress"}


def test_where_the_transaction_itself_is_lost_every_change_fails():
    def lose(book):
        with book.transaction() as db:
            db.execute("ROLLBACK")  # SQLite does this on a full disk
            db.execute("INSERT INTO nowhere VALUES (1)")

    outcomes = in_one_transaction(ledger(), [adding(0), lose, adding(1)])
    assert all("nowhere" in str(each.error) for each in outcomes)
    assert known() == set()


async def test_a_change_is_made_although_its_caller_is_cancelled():
    begun, go_on = threading.Event(), threading.Event()

    def wait(_book):
        begun.set()
        go_on.wait()

    waiting = asyncio.ensure_future(changed(ledger(), wait))
    await asyncio.to_thread(begun.wait)
    called_off = asyncio.ensure_future(changed(ledger(), adding(0)))
    await asyncio.sleep(0)
    called_off.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await called_off
    await waiting
    assert known() == {"ww-0"}


def test_a_change_is_made_although_its_loop_ends_before():
    async def leave():
        asyncio.ensure_future(changed(ledger(), adding(0)))  # noqa: RUF006  # nobody waits for it
        await asyncio.sleep(0)

    asyncio.run(leave())
    assert known() == {"ww-0"}
