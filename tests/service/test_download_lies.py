"""Servers that say one thing and send another, or another file than before: the right file, or none."""

from random import Random

import httpx
import pytest

from shared.file_host import OLD, TIMES, Body, Host, fetched, padded, refused
from shared.network import Service, page
from wan_widgets import DownloadError

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def film(clip):
    return padded(clip, 400_000)


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(OLD)
    return path


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


@pytest.mark.parametrize(
    ("status", "part"),
    [(206, "0-{last}/{more}"), (206, "1-{last}/{size}"), (206, "0-{last}/*"), (206, ""), (416, "*/{size}")],
)
async def test_parts_that_nobody_asked_for_are_refused(film, done, target, clock, status, part):
    size = len(film)
    told = f"bytes {part}".format(last=size - 1, size=size, more=size + 1)
    service = Service(httpx.Response(status, headers={"etag": '"v1"', "content-range": told}, content=film))
    assert f"HTTP {status}" in await refused(service, done, target, clock)
    assert len(service.requests) == 1


@pytest.mark.parametrize("cut", [None, 100_000])
async def test_a_part_that_is_the_whole_file_is_the_file(film, done, target, clock, cut):
    """Asked for nothing, and asked for the rest: it brings all of it."""
    whole = httpx.Response(206, headers={"content-range": f"bytes 0-{len(film) - 1}/{len(film)}"}, content=film)
    service = Service(*([Host(film, cut)] if cut else []), whole)
    assert await fetched(service, done, target, clock) == film
    assert len(service.requests) == 1 + bool(cut)


async def test_a_part_that_is_the_whole_file_goes_on_where_it_breaks_off(film, done, target, clock):
    def answer(request):
        if "range" in request.headers:
            return host(request)
        headers = host.headers | {"content-range": f"bytes 0-{len(film) - 1}/{len(film)}"}
        return httpx.Response(206, headers=headers, stream=Body(film, 100_000))

    host = Host(film)
    assert await fetched(answer, done, target, clock) == film
    assert host.asked == ["bytes=100000-"]


@pytest.mark.parametrize("seed", range(60))
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
