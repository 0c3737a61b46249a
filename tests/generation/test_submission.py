"""An order is on disk before it leaves and sent once; again only where nothing can have been bought."""

import hashlib
import re
import sqlite3
import time
from contextlib import closing

import httpx
import pytest

import wan_widgets as ww
from faults.protocols import ToAPIs
from faults.server import FaultServer
from shared.network import KEY, TASK_ID, Service, error, task
from shared.orders import MARKED, REQUEST, at, rows, run, the_row
from wan_widgets import (
    AsyncClient,
    ConnectError,
    HTTPStatusError,
    RateLimited,
    TextToVideo,
    Unconfirmed,
    WanError,
)
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.orders import unfinished
from wan_widgets.pacing.timing import Timing
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.words import loaded

pytestmark = pytest.mark.anyio


class Watching(ToAPIs):
    """Looks into the ledger's file whenever something is asked."""

    def __init__(self):
        self.seen = []

    def route(self, request):
        route = super().route(request)
        self.seen.append((route.kind, *[(row["state"], row["task_id"]) for row in rows(ledger().path)]))
        return route


async def test_the_row_is_there_before_the_order_leaves_and_the_id_before_the_first_question(outputs):
    protocol = Watching()
    with FaultServer(protocol) as server:
        async with at(server) as client:
            video = await client.generate(MARKED)
    number = "video_order-1_1"
    assert protocol.seen[0] == ("submit", ("sending", None))
    assert protocol.seen[1][0] == "poll"
    assert {row for _, row in protocol.seen[1:]} == {("queued", number), ("in_progress", number)}
    assert protocol.seen[-1] == ("download", ("in_progress", number))
    row = the_row()
    assert (row["state"], row["progress"], row["task_id"]) == ("completed", 100, number)
    assert (row["path"], row["size"]) == (str(video.path), video.size)
    assert row["sha256"] == hashlib.sha256(video.path.read_bytes()).hexdigest()
    assert row["video_url"].startswith(server.url)
    assert server.truth.billed_twice == set()


async def test_what_is_ordered_without_being_followed_is_written_down_too():
    protocol = Watching()
    with FaultServer(protocol) as server:
        async with at(server) as client:
            await client.submit(MARKED)
    assert protocol.seen == [("submit", ("sending", None))]
    row = the_row()
    assert (row["state"], row["task_id"], row["poller"]) == ("queued", "video_order-1_1", None)


async def test_a_task_that_is_ready_at_once_is_not_finished_before_its_clip_is_here():
    await Service(task("completed")).client().submit(REQUEST)
    assert the_row()["state"] == "in_progress"
    assert len(unfinished(time.time() + 1)) == 1


@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ((httpx.ConnectError("no route"), task()), [1.0]),
        ((httpx.ConnectTimeout("slow"), httpx.ProxyError("down"), task()), [1.0, 2.0]),
        ((error(429, retry_after="17"), task()), [17.0]),
        ((error(429, retry_after="0"), task()), [1.0]),
        ((error(429, retry_after="600"), error(429, retry_after="300"), task()), [600.0, 300.0]),
        (
            (httpx.ConnectError("no route"), error(429, retry_after="3"), httpx.ConnectError("no"), task()),
            [1.0, 3.0, 4.0],
        ),
    ],
)
async def test_it_is_sent_again_where_nothing_arrived_or_the_service_asks_to_come_back(answers, slept, clock):
    service = Service(*answers)
    assert (await service.client(clock).submit(REQUEST)).id == TASK_ID
    assert service.methods == ["POST"] * len(answers)
    assert clock.slept == slept
    assert len({request.content for request in service.requests}) == 1, "under one name"
    assert (the_row()["state"], the_row()["error_message"]) == ("queued", None)


@pytest.mark.parametrize("status", [200, 202, 302, 307, 400, 408, 409, 500, 503, 504])
async def test_a_word_about_haste_is_no_429_and_nothing_is_sent_again(status, clock):
    """Whatever the body says: only with 429 itself nothing was bought for certain, and a return is asked for."""
    body = {"code": "Throttling.RateQuota", "message": "Slow down", "request_id": "x"}
    service = Service(httpx.Response(status, json=body, headers={"Retry-After": "60"}), httpx.Response(404, json={}))
    client = ww.AsyncClient("dashscope", api_key=KEY, transport=service.transport, timing=clock.timing)
    with pytest.raises(ww.WanError) as caught:
        await client.submit(ww.TextToVideo(prompt="A kitten", resolution="720p"))
    assert service.methods.count("POST") == 1
    assert isinstance(caught.value, ww.Unconfirmed) is (status in (302, 307, 408, 500, 503, 504))


@pytest.mark.parametrize(
    ("answers", "kind", "posts"),
    [
        ((httpx.ConnectError("no route"),), ConnectError, 5),
        ((error(429, retry_after="901"),), RateLimited, 1),
        ((error(429, retry_after="500"),), RateLimited, 2),
        ((error(429),), RateLimited, 1),
        ((error(400),), HTTPStatusError, 1),
        ((error(425),), HTTPStatusError, 1),
    ],
)
async def test_in_the_end_it_is_a_refusal_and_nothing_was_bought(answers, kind, posts, clock):
    service = Service(*answers)
    with pytest.raises(kind) as caught:
        await service.client(clock).submit(REQUEST)
    assert not caught.value.maybe_billed
    assert service.methods == ["POST"] * posts
    row = the_row()
    assert (row["state"], row["task_id"], row["poller"]) == ("refused", None, None)
    assert loaded(row["error_message"]) == caught.value.message


async def test_what_delays_it_is_told(clock, outputs):
    service = Service(error(429, retry_after="17"), httpx.ConnectError("no route"), error(402))
    notes = []

    async def buy():
        async for step in run(service.client(clock), REQUEST):
            notes.append(step.note)  # noqa: PERF401  # those up to the error

    with pytest.raises(WanError):
        await buy()
    assert [re.search(r"tried again in (\d+) s", str(note))[1] for note in notes if note] == ["17", "2"]
    assert all("Nothing was bought" in str(note) for note in notes if note)


async def test_a_connection_that_is_really_refused_is_tried_until_somebody_listens(clock):
    with FaultServer() as server:
        down = server.down()
        down.__enter__()

        async def sleep(seconds):
            clock.slept.append(seconds)
            if len(clock.slept) == 2:
                down.__exit__(None, None, None)

        timing = Timing(now=clock, sleep=sleep)
        async with AsyncClient("toapis", base_url=server.url, api_key=KEY, timing=timing) as client:
            await client.submit(MARKED)
        assert len(server.asked("submit")) == 1
    assert clock.slept == [1.0, 2.0]


async def test_submitting_always_buys(clock):
    numbers = iter(range(9))
    service = Service(lambda request: task(id=f"video_{next(numbers)}"))
    client = service.client(clock)
    assert [(await client.submit(REQUEST)).id for _ in range(3)] == ["video_0", "video_1", "video_2"]
    assert len({row["id"] for row in rows(ledger().path)}) == 3


async def test_the_key_is_nowhere_in_the_ledgers_files(clock, tmp_path):
    """Even if the service quotes it, and while the log is not yet part of the file."""
    service = Service(error(429, f"{KEY} has had too much", retry_after="1"), error(500, f"{KEY} broke"), error(404))
    request = TextToVideo(prompt="A kitten", extra={"note": "x"}, seed=7)
    with closing(sqlite3.connect(ledger().path)) as reader:  # as long as somebody reads, the log stays
        with pytest.raises(Unconfirmed):
            await service.client(clock).submit(request)
        reader.execute("SELECT * FROM orders").fetchall()
        await Service(task(error={"message": f"{KEY}"})).client(clock).submit(request)
        files = list(ledger().path.parent.iterdir())
        assert {path.name for path in files} >= {"ledger.sqlite3", "ledger.sqlite3-wal"}
        content = b"".join(path.read_bytes() for path in files)
    assert b"A kitten" in content
    assert KEY.encode() not in content
    assert KEY[3:].encode() not in content
    assert to_recipe(request) == to_recipe(ledger().entries()[0].request)
