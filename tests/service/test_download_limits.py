"""How much is taken from a server: by size, by room on the disk, by time, and in which form."""

import gzip
import shutil
import zlib
from types import SimpleNamespace

import httpx
import pytest

from shared.clips import as_sent
from shared.network import Service
from wan_widgets import DownloadError
from wan_widgets.service import transfer

pytestmark = pytest.mark.anyio

OLD = b"what was there before"


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(OLD)
    return path


class Stream(httpx.AsyncByteStream):
    """Pieces of a body, counting those that were taken."""

    def __init__(self, pieces, between=lambda: None):
        self._pieces, self._between = pieces, between
        self.taken = 0

    async def __aiter__(self):
        for piece in self._pieces:
            self.taken += 1
            yield piece
            self._between()


def streamed(body, **headers):
    return lambda _: httpx.Response(
        200, headers={name.replace("_", "-"): value for name, value in headers.items()}, stream=body
    )


async def refused(service, done, target, clock):
    with pytest.raises(DownloadError) as caught:
        await service.client(clock).download(done, target)
    assert [path.read_bytes() for path in target.parent.iterdir()] == [OLD], "something was changed or left behind"
    return str(caught.value)


async def test_a_file_that_is_too_large_is_refused_before_a_byte_is_written(done, target, clock):
    body = Stream([b"x"])
    service = Service(streamed(body, content_length=str(3 * 10**9)))
    said = await refused(service, done, target, clock)
    assert "it has 3 GB, more than the 2.15 GB up to which clips are fetched" in said
    assert "fetch the task's video_url with another program" in said
    assert body.taken == 0
    assert len(service.requests) == 1


@pytest.mark.parametrize("headers", [{}, {"content_length": "9000"}, {"content_length": "9" * 30}])
async def test_a_file_that_does_not_end_is_cut_off(monkeypatch, done, target, clock, headers):
    monkeypatch.setattr(transfer, "LARGEST_CLIP", 2_000_000)
    body = Stream([b"x" * 1000] * 10_000)
    service = Service(streamed(body, **headers))
    said = await refused(service, done, target, clock)
    if headers.get("content_length") == "9000":
        assert "sent more than it had announced" in said
        assert body.taken == 4 * 10
    else:
        assert "it has more than the 2 MB up to which" in said
        assert body.taken == 2001


async def test_a_file_with_more_than_was_announced_is_none(clip, done, target, clock):
    body = Stream([clip, b"and more"])
    await refused(Service(streamed(body, content_length=str(len(clip)))), done, target, clock)


async def test_a_disk_without_room_is_told_before_a_byte_is_written(monkeypatch, clip, done, target, clock):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, free=5_000_000))
    body = Stream([b"x"])
    service = Service(streamed(body, content_length="50000000"))
    said = await refused(service, done, target, clock)
    assert f"it has 50 MB and 5 MB are free in {target.parent}; free some" in said
    assert body.taken <= 1, "only the first piece was read"
    assert len(service.requests) == 1
    assert (await Service(httpx.Response(200, content=clip)).client(clock).download(done, target)).recipe.size == len(
        clip
    )


async def test_a_disk_that_does_not_tell_its_room_is_tried(monkeypatch, clip, done, target, clock):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=0, free=0))
    assert (await Service(httpx.Response(200, content=clip)).client(clock).download(done, target)).recipe.size == len(
        clip
    )


def passing(clock, seconds):
    def pass_by():
        clock.now += seconds

    return pass_by


async def test_a_drip_is_as_good_as_a_broken_connection(clip, done, target, clock):
    """Even where each attempt could go on from the last: at that pace it would not come in its time."""
    bodies = []

    def drip(_):
        bodies.append(Stream([b"x" * 10] * 100_000, passing(clock, 1.0)))
        headers = {"etag": '"v1"', "content-length": "1000000"}
        return httpx.Response(200, headers=headers, stream=bodies[-1])

    service = Service(drip)
    assert "slower than 1 kB a second" in await refused(service, done, target, clock)
    assert [body.taken for body in bodies] == [61] * 4


async def test_a_drip_is_noticed_after_a_good_beginning_and_the_rest_is_fetched(clip, done, target, clock):
    content = clip + (10**6).to_bytes(4) + b"free" + b"\0" * (10**6 - 8)
    pieces = [content[:500_000], *(content[at : at + 10] for at in range(500_000, 600_000, 10))]
    slow = Stream(pieces, passing(clock, 1.0))
    headers = {"etag": '"v1"', "content_length": str(len(content))}

    def rest(request):
        start = int(request.headers["range"][6:-1])
        found = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return httpx.Response(206, headers={"content-range": found}, content=content[start:])

    await Service(streamed(slow, **headers), rest).client(clock).download(done, target)
    assert as_sent(target) == content
    assert slow.taken == 121


async def test_a_slow_link_is_none_that_is_broken(clip, done, target, clock):
    content = clip + (10**6).to_bytes(4) + b"free" + b"\0" * (10**6 - 8)
    slow = Stream([content[at : at + 11_000] for at in range(0, len(content), 11_000)], passing(clock, 10.0))
    await Service(streamed(slow)).client(clock).download(done, target)
    assert as_sent(target) == content
    assert clock.slept == []


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("GZip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_a_file_that_is_packed_unasked_is_unpacked(clip, done, target, clock, encoding, pack):
    service = Service(streamed(Stream([pack(clip)]), content_encoding=encoding, content_length=str(len(pack(clip)))))
    await service.client(clock).download(done, target)
    assert as_sent(target) == clip
    assert service.requests[0].headers["accept-encoding"] == "identity"


async def test_a_packed_file_that_breaks_off_begins_anew(clip, done, target, clock):
    """Its bytes on the way are not those on the disk: there is no place from which to go on."""
    packed = gzip.compress(clip)

    def broken():
        raise httpx.ReadError("reset")

    cut = Stream([packed[:5000]], broken)
    service = Service(streamed(cut, content_encoding="gzip", etag='"v1"'), httpx.Response(200, content=clip))
    await service.client(clock).download(done, target)
    assert as_sent(target) == clip
    assert "range" not in service.requests[1].headers


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, identity", "x", "compress"])
async def test_what_may_unpack_to_anything_is_not_unpacked(done, target, clock, encoding):
    """Twice packed, a few kilobytes are as many gigabytes: in memory, before any limit of size could be kept."""
    bomb = Stream([gzip.compress(gzip.compress(bytes(50_000_000)))])
    service = Service(streamed(bomb, content_encoding=encoding))
    assert "packed it in a way that nobody asked for" in await refused(service, done, target, clock)
    assert (bomb.taken, len(service.requests)) == (0, 1)


async def test_a_bomb_in_one_layer_meets_the_limit_of_size(monkeypatch, done, target, clock):
    monkeypatch.setattr(transfer, "LARGEST_CLIP", 10_000_000)
    packed = gzip.compress(bytes(50_000_000))
    bomb = Stream([packed[at : at + 1000] for at in range(0, len(packed), 1000)])
    assert "more than the 10 MB" in await refused(Service(streamed(bomb, content_encoding="gzip")), done, target, clock)
    assert bomb.taken < 15
