"""The routes. Orders go to ``/video/``, and tasks are found under ``/videos/``. No route uploads or cancels."""

from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Terms, clip_url
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_json
from wan_widgets.simulator.keys import owner_of
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.protocols.uniall.orders import parse_order
from wan_widgets.simulator.records import Record

PREFIX = "/uniall/v1"
TYPES = {401: "authentication_error", 404: "not_found_error", 422: "content_policy_violation", 500: "server_error"}


class UniAll(Protocol):
    """The handlers."""

    name: ClassVar[str] = "uniall"
    prefixes: ClassVar[tuple[str, ...]] = ("/uniall",)

    @property
    def terms(self) -> Terms:
        return Terms(self.name, lambda number: "task_" + ids.ulid(number))

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(f"{PREFIX}/video/generations", self.submit, methods=["POST"]),
            Route(f"{PREFIX}/videos/{{task_id}}", self.retrieve),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        """Answer like similar gateways, because UniAll does not document its errors."""
        kind = TYPES.get(refusal.status, "invalid_request_error")
        error = {"message": refusal.message, "type": kind, "param": refusal.param, "code": refusal.code}
        return JSONResponse({"error": error}, refusal.status, refusal.headers)

    async def submit(self, request: Request) -> Response:
        owner = owner_of(request)
        record = self.accept(parse_order(await read_json(request)), owner=owner)
        return JSONResponse(outline(record, self.desk.now()))

    async def retrieve(self, request: Request) -> Response:
        record = self.find(request.path_params["task_id"], owner=owner_of(request))
        return JSONResponse(describe(record, self.desk.now(), clip_url(request, record)))


def outline(record: Record, now: float) -> dict[str, Any]:
    """Describe a new task. The documentation shows an empty object; these are the first fields of later answers."""
    status, progress = record.state(now)
    return {
        "id": record.id,
        "task_id": record.id,
        "object": "video.generation.job",
        "model": record.order.model,
        "status": status,
        "progress": progress,
        "created_at": int(record.created_at),
    }


def describe(record: Record, now: float, url: str) -> dict[str, Any]:
    status = record.state(now).status
    worked = record.ends_at - record.created_at
    task = outline(record, now) | {
        "prompt": record.order.prompt,
        # This is the time that the work took, not the length of the clip.
        "duration": round(worked) if status == "completed" else None,
        "metadata": {"total_time": round(worked, 2)} if status == "completed" else {},
        "video_url": None,
        "thumbnail_url": None,
        "error": None,
        "result": None,
    }
    if status == "completed":
        task |= {"video_url": url, "result": {"video_url": url, "outputs": [url]}}
    if status == "failed" and record.error:
        task["error"] = dict(zip(("code", "message"), record.error, strict=True))
    return task
