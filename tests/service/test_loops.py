"""One client in several event loops, threads and processes; and connections that die of age."""

import asyncio
import os
import subprocess
import sys
import threading

import httpx
import pytest

from faults.server import FaultServer
from shared.orders import MARKED, at, rows
from wan_widgets.ledger.ledger import ledger
from wan_widgets.service.pools import Pools


@pytest.fixture
def server():
    with FaultServer(seconds=(0.0, 0.0)) as server:
        yield server


def bought(server):
    return [row["task_id"] is not None for row in rows(ledger().path)], len(server.asked("submit"))


BEGIN = """
import asyncio, sys
import wan_widgets as ww

client = ww.AsyncClient("toapis", base_url=sys.argv[1], api_key="sk-live-0123456789abcdef")
request = ww.TextToVideo(prompt="A kitten, order-1", seed=7)
"""
THREE_LOOPS = """
print(*(asyncio.run(client.submit(request)).id for _ in range(3)))
"""
PATCHED = """
ww.enable_nested_asyncio()

async def order():
    first = asyncio.run(client.submit(request))
    return first.id, (await client.submit(request)).id

print(*asyncio.run(order()))
"""


@pytest.mark.parametrize(("program", "count"), [(THREE_LOOPS, 3), (PATCHED, 2)], ids=["one after the other", "patched"])
def test_one_client_in_several_loops(server, program, count):
    """In a process of its own: loops that end with connections open, and a patch of asyncio, concern other tests."""
    command = [sys.executable, "-c", BEGIN + program, server.url]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert len(set(ended.stdout.split())) == count
    assert bought(server) == ([True] * count, count)


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
