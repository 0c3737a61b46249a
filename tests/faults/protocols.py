"""ToAPIs as its documentation words it, and what every service's protocol must say to stand on the fault server."""

import re
from dataclasses import dataclass
from typing import Any

from faults.truth import DONE, QUEUED, RUNNING, Reading
from faults.wire import Request


@dataclass(frozen=True)
class Route:
    """What a request wants."""

    kind: str
    """``"submit"``, ``"poll"``, ``"download"`` or ``"upload"``."""
    name: str = ""
    """The task's, as the client calls it."""
    address: int | None = None
    """Of a download: the how-manieth address of the file was used."""
    form: str = ""
    """Where a protocol has several ways to ask."""


class Protocol:
    """How one service spells its orders and its answers. Knows nothing of faults."""

    submit: str
    """The request line of an order, as a regular expression."""
    poll: str
    """... of a question, with a group ``name`` and maybe one ``form``."""
    download = r"GET /files/(?P<name>[^/]+)/(?P<address>\d+)\.mp4"
    upload = r"POST /v1/uploads/(images|videos)"
    words: dict[str, str]
    """The service's words for the three states."""

    def route(self, request: Request) -> Route | None:
        line = f"{request.method} {request.path.partition('?')[0]}"
        for kind in ("submit", "poll", "download", "upload"):
            if match := re.fullmatch(getattr(self, kind), line):
                found = match.groupdict()
                address = found.get("address")
                return Route(kind, found.get("name") or "", int(address) if address else None, found.get("form") or "")
        return None

    def clip_url(self, base: str, task_id: str, address: int) -> str:
        return f"{base}/files/{task_id}/{address}.mp4?Signature=a%2Bb%3D"

    def word(self, reading: Reading) -> str:
        return self.words.get(reading.word, reading.word)

    def business_id(self, request: Request) -> str | None:
        """The client's own name for its order, where the service knows such."""
        return None

    def accepted(self, reading: Reading, base: str) -> dict[str, Any]:
        return self.told(reading, base, Route("submit"))

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        raise NotImplementedError

    def refusal(self, status: int) -> dict[str, Any]:
        raise NotImplementedError


class ToAPIs(Protocol):
    """https://docs.toapis.com: the pages wan2.6 and video-status."""

    submit = r"POST /v1/videos/generations"
    poll = r"GET /v1/videos/generations/(?P<name>[^/]+)"
    words = {QUEUED: "queued", RUNNING: "in_progress", DONE: "completed"}  # noqa: RUF012

    def business_id(self, request: Request) -> str | None:
        return request.json.get("client_business_id")

    def told(self, reading: Reading, base: str, route: Route) -> dict[str, Any]:
        known = {
            "id": reading.task_id,
            "object": "generation.task",
            "model": "wan2.6",
            "status": self.word(reading),
            "progress": reading.progress,
            "created_at": int(reading.created),
            "client_business_id": reading.business_id,
        }
        if reading.url:
            known["result"] = {"type": "video", "data": [{"url": reading.url, "format": "mp4"}]}
            known["expires_at"] = int(reading.created) + 86_400
        return {name: value for name, value in known.items() if value is not None}

    def refusal(self, status: int) -> dict[str, Any]:
        return {"error": {"code": status, "message": f"Refused with {status}.", "type": "some_error"}}
