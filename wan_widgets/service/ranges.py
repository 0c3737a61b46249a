"""Parts of a file over HTTP: what an answer brings, and whether that continues what is there. Pure."""

import re
from dataclasses import dataclass

import httpx

_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)", re.ASCII)
_END = re.compile(r"bytes \*/(\d{1,15})", re.ASCII)
_STRONG = re.compile(r'"[!#-~]{0,200}"')
_DATE = re.compile(r"[ -~]{1,40}")
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True)
class ByteRange:
    """What an answer brings of a file, by its own account."""

    start: int
    end: int | None
    """Where it ends; ``None`` where the answer ends without having said so before."""
    total: int | None
    """Bytes of the whole file."""
    etag: str | None
    modified: str | None
    mark: str | None
    """What tells later whether the file is still the same: a strong ETag, else when it was last changed."""

    def is_of_same_file(self, other: "ByteRange") -> bool:
        """Whether nothing that both say of the file differs."""
        pairs = ((self.total, other.total), (self.etag, other.etag), (self.modified, other.modified))
        return all(one is None or another is None or one == another for one, another in pairs)


def whole(response: httpx.Response) -> ByteRange:
    """A 200: all of the file."""
    headers = response.headers
    packed = encoding(response) != "identity"
    length = None if packed else _LENGTH.fullmatch(headers.get("content-length", ""))
    total = int(length[0]) if length else None
    return ByteRange(0, total, total, *_marks(headers, usable=not packed))


def partial(response: httpx.Response) -> ByteRange | None:
    """A 206: some of it; ``None`` if it does not say which, or what it says cannot be."""
    headers = response.headers
    match = _RANGE.fullmatch(headers.get("content-range", ""))
    if not match or encoding(response) != "identity":
        return None
    start, end, total = int(match[1]), int(match[2]) + 1, None if match[3] == "*" else int(match[3])
    if end <= start or (total is not None and end > total):
        return None
    return ByteRange(start, end, total, *_marks(headers, usable=True))


def encoding(response: httpx.Response) -> str:
    """How the file is packed: ``identity`` if it is not."""
    return response.headers.get("content-encoding", "").strip().lower() or "identity"


def size_in_refusal(response: httpx.Response) -> int | None:
    """Of a 416: how long the file is."""
    match = _END.fullmatch(response.headers.get("content-range", ""))
    return int(match[1]) if match else None


def _marks(headers: httpx.Headers, *, usable: bool) -> tuple[str | None, str | None, str | None]:
    etag, modified = headers.get("etag"), headers.get("last-modified")
    strong = etag if etag and _STRONG.fullmatch(etag) else None
    # Changed in the second of the answer, it may change again in that second and show the same time.
    settled = modified if modified and _DATE.fullmatch(modified) and modified != headers.get("date") else None
    return etag, modified, (strong or settled) if usable else None
