"""One client in several event loops, threads and processes; and connections that die of age."""

import asyncio
import os
import subprocess
import sys
import threading

import httpx
import numpy as np
import pytest

import wan_widgets as ww
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

FORKED_IN_A_LOOP = """
import os
async def order():
    first = await client.submit(request)
    if not os.fork():
        try:
            await client.submit(request)
        except ww.ConfigurationError:
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
    return first.id, (await client.submit(request)).id

print(*asyncio.run(order()))
"""

PROGRAMS = {
    "one after the other": (THREE_LOOPS, 3),
    "patched": (PATCHED, 2),
    "forked": (FORKED_IN_A_LOOP, 2),
}


@pytest.mark.parametrize(("program", "count"), PROGRAMS.values(), ids=PROGRAMS)
def test_one_client_in_several_loops(server, program, count):
    """In a process of its own: loops that end with connections open, and a patch of asyncio, concern other tests."""
    command = [sys.executable, "-c", BEGIN + program, server.url]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert len(set(ended.stdout.split())) == count
    assert bought(server) == ([True] * count, count)


PICTURED = ww.ImageToVideo(image=np.zeros((400, 400, 3), np.uint8), prompt="It moves", resolution="720p")
FINISHED = ww.VideoTask(
    id="t1", status=ww.TaskStatus.COMPLETED, provider="toapis", video_url="https://files.example.com/a.mp4"
)
CALLS = {
    "submit": lambda client: client.submit(MARKED),
    "generate": lambda client: client.generate(MARKED),
    "retrieve": lambda client: client.retrieve("t1"),
    "download": lambda client: client.download(FINISHED),
    "balance": lambda client: client.balance(),
    "upload": lambda client: client.upload(
        ww.ImageToVideo(image=np.zeros((400, 400, 3), np.uint8), prompt="It moves", resolution="720p")
    ),
    "watch": lambda client: anext(client.watch("t1")),
    "aclose": lambda client: client.aclose(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_a_loop_of_asyncio_nothing_is_written_or_sent(call, server):
    """So it is under trio and curio, which run coroutines by themselves."""
    client = at(server)
    with pytest.raises(ww.ConfigurationError, match="asyncio"):
        call(client).__await__().send(None)
    assert not ledger().path.exists()
    assert not server.connections


def test_one_client_in_several_threads_at_once(server):
    client, ids = at(server), []

    async def order():
        ids.append((await client.submit(MARKED)).id)
        await client.aclose()

    threads = [threading.Thread(target=lambda: asyncio.run(order())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(ids)) == 4
    assert bought(server) == ([True] * 4, 4)


@pytest.mark.anyio
async def test_a_client_that_a_fork_inherits_opens_connections_of_its_own(monkeypatch):
    made = []
    pools = Pools(lambda limits: made.append(limits) or httpx.AsyncHTTPTransport(limits=limits))
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


@pytest.mark.anyio
async def test_all_clients_of_one_key_at_one_service_have_ten_connections_together(server):
    """As the cards of a Studio have, each with a client of its own."""
    async with at(server) as client:
        task = await client.submit(MARKED)
        others = [client.copy() for _ in range(30)] + [at(server) for _ in range(30)]
        before = server.connections
        await asyncio.gather(*(each.retrieve(task) for each in others))
        await asyncio.gather(*(each.retrieve(task) for each in others))
        assert server.connections - before <= 10
        await asyncio.gather(*(each.aclose() for each in others))


@pytest.mark.anyio
async def test_a_client_that_is_closed_leaves_the_connections_to_the_others(server):
    client, other = at(server), at(server)
    task = await client.submit(MARKED)
    for each in (client, other):
        await each.retrieve(task)
    before = server.connections
    await client.aclose()
    await other.retrieve(task)
    assert server.connections == before
    pool = other._connection._pools.current()
    await other.aclose()
    assert not pool.users
    await client.retrieve(task)
    assert server.connections == before + 1
    await client.aclose()


@pytest.mark.anyio
async def test_clients_with_different_keys_share_no_connection(server):
    one, other = at(server), ww.AsyncClient("toapis", base_url=server.url, api_key="another-key-0123456789")
    async with one, other:
        assert one._connection._pools.current() is not other._connection._pools.current()
