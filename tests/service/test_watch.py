"""Following a task: when it is asked for, what no failing question may end, and how it is called off."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from shared.network import KEY, START, TASK_ID, Clock, Service, error, page, task
from shared.orders import DAY
from wan_widgets import (
    AsyncClient,
    HTTPStatusError,
    NotFound,
    TaskStatus,
    TextToVideo,
    TransportError,
    Unsupported,
    WanError,
)
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo(prompt="A kitten", seed=7)


async def followed(service, clock=None):
    """Every state that is seen of a task that was just submitted."""
    client = service.client(clock)
    return [state async for state in client.watch(await client.submit(REQUEST))]


def words(states):
    return [(state.status.value, state.progress) for state in states]


async def test_each_change_is_seen_once_up_to_the_end():
    running = task("in_progress", progress=40)
    states = await followed(Service(task(), task(), running, running, task("completed", progress=100)))
    assert words(states) == [("queued", None), ("in_progress", 40), ("completed", 100)]
    assert all(state.request == REQUEST for state in states)


async def test_a_fresh_task_is_looked_at_soon_and_never_left_alone_for_more_than_five_seconds(clock):
    await followed(Service(*[task()] * 20, *[task("in_progress")] * 20, task("completed")), clock)
    assert 0.7 < clock.slept[0] < 1.3
    assert max(clock.slept) <= 5.0


async def test_a_task_of_yesterday_is_looked_at_at_once_and_then_now_and_then(clock):
    clock.now = START + 86_000
    client = Service(task("in_progress"), task("in_progress"), task("completed")).client(clock)
    assert [state.status.value async for state in client.watch(TASK_ID)] == ["in_progress", "completed"]
    assert len(clock.slept) == 2
    assert all(10 < seconds <= 30 for seconds in clock.slept)


async def test_a_task_that_has_ended_is_not_asked_for_again():
    for status in ("completed", "failed", "cancelled"):
        service = Service(task(status))
        [state] = await followed(service)
        assert state.is_terminal
        assert service.methods == ["POST"]


ACCIDENTS = {
    "401": error(401),
    "402": error(402),
    "404": error(404),
    "422": error(422),
    "429": error(429),
    "500": error(500),
    "503": page(503),
    "page": page(),
    "empty": httpx.Response(200),
    "redirect": httpx.Response(302, headers={"location": "https://[::1"}),
    "other json": httpx.Response(200, json=["x"]),
    "no id": httpx.Response(200, json={"status": "failed"}),
    "refused": httpx.ConnectError("refused"),
    "timeout": httpx.ReadTimeout("slow"),
    "reset": httpx.ReadError("reset"),
    "garbled": lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x")),
}


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS)
async def test_a_question_that_fails_ends_nothing_and_is_noted(accident):
    states = await followed(Service(task(), accident, accident, task("in_progress", progress=5), task("completed")))
    assert words(states) == [("queued", None), ("queued", None), ("in_progress", 5), ("completed", None)]
    _, noted, recovered, _ = states
    assert str(noted.note).endswith("It is asked again.")
    assert recovered.note is None


async def test_a_server_that_is_down_is_asked_ever_less_often_and_one_that_is_back_as_before(clock):
    await followed(Service(task(), *[error(500)] * 9, task("in_progress"), task("completed")), clock)
    assert clock.slept[1:-1] == pytest.approx([0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 38.4, 60.0])
    assert clock.slept[-1] <= 5.0


async def test_a_refusal_that_would_come_again_is_asked_about_ever_less_often(clock):
    await followed(Service(task(), *[error(404)] * 6, task("completed")), clock)
    assert clock.slept[1:] == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "300"}, 300.0),
        ({"retry_after": "0"}, 1.0),
        ({"retry_after": "999999999"}, 3600.0),
        ({"retry_after": "Thu, 01 Jan 2026 00:05:00 GMT", "date": "Thu, 01 Jan 2026 00:00:00 GMT"}, 300.0),
        ({"retry_after": "Thu, 01 Jan 99999999999 00:05:00 GMT", "date": "Thu, 01 Jan 2026 00:00:00 GMT"}, 1.0),
    ],
)
async def test_a_service_that_says_when_is_asked_then_and_not_before(clock, headers, waited):
    await followed(Service(task(), error(429, **headers), task("completed")), clock)
    assert clock.slept[1:] == [waited]


async def test_the_wait_that_was_wished_for_counts_once(clock):
    await followed(Service(task(), error(429, retry_after="300"), error(500), task("completed")), clock)
    assert clock.slept[1:] == [300.0, 0.6]


async def test_an_unknown_word_is_noted_and_followed_on():
    states = await followed(Service(task(), task("meditating"), task("completed")))
    assert words(states) == [("queued", None), ("in_progress", None), ("completed", None)]
    assert "“meditating”" in str(states[1].note)


async def test_a_task_is_completed_once_it_says_where_the_clip_is():
    states = await followed(Service(task(), task("completed", result=...), task("completed")))
    assert words(states) == [("queued", None), ("in_progress", None), ("completed", None)]
    assert "no address" in str(states[1].note)


async def test_a_first_answer_without_an_address_is_not_the_end_either():
    states = await followed(Service(task("completed", result=...), task("completed")))
    assert words(states) == [("in_progress", None), ("completed", None)]
    client = Service(task("completed", result=...), task("completed")).client()
    assert [state.status.value async for state in client.watch(TASK_ID)] == ["in_progress", "completed"]


async def test_a_task_that_never_says_where_the_clip_is_has_failed_after_ten_minutes(clock):
    service = Service(task(), task("completed", result=...))
    states = await followed(service, clock)
    assert words(states) == [("queued", None), ("in_progress", None), ("failed", None)]
    assert states[-1].error.code == "no_video_url"
    assert 600 < clock.now - START < 650


@pytest.mark.parametrize("answer", [task("meditating"), task("in_progress", progress=99), task("queued")])
async def test_every_waiting_ends_when_services_have_forgotten_the_task(answer, clock):
    states = await followed(Service(task(), answer), clock)
    assert (states[-1].status, states[-1].error.code) == (TaskStatus.FAILED, "unended")
    assert "24 hours" in str(states[-1].error.message)
    assert DAY < clock.now - START < DAY + 120


async def test_the_last_word_of_the_service_is_told(clock):
    states = await followed(Service(task(), task("meditating")), clock)
    assert "“meditating”" in str(states[-1].error.message)


@pytest.mark.parametrize("answer", [error(500), error(429, retry_after="60"), httpx.ConnectError("no route"), page()])
async def test_questions_that_fail_for_a_day_end_it_with_their_reason(answer, clock):
    with pytest.raises(WanError):
        await followed(Service(task(), answer), clock)
    assert DAY < clock.now - START < DAY + 1200


async def test_a_machine_that_slept_for_a_day_asks_before_it_gives_up(clock):
    service = Service(task(), task("in_progress"), task("in_progress"), task("completed"))
    client = service.client(clock)
    seen = []
    async for state in client.watch(await client.submit(REQUEST)):
        seen.append(state.status)
        if len(seen) == 2:
            clock.now += 2 * DAY
    assert seen[-1] is TaskStatus.COMPLETED


async def test_a_consumer_that_leaves_asks_no_more(clock):
    service = Service(task())
    client = service.client(clock)
    states = client.watch(await client.submit(REQUEST))
    await anext(states)
    await states.aclose()
    assert service.methods == ["POST"]
    assert clock.slept == []


async def test_a_consumer_that_is_cancelled_asks_no_more():
    begun = asyncio.Event()

    class Endless(Clock):
        async def sleep(self, seconds):
            begun.set()
            await asyncio.Event().wait()

    service = Service(task())
    following = asyncio.create_task(followed(service, Endless()))
    await begun.wait()
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert service.methods == ["POST"]


async def test_a_task_is_taken_up_again_by_its_id():
    service = Service(task("in_progress"), task("completed"))
    states = [state async for state in service.client().watch(TASK_ID)]
    assert words(states) == [("in_progress", None), ("completed", None)]
    assert service.methods == ["GET", "GET"]
    assert {request.url.path for request in service.requests} == {f"/v1/videos/generations/{TASK_ID}"}


async def test_an_id_that_nobody_knows_is_an_error_with_that_id():
    with pytest.raises(NotFound) as caught:
        await anext(Service(error(404)).client().watch("video_unknown"))
    assert caught.value.task_id == "video_unknown"


@pytest.mark.parametrize("accident", [error(500), httpx.ReadError("reset")], ids=["500", "reset"])
async def test_errors_of_a_question_carry_the_tasks_id(accident):
    with pytest.raises((HTTPStatusError, TransportError)) as caught:
        await Service(accident).client().retrieve(TASK_ID)
    assert caught.value.task_id == TASK_ID
    assert not caught.value.maybe_billed


async def test_the_id_that_was_asked_for_is_kept_when_a_gateway_answers_with_its_own():
    service = Service(task("in_progress", id="upstream-7"), task("completed", id="upstream-7"))
    states = [state async for state in service.client().watch(TASK_ID)]
    assert {state.id for state in states} == {TASK_ID}
    assert service.requests[-1].url.path.endswith(TASK_ID)


@pytest.mark.parametrize("task_id", ["../../user/balance", "a?b=c#d", "猫/犬", "%2e%2e"])
async def test_a_hostile_id_stays_within_its_path(task_id):
    service = Service(task("completed"))
    await service.client().retrieve(task_id)
    [sent] = service.requests
    assert sent.url.raw_path.startswith(b"/v1/videos/generations/")
    assert sent.url.raw_path.count(b"/") == 4
    assert b"?" not in sent.url.raw_path


async def test_a_service_without_cancelling_says_that_the_task_goes_on():
    service = Service(task())
    client = service.client()
    with pytest.raises(Unsupported, match="may be billed") as caught:
        await client.cancel(await client.submit(REQUEST))
    assert caught.value.task_id == TASK_ID
    assert service.methods == ["POST"]


async def test_a_cancellation_says_that_it_has_no_body_because_some_servers_refuse_a_post_without_a_length():
    heard = []
    transport = httpx.MockTransport(lambda request: heard.append(request) or httpx.Response(200, json={}))
    with suppress(WanError):
        await AsyncClient("dashscope", api_key=KEY, transport=transport).cancel("t1")
    assert (heard[0].method, heard[0].headers["content-length"]) == ("POST", "0")


async def test_a_simulated_task_can_be_cancelled_once(tmp_path, clock):
    simulator = Simulator(tmp_path, clock=clock)
    async with AsyncClient("simulator", transport=simulator.transport(), timing=clock.timing) as client:
        order = await client.submit(REQUEST)
        cancelled = await client.cancel(order)
        assert cancelled.status is TaskStatus.CANCELLED
        assert cancelled.request == REQUEST
        assert [state.status async for state in client.watch(order.id)] == [TaskStatus.CANCELLED]
        with pytest.raises(HTTPStatusError) as caught:
            await client.cancel(order.id)
        assert (caught.value.status_code, caught.value.task_id) == (409, order.id)


async def test_a_simulated_failure_is_followed_to_its_reason(tmp_path, clock):
    simulator = Simulator(tmp_path, clock=clock)
    simulator.script(Script(ending="failed", error=("too_dark", "It was too dark.")))
    async with AsyncClient("simulator", transport=simulator.transport(), timing=clock.timing) as client:
        states = [state async for state in client.watch(await client.submit(REQUEST))]
    assert states[-1].error.message == "It was too dark."
    assert {state.status.value for state in states} == {"queued", "in_progress", "failed"}


async def test_one_refusal_after_broken_connections_is_not_final(clock):
    answers = [*[httpx.ConnectError("no route")] * 8, error(400), task("completed")]
    client = Service(*answers).client(clock)
    states = [state async for state in client.watch(TASK_ID, known=True)]
    assert states[-1].status is TaskStatus.COMPLETED
