"""HTTP/1.1 as far as the fault server needs it, in the open so that it can be broken at any byte."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from http.client import responses
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request that has come in whole."""

    method: str
    path: str
    """As it was sent, with its query."""
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        try:
            body = json.loads(self.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def range(self) -> tuple[int, int | None] | None:
        """The first and the last byte that it asks for, where it asks for a part."""
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        return (int(wanted[1]), int(wanted[2]) if wanted[2] else None) if wanted else None


@dataclass(frozen=True)
class Reply:
    """A response that could be sent as it is."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        fields = {"Content-Type": self.type, "Content-Length": str(len(self.body))} | self.headers
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    @property
    def raw(self) -> bytes:
        return self.head + self.body


def as_json(body: object, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(body).encode(), headers=headers)


def as_page(status: int = 200) -> Reply:
    """What a gateway puts before people's eyes."""
    title = f"{status} {_phrase(status)}"
    page = f"<!doctype html><html><title>{title}</title><body><h1>{title}</h1><hr>nginx</body></html>"
    return Reply(status, page.encode(), "text/html")


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection; ``None`` once the client is gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():  # trailers, up to the empty line
        pass
    return body


def _phrase(status: int) -> str:
    return responses.get(status, "Odd")
