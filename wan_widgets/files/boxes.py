"""The boxes of an MP4: where each begins and ends, and what a `uuid` box at the top has. Only their heads are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_MOST = 20_000
"""Boxes that are looked at. A clip has four or five, one that comes in fragments a few hundred."""
_LONGEST_HEAD = 32  # bytes: size, type, a long size, and an id of 16 bytes


@dataclass(frozen=True)
class Box:
    """A box at the top of a file."""

    type: bytes
    id: bytes
    """Sixteen bytes in a `uuid` box; else empty."""
    start: int
    content: int
    """Where its content begins."""
    end: int


class NoBoxes(ValueError):
    """The file is no MP4, is cut short, or has a last box without a length, after which nothing can follow."""


def boxes(file: IO[bytes]) -> Iterator[Box]:
    """The boxes at the top of a file, which together are the whole file. Raises `NoBoxes` where that is not so."""
    end, at = file.seek(0, 2), 0
    for _ in range(_MOST):
        if at == end and at > 0:
            return
        file.seek(at)
        box = _box(file.read(_LONGEST_HEAD), at)
        if box is None or box.end > end or (at == 0 and box.type != b"ftyp"):
            raise NoBoxes
        yield box
        at = box.end
    raise NoBoxes


def _box(head: bytes, start: int) -> Box | None:
    if len(head) < 8:
        return None
    size, kind, length = int.from_bytes(head[:4]), head[4:8], 8
    if size == 1:
        size, length = int.from_bytes(head[8:16]), 16
    name = head[length : length + 16] if kind == b"uuid" else b""
    content = length + len(name)
    return Box(kind, name, start, start + content, start + size) if size >= content else None


def uuid_box(name: bytes, content: bytes) -> bytes:
    """A box with an id of its own, which a program that does not know the id skips."""
    return (24 + len(content)).to_bytes(4) + b"uuid" + name + content
