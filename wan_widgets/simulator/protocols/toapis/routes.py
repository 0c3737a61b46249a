"""The routes of ToAPIs. It documents no way to cancel; ours is there so that one can be shown."""

from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator.desk import clip_url
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_json
from wan_widgets.simulator.keys import owner_of
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.protocols.toapis.orders import MODEL, parse_order
from wan_widgets.simulator.records import Record

TASKS = "/v1/videos/generations"
NUMBERED = {401: "authentication_error", 404: "not_found_error"}


class ToAPIs(Protocol):
    """The handlers. Errors have numbers as codes for 401 and 404 and words for everything else, as documented."""

    name: ClassVar[str] = "toapis"
    prefixes: ClassVar[tuple[str, ...]] = ("", TASKS)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(TASKS, self.submit, methods=["POST"]),
            Route(TASKS + "/{task_id:path}", self.retrieve),
            Route(TASKS + "/{task_id:path}/cancel", self.cancel, methods=["POST"]),
            Route("/v1/models", self.models),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        error: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
        if refusal.status in NUMBERED:
            error |= {"code": refusal.status, "type": NUMBERED[refusal.status]}
        return JSONResponse({"error": error}, refusal.status, refusal.headers)

    async def submit(self, request: Request) -> Response:
        owner = owner_of(request)
        record = self.accept(parse_order(await read_json(request)), owner=owner)
        metadata = {"metadata": dict(record.order.wire)}
        return JSONResponse(describe(record, self.desk.now(), clip_url(request, record)) | metadata)

    async def retrieve(self, request: Request) -> Response:
        record = self._find(request)
        return JSONResponse(describe(record, self.desk.now(), clip_url(request, record)))

    async def cancel(self, request: Request) -> Response:
        record = self._find(request)
        state = record.state(self.desk.now())
        if state.is_terminal:
            raise RefusalError(409, "task_not_cancellable", f"The task is already {state.status}.")
        return JSONResponse(describe(self.desk.cancel(record), self.desk.now(), ""))

    async def models(self, request: Request) -> Response:
        """List the model, if videos are asked for: without a type the service lists its text models."""
        owner_of(request)
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "simulator"}
        listed = request.query_params.get("type") in {"video", "all"}
        data = [model | {"supported_endpoint_types": ["video"]}] if listed else []
        return JSONResponse({"success": True, "object": "list", "data": data})

    def _find(self, request: Request) -> Record:
        return self.find(request.path_params["task_id"], owner=owner_of(request))


def describe(record: Record, now: float, url: str) -> dict[str, Any]:
    """Describe the task the way the service's status page does."""
    status, progress = record.state(now)
    task: dict[str, Any] = {
        "id": record.id,
        "object": "generation.task",
        "model": record.order.model,
        "status": status,
        "progress": progress,
        "created_at": int(record.created_at),
    }
    if record.order.caller_id:
        task["client_business_id"] = record.order.caller_id
    if status == "completed":
        task["completed_at"] = int(record.ends_at)
        task["expires_at"] = record.expires_at
        task["result"] = {"type": "video", "data": [{"url": url, "format": "mp4"}]}
    if status == "failed" and record.error:
        task["error"] = dict(zip(("code", "message"), record.error, strict=True))
    return task
