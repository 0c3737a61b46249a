"""Connections that are kept: as few are open as are used at a time, and none is lost, whatever becomes of a request."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from faults.server import FaultServer
from wan_widgets.service.stack import Stack

pytestmark = pytest.mark.anyio


@pytest.fixture
def server():
    with FaultServer(seconds=(100.0, 100.0)) as server:
        yield server


@asynccontextmanager
async def stack(alive=4.0):
    """A stack, and the transports that it has made."""
    made = []

    def make():
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        made.append(httpx.AsyncHTTPTransport(limits=limits))
        return made[-1]

    stack = Stack(make, alive)
    try:
        yield stack, made
    finally:
        await stack.aclose()


def question(server):
    return httpx.Request("GET", f"{server.url}/v1/videos/generations/none", extensions={"timeout": {"read": 30}})


async def ask(stack, server):
    response = await stack.handle_async_request(question(server))
    body = await response.aread()
    await response.aclose()
    return body


async def test_one_question_after_the_other_needs_one_connection(server):
    async with stack() as (each, made):
        bodies = [await ask(each, server) for _ in range(5)]
    assert (len(made), server.connections) == (1, 1)
    assert all(bodies)


async def test_the_connection_that_was_used_last_is_used_next_and_the_others_are_closed(server):
    async with stack(alive=0.3) as (each, made):
        await asyncio.gather(*(ask(each, server) for _ in range(6)))
        assert server.connections == len(made) == 6
        for _ in range(10):
            await asyncio.sleep(0.1)
            await ask(each, server)
        assert server.connections == 6, "no new one was opened"
        assert [bool(transport._pool.connections) for transport in made].count(True) == 1


@pytest.mark.parametrize("again", [None, 1, 3])
async def test_after_a_question_was_given_up_at_any_moment_the_next_one_is_answered(server, again):
    """A connection may wait for something that never comes, if its question is cancelled while its reply is closed."""
    async with stack() as (each, _):
        for steps in range(60):
            await ask(each, server)
            asking = asyncio.ensure_future(ask(each, server))
            await passed(steps)
            if asking.done():
                break
            asking.cancel()
            if again is not None:
                await passed(again)
                asking.cancel()
            await asyncio.wait({asking})
            async with asyncio.timeout(20):
                assert await ask(each, server)
        else:
            pytest.fail("the question takes more steps")


async def passed(steps):
    for _ in range(steps):
        await asyncio.sleep(0)


async def test_after_a_server_that_was_not_there_the_next_question_arrives(server):
    async with stack() as (each, _):
        with pytest.raises(httpx.ConnectError):
            await each.handle_async_request(httpx.Request("GET", "http://127.0.0.1:1/", extensions={"timeout": {}}))
        assert await ask(each, server)


async def test_a_reply_that_is_closed_twice_frees_its_connection_once(server):
    async with stack() as (each, made):
        first = await each.handle_async_request(question(server))
        await first.stream.aclose()
        second = await each.handle_async_request(question(server))
        await first.stream.aclose()
        assert await ask(each, server)
        assert await second.aread()
    assert len(made) >= 2


async def test_a_reply_that_is_open_when_all_is_closed_brings_no_connection_back(server):
    async with stack() as (each, made):
        response = await each.handle_async_request(question(server))
        await each.aclose()
        await response.aclose()
        assert await ask(each, server)
    assert len(made) == 2
