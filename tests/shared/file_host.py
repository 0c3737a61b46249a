"""A file server for tests: what the standard says, over connections that break."""

import re
from random import Random

import httpx
import pytest

from shared.clips import as_sent, files_in
from shared.network import TASK_ID, Service
from wan_widgets import DownloadError, TaskStatus, VideoTask
from wan_widgets.files.recipe_file import ENDING

OLD = b"what was there before"
TIMES = {"date": "Wed, 14 Jan 2026 08:43:44 GMT", "last-modified": "Wed, 14 Jan 2026 08:40:00 GMT"}


def padded(clip, size, seed=1):
    """The clip as a larger file, whose end no video library looks at: only its bytes tell whether it is right."""
    room = size - len(clip)
    return clip + room.to_bytes(4) + b"free" + Random(seed).randbytes(room - 8)


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
    assert files_in(target.parent) == [target], "something was left behind"
    assert video.size == target.stat().st_size
    return as_sent(target)


async def refused(answer, done, target, clock):
    with pytest.raises(DownloadError) as caught:
        await fetched(answer, done, target, clock)
    assert [path.read_bytes() for path in files_in(target.parent)] == [OLD], "something was changed or left behind"
    return str(caught.value)


def finished(url):
    return VideoTask(id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=url)


async def kept_out(client, url, path):
    with pytest.raises(DownloadError) as caught:
        await client.download(finished(url), path / "clip.mp4")
    assert [each for each in path.iterdir() if not each.name.endswith(ENDING)] == [], "a file was fetched"
    return str(caught.value)
