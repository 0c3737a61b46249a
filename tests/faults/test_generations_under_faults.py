"""Nothing paid is lost, nothing is paid twice: against the books of a service that fails at every fifth request."""

import asyncio
from contextlib import ExitStack
from random import Random

import pytest

from faults import menu
from faults.server import FaultServer
from shared.clips import files_in
from shared.orders import run
from wan_widgets import AsyncClient, TextToVideo, Unconfirmed, Video, WanError, tasks
from wan_widgets.generation.step import last
from wan_widgets.pacing.timing import Timing

pytestmark = pytest.mark.anyio

TASKS = 50
ASKED_TO_WAIT = "429 with Retry-After 1"


async def hurried(seconds):
    """The pauses between polls are for services that need minutes; this one needs milliseconds."""
    await asyncio.sleep(seconds / 5000)


def client(server, sleep=hurried):
    timing = Timing(sleep=sleep, random=Random(0).random)
    return AsyncClient("toapis", base_url=server.url, api_key="sk-0123456789", timing=timing)


def kept(ends):
    """The orders of which nobody knows whether they were accepted, but which can be taken up again."""
    in_ledger = {entry.id for entry in tasks(everywhere=True)}
    return {name for name, end in ends.items() if isinstance(end, Unconfirmed) and end.ledger_id in in_ledger}


async def bought(http, name, folder):
    """The video, else the error."""
    request = TextToVideo(prompt=f"A lighthouse at dusk, {name}")
    try:
        return await last(run(http, request, folder / f"{name}.mp4"))
    except WanError as error:
        return error


async def buy(server, folder, names, sleep=hurried):
    async with client(server, sleep) as http:
        ends = await asyncio.gather(*(bought(http, name, folder) for name in names))
    return dict(zip(names, ends, strict=True))


def delivered(server, ends):
    """The orders whose callers have their own clip."""
    videos = {name: end.path.read_bytes() for name, end in ends.items() if isinstance(end, Video)}
    assert [name for name in videos if not server.truth.is_clip_of(name, videos[name])] == [], "the wrong clip"
    return set(videos)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_paid_is_lost_and_nothing_is_paid_twice(seed, tmp_path):
    names = [f"order-{number}" for number in range(TASKS)]
    with FaultServer(seed=seed, stall=0.05, submit=0.2, poll=0.2, download=0.2) as server:
        ends = await buy(server, tmp_path, names)
        assert server.truth.billed_twice == set()
        assert server.truth.billed - delivered(server, ends) - kept(ends) == set()
        assert sum(seen.fault != menu.OK.name for seen in server.seen) > TASKS / 3, "hardly anything went wrong"


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_an_order_is_repeated_only_where_the_service_asked_for_that(seed, tmp_path):
    names = [f"order-{number}" for number in range(TASKS)]
    with FaultServer(seed=seed, stall=0.05, submit=0.6) as server:
        await buy(server, tmp_path, names)
        for name in names:
            *earlier, _ = [seen.fault for seen in server.asked("submit", name)]
            assert set(earlier) <= {ASKED_TO_WAIT}


@pytest.fixture
def server():
    with FaultServer(stall=0.05) as running:
        yield running


async def one(server, folder, sleep=hurried):
    ends = await buy(server, folder, ["order-1"], sleep)
    return ends["order-1"]


@pytest.mark.parametrize("fault", [fault for fault in menu.MENU["submit"] if fault.acts], ids=lambda fault: fault.name)
async def test_an_order_whose_reply_was_lost_is_found_again(server, tmp_path, fault):
    server.script("submit", fault)
    await one(server, tmp_path)
    assert len(server.asked("submit")) == 1
    assert server.truth.is_clip_of("order-1", (tmp_path / "order-1.mp4").read_bytes())


@pytest.mark.parametrize(
    "fault", [menu.reset(), menu.hang_up(), menu.stall(), menu.status(500), menu.status(408)], ids=lambda it: it.name
)
async def test_an_order_that_never_arrived_is_not_sent_again(server, tmp_path, fault):
    server.script("submit", fault)
    end = await one(server, tmp_path)
    assert isinstance(end, WanError)
    assert end.maybe_billed
    assert len(server.asked("submit")) == 1
    assert server.truth.billed == set()


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 422, 429])
async def test_a_refusal_buys_nothing_and_is_not_argued_with(server, tmp_path, status):
    server.script("submit", menu.status(status))
    end = await one(server, tmp_path)
    assert isinstance(end, WanError)
    assert not end.maybe_billed
    assert len(server.asked("submit")) == 1


async def test_an_order_waits_as_long_as_the_service_asks(server, tmp_path):
    slept = []

    async def noted(seconds):
        slept.append(seconds)
        await hurried(seconds)

    server.script("submit", menu.status(429, retry_after=7), menu.status(429, retry_after=7))
    assert isinstance(await one(server, tmp_path, noted), Video)
    assert [min(seconds, 7) for seconds in slept[:2]] == [7, 7]
    assert len(server.asked("submit")) == 3
    assert len(server.truth.orders["order-1"]) == 1


async def test_an_order_for_which_nobody_was_there_is_sent_once_somebody_is(server, tmp_path):
    with ExitStack() as outage:
        outage.enter_context(server.down())

        async def until_it_is_up(seconds):
            outage.close()
            await hurried(seconds)

        assert isinstance(await one(server, tmp_path, until_it_is_up), Video)
    assert len(server.asked("submit")) == 1


@pytest.mark.parametrize("fault", menu.MENU["poll"], ids=lambda fault: fault.name)
async def test_no_answer_to_a_question_ends_a_task(server, tmp_path, fault):
    server.script("poll", *[fault] * 4)
    assert isinstance(await one(server, tmp_path), Video)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_no_refusal_of_a_question_ends_a_task(server, tmp_path, status):
    server.script("poll", *[menu.status(status)] * 4)
    assert isinstance(await one(server, tmp_path), Video)


async def test_a_task_outlives_an_outage(server, tmp_path):
    server.script("poll", *[menu.hang_up()] * 30)
    assert isinstance(await one(server, tmp_path), Video)
    assert len(server.asked("poll")) == 31


@pytest.mark.parametrize("fault", menu.MENU["download"], ids=lambda fault: fault.name)
async def test_a_clip_arrives_whole_after_a_stumble(server, tmp_path, fault):
    server.script("download", fault)
    assert isinstance(await one(server, tmp_path), Video)
    assert server.truth.is_clip_of("order-1", (tmp_path / "order-1.mp4").read_bytes())
    assert files_in(tmp_path) == [tmp_path / "order-1.mp4"]


@pytest.mark.parametrize("fault", menu.OF_PARTS, ids=lambda fault: fault.name)
async def test_a_clip_arrives_whole_from_a_server_that_is_wrong_about_parts(server, tmp_path, fault):
    server.script("download", menu.CUT_BODY, fault)
    assert isinstance(await one(server, tmp_path), Video)
    assert server.truth.is_clip_of("order-1", (tmp_path / "order-1.mp4").read_bytes())
