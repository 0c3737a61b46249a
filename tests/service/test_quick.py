"""Questions over aiohttp, where it is installed, against real sockets."""

import asyncio
import subprocess
import sys
from contextlib import suppress

import pytest

from faults import menu
from faults.server import FaultServer
from shared.network import KEY
from shared.orders import MARKED, at
from wan_widgets import TransportError, WanError
from wan_widgets.service import proxies
from wan_widgets.service.quick import Quick

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    monkeypatch.setattr(proxies, "is_installed", lambda: True)


@pytest.fixture
def server():
    with FaultServer(seconds=(100.0, 100.0)) as server:
        yield server


@pytest.fixture
def quick(monkeypatch):
    """The requests that went over aiohttp."""
    seen, handle = [], Quick.handle_async_request
    monkeypatch.setattr(Quick, "handle_async_request", lambda self, each: seen.append(each) or handle(self, each))
    return seen


async def test_only_questions_go_that_way(server, quick):
    async with at(server) as client:
        task = await client.submit(MARKED)
        assert quick == []
        assert (await client.retrieve(task)).id == task.id
    assert [each.method for each in quick] == ["GET"]
    [asked] = server.asked("poll")
    assert asked.request.headers["authorization"] == f"Bearer {KEY}"
    assert "cookie" not in asked.request.headers


async def test_a_thousand_questions_at_once_have_ten_connections(server, quick):
    async with at(server) as client:
        task = await client.submit(MARKED)
        before = server.connections
        await asyncio.gather(*(client.retrieve(task) for _ in range(1000)))
        assert server.connections - before <= 10
    assert len(quick) == 1000


async def test_with_a_proxy_it_goes_over_httpx(server, quick, monkeypatch):
    async with at(server) as client:
        task = await client.submit(MARKED)
        monkeypatch.setattr(proxies.ByProxy, "_proxy", lambda self, url: server.url)
        with pytest.raises(WanError):
            await client.retrieve(task)
    assert quick == []


BROKEN = [each for each in vars(menu).values() if isinstance(each, menu.Fault) and each is not menu.OK]


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.name)
async def test_whatever_breaks_is_an_error_of_the_package_or_an_answer(server, fault):
    async with at(server) as client:
        task = await client.submit(MARKED)
        server.script("poll", fault)
        with suppress(WanError):
            await client.retrieve(task)
        assert (await client.retrieve(task)).id == task.id


async def test_a_connection_that_is_cut_did_reach_the_service(server):
    async with at(server) as client:
        task = await client.submit(MARKED)
        server.script("poll", *[menu.hang_up(acts=True)] * 3)  # aiohttp asks a second time by itself
        with pytest.raises(TransportError) as caught:
            await client.retrieve(task)
    assert type(caught.value) is TransportError


def test_it_is_imported_with_the_first_question_only():
    program = (
        "import sys, wan_widgets as ww; ww.AsyncClient('toapis', api_key='x' * 20); print('aiohttp' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
