"""The transport within the process streams: the app goes no further than its reply is read."""

import asyncio

import httpx
import pytest

from wan_widgets.simulator.transport import InProcess

pytestmark = pytest.mark.anyio

PIECE = bytes(65536)


class Film:
    """An app whose reply has a thousand pieces. It counts those that it has handed over."""

    def __init__(self) -> None:
        self.sent = 0
        self.is_over = False
        self.asked = b""

    async def __call__(self, scope, receive, send):
        while (message := await receive())["more_body"]:
            self.asked += message["body"]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"b")]})
            for number in range(1000):
                await send({"type": "http.response.body", "body": PIECE, "more_body": number < 999})
                self.sent += 1
        finally:
            self.is_over = True


async def test_the_app_waits_for_the_reader():
    film = Film()
    async with (
        httpx.AsyncClient(transport=InProcess(film), base_url="http://s") as client,
        client.stream("POST", "/", content=b"order") as response,
    ):
        assert (response.headers["x-a"], film.asked) == ("b", b"order")
        read = 0
        async for chunk in response.aiter_raw():
            read += len(chunk)
            assert film.sent * len(PIECE) <= read + 2 * len(PIECE)
            if read == 10 * len(PIECE):
                break
    assert film.is_over
    assert film.sent <= 12


async def test_a_whole_reply_arrives_whole():
    film = Film()
    async with httpx.AsyncClient(transport=InProcess(film), base_url="http://s") as client:
        assert (await client.get("/")).content == 1000 * PIECE
        assert (await client.head("/")).content == b""


async def test_an_app_that_fails_answers_500():
    async def broken(scope, receive, send):
        raise RuntimeError("a bug")

    async with httpx.AsyncClient(transport=InProcess(broken), base_url="http://s") as client:
        assert (await client.get("/")).status_code == 500


async def test_a_request_that_is_given_up_ends_the_app():
    ended = asyncio.Event()

    async def silent(scope, receive, send):
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with httpx.AsyncClient(transport=InProcess(silent), base_url="http://s") as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await client.get("/")
    assert ended.is_set()


async def test_an_answer_that_nobody_waits_for_any_more_is_no_failure():
    begun, failures = asyncio.Event(), []

    async def app(_scope, _receive, send):
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:  # an app may still answer when its request is broken off
            try:
                await send({"type": "http.response.start", "status": 500, "headers": []})
            except Exception as error:  # noqa: BLE001  # whatever it is
                failures.append(error)
            raise

    async with httpx.AsyncClient(transport=InProcess(app), base_url="http://s") as client:
        asking = asyncio.create_task(client.get("/"))
        await begun.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert failures == []
