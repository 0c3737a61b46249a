"""Tasks of an engine of one's own, after the engine has forgotten them."""

import asyncio
import random
import time
from itertools import cycle

import httpx
import pytest

import wan_widgets as ww
from shared.network import Clock
from shared.orders import DAY
from wan_widgets import TextToVideo
from wan_widgets.generation.following import follow
from wan_widgets.generation.resuming import resume
from wan_widgets.generation.step import last
from wan_widgets.ledger import orders
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.providers import OpenAIVideos
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo("A kitten", model="wan2.1-t2v-1.3b", resolution="480p", duration=1, audio=False, seed=7)
LOST = (
    "An engine forgets its tasks when it is restarted, and this one does not know the task any more."
    " A clip that was complete may still be a file there, named by the task."
)
MODEL = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
ADDRESS = "http://127.0.0.1:8000"
SLOW = Script(queued=0, running=3600)


def entry() -> Entry:
    [only] = ww.tasks()
    return only


def at(simulator, clock, dialect="vllm-omni"):
    """A client of a simulator in this process."""
    return ww.AsyncClient(OpenAIVideos(dialect), base_url=ADDRESS, transport=simulator.transport(), timing=clock.timing)


@pytest.fixture(autouse=True)
def _no_budget():
    yield
    ww.set_budget()


@pytest.fixture
def simulator(tmp_path, clock) -> Simulator:
    simulator = Simulator(tmp_path / "engine", clock=clock, engine="vllm-omni", model=MODEL)
    simulator.script(SLOW, SLOW)
    return simulator


@pytest.mark.parametrize("engine", ["sglang", "vllm-omni"])
async def test_a_restart_of_the_engine_ends_the_task_within_a_minute(engine, start_engine, outputs):
    ww.set_budget(ww.Budget(clips=1))
    server = start_engine(engine)
    clock = Clock()
    notes = []
    async with server.client(clock) as asking, await asking.discover() as client:
        task = await client.submit(REQUEST)
        server.restart()
        begun = clock.now
        with pytest.raises(ww.TaskFailed, match="forgets its tasks when it is restarted") as caught:
            await _noting(follow(client, task.id), notes)
        assert 60 <= clock.now - begun < 100
        assert any("An engine forgets its tasks when it is restarted" in note for note in notes)
        assert str(caught.value).startswith(LOST)
        assert (entry().state, str(entry().error_message)) == ("failed", LOST)
        assert ww.budgets()[0].used.clips == 0
        await client.submit(REQUEST)


async def test_after_a_day_too_it_is_lost_and_not_expired(simulator, clock, tmp_path):
    client = at(simulator, clock)
    task = await client.submit(REQUEST)
    clock.now += 3 * DAY
    other = at(Simulator(tmp_path / "new", clock=clock, engine="vllm-omni"), clock)
    with pytest.raises(ww.TaskFailed, match="restarted"):
        await last(resume(other, ledger().of_task(task.id, ADDRESS)))


@pytest.mark.parametrize("odd", [503, 404], ids=["the server is starting", "a proxy has no such route"])
async def test_only_the_engine_itself_can_say_so(odd, clock):
    """A proxy's 404 and an engine that starts say nothing about the task."""
    answers = iter([200, *[odd] * 40, 200])
    body = {"id": "video_1", "object": "video", "status": "in_progress", "created_at": int(clock.now)}

    def answer(request):
        if request.url.path == "/v1/models":
            return httpx.Response(503)
        status = next(answers)
        if status != 200:
            return httpx.Response(status, json={"detail": "Not Found"})
        return httpx.Response(200, json=body | ({"status": "completed"} if request.method == "GET" else {}))

    client = ww.AsyncClient(
        OpenAIVideos("sglang"), base_url=ADDRESS, transport=httpx.MockTransport(answer), timing=clock.timing
    )
    states = [state async for state in client.watch(await client.submit(REQUEST))]
    assert states[-1].status is ww.TaskStatus.COMPLETED
    assert clock.now - body["created_at"] > 600


class Patient(Clock):
    """Time that passes only after the cancellation."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await self.cancelled.wait()
        await super().sleep(seconds)


async def test_who_follows_a_task_that_another_one_cancelled_hears_of_it(simulator, clock):
    patient = Patient()
    one, other = at(simulator, patient), at(simulator, clock)
    task = await one.submit(REQUEST)
    generating = asyncio.ensure_future(_states(one, task))
    assert (await other.cancel(task)).status is ww.TaskStatus.CANCELLED
    patient.cancelled.set()
    states = await generating
    assert states[-1].status is ww.TaskStatus.CANCELLED
    assert entry().state == "cancelled"
    assert (await one.cancel(task)).status is ww.TaskStatus.CANCELLED, "to cancel it again says the same"
    assert (await one.retrieve(task.id)).status is ww.TaskStatus.CANCELLED


async def _noting(steps, notes):
    async for step in steps:
        notes += [str(step.task.note or "")]


async def _states(client, task):
    return [state async for state in client.watch(task)]


async def test_generate_beside_cancel(simulator, clock):
    patient = Patient()
    one, other = at(simulator, patient), at(simulator, clock)
    generating = asyncio.ensure_future(one.generate(REQUEST))
    while not (ww.tasks() and entry().task_id):  # noqa: ASYNC110  # another task writes the ledger
        await asyncio.sleep(0.01)
    await other.cancel(entry().task_id)
    patient.cancelled.set()
    with pytest.raises(ww.TaskCancelled):
        await generating


async def test_any_task_can_be_let_go_and_taken_back(simulator, clock, outputs):
    ww.set_budget(ww.Budget(clips=1))
    client = at(simulator, clock)
    task = await client.submit(REQUEST)
    ww.dismiss(task)
    assert entry().state == "let_go"
    assert orders.unfinished(time.time() + 1) == []
    assert ww.budgets()[0].used.clips == 1, "the service may go on with it"
    with pytest.raises(ww.LedgerError, match="is not unfinished: it is let_go"):
        ww.dismiss(task.id)
    clock.now += 3600
    video = await last(resume(client, entry()))
    assert entry().state == "completed"
    assert video.path.exists()


CHANCE = random.Random(1)


@pytest.mark.parametrize(
    "asked", [lambda: CHANCE.randrange(2), cycle(range(3)).__next__], ids=["two, by chance", "three, in turn"]
)
async def test_several_engines_behind_one_address_lose_nothing(asked, clock):
    """Only the first of them knows the task."""
    begun = clock.now
    body = {"id": "video_1", "object": "video", "created_at": int(begun)}

    def answer(request):
        if asked():
            return httpx.Response(404, json={"detail": "Video not found"})
        return httpx.Response(200, json=body | {"status": "completed" if clock.now > begun + 3600 else "in_progress"})

    provider = OpenAIVideos("sglang")
    for _ in range(10):
        clock.now = begun
        client = ww.AsyncClient(provider, base_url=ADDRESS, transport=httpx.MockTransport(answer), timing=clock.timing)
        states = [state async for state in client.watch("video_1", known=True)]
        assert states[-1].status is ww.TaskStatus.COMPLETED


async def test_a_proxy_that_finds_no_way_speaks_of_no_task(clock):
    says = {"message": "no Route matched with those values"}
    answers = iter([httpx.Response(404, json=says)] * 30)
    body = {"id": "video_1", "object": "video", "status": "completed", "created_at": int(clock.now)}
    transport = httpx.MockTransport(lambda _: next(answers, httpx.Response(200, json=body)))
    client = ww.AsyncClient(OpenAIVideos("sglang"), base_url=ADDRESS, transport=transport, timing=clock.timing)
    states = [state async for state in client.watch("video_1", known=True)]
    assert states[-1].status is ww.TaskStatus.COMPLETED
