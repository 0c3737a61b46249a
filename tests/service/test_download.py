"""From a finished task to a file: whole and checked, or the old state and an error that says what to do."""

import asyncio
import errno
import gc
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from shared.clips import as_sent, files_in
from shared.network import FILE, KEY, TASK_ID, Service, error, page
from shared.orders import until
from wan_widgets import DownloadError, TaskStatus, VideoTask
from wan_widgets.files import incomplete
from wan_widgets.files.media import NotVideo, probe
from wan_widgets.files.recipe_file import embed
from wan_widgets.service import download

pytestmark = pytest.mark.anyio

OLD = b"what was there before"


def mp4(content, **headers):
    return httpx.Response(200, content=content, headers={"content-type": "video/mp4"} | headers)


def unannounced(content):
    """A body without a length, as of a server that closes the connection at its end."""
    return lambda _: httpx.Response(200, stream=Chunks(content))


class Chunks(httpx.AsyncByteStream):
    def __init__(self, content, accident=None):
        self._content, self._accident = content, accident

    async def __aiter__(self):
        for start in range(0, len(self._content), 1000):
            yield self._content[start : start + 1000]
        if self._accident:
            raise self._accident


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(OLD)
    return path


async def refused(service, done, target, clock):
    """The error of a download that must leave everything as it was."""
    with pytest.raises(DownloadError) as caught:
        await service.client(clock).download(done, target)
    assert target.read_bytes() == OLD
    assert files_in(target.parent) == [target], "something was left behind"
    assert caught.value.task_id == TASK_ID
    assert str(caught.value).startswith("The clip is ready but is not saved: ")
    return caught.value


async def test_a_clip_is_fetched_checked_and_put_in_place(clip, done, target):
    video = await Service(mp4(clip)).client().download(done, target)
    assert as_sent(target) == clip
    assert (video.path, video.recipe.size, video.task_id, video.url) == (target, len(clip), TASK_ID, FILE)
    assert (video.width, video.height, video.has_audio) == (64, 48, True)
    assert video.duration == pytest.approx(1.0, abs=0.05)
    assert files_in(target.parent) == [target]


async def test_the_signature_of_an_address_is_sent_as_it_is(clip, target):
    signed = "https://oss.example.com/a%20b/%E7%8C%AB.mp4?Signature=x%2By%2Fz%3D%3D&Key~='(!)*&e=%7e&p=a+b&q"
    task = VideoTask(id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=signed)
    service = Service(mp4(clip))
    await service.client().download(task, target)
    assert service.requests[0].url.raw_path.decode() == signed.removeprefix("https://oss.example.com")


async def test_the_old_file_stays_until_the_new_one_is_whole(clip, done, target):
    seen = []

    class Watched(Chunks):
        async def __aiter__(self):
            async for chunk in super().__aiter__():
                seen.append(target.read_bytes())
                yield chunk

    await Service(lambda _: httpx.Response(200, stream=Watched(clip))).client().download(done, target)
    assert set(seen) == {OLD}
    assert as_sent(target) == clip


async def test_folders_are_made(clip, done, tmp_path):
    path = tmp_path / "a" / "b" / "clip.mp4"
    await Service(mp4(clip)).client().download(done, str(path))
    assert as_sent(path) == clip


@pytest.mark.parametrize("kept", [0, 1, 0.5, -1])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_clip_that_breaks_off_is_none(clip, done, target, clock, kept, announced):
    cut = clip[: int(len(clip) * kept) if isinstance(kept, float) else kept]
    answer = mp4(clip) if announced else unannounced(cut)
    if announced:
        headers = {"content-length": str(len(clip))}
        answer = lambda _: httpx.Response(200, headers=headers, stream=Chunks(cut))
    caught = await refused(Service(answer), done, target, clock)
    assert ("broke off" if announced else "unusable") in str(caught)


def test_a_cut_is_noticed_wherever_it_is(clip, tmp_path):
    """Neither the decoder nor the count of pictures notices a cut in the sound or in the last picture."""
    path = tmp_path / "cut.mp4"
    for length in {*range(0, len(clip), 97), *range(len(clip) - 50, len(clip))}:
        path.write_bytes(clip[:length])
        with pytest.raises(NotVideo):
            probe(path)
    path.write_bytes(clip)
    assert probe(path).width == 64


def test_words_in_another_encoding_spoil_no_clip(clip, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip.replace(b"VideoHandler", "视频轨道视频".encode("gbk")))
    assert probe(path).height == 48


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a video"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page came in place of a video"),
        (b'{"error": "expired"}', "not a video"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "not a video"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nother.mp4\n#EXT-X-ENDLIST\n", "not a video"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "not a video"),
        (Random(1).randbytes(5000), "not a video"),
    ],
    ids=["empty", "page", "json", "picture", "playlist", "concat", "noise"],
)
async def test_what_is_not_a_film_is_not_saved_as_one(clip, done, target, clock, content, said):
    other = target.parent.parent / "other.mp4"
    other.write_bytes(clip)
    service = Service(httpx.Response(200, content=content))
    assert said in str(await refused(service, done, target, clock))
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [201, 206, 301, 400, 401, 403, 404, 410])
async def test_a_refusal_is_not_asked_for_again(done, target, clock, status):
    service = Service(page(status))
    assert f"HTTP {status}" in str(await refused(service, done, target, clock))
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "accident",
    [
        error(500),
        page(503),
        error(429),
        error(408),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        lambda _: httpx.Response(200, stream=Chunks(b"x" * 5000, httpx.ReadError("reset"))),
    ],
    ids=["500", "503", "429", "408", "refused", "timeout", "cut"],
)
async def test_an_accident_is_tried_again_a_few_times(clip, done, target, clock, accident):
    service = Service(accident, accident, mp4(clip))
    assert (await service.client(clock).download(done, target)).recipe.size == len(clip)
    assert clock.slept == [2.0, 4.0]
    hopeless = Service(accident)
    target.write_bytes(OLD)
    await refused(hopeless, done, target, clock)
    assert len(hopeless.requests) == 4


@pytest.mark.parametrize(
    ("status", "hours", "said"),
    [
        (403, 2, "Its address works until "),
        (400, -2, "Its address stopped working on "),
        (500, -2, "Its address stopped working on "),
    ],
)
async def test_an_error_says_how_long_there_is_to_try_again(done, target, clock, status, hours, said):
    until = datetime.fromtimestamp(clock.now, UTC) + timedelta(hours=hours)
    caught = await refused(Service(page(status)), replace(done, expires_at=until), target, clock)
    assert said in str(caught)
    assert not caught.expired


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_clip_whose_time_ran_out_is_gone_and_the_error_says_so(done, target, clock, status):
    end = datetime.fromtimestamp(clock.now, UTC)
    for known, said in ((end - timedelta(hours=24), "the service's 24 hours ran out on "), (None, "ran out on ")):
        with pytest.raises(DownloadError, match=f"no longer be fetched: .*{said}") as caught:
            await (
                Service(page(status)).client(clock).download(replace(done, expires_at=end, completed_at=known), target)
            )
        assert caught.value.expired
        assert caught.value.task_id == TASK_ID
    assert [path.read_bytes() for path in target.parent.iterdir()] == [OLD]


async def test_a_task_without_an_address_has_nothing_to_fetch(target, clock):
    task = VideoTask(id=TASK_ID, status=TaskStatus.IN_PROGRESS, provider="toapis")
    with pytest.raises(DownloadError, match="no clip to fetch"):
        await Service(page()).client(clock).download(task, target)


@pytest.mark.parametrize("url", ["https://[::1", "https://\ud83d/", "https://x/\ud83d", "https://xn--/"])
async def test_an_address_that_is_none_is_an_error_of_the_download(target, clock, url):
    task = VideoTask(id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=url)
    assert "cannot be fetched" in str(await refused(Service(page()), task, target, clock))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_a_full_disk_says_so(monkeypatch, clip, done, target, clock, code):
    """Disks that allocate late, as network drives do, are full at the flush and not before."""

    def full(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    caught = await refused(Service(mp4(clip)), done, target, clock)
    assert f"no space is left for it in {target.parent}" in str(caught)


async def test_a_place_that_cannot_be_written_says_so(clip, done, tmp_path, clock):
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "folder.mp4").mkdir()
    for path in ("file/clip.mp4", "folder.mp4", "nul\0.mp4", "x" * 300 + "/clip.mp4"):
        with pytest.raises(DownloadError) as caught:
            await Service(mp4(clip)).client(clock).download(done, tmp_path / path)
        assert caught.value.task_id == TASK_ID
    with pytest.raises(DownloadError):
        await Service(mp4(clip)).client(clock).download(done, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.mp4"]


class Stuck(httpx.AsyncByteStream):
    """The beginning of a clip, and then nothing."""

    def __init__(self, begun):
        self._begun = begun

    async def __aiter__(self):
        yield b"the beginning"
        self._begun.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize("times", [1, 2])  # the end of `asyncio.run` cancels some tasks twice
async def test_a_download_that_is_cancelled_leaves_nothing(done, target, times):
    begun = asyncio.Event()
    service = Service(lambda _: httpx.Response(200, stream=Stuck(begun)))
    fetching = asyncio.create_task(service.client().download(done, target))
    await begun.wait()
    for _ in range(times):
        fetching.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await fetching
    await until(lambda: [path.read_bytes() for path in target.parent.iterdir()] == [OLD])


def test_a_download_whose_event_loop_is_gone_leaves_nothing(done, target):
    async def begin():
        begun = asyncio.Event()
        service = Service(lambda _: httpx.Response(200, stream=Stuck(begun)))
        fetching = asyncio.ensure_future(service.client().download(done, target))
        fetching._log_destroy_pending = False  # asyncio warns of such a task, and here it is meant
        await begun.wait()

    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin())
    loop.close()
    del loop
    gc.collect()
    assert [path.read_bytes() for path in target.parent.iterdir()] == [OLD]


async def test_a_download_that_is_cancelled_while_its_disk_is_slow_replaces_no_file(monkeypatch, clip, done, target):
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slowly(*given):
        begun.set()
        go_on.wait(60)
        ended.set()
        return embed(*given)

    monkeypatch.setattr(incomplete, "embed", slowly)
    monkeypatch.setattr(download, "_LONGEST_DISCARD", 0.01)
    fetching = asyncio.create_task(Service(mp4(clip)).client().download(done, target))
    await until(begun.is_set)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert not ended.is_set(), "nobody waits for such a disk"
    go_on.set()
    await until(lambda: files_in(target.parent) == [target])
    assert target.read_bytes() == OLD


def redirect(location, status=302):
    return httpx.Response(status, headers={"location": location})


@pytest.mark.parametrize(
    ("hops", "with_key"),
    [
        (["https://files.example.com/1"], [False]),
        (["https://toapis.com/1"], [True]),
        (["https://TOAPIS.com:443/1"], [True]),
        (["https://toapis.com/1", "https://files.example.com/2"], [True, False]),
        (["https://files.example.com/1", "https://toapis.com/2"], [False, True]),
        (["https://toapis.com/1", "/2"], [True, True]),
        (["https://toapis.com/1", "//files.example.com/2"], [True, False]),
        (["https://toapis.com/1", "https://toapis.com:8443/2"], [True, False]),
        (["https://toapis.com/1", "http://toapis.com/2"], [True, False]),
        (["https://toapis.com/1", "http://toapis.com:443/2"], [True, False]),
        (["https://toapis.com.evil.com/1"], [False]),
        (["https://evil.toapis.com/1"], [False]),
        (["https://toapis.com@evil.com/1"], [False]),
        (["https://user:password@files.example.com/1"], [False]),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_key_goes_to_the_services_own_origin_only(clip, target, hops, with_key, status):
    service = Service(*(redirect(url, status) for url in hops[1:]), mp4(clip))
    task = VideoTask(id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=hops[0])
    await service.client().download(task, target)
    seen = [request.headers.get("authorization") == f"Bearer {KEY}" for request in service.requests]
    assert seen == with_key
    assert all(
        KEY not in str(request.headers.raw) for request, own in zip(service.requests, seen, strict=True) if not own
    )
    assert service.methods == ["GET"] * len(hops)


async def test_an_address_that_leads_in_a_circle_is_given_up(done, target, clock):
    service = Service(redirect(FILE))
    assert "circle" in str(await refused(service, done, target, clock))
    assert len(service.requests) <= 24
