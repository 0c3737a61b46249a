"""A connection that breaks again and again, and a file that arrives all the same."""

import asyncio
import re
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route

from shared.clips import as_sent
from shared.file_host import OLD, TIMES, Body, Host, fetched, padded, refused
from shared.network import KEY, TASK_ID, Service, error, page
from wan_widgets import AsyncClient, TaskStatus, VideoTask

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def film(clip):
    return padded(clip, 400_000)


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(OLD)
    return path


async def test_a_link_that_breaks_again_and_again_brings_all_of_it(film, done, target, clock):
    host = Host(film, cut=20_000)
    assert await fetched(host, done, target, clock) == film
    assert host.asked == [None, *(f"bytes={start}-" for start in range(20_000, 400_000, 20_000))]
    assert set(clock.slept) == {1.0}


async def test_attempts_that_bring_nothing_are_few_and_counted_from_the_last_that_did(film, done, target, clock):
    steps = [Host(film, cut=100_000), page(503), error(429), httpx.ConnectError("refused")]
    service = Service(*steps, *steps, Host(film))
    assert await fetched(service, done, target, clock) == film
    assert clock.slept == [1.0, 2.0, 4.0, 8.0] * 2
    target.write_bytes(OLD)
    await refused(Service(Host(film, cut=100_000), page(503)), done, target, clock)


async def test_what_has_arrived_is_kept_beside_the_target_and_nowhere_else(film, done, target, clock):
    seen = []

    async def look(seconds):
        seen.append({path.suffix for path in target.parent.iterdir()})
        assert target.read_bytes() == OLD

    clock.sleep = look
    await fetched(Host(film, cut=150_000), done, target, clock)
    assert seen == [{".mp4", ".part"}] * 2


async def test_there_is_an_end_to_attempts_that_bring_a_byte_each(film, done, target, clock):
    host = Host(film, cut=1)
    assert "the connection" in (await refused(host, done, target, clock)).lower()
    assert len(host.asked) == 500


@pytest.mark.parametrize(
    ("headers", "mark"),
    [
        ({"etag": '"v1"'}, '"v1"'),
        ({"etag": '"v1"'} | TIMES, '"v1"'),
        ({"etag": 'W/"v1"'} | TIMES, TIMES["last-modified"]),
        (TIMES, TIMES["last-modified"]),
        ({"etag": '"é"'} | TIMES, TIMES["last-modified"]),
        ({"etag": '"' + "v" * 9000 + '"'} | TIMES, TIMES["last-modified"]),
        ({"etag": 'W/"v1"'}, None),
        ({"etag": "v1"}, None),
        (TIMES | {"last-modified": TIMES["date"]}, None),
        ({"server": "nothing to hold on to"}, None),
    ],
)
async def test_a_part_is_asked_for_where_the_file_can_be_told_to_be_the_same(film, done, target, clock, headers, mark):
    headers = {name: value.encode("latin-1") for name, value in headers.items()}
    service = Service(Host(film, 100_000, **headers), Host(film, **headers))
    assert await fetched(service, done, target, clock) == film
    first, second = (request.headers for request in service.requests)
    assert (second.get("if-range"), second.get("range")) == (mark, "bytes=100000-" if mark else None)
    assert first["accept-encoding"] == second["accept-encoding"] == "identity"
    assert clock.slept == [1.0 if mark else 2.0]


async def test_a_file_that_cannot_be_resumed_is_given_up_after_a_few_attempts(film, done, target, clock):
    host = Host(film, 100_000, server="nothing to hold on to")
    await refused(host, done, target, clock)
    assert host.asked == [None] * 4


async def test_a_server_that_sends_a_little_at_a_time_is_asked_until_the_end(film, done, target, clock):
    def frugal(request):
        start = host.start(request) or 0
        end = min(start + 90_000, len(film))
        content_range = f"bytes {start}-{end - 1}/{'*' if end < len(film) else len(film)}"
        return httpx.Response(206, headers=host.headers | {"content-range": content_range}, content=film[start:end])

    host = Host(film)
    service = Service(Host(film, 10_000), frugal)
    assert await fetched(service, done, target, clock) == film
    assert len(service.requests) == 6


async def test_a_connection_that_breaks_behind_the_last_byte_has_brought_all(film, done, target, clock):
    """Without a length nobody knows that it was the last, until the server says that nothing follows."""

    class NoEnd(Body):
        async def __aiter__(self):
            yield self._content
            raise httpx.RemoteProtocolError("incomplete chunked read")

    host = Host(film)
    service = Service(lambda _: httpx.Response(200, headers=host.headers, stream=NoEnd(film)), host)
    assert await fetched(service, done, target, clock) == film
    assert host.asked == ["bytes=400000-"]


async def test_a_server_of_another_make_resumes_with_us(film, done, target, clock, tmp_path):
    """Starlette's, which the simulator uses, has its own reading of If-Range."""
    source = tmp_path / "source" / "film.mp4"
    source.parent.mkdir()
    source.write_bytes(film)
    app = Starlette(routes=[Route("/clip.mp4", lambda _: FileResponse(source))])
    asked = []

    class Breaking(httpx.ASGITransport):
        async def handle_async_request(self, request):
            asked.append(request.headers.get("range"))
            reply = await super().handle_async_request(request)
            content = b"".join([chunk async for chunk in reply.stream])
            return httpx.Response(reply.status_code, headers=reply.headers, stream=Body(content, 150_000))

    client = AsyncClient("toapis", api_key=KEY, transport=Breaking(app), timing=clock.timing)
    assert as_sent((await client.download(done, target)).path) == film
    assert asked == [None, "bytes=150000-", "bytes=300000-"]


@asynccontextmanager
async def listening(answer):
    """Real connections, each of them given to `answer(request, writer)` and then cut."""

    async def handle(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        answer(request.decode(), writer)
        await writer.drain()
        writer.transport.abort() if b"/reset" in request else writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("path", ["/clip.mp4", "/reset.mp4"])
@pytest.mark.parametrize("chunked", [False, True])
async def test_over_real_sockets(clip, target, clock, path, chunked):
    film, asked = padded(clip, 3_000_000), []

    def answer(request, writer):
        found = re.search(r"(?i)\r\nrange: bytes=(\d+)-\r\nif-range: \"v1\"", request)
        start = int(found[1]) if found else 0
        asked.append(start)
        lines = ["HTTP/1.1 206 Partial Content", f"Content-Range: bytes {start}-2999999/3000000"]
        lines = lines if found else ["HTTP/1.1 200 OK"]
        lines += ['ETag: "v1"', "Transfer-Encoding: chunked" if chunked else f"Content-Length: {3_000_000 - start}"]
        piece = film[start : start + 700_000]
        body = b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece
        end = b"0\r\n\r\n" if chunked and start + len(piece) == len(film) else b""
        writer.write("\r\n".join([*lines, "", ""]).encode() + body + end)

    async with listening(answer) as url, AsyncClient("toapis", base_url=url, api_key=KEY, timing=clock.timing) as http:
        task = VideoTask(id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=url + path)
        video = await http.download(task, target)
    assert as_sent(video.path) == film
    assert len(asked) >= 5
    assert asked == sorted(asked), "it went back"
    assert len(set(asked)) >= len(asked) - 3
