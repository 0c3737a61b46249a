"""An order whose outcome is not known: kept, looked for where the service can be asked, never sent again."""

import asyncio
import time

import httpx
import pytest

from faults import menu
from faults.server import FaultServer
from shared.network import KEY, TASK_ID, Clock, Service, error, task
from shared.orders import MARKED, REQUEST, an_entry, at, run, the_row, until
from wan_widgets import AsyncClient, TextToVideo, Unconfirmed, WanError
from wan_widgets.generation.resuming import resume
from wan_widgets.ledger import order as book
from wan_widgets.ledger.ledger import Ledger, ledger
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import ToAPIs
from wan_widgets.words import loaded

pytestmark = pytest.mark.anyio
ACCEPTED = [*menu.LATE_LINE, *menu.LATE_ERRORS, *menu.NONSENSE]
LOST = [*menu.LINE, *(each for each in menu.ERRORS if "429" not in each.name)]


@pytest.mark.parametrize("fault", ACCEPTED, ids=lambda fault: fault.name)
async def test_an_order_that_was_taken_without_a_word_is_found_by_its_name_and_not_sent_again(fault, outputs):
    with FaultServer(stall=0.02) as server:
        server.script("submit", fault)
        async with at(server) as client:
            video = await client.generate(MARKED)
        assert len(server.asked("submit")) == 1
        assert server.truth.is_clip_of("order-1", video.path.read_bytes())
    assert (the_row()["state"], the_row()["error_message"]) == ("completed", None)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
async def test_an_order_of_which_nobody_knows_is_kept_with_its_recipe_and_not_sent_again(fault):
    with FaultServer(stall=0.02) as server:
        server.script("submit", fault)
        async with at(server) as client:
            with pytest.raises(Unconfirmed) as caught:
                await client.submit(MARKED)
        assert [seen.kind for seen in server.seen] == ["submit", *["poll"] * 4]
    row = the_row()
    assert (row["state"], row["id"], row["poller"]) == ("unconfirmed", caught.value.ledger_id, None)
    assert ledger().entry(caught.value.ledger_id).request == MARKED
    assert f"ww.resume('{caught.value.ledger_id}')" in str(caught.value)
    assert caught.value.maybe_billed
    assert isinstance(caught.value.__cause__, WanError)


async def test_a_service_may_take_a_while_to_know_of_an_order_or_be_in_trouble_meanwhile(clock):
    service = Service(error(502), error(404), error(503), task("queued"))
    assert (await service.client(clock).submit(REQUEST)).id == TASK_ID
    assert service.methods == ["POST", "GET", "GET", "GET"]
    assert clock.slept == [2.0, 10.0]
    name = the_row()["id"]
    assert {request.url.path.rpartition("/")[2] for request in service.requests[1:]} == {name}
    assert (the_row()["state"], the_row()["task_id"]) == ("queued", TASK_ID)


async def test_a_service_that_cannot_be_asked_is_not_asked(clock):
    service = Service(error(500))
    client = AsyncClient("uniall", api_key=KEY, transport=service.transport, timing=clock.timing)
    with pytest.raises(Unconfirmed):
        await client.submit(TextToVideo(prompt="A kitten", model="wan2.6", resolution="720p"))
    assert (service.methods, clock.slept) == (["POST"], [])


@pytest.mark.parametrize(
    ("provider", "answer", "happened"),
    [
        ("toapis", error(502), "ToAPIs is in trouble (HTTP 502): Because."),
        (
            "dashscope",
            httpx.Response(503, json={"code": "Throttling", "message": "Busy"}),
            "Alibaba Model Studio has had too many requests: Busy.",
        ),
        (
            "newapi",
            httpx.Response(500, json={"code": "fail_to_fetch_task", "message": "Busy"}),
            "New API is in trouble (HTTP 500): Busy.",
        ),
    ],
)
async def test_to_try_again_is_not_advised_whichever_remedy_an_error_has(provider, answer, happened, clock):
    """Neither at once nor after a restart."""
    service = Service(answer)
    base_url = "https://newapi.example" if provider == "newapi" else None
    client = AsyncClient(provider, base_url=base_url, api_key=KEY, transport=service.transport, timing=clock.timing)
    notes = set()

    async def listening(steps):
        async for step in steps:
            notes.add(str(step.note))

    with pytest.raises(Unconfirmed) as caught:
        await listening(run(client, TextToVideo(prompt="A kitten", model="wan2.6")))
    with pytest.raises(Unconfirmed) as again:
        await listening(resume(client, ledger().entry(caught.value.ledger_id)))
    assert caught.value.happened == again.value.happened == loaded(the_row()["error_message"])
    assert str(caught.value.happened) == happened
    assert notes <= {"", f"{happened} It may have been accepted: {client.provider.title} is asked."}


async def cancelled(running, moment):
    """Start something and call it off when that moment has come."""
    doing = asyncio.ensure_future(running)
    await until(moment)
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing


async def test_an_order_that_is_interrupted_on_its_way_is_of_unknown_outcome():
    with FaultServer(stall=60) as server:
        server.script("submit", menu.stall())
        async with at(server) as client:
            await cancelled(client.submit(MARKED), lambda: server.asked("submit"))
    assert (the_row()["state"], the_row()["poller"]) == ("unconfirmed", None)


async def test_an_order_that_is_called_off_while_it_waits_to_be_sent_again_was_not_bought(clock):
    started = []

    async def sleep(seconds):
        started.append(seconds)
        await asyncio.sleep(60)

    service = Service(error(429, retry_after="17"))
    timing = Timing(now=clock, sleep=sleep)
    client = AsyncClient("toapis", api_key=KEY, transport=service.transport, timing=timing)
    await cancelled(client.submit(REQUEST), lambda: started)
    assert (the_row()["state"], the_row()["poller"]) == ("refused", None)
    assert loaded(the_row()["error_message"]) == book.UNTAKEN


async def test_so_was_one_whose_steps_nobody_goes_on_with(clock, outputs):
    steps = run(Service(error(429, retry_after="17")).client(clock), REQUEST)
    async for step in steps:
        if step.note:
            break
    await steps.aclose()
    await until(lambda: the_row()["state"] == "refused")


async def test_so_was_one_that_is_given_up_when_it_is_written_down_and_not_yet_sent(clock):
    service = Service(task())
    steps = run(service.client(clock), REQUEST)
    async for step in steps:
        if step.order:
            break
    assert the_row()["state"] == "sending"
    await steps.aclose()
    assert (the_row()["state"], the_row()["poller"], service.requests) == ("refused", None, [])


async def test_so_was_one_that_is_called_off_while_it_is_written_down(monkeypatch):
    begun, go_on = asyncio.Event(), []
    loop, write = asyncio.get_running_loop(), Ledger.open

    def slowly(*arguments, **named):
        loop.call_soon_threadsafe(begun.set)
        while not go_on:
            pass
        return write(*arguments, **named)

    monkeypatch.setattr(Ledger, "open", slowly)
    service = Service(task())
    doing = asyncio.ensure_future(service.client().submit(REQUEST))
    await begun.wait()
    doing.cancel()
    loop.call_later(0.05, go_on.append, True)
    with pytest.raises(asyncio.CancelledError):
        await doing
    assert service.requests == []
    assert the_row()["state"] == "refused"


class Clumsy(ToAPIs):
    finds_orders = False

    def decode_submit(self, reply):
        raise ZeroDivisionError


class Tongueless(ToAPIs):
    def encode_submit(self, request, *, order=None):
        raise ZeroDivisionError


async def test_a_provider_of_the_users_own_that_breaks_leaves_an_order_of_unknown_outcome():
    service = Service(task())
    client = AsyncClient(Clumsy(), api_key=KEY, transport=service.transport)
    with pytest.raises(Unconfirmed, match="ZeroDivisionError") as caught:
        await client.submit(REQUEST)
    assert caught.value.ledger_id == the_row()["id"]
    assert (the_row()["state"], the_row()["poller"]) == ("unconfirmed", None)


async def test_one_that_breaks_before_anything_is_sent_has_bought_nothing():
    service = Service(task())
    client = AsyncClient(Tongueless(), api_key=KEY, transport=service.transport)
    with pytest.raises(WanError, match="Nothing was sent"):
        await client.submit(REQUEST)
    assert (the_row()["state"], service.requests) == ("refused", [])


async def test_the_lease_is_taken_anew_while_an_order_takes_long_to_send(monkeypatch):
    monkeypatch.setattr(book, "LEASE", 0.1)
    with FaultServer(stall=60) as server:
        server.script("submit", menu.stall(acts=True))
        async with at(server) as client:
            sending = asyncio.ensure_future(client.submit(MARKED))
            seen = set()
            await until(lambda: server.asked("submit"))
            await until(lambda: seen.add((the_row()["poller"], the_row()["lease_until"])) or len(seen) > 4)
            sending.cancel()
            await asyncio.wait({sending})
    assert len({poller for poller, _ in seen}) == 1
    assert (the_row()["poller"], the_row()["lease_until"]) == (None, None)


class Studio:
    """Model Studio: takes orders without a word, and lists its tasks."""

    def __init__(self, *prompts, listed=None):
        self.prompts = dict(enumerate(prompts))
        self.listed = listed
        self.asked = []

    def __call__(self, request):
        self.asked.append(request.method)
        if request.method == "POST":
            return httpx.Response(500)
        name = request.url.path.rpartition("/")[2]
        if name == "tasks":
            return httpx.Response(200, json={"data": [{"task_id": f"t-{number}"} for number in self.prompts]})
        prompt = self.prompts[int(name.removeprefix("t-"))]
        output = {"task_id": name, "task_status": "RUNNING", "orig_prompt": prompt}
        return httpx.Response(200, json={"output": output})

    def client(self):
        transport = httpx.MockTransport(self)
        return AsyncClient("dashscope", api_key=KEY, transport=transport, timing=Clock().timing)


async def test_at_model_studio_the_one_task_of_the_same_words_is_the_order():
    studio = Studio("A dog", "A kitten")
    assert (await studio.client().submit(REQUEST)).id == "t-1"
    assert studio.asked.count("POST") == 1


@pytest.mark.parametrize("prompts", [(), ("A dog",), ("A kitten", "A kitten")], ids=["none", "another", "two"])
async def test_where_it_is_none_or_several_nobody_can_say(prompts):
    with pytest.raises(Unconfirmed):
        await Studio(*prompts).client().submit(REQUEST)
    assert the_row()["task_id"] is None


async def test_a_task_that_another_order_led_to_is_left_to_that():
    studio = Studio("A kitten", "A kitten")
    where = studio.client().base_url
    ledger().open(an_entry(provider="dashscope", base_url=where, task_id="t-0", state="completed"))
    assert (await studio.client().submit(REQUEST)).id == "t-1"


@pytest.mark.parametrize(
    ("fields", "is_rival"),
    [
        ({}, True),
        ({"state": "unconfirmed"}, True),
        ({"recipe": "unreadable"}, True),
        ({"recipe": '{"mode": "t2v", "prompt": "A kitten", "seed": 8}'}, True),
        ({"recipe": '{"mode": "t2v", "prompt": "A dog"}'}, False),
        ({"state": "refused"}, False),
        ({"base_url": "https://elsewhere.example"}, False),
        ({"created_at": 1.0}, False),
    ],
)
async def test_while_another_order_of_the_same_words_has_no_task_its_task_is_not_taken_for_ours(fields, is_rival):
    """A sweep over seeds sends the same words again and again."""
    studio = Studio("A kitten")
    client = studio.client()
    known = {"provider": "dashscope", "base_url": client.base_url, "created_at": time.time()}
    ledger().open(an_entry(**known | fields))
    if is_rival:
        with pytest.raises(Unconfirmed):
            await client.submit(REQUEST)
    else:
        assert (await client.submit(REQUEST)).id == "t-0"


async def test_where_the_service_knows_our_names_others_of_the_same_words_do_not_matter(clock):
    service = Service(error(500), task())
    client = service.client(clock)
    ledger().open(an_entry(base_url=client.base_url, created_at=time.time()))
    assert (await client.submit(REQUEST)).id == TASK_ID
