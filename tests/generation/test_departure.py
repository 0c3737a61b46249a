"""Few orders are on their way at the same time. The others are not written down yet, and no question waits for them."""

import asyncio
import time
from contextlib import asynccontextmanager

import httpx
import pytest

from files.test_files import picture
from shared.network import KEY, Clock, task
from shared.orders import REQUEST, rows, run, the_row, until
from wan_widgets import AsyncClient, ImageToVideo
from wan_widgets.generation import departure
from wan_widgets.ledger.ledger import ledger
from wan_widgets.pacing.timing import Timing

pytestmark = pytest.mark.anyio
MANY, AT_ONCE = 24, 10


class Slow:
    """A service that answers nothing but questions until it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.sent = self.files = self.open = self.most_open = 0
        self.refusal: httpx.Response | None = None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return task(id=request.url.path.rpartition("/")[2])
        await request.aread()
        is_file = request.url.path.endswith("images")
        self.files += is_file
        self.sent += not is_file
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        number = self.sent
        await self.may_answer.wait()
        self.open -= 1
        if is_file:
            return httpx.Response(200, json={"success": True, "data": {"url": "https://files.toapis.com/a.png"}})
        return self.refusal or task(id=f"video_{number}")

    def client(self, timing: Timing | None = None) -> AsyncClient:
        return AsyncClient("toapis", api_key=KEY, transport=httpx.MockTransport(self.answer), timing=timing)


@asynccontextmanager
async def many(work):
    """Much work at once, which ends with the block."""
    running = [asyncio.ensure_future(work()) for _ in range(MANY)]
    try:
        yield running
    finally:
        for each in running:
            each.cancel()
        await asyncio.wait(running)


async def is_asked_at_once(client) -> bool:
    return (await asyncio.wait_for(client.retrieve("video_known"), 5)).id == "video_known"


async def test_many_orders_leave_a_few_at_a_time_and_no_question_waits_for_them():
    slow = Slow()
    async with slow.client() as client, many(lambda: client.submit(REQUEST)) as running:
        await until(lambda: slow.open == AT_ONCE)
        assert await is_asked_at_once(client)
        assert [row["state"] for row in rows(ledger().path)] == ["sending"] * AT_ONCE
        slow.may_answer.set()
        names = {each.id for each in await asyncio.gather(*running)}
    assert (len(names), slow.sent, slow.most_open) == (MANY, MANY, AT_ONCE)
    assert {row["task_id"] for row in rows(ledger().path)} == names


async def test_who_gives_up_before_there_is_a_place_has_ordered_nothing():
    slow = Slow()
    async with slow.client() as client, many(lambda: client.submit(REQUEST)) as running:
        await until(lambda: slow.open == AT_ONCE)
        for each in running[AT_ONCE:]:
            each.cancel()
        slow.may_answer.set()
        await asyncio.wait(running)
    assert len(rows(ledger().path)) == slow.sent == AT_ONCE


async def test_no_question_and_no_order_waits_behind_files_on_their_way(tmp_path):
    slow, image = Slow(), tmp_path / "cat.png"
    image.write_bytes(picture())
    request = ImageToVideo(image=image, prompt="It runs", resolution="720p")
    async with slow.client() as client, many(lambda: client.upload(request)):
        await until(lambda: slow.files)
        ordered = asyncio.ensure_future(client.submit(REQUEST))
        assert await is_asked_at_once(client)
        await until(lambda: slow.sent)
        slow.may_answer.set()
        await ordered
    assert slow.most_open < MANY


async def test_an_order_that_waits_for_its_reader_gives_its_place_away(monkeypatch):
    """A program may stop at a step for as long as it likes."""
    monkeypatch.setattr(departure, "_LONGEST_PAUSE", 0.05)
    slow = Slow()
    slow.may_answer.set()
    async with slow.client() as client:
        stopped = [run(client, REQUEST) for _ in range(AT_ONCE)]
        for generation in stopped:
            while (await anext(generation)).order is None:
                pass
        await asyncio.wait_for(client.submit(REQUEST), 5)
        steps = await asyncio.gather(*[anext(generation) for generation in stopped])
        for generation in stopped:
            await generation.aclose()
    assert len({step.task.id for step in steps}) == AT_ONCE
    assert slow.sent == AT_ONCE + 1


async def test_an_order_that_the_service_puts_off_gives_its_place_away():
    slow, put_off, go_on = Slow(), [], asyncio.Event()

    async def sleep(seconds):
        put_off.append(seconds)
        await go_on.wait()

    slow.refusal = httpx.Response(429, json={"error": {"message": "Busy"}}, headers={"Retry-After": "60"})
    slow.may_answer.set()
    async with slow.client(Timing(sleep=sleep)) as client, many(lambda: client.submit(REQUEST)) as running:
        await until(lambda: len(put_off) == MANY)
        slow.refusal = None
        await asyncio.wait_for(client.submit(REQUEST), 5)
        go_on.set()
        await asyncio.gather(*running)
    assert put_off == [60.0] * MANY
    assert slow.most_open <= AT_ONCE


async def test_how_long_a_task_took_is_counted_from_when_it_was_sent_the_last_time(clip, outputs):
    """An order that the service put off for a minute would teach it that such tasks take a minute longer."""
    answers = [httpx.Response(429, json={"error": {"message": "Busy"}}, headers={"Retry-After": "60"})]
    answers += [task(), task("in_progress", progress=50), task("completed")]

    def answer(request):
        if request.url.host == "files.example.com":
            return httpx.Response(200, content=clip)
        return answers.pop(0)

    clock = Clock(time.time())
    transport = httpx.MockTransport(answer)
    async with AsyncClient("toapis", api_key=KEY, transport=transport, timing=clock.timing) as client:
        await client.generate(REQUEST)
    assert 60.0 in clock.slept
    assert 0 < the_row()["took"] < 30
