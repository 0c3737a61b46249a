"""Processes that follow tasks at one service share its limit, by the leases in the ledger."""

import asyncio
import gc
import time
import weakref

import pytest

from shared.network import TASK_ID, Service, task
from shared.orders import an_entry, until
from wan_widgets.generation.neighbours import shared_with_neighbours
from wan_widgets.ledger.ledger import ledger

pytestmark = pytest.mark.anyio


async def test_tasks_of_other_processes_take_their_share(clock):
    client = Service(task()).client(clock)
    questions = client.questions
    for number in range(3):
        others = {"poller": "another-machine:1:2:x", "lease_until": time.time() + 60}
        ledger().open(an_entry(**others, task_id=f"{TASK_ID}-{number}"))
    alone = questions.rate
    with questions.followed(), shared_with_neighbours(client):
        await until(lambda: questions.elsewhere)
        assert (questions.elsewhere, questions.rate) == (3, alone / 4)


async def test_a_ledger_that_cannot_be_read_shares_nothing_and_stops_nothing(clock):
    ledger().path.parent.mkdir(parents=True, exist_ok=True)
    ledger().path.write_bytes(b"not a ledger" * 100)
    client = Service(task()).client(clock)
    with shared_with_neighbours(client):
        await asyncio.sleep(0)
    assert client.questions.elsewhere == 0


def test_a_loop_that_is_closed_in_the_middle_is_not_kept():
    loop = asyncio.new_event_loop()

    async def follows():
        with shared_with_neighbours(Service(task()).client()):
            await asyncio.Event().wait()

    following = loop.create_task(follows())
    loop.call_later(0.05, loop.stop)
    loop.run_forever()
    loop.close()
    kept = weakref.ref(loop)
    del following, loop
    gc.collect()
    assert kept() is None
