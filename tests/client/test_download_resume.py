"""A connection that breaks, and servers that say one thing and send another: the right file, or none."""

import asyncio
import re
from contextlib import asynccontextmanager
from random import Random

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route

from client.network import KEY, TASK_ID, Service, error, page
from wan_widgets import AsyncClient, DownloadError, TaskStatus, VideoTask

pytestmark = pytest.mark.anyio

OLD = b"what was there before"
TIMES = {"date": "Wed, 14 Jan 2026 08:43:44 GMT", "last-modified": "Wed, 14 Jan 2026 08:40:00 GMT"}


def padded(clip, size, seed=1):
    """The clip as a larger file, whose end no video library looks at: only its bytes tell whether it is right."""
    room = size - len(clip)
    return clip + room.to_bytes(4) + b"free" + Random(seed).randbytes(room - 8)


@pytest.fixture(scope="session")
def film(clip):
    return padded(clip, 400_000)


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(OLD)
    return path


class Body(httpx.AsyncByteStream):
    """Comes in pieces and breaks off after `cut` bytes."""

    def __init__(self, content, cut=None):
        self._content, self._cut = content, cut

    async def __aiter__(self):
        content = self._content[: self._cut]
        for start in range(0, len(content), 10_000):
            yield content[start : start + 10_000]
        if self._cut is not None and self._cut < len(self._content):
            raise httpx.ReadError("reset")


class Host:
    """A file server that does what the standard says, over connections that break after `cut` bytes."""

    def __init__(self, film, cut=None, **headers):
        self.film, self.cut = film, cut
        self.headers = headers or {"etag": '"v1"'}
        self.asked = []

    def __call__(self, request):
        self.asked.append(request.headers.get("range"))
        start = self.start(request)
        if start is None:
            return self.answer(200, 0, {"content-length": str(len(self.film))})
        if start >= len(self.film):
            return httpx.Response(416, headers={"content-range": f"bytes */{len(self.film)}"})
        return self.answer(206, start, {"content-range": f"bytes {start}-{len(self.film) - 1}/{len(self.film)}"})

    def start(self, request):
        marks = (self.headers.get("etag"), self.headers.get("last-modified"))
        if "range" not in request.headers or request.headers.get("if-range", marks[0]) not in marks:
            return None
        return int(re.fullmatch(r"bytes=(\d+)-", request.headers["range"])[1])

    def answer(self, status, start, headers):
        return httpx.Response(status, headers=self.headers | headers, stream=Body(self.film[start:], self.cut))


async def fetched(answer, done, target, clock):
    """What the file holds after a download."""
    service = answer if isinstance(answer, Service) else Service(answer)
    video = await service.client(clock).download(done, target)
    assert [path.name for path in target.parent.iterdir()] == [target.name], "something was left behind"
    assert video.size == target.stat().st_size
    return target.read_bytes()


async def refused(answer, done, target, clock):
    with pytest.raises(DownloadError) as caught:
        await fetched(answer, done, target, clock)
    assert [path.read_bytes() for path in target.parent.iterdir()] == [OLD], "something was changed or left behind"
    return str(caught.value)


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


async def test_a_file_that_is_another_one_by_now_begins_anew(clip, film, done, target, clock):
    for size in (60_000, 300_000):  # shorter than what was there, and longer
        other = padded(clip, size, seed=2)
        service = Service(Host(film, 100_000), Host(other, etag='"v2"'))
        assert await fetched(service, done, target, clock) == other


@pytest.mark.parametrize(
    ("before", "after"),
    [({"etag": '"v1"'}, {"etag": '"v2"'}), (TIMES, TIMES | {"last-modified": "Wed, 14 Jan 2026 08:41:00 GMT"})],
)
async def test_a_server_that_does_not_look_at_the_condition_mixes_no_files(
    clip, film, done, target, clock, before, after
):
    other = Host(padded(clip, 400_000, seed=2), **after)
    other.start = lambda request: int(request.headers["range"][6:-1]) if "range" in request.headers else None
    assert await fetched(Service(Host(film, 100_000, **before), other), done, target, clock) == other.film
    assert other.asked == ["bytes=100000-", None]


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


def honest(host, request, **changed):
    reply = host(request)
    reply.headers.update(changed)
    return reply


def misplaced(host, request):
    """Asked for the end, it sends the beginning, and says so."""
    headers = host.headers | {"content-range": f"bytes 0-{len(host.film) - 1}/{len(host.film)}"}
    return httpx.Response(206, headers=headers, content=host.film)


def shifted(host, request):
    """As many bytes as are missing, from another place."""
    start = host.start(request) // 2
    headers = host.headers | {"content-range": f"bytes {start}-{len(host.film) - 1}/{len(host.film)}"}
    return httpx.Response(206, headers=headers, content=host.film[start : start - host.start(request)])


def too_much(host, request):
    start = host.start(request)
    headers = host.headers | {"content-range": f"bytes {start}-{start + 99}/{len(host.film)}"}
    return httpx.Response(206, headers=headers, content=host.film[start:])


def tail(host, request):
    """A part that is said to be the whole."""
    return httpx.Response(200, headers=host.headers, content=host.film[host.start(request) :])


def head(host, request):
    """Half of the whole that is said to be all of it."""
    return httpx.Response(200, headers=host.headers, content=host.film[: len(host.film) // 2])


LIES = {
    "another range": misplaced,
    "shifted": shifted,
    "more than announced": too_much,
    "a tail as the whole": tail,
    "a head as the whole": head,
    "no range": lambda host, request: honest(host, request, **{"content-range": ""}),
    "nonsense": lambda host, request: honest(host, request, **{"content-range": "bytes 9-1/0"}),
    "other units": lambda host, request: honest(host, request, **{"content-range": "frames 1-2/3"}),
    "beyond its end": lambda host, request: honest(host, request, **{"content-range": "bytes 100000-500000/400000"}),
    "another size": lambda host, request: honest(host, request, **{"content-range": "bytes 100000-399999/400001"}),
    "another mark": lambda host, request: honest(host, request, etag='"v2"'),
    "packed": lambda host, request: honest(host, request, **{"content-encoding": "gzip"}),
    "several ranges": lambda host, request: httpx.Response(206, headers={"content-type": "multipart/byteranges"}),
    "the end": lambda host, request: httpx.Response(416, headers={"content-range": "bytes */400000"}),
    "an early end": lambda host, request: httpx.Response(416, headers={"content-range": "bytes */100000"}),
    "no end": lambda host, request: httpx.Response(416),
}


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_server_that_lies_about_parts_is_asked_for_the_whole(film, done, target, clock, lie, always):
    host = Host(film)

    def later(request):
        return lie(host, request) if always and "range" in request.headers else host(request)

    service = Service(Host(film, 100_000), lambda request: lie(host, request), later)
    assert await fetched(service, done, target, clock) == film
    assert len(service.requests) <= 4


async def test_a_file_does_not_end_where_the_server_says_that_it_goes_on(film, done, target, clock):
    """Of a file whose length is not known a part is there; then, instead of the rest, it is told the length."""
    host = Host(film)
    service = Service(
        lambda _: httpx.Response(200, headers=host.headers, stream=Body(film, 100_000)),
        lambda request: LIES["the end"](host, request),
        host,
    )
    assert await fetched(service, done, target, clock) == film


@pytest.mark.parametrize("status", [206, 416])
async def test_parts_that_nobody_asked_for_are_refused(film, done, target, clock, status):
    headers = {"etag": '"v1"', "content-range": f"bytes 0-{len(film) - 1}/{len(film)}"}
    service = Service(httpx.Response(status, headers=headers, content=film))
    assert f"HTTP {status}" in await refused(service, done, target, clock)
    assert len(service.requests) == 1


@pytest.mark.parametrize("seed", range(150))
async def test_whatever_happens_there_is_the_right_file_or_none(clip, film, done, target, clock, seed):
    """Two editions of a file, breaking connections, troubles and lies in any order: never a mixture."""
    dice = Random(seed)
    editions = [Host(film, etag='"v1"'), Host(padded(clip, 400_000, seed=2), etag='"v2"')]

    def answer(request):
        host = dice.choices(editions, (9, 1))[0]
        host.cut = dice.choice([None, dice.randrange(200_000), dice.randrange(200_000)])
        if "range" in request.headers and dice.random() < 0.3 and host.start(request) is not None:
            return dice.choice(list(LIES.values()))(host, request)
        return dice.choices([host, lambda _: page(503)], (9, 1))[0](request)

    try:
        assert await fetched(answer, done, target, clock) in [host.film for host in editions]
    except DownloadError:
        assert [path.read_bytes() for path in target.parent.iterdir()] == [OLD]


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
    assert (await client.download(done, target)).path.read_bytes() == film
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
    assert video.path.read_bytes() == film
    assert len(asked) >= 5
    assert asked == sorted(asked), "it went back"
    assert len(set(asked)) >= len(asked) - 3
