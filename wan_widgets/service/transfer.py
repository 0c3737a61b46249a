"""A clip on its way into a file: what has arrived is kept when the connection breaks, and only the rest is asked for.

A server is believed as far as its words agree with each other. Where they do not, the file begins anew.
"""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import httpx

from wan_widgets.service.ranges import ByteRange, encoding, partial, size_in_refusal, whole

LARGEST_CLIP = 2 * 2**30
"""Bytes. A clip has some tens of millions; a server that sends without end would fill the disk."""

_SLOWEST = 1000  # bytes a second, over a minute
_MINUTE = 60.0
_ENCODINGS = ("identity", "gzip", "deflate")
"""One of these, though none was asked for; several on top of each other unpack to more than the memory holds."""


class Interrupted(Exception):
    """The file is not whole, and asking again may help."""


class TooSlow(Interrupted):
    """The connection is as good as broken."""


class Refused(Exception):
    """Asking again would bring the same."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Transfer:
    """What is there of a file that is being fetched. Belongs to one download."""

    def __init__(self, file: IO[bytes], folder: Path, now: Callable[[], float]) -> None:
        self._file = file
        self._folder = folder
        self._now = now
        self.size = 0
        """Bytes that have arrived and are kept."""
        self._range: ByteRange | None = None  # that came last
        self._most = 0  # size at any time: what is fetched a second time is no progress
        self._resumes = True
        self._has_resumed = False

    @property
    def headers(self) -> dict[str, str]:
        """What to ask with: for the rest, where it can be told to be of the same file."""
        headers = {"Accept-Encoding": "identity"}  # a packed file cannot be resumed
        if mark := self._mark:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": mark}
        return headers

    @property
    def _mark(self) -> str | None:
        return self._range.mark if self._range and self.size and self._resumes else None

    async def receive(self, response: httpx.Response) -> None:
        """Write what an answer brings. Raises `Interrupted` or `Refused` unless the file is whole then."""
        arriving = self._range = self._announced(response)
        if response.status_code == 416:
            return
        await self._check_room(arriving.total)
        await self._write(response, arriving.end)
        if arriving.end is not None and self.size < arriving.end:
            raise Interrupted(f"the file broke off after {self.size} of {arriving.total or arriving.end} bytes")
        if response.status_code == 206 and self.size != arriving.total:
            raise Interrupted(f"the file server sent it in parts, {self.size} bytes so far")

    def has_advanced(self) -> bool:
        """Whether more is kept than at any time before, for the next request to go on from."""
        if not self._mark or self.size <= self._most:
            return False
        self._most = self.size
        return True

    def flush(self) -> None:
        """Bring all of it to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def begin_anew(self) -> bool:
        """Forget what came, and ask for no parts again. False if none were: the next answer would be the same."""
        doubtful, self._has_resumed, self._resumes = self._has_resumed, False, False
        self._forget()
        return doubtful

    def _announced(self, response: httpx.Response) -> ByteRange:
        """What the answer says it brings, once that fits to what is there."""
        status, asked = response.status_code, "range" in response.request.headers
        self._has_resumed |= asked
        if status in (408, 429) or status >= 500:
            raise Interrupted(f"the file server is in trouble (HTTP {status})")
        if status == 200:
            if encoding(response) not in _ENCODINGS:
                raise Refused("the file server packed it in a way that nobody asked for")
            self._forget()
            return whole(response)
        if not asked or self._range is None or status not in (206, 416):
            raise Refused(f"the file server refused (HTTP {status})", status)
        return self._ending(self._range, response) if status == 416 else self._continuation(self._range, response)

    def _ending(self, before: ByteRange, response: httpx.Response) -> ByteRange:
        """A 416 says that nothing follows, which is so if all of the file is there."""
        if size_in_refusal(response) != self.size or before.total not in (None, self.size):
            self._forget()
            raise Interrupted("the file at the server is another one by now")
        return replace(before, total=self.size, end=self.size)

    def _continuation(self, before: ByteRange, response: httpx.Response) -> ByteRange:
        part = partial(response)
        if part is None or part.start != self.size:
            self.begin_anew()
            raise Interrupted("the file server sent another part than the one that was asked for")
        if not part.is_of_same_file(before):
            self._forget()
            raise Interrupted("the file at the server is another one by now")
        return replace(before, end=part.end, total=part.total or before.total)

    def _forget(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self.size, self._range = 0, None

    async def _write(self, response: httpx.Response, end: int | None) -> None:
        since, before = self._now(), self.size
        async for chunk in response.aiter_bytes():
            self._check_size(self.size + len(chunk), end)
            await asyncio.to_thread(self._file.write, chunk)
            self.size += len(chunk)
            if (elapsed := self._now() - since) >= _MINUTE:
                if self.size - before < _SLOWEST * elapsed:
                    raise TooSlow(f"the file came slower than {_SLOWEST // 1000} kB a second")
                since, before = self._now(), self.size

    def _check_size(self, size: int, end: int | None) -> None:
        if size > LARGEST_CLIP:
            raise Refused(f"it has more than {_too_large()}")
        if end is not None and size > end:
            self.begin_anew()
            raise Interrupted("the file server sent more than it had announced")

    async def _check_room(self, total: int | None) -> None:
        if total is None:
            return
        if total > LARGEST_CLIP:
            raise Refused(f"it has {_amount(total)}, more than {_too_large()}")
        disk = await asyncio.to_thread(shutil.disk_usage, self._folder)
        if disk.total and disk.free < total - self.size:  # some network drives do not tell and say 0
            raise Refused(
                f"it has {_amount(total)} and {_amount(disk.free)} are free in {self._folder}; "
                "free some and download again"
            )


def _too_large() -> str:
    remedy = "If that is right all the same, fetch the task's video_url with another program"
    return f"the {_amount(LARGEST_CLIP)} up to which clips are fetched. {remedy}"


def _amount(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
