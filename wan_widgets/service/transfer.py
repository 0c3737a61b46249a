"""A clip on its way into a file. When the connection breaks, what has arrived is kept, and only the rest is requested.

A server is trusted as long as its responses agree with each other. If they do not, the file starts again from 0.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import httpx

from wan_widgets.files.threads import on_thread
from wan_widgets.service.ranges import ByteRange, encoding, partial, size_in_refusal, whole
from wan_widgets.words import Said, say, size_said

LARGEST_CLIP = 2 * 2**30
"""Bytes. A clip has some tens of millions, and a server that sends without end would fill the disk."""

_SLOWEST = 1000  # bytes a second, over a minute
_MINUTE = 60.0
_ENCODINGS = ("identity", "gzip", "deflate")
"""The accepted compressions, although none is asked for. Several on top of each other could fill the memory."""


class Interrupted(Exception):
    """The file is not whole, and asking again may help."""


class TooSlow(Interrupted):
    """The connection is so slow that it counts as broken."""


class Refused(Exception):
    """The file cannot be had, and asking again would not help."""

    def __init__(self, message: Said, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Transfer:
    """How much of a file has arrived. Each download has one of its own."""

    def __init__(self, file: IO[bytes], folder: Path, now: Callable[[], float]) -> None:
        self._file = file
        self._folder = folder
        self._now = now
        self.size = 0
        """The number of bytes that have arrived and are kept."""
        self._range: ByteRange | None = None  # of the last response
        self._most = 0  # the largest size so far; bytes that are fetched again are no progress
        self._resumes = True
        self._has_resumed = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the next request. It asks for the rest only if a mark shows whether the file has changed."""
        headers = {"Accept-Encoding": "identity"}  # a compressed file cannot be continued
        if mark := self._mark:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": mark}
        return headers

    @property
    def _mark(self) -> str | None:
        return self._range.mark if self._range and self.size and self._resumes else None

    async def receive(self, response: httpx.Response) -> None:
        """Write the bytes of a response. Raises `Interrupted` or `Refused` unless the file is whole after that."""
        arriving = self._range = self._announced(response)
        if response.status_code == 416:
            return
        if arriving.total is not None and arriving.total > LARGEST_CLIP:
            size, limit = size_said(arriving.total), size_said(LARGEST_CLIP)
            raise Refused(say("service.transfer.large.known", size=size, limit=limit))
        await self._write(response, arriving)
        if arriving.end is not None and self.size < arriving.end:
            whole_size = arriving.total or arriving.end
            raise Interrupted(say("service.transfer.broke_off", size=self.size, whole=whole_size))
        if response.status_code == 206 and self.size != arriving.total:
            raise Interrupted(say("service.transfer.in_parts", size=self.size))

    def has_advanced(self) -> bool:
        """Whether more bytes are kept than ever before, so that the next request continues after them."""
        if not self._mark or self.size <= self._most:
            return False
        self._most = self.size
        return True

    def flush(self) -> None:
        """Write everything to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def begin_anew(self) -> bool:
        """Forget the file, and request no ranges any more. False if none were: the next response would be the same."""
        doubtful, self._has_resumed, self._resumes = self._has_resumed, False, False
        self._forget()
        return doubtful

    def _announced(self, response: httpx.Response) -> ByteRange:
        """The range that a response announces, if it continues the file. Raises `Interrupted` or `Refused` if not."""
        status, asked = response.status_code, "range" in response.request.headers
        self._has_resumed |= asked
        if status in (408, 429) or status >= 500:
            raise Interrupted(say("service.transfer.trouble", status=status))
        if status == 200:
            if encoding(response) not in _ENCODINGS:
                raise Refused(say("service.transfer.packed"))
            self._forget()
            return whole(response)
        if status == 206 and (arriving := partial(response)) and arriving.is_whole:
            self._forget()  # some servers bring every file as one part that is all of it
            return arriving
        if not asked or self._range is None or status not in (206, 416):
            raise Refused(say("service.transfer.refused", status=status), status)
        return self._ending(self._range, response) if status == 416 else self._continuation(self._range, response)

    def _ending(self, before: ByteRange, response: httpx.Response) -> ByteRange:
        """The range after a 416, which says that no bytes follow. This is right only if the whole file is there."""
        if size_in_refusal(response) != self.size or before.total not in (None, self.size):
            self._forget()
            raise Interrupted(say("service.transfer.another"))
        return replace(before, total=self.size, end=self.size)

    def _continuation(self, before: ByteRange, response: httpx.Response) -> ByteRange:
        announced = partial(response)
        if announced is None or announced.start != self.size:
            self.begin_anew()
            raise Interrupted(say("service.transfer.other_part"))
        if not announced.is_of_same_file(before):
            self._forget()
            raise Interrupted(say("service.transfer.another"))
        return replace(before, end=announced.end, total=announced.total or before.total)

    def _forget(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self.size, self._range = 0, None

    async def _write(self, response: httpx.Response, arriving: ByteRange) -> None:
        since, before, needs_room = self._now(), self.size, arriving.total is not None
        async for chunk in response.aiter_bytes():
            self._check_size(self.size + len(chunk), arriving.end)
            await on_thread(self._folder, self._put, chunk, arriving.total if needs_room else None)
            self.size, needs_room = self.size + len(chunk), False
            if (elapsed := self._now() - since) >= _MINUTE:
                if self.size - before < _SLOWEST * elapsed:
                    raise TooSlow(say("service.transfer.slow", speed=_SLOWEST // 1000))
                since, before = self._now(), self.size

    def _check_size(self, size: int, end: int | None) -> None:
        if size > LARGEST_CLIP:
            raise Refused(say("service.transfer.large", limit=size_said(LARGEST_CLIP)))
        if end is not None and size > end:
            self.begin_anew()
            raise Interrupted(say("service.transfer.more"))

    def _put(self, chunk: bytes, total: int | None) -> None:
        """Write a piece of the file; before the first one, see whether the disk has room for the total."""
        if total is not None:
            self._check_room(total)
        self._file.write(chunk)

    def _check_room(self, total: int) -> None:
        disk = shutil.disk_usage(self._folder)
        if disk.total and disk.free < total - self.size:  # some network drives do not know it and say 0
            free = size_said(disk.free)
            raise Refused(say("service.transfer.no_room", size=size_said(total), free=free, folder=str(self._folder)))
