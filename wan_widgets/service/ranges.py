"""Ranges of a file over HTTP: which bytes a response has, and whether they are of the same file. No I/O."""

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
    """The bytes of a file that a response announces."""

    start: int
    end: int | None
    """The index of the first byte after the range; ``None`` if the response does not announce it."""
    total: int | None
    """The size of the whole file in bytes; ``None`` if the response does not announce it."""
    etag: str | None
    modified: str | None
    mark: str | None
    """A strong ETag, else the time of the last change, for ``If-Range``; ``None`` if neither can be trusted."""

    @property
    def is_whole(self) -> bool:
        """Whether these are all bytes of the file."""
        return self.start == 0 and self.end is not None and self.end == self.total

    def is_of_same_file(self, other: "ByteRange") -> bool:
        """Whether the two agree in everything that both announce."""
        pairs = ((self.total, other.total), (self.etag, other.etag), (self.modified, other.modified))
        return all(one is None or another is None or one == another for one, another in pairs)


def whole(response: httpx.Response) -> ByteRange:
    """The range of a 200 response: the whole file."""
    headers = response.headers
    packed = encoding(response) != "identity"
    length = None if packed else _LENGTH.fullmatch(headers.get("content-length", ""))
    total = int(length[0]) if length else None
    return ByteRange(0, total, total, *_marks(headers, usable=not packed))


def partial(response: httpx.Response) -> ByteRange | None:
    """The range of a 206 response; ``None`` if it announces none, or an impossible one."""
    headers = response.headers
    match = _RANGE.fullmatch(headers.get("content-range", ""))
    if not match or encoding(response) != "identity":
        return None
    start, end, total = int(match[1]), int(match[2]) + 1, None if match[3] == "*" else int(match[3])
    if end <= start or (total is not None and end > total):
        return None
    return ByteRange(start, end, total, *_marks(headers, usable=True))


def encoding(response: httpx.Response) -> str:
    """How the file is compressed; ``identity`` if it is not."""
    return response.headers.get("content-encoding", "").strip().lower() or "identity"


def size_in_refusal(response: httpx.Response) -> int | None:
    """The size of the file by a 416 response; ``None`` if the response does not say it."""
    match = _END.fullmatch(response.headers.get("content-range", ""))
    return int(match[1]) if match else None


def _marks(headers: httpx.Headers, *, usable: bool) -> tuple[str | None, str | None, str | None]:
    etag, modified = headers.get("etag"), headers.get("last-modified")
    strong = etag if etag and _STRONG.fullmatch(etag) else None
    # A file that changed in the second of the response may change again in the same second, and keep this time.
    settled = modified if modified and _DATE.fullmatch(modified) and modified != headers.get("date") else None
    return etag, modified, (strong or settled) if usable else None
