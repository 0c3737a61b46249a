"""The parts of a form as httpx sends them: in order, and files piece by piece from the disk."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import httpx

from wan_widgets.files.disk import check_regular
from wan_widgets.files.inputs import part_of
from wan_widgets.providers import FilePart
from wan_widgets.wan.sources import LocalFile, printable
from wan_widgets.words import reason_of, say, saying

Sent = Callable[[LocalFile, int], None]
"""Called with a file and the number of its bytes that have left."""


def parts(form: Sequence[tuple[str, str | LocalFile | FilePart]], sent: Sent | None = None) -> list[tuple[str, Any]]:
    """The form for httpx's ``files``. Raises `OSError` or `NotMedia` if a file cannot be read."""
    return [(name, _part(value, sent)) for name, value in form]


def _part(value: str | LocalFile | FilePart, sent: Sent | None) -> tuple[Any, ...]:
    if isinstance(value, str):
        return (None, value)
    part = value if isinstance(value, FilePart) else part_of(value)
    # What is sent may be written anew, and is reported under the file that was given.
    given = part.file if isinstance(value, FilePart) else value
    return (part.name, _Pieces(part.file, partial(sent, given) if sent else None), part.type)


class _Pieces:
    """The methods of a file object that httpx needs. No file stays open, because a request may end at any byte."""

    def __init__(self, file: LocalFile, sent: Callable[[int], None] | None) -> None:
        self._path = file.path
        self._data = file.data or b""
        self._size = check_regular(file.path).st_size if file.path else len(self._data)
        self._at = 0
        self._sent = sent

    def read(self, size: int = -1) -> bytes:
        size = self._size if size < 0 else size
        piece = self._data[self._at : self._at + size] if self._path is None else self._from_disk(size)
        self._at += len(piece)
        if self._sent is not None:
            self._sent(self._at)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + (self._size if whence == os.SEEK_END else 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def _from_disk(self, size: int) -> bytes:
        assert self._path is not None
        name = printable(self._path.name)
        wanted = min(size, self._size - self._at)  # bytes that were added meanwhile were not announced
        try:
            check_regular(self._path)
            with self._path.open("rb") as file:
                file.seek(self._at)
                piece = file.read(wanted)
        except OSError as error:
            unread = say("service.file.broke", name=name, reason=reason_of(error))
            raise saying(httpx.WriteError(""), unread) from error
        if len(piece) < wanted:
            raise saying(httpx.WriteError(""), say("service.file.shorter", name=name))
        return piece
