"""Engines of one's own that are asked what they are: slow, refusing, absent or of another kind; real processes."""

import asyncio
import contextlib
import socket
import threading
import time
from typing import Self

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import wan_widgets as ww
from wan_widgets import TextToVideo
from wan_widgets.generation import discovery, worker
from wan_widgets.providers import OpenAIVideos
from wan_widgets.simulator import Script, Simulator
from widgets.messages import say
from widgets.test_form import click

REQUEST = TextToVideo("A kitten", model="wan2.1-t2v-1.3b", resolution="480p", duration=1, audio=False, seed=7)
MODEL = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
LIST = {"data": [{"id": MODEL, "owned_by": "sglang", "task_type": "T2V"}]}
FLUX = {"data": [{"id": "black-forest-labs/FLUX.1-dev", "owned_by": "sglang", "task_type": "T2I"}]}


class Server:
    """A real HTTP server on a real socket. `models` is what `/v1/models` answers; all orders are counted."""

    def __init__(self, status: int = 200, models: object = LIST, delay: float = 0.0) -> None:
        self.status, self.models, self.delay, self.orders = status, models, delay, 0
        routes = [Route("/v1/models", self._list), Route("/v1/videos", self._order, methods=["POST"])]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="critical"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    @property
    def client(self) -> ww.AsyncClient:
        return ww.AsyncClient("openai-videos", base_url=self.base_url)

    async def _list(self, _request: object) -> JSONResponse:
        await asyncio.sleep(self.delay)
        return JSONResponse(self.models, self.status)

    async def _order(self, _request: object) -> JSONResponse:
        self.orders += 1
        return JSONResponse({"detail": "The test needs no clip"}, 400)


@pytest.fixture
def serve(monkeypatch):
    """Starts a server. Only for a slow one there is less patience than usual."""

    def start(**facts):
        patience = 0.3 if "delay" in facts else 20.0  # a busy machine is slow, too
        for place in PATIENCES:
            monkeypatch.setattr(f"wan_widgets.pacing.patience.{place}", patience)
        return stack.enter_context(Server(**facts))

    with contextlib.ExitStack() as stack:
        yield start


PATIENCES = ("AT_THE_START", "WHEN_ASKED", "FOR_AN_ORDER")
TROUBLES = {
    "slow": ({"delay": 1.0}, ww.TimeoutException, "has not said within"),
    "wants a key": ({"status": 401, "models": {"error": "Unauthorized"}}, ww.AuthenticationError, "set WAN_API_KEY"),
    "serves images": ({"models": FLUX}, ww.ConfigurationError, "serves black-forest-labs/FLUX.1-dev"),
    "is starting": ({"status": 503}, ww.ServerError, "Try again later"),
    "has no list": ({"status": 404}, ww.NotFound, "name the model"),
}


@pytest.mark.parametrize(("facts", "kind", "said"), TROUBLES.values(), ids=TROUBLES)
def test_nothing_is_ordered_from_a_guess(facts, kind, said, serve):
    server = serve(**facts)
    with pytest.raises(kind, match=said):
        ww.generate("A kitten", provider=server.client)
    with pytest.raises(kind, match=said):
        asyncio.run(_with(server, "generate", "A kitten"))
    with pytest.raises(kind, match=said):
        asyncio.run(_with(server, "submit", "A kitten"))
    assert server.orders == 0


async def _with(server, what, request):
    async with server.client as client:
        return await getattr(client, what)(request)


@pytest.mark.parametrize(("facts", "kind", "said"), TROUBLES.values(), ids=TROUBLES)
def test_a_form_says_what_is_the_matter_and_orders_nothing(facts, kind, said, serve):
    server = serve(**facts)
    studio = ww.Studio(server.client, prompt="A kitten")
    assert said in studio.form._service["trouble"]
    assert set(map(tuple, studio.form._service["models"].values())) == {()}, "no model that it does not have is offered"
    with pytest.raises(ww.ConfigurationError, match=said):
        studio.form.submit()
    with pytest.raises(ww.ConfigurationError, match=said):
        studio.submit("A kitten")
    [answer] = click(studio.form, "one", prompt="A kitten")
    assert (answer["kind"], said in answer["message"]) == ("refused", True)
    assert server.orders == 0


def test_the_moment_of_choosing_tells_it_and_the_other_service_stays(serve):
    form = ww.VideoForm()
    server = serve(models=FLUX)
    wish = {"kind": "choose", "id": "1", "name": "openai-videos", "region": "", "base_url": server.base_url}
    [(answer, _)] = say(form, **wish)
    assert answer["kind"] == "not-chosen"
    assert "nothing says that this makes videos" in answer["message"]
    assert form.client.provider.name == "simulator"
    server.models = LIST
    assert say(form, **wish) == [({"id": "1", "kind": "chosen"}, [])]
    assert (form.client.provider.title, form.model) == ("SGLang", "wan2.1-t2v-1.3b")


def test_once_the_server_answers_the_form_knows_it(serve):
    server = serve(status=503)
    form = ww.VideoForm(server.client)
    assert form._service["trouble"]
    server.status = 200
    form._hear({"kind": "discover"}, [])
    assert form._service["trouble"] == ""
    assert (form._service["title"], form.model) == ("SGLang", "wan2.1-t2v-1.3b")


def test_a_click_asks_again_by_itself(serve):
    server = serve(status=503)
    studio = ww.Studio(server.client, prompt="A kitten")
    server.status = 200
    studio.form.submit()
    deadline = time.monotonic() + 60
    while [card["phase"] for card in studio._cards] != ["refused"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert server.orders == 1
    worker.submit(studio._client.aclose()).result(60)  # else another test would hear of its open connection


@pytest.mark.parametrize("facts", [{"delay": 1.0}, {"models": FLUX}, {"status": 404}], ids=str)
def test_a_model_that_is_named_is_ordered_all_the_same(facts, serve):
    server = serve(**facts)
    with pytest.raises(ww.HTTPStatusError, match="needs no clip"):
        ww.generate("A kitten", provider=server.client, model="wan2.1-t2v-1.3b")
    with pytest.raises(ww.HTTPStatusError, match="needs no clip"):
        asyncio.run(_with(server, "submit", REQUEST))
    form = ww.VideoForm(server.client, model="wan2.1-t2v-1.3b", prompt="A kitten")
    assert form._service["models"]["t2v"] == ["wan2.1-t2v-1.3b"]
    assert form.request.model == "wan2.1-t2v-1.3b"
    assert server.orders == 2


def test_what_the_ledger_names_is_discovered_when_it_is_needed(tmp_path, clock):
    """A client that nobody has asked to discover, as after a restart of the kernel."""
    simulator = Simulator(tmp_path, clock=clock, engine="vllm-omni", model=MODEL)
    simulator.script(Script(queued=0, running=3600))
    place = {"base_url": "http://127.0.0.1:8000", "transport": simulator.transport(), "timing": clock.timing}

    async def cancelled():
        task = await ww.AsyncClient("openai-videos", **place).submit(REQUEST)
        later = ww.AsyncClient("openai-videos", **place)
        assert later.provider.title == "OpenAI-compatible engine"
        assert (await later.cancel(task)).status is ww.TaskStatus.CANCELLED
        return later

    assert asyncio.run(cancelled()).provider.title == "vLLM-Omni"


def test_on_the_worker_nothing_waits_for_itself(serve):
    client = serve(delay=1.0).client

    async def there():
        return discovery.discovered(client, 1.0)

    assert worker.submit(there()).result(timeout=60) is client


class Own(OpenAIVideos):
    """A user's own way to read what the server has."""

    def __init__(self, read):
        super().__init__()
        self.decode_discover = read


@pytest.mark.anyio
@pytest.mark.parametrize("found", [None, "sglang", 5])
async def test_a_providers_own_discovery_must_return_a_provider(found, clock):
    client = at(Own(lambda _: found), clock)
    with pytest.raises(ww.UnexpectedReply, match="which is no provider") as caught:
        await client.discover()
    assert "self" in str(caught.value.remedy)


@pytest.mark.anyio
async def test_whatever_a_providers_own_discovery_raises_is_an_error_of_ours(clock):
    with pytest.raises(ww.UnexpectedReply, match="cannot be read"):
        await at(Own(lambda _: 1 / 0), clock).discover()


@pytest.mark.anyio
async def test_a_provider_that_is_asked_counts_as_known_whatever_it_would_ask_next(clock):
    own = Own(lambda _: own)
    found = await at(own, clock).discover()
    assert found.is_discovered
    assert found.provider.encode_discover() is not None
    assert ww.VideoForm(found)._service["models"]["t2v"]


def at(provider, clock):
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    return ww.AsyncClient(provider, base_url="http://127.0.0.1:8000", transport=transport, timing=clock.timing)
