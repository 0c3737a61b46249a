"""An order at an engine of one's own whose outcome is not known: it is looked for in the engine's list."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest
from PIL import Image

import wan_widgets as ww
from shared.orders import the_row
from wan_widgets import ImageToVideo, TextToVideo
from wan_widgets.generation.resuming import resume
from wan_widgets.generation.step import last
from wan_widgets.ledger.ledger import ledger
from wan_widgets.providers import OpenAIVideos
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo("A kitten", model="wan2.1-t2v-1.3b", resolution="480p", duration=1, audio=False, seed=7)
MODEL = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
ADDRESS = "http://127.0.0.1:8000"


class Cutting(httpx.AsyncBaseTransport):
    """The engine takes the next orders, but the replies to them are lost."""

    def __init__(self, inner: httpx.AsyncBaseTransport, lost: int = 1) -> None:
        self.inner, self.lost, self.listed = inner, lost, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        self.listed += request.url.path == "/v1/videos" and request.method == "GET"
        if request.method == "POST" and self.lost:
            self.lost -= 1
            raise httpx.ReadError("cut", request=request)
        return response


@pytest.fixture(params=["sglang", "vllm-omni"])
def engine(request, tmp_path, clock):
    simulator = Simulator(tmp_path / "engine", clock=clock, engine=request.param, model=MODEL)
    simulator.script(*[Script(queued=0, running=600)] * 9)
    return simulator, request.param


def client_of(engine, clock, lost=1):
    simulator, dialect = engine
    transport = Cutting(simulator.transport(), lost)
    provider = OpenAIVideos(dialect)
    return ww.AsyncClient(provider, base_url=ADDRESS, transport=transport, timing=clock.timing), transport


async def test_it_is_found_by_its_time_and_by_what_was_asked(engine, clock, monkeypatch):
    monkeypatch.setattr("time.time", clock)
    client, transport = client_of(engine, clock)
    task = await client.submit(REQUEST)
    assert (task.id, transport.listed) == (the_row()["task_id"], 1)
    assert (await client.retrieve(task)).status is ww.TaskStatus.IN_PROGRESS


@pytest.mark.parametrize(
    "other",
    [replace(REQUEST, duration=2), replace(REQUEST, aspect_ratio="9:16")],
    ids=["another length", "another shape"],
)
async def test_what_was_asked_differently_is_not_taken_for_it(other, engine, clock, monkeypatch):
    monkeypatch.setattr("time.time", clock)
    client, _ = client_of(engine, clock, lost=0)
    await client.submit(other)
    cut, transport = client_of(engine, clock)
    transport.inner = httpx.MockTransport(lambda request: _lists(engine, request))
    with pytest.raises(ww.Unconfirmed):
        await cut.submit(REQUEST)


async def _lists(engine, request):
    """The engine never saw the order, but still lists what it has."""
    if request.method == "POST":
        return httpx.Response(502)
    return await engine[0].transport().handle_async_request(request)


async def test_two_that_may_be_it_are_none(engine, clock, monkeypatch):
    """Another person's task, which this ledger does not know, could be taken for the own one."""
    monkeypatch.setattr("time.time", clock)
    simulator, _ = engine
    form = {"prompt": "A kitten", "model": MODEL, "size": "832x480", "seconds": "1", "fps": "16", "num_frames": "17"}
    async with httpx.AsyncClient(transport=simulator.transport(), base_url=ADDRESS) as http:
        await http.post("/v1/videos", files=[(name, (None, value)) for name, value in form.items()])
    client, _ = client_of(engine, clock)
    with pytest.raises(ww.Unconfirmed) as caught:
        await client.submit(REQUEST)
    text = str(caught.value)
    assert "was asked, and shows no task that is certainly this order's" in text
    assert f"ww.dismiss('{caught.value.ledger_id}')" in text
    assert "bill" not in text, "it is one's own engine"
    with pytest.raises(ww.Unconfirmed, match=r"ww\.dismiss"):
        await last(resume(client, ledger().entry(caught.value.ledger_id)))


async def test_with_an_image_too(tmp_path, clock, monkeypatch):
    monkeypatch.setattr("time.time", clock)
    model = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
    simulator = Simulator(tmp_path / "engine", clock=clock, engine="vllm-omni", model=model)
    client, _ = client_of((simulator, "vllm-omni"), clock)
    image = Image.new("RGB", (1280, 704))
    request = ImageToVideo(
        "A lake", image=image, model="wan2.2-ti2v-5b", resolution="720p", aspect_ratio="16:9", duration=1, audio=False
    )
    task = await client.submit(request)
    assert task.id == the_row()["task_id"]


async def test_a_service_that_cannot_be_asked_says_where_to_look(clock):
    client = ww.AsyncClient(
        "uniall",
        base_url="https://uniall.example",
        api_key="k",
        transport=httpx.MockTransport(lambda _: httpx.Response(502)),
        timing=clock.timing,
    )
    with pytest.raises(ww.Unconfirmed, match="cannot be asked about it, but its console shows its tasks") as caught:
        await client.submit(TextToVideo("A kitten"))
    assert "ww.resume" not in str(caught.value), "it would say the same again"
    assert "billed" in str(caught.value)


async def lost_order(engine, clock, monkeypatch):
    """The id of an order that never arrived."""
    monkeypatch.setattr("time.time", clock)
    client, transport = client_of(engine, clock)
    transport.inner = httpx.MockTransport(lambda request: _lists(engine, request))
    with pytest.raises(ww.Unconfirmed) as caught:
        await client.submit(REQUEST)
    return caught.value.ledger_id


async def test_a_later_task_of_somebody_else_is_not_taken_for_it(engine, clock, monkeypatch, tmp_path):
    order = await lost_order(engine, clock, monkeypatch)
    clock.now += 1800
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("WAN_LEDGER", str(tmp_path / "of-another-machine.sqlite3"))
        await client_of(engine, clock, lost=0)[0].submit(REQUEST)
    client = client_of(engine, clock, lost=0)[0]
    with pytest.raises(ww.Unconfirmed):
        await last(resume(client, ledger().entry(order)))


async def test_it_is_found_behind_a_hundred_later_ones(engine, clock, monkeypatch):
    monkeypatch.setattr("time.time", clock)
    simulator, _ = engine
    simulator.script(*[Script(queued=0, running=3600)] * 150)
    client, transport = client_of(engine, clock)
    transport.inner = httpx.MockTransport(lambda request: _takes_only(engine, request))
    with pytest.raises(ww.Unconfirmed) as caught:
        await client.submit(REQUEST)
    clock.now += 600
    form = {"prompt": "Another", "model": MODEL, "size": "832x480", "seconds": "2"}
    async with httpx.AsyncClient(transport=simulator.transport(), base_url=ADDRESS) as http:
        for _ in range(105):
            await http.post("/v1/videos", files=[(name, (None, value)) for name, value in form.items()])
    client, _ = client_of(engine, clock, lost=0)
    async for step in resume(client, ledger().entry(caught.value.ledger_id)):
        if step.task and step.task.status is ww.TaskStatus.IN_PROGRESS:
            break
    assert the_row()["task_id"] == step.task.id


async def _takes_only(engine, request):
    """The engine takes the order, but does not list its tasks for a while."""
    if request.method == "GET":
        return httpx.Response(503)
    return await engine[0].transport().handle_async_request(request)


@pytest.mark.parametrize("hours", [-3, 3])
async def test_the_clock_of_the_engine_may_be_wrong(hours, engine, clock, monkeypatch):
    """The reply to the question tells what time it is there."""
    there = clock.now + hours * 3600
    monkeypatch.setattr("time.time", clock)
    clock.now = there
    client, transport = client_of(engine, clock)
    inner = transport.inner

    async def dated(request):
        response = await inner.handle_async_request(request)
        response.headers["date"] = format_datetime(datetime.fromtimestamp(clock.now, UTC), usegmt=True)
        return response

    transport.inner = httpx.MockTransport(dated)
    monkeypatch.setattr("time.time", lambda: clock.now - hours * 3600)
    task = await client.submit(REQUEST)
    assert task.id == the_row()["task_id"]


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_an_engine_without_a_list_is_not_said_to_answer_later(status, engine, clock):
    client, transport = client_of(engine, clock)
    transport.inner = httpx.MockTransport(lambda request: httpx.Response(502 if request.method == "POST" else status))
    with pytest.raises(ww.Unconfirmed, match="cannot be asked about it, but its log shows what it received") as caught:
        await client.submit(REQUEST)
    assert "ww.resume" not in str(caught.value)


ODD_ROWS = [1, None, {"id": 5}, {"id": "x", "created_at": "now"}, {"id": ["a"], "created_at": 0}, {"id": "bare"}]


async def test_a_list_that_tells_only_times_does_not_tell_whose_task_it_is(engine, clock, monkeypatch):
    monkeypatch.setattr("time.time", clock)
    rows = [{**row, "created_at": clock.now} if isinstance(row, dict) else row for row in ODD_ROWS]
    client, transport = client_of(engine, clock)
    lists = httpx.Response(200, json={"data": rows, "has_more": True})
    transport.inner = httpx.MockTransport(lambda request: httpx.Response(502) if request.method == "POST" else lists)
    with pytest.raises(ww.Unconfirmed):
        await client.submit(REQUEST)
    assert the_row()["task_id"] is None
    assert transport.listed == 4 * 2, "the same page again is the last one"
