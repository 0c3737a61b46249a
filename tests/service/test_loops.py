"""One client in several event loops, threads and processes; and connections that die of age."""

import asyncio
import gc
import os
import threading

import httpx
import nest_asyncio2
import pytest

from faults.server import FaultServer
from shared.orders import MARKED, at, rows
from wan_widgets.ledger.ledger import ledger
from wan_widgets.service.pools import Pools

# A loop that was closed with connections open leaves their sockets to the garbage collector, which says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*:pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def server():
    with FaultServer(seconds=(0.0, 0.0)) as server:
        yield server
    gc.collect()


def bought(server):
    return [row["task_id"] is not None for row in rows(ledger().path)], len(server.asked("submit"))


def test_one_client_in_three_loops_one_after_the_other(server):
    client = at(server)
    ids = {asyncio.run(client.submit(MARKED)).id for _ in range(3)}
    assert len(ids) == 3
    assert bought(server) == ([True] * 3, 3)


def test_one_client_in_several_threads_at_once(server):
    client, ids = at(server), []

    async def order():
        ids.append((await client.submit(MARKED)).id)
        await client.aclose()

    threads = [threading.Thread(target=lambda: asyncio.run(order())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(ids)) == 4
    assert bought(server) == ([True] * 4, 4)


def test_one_client_in_a_loop_that_was_patched(server):
    client = at(server)
    loop = asyncio.new_event_loop()
    nest_asyncio2.apply(loop)

    async def order():
        inner = asyncio.ensure_future(client.submit(MARKED))
        first = loop.run_until_complete(inner)
        return first, await client.submit(MARKED), await client.aclose()

    try:
        first, second, _ = loop.run_until_complete(order())
    finally:
        loop.close()
    assert first.id != second.id


@pytest.mark.anyio
async def test_a_client_that_a_fork_inherits_opens_connections_of_its_own(monkeypatch):
    made = []
    pools = Pools(lambda limits: made.append(limits) or httpx.AsyncClient(limits=limits))
    parents = pools.current()
    assert pools.current() is parents
    monkeypatch.setattr(os, "getpid", lambda: -1)
    childs = pools.current()
    assert childs is not parents
    assert pools.current() is childs
    await parents.close()
    await childs.close()


@pytest.mark.anyio
async def test_an_order_leaves_on_a_connection_that_nobody_is_about_to_close(server):
    opened = []

    def note():
        opened.append(server.connections - sum(opened))

    async with at(server) as client:
        for _ in range(3):
            task = await client.submit(MARKED)
            note()
            await client.retrieve(task)
            note()
    assert opened == [1, 1, 1, 0, 1, 0], "each order has a connection of its own, the questions share one"
