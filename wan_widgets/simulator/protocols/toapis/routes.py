"""The routes of ToAPIs. ToAPIs documents no way to cancel; the simulator adds one, so that cancelling can be shown."""

from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator.desk import clip_url, upload_url
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_json
from wan_widgets.simulator.keys import owner_of
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.protocols.toapis.orders import MODELS, parse_order
from wan_widgets.simulator.protocols.toapis.uploads import LIMITS, UPLOADS, checked, uploaded_file
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.uploads import media_type_of

TASKS = "/v1/videos/generations"
BALANCE = {
    "success": True,
    "remain_balance": 100.0,
    "used_balance": 0.0,
    "remain_credits": 20_000,
    "used_credits": 0,
    "credits_per_usd": 200,
    "unlimited_quota": False,
}
"""The balance never changes."""
NUMBERED = {401: "authentication_error", 404: "not_found_error"}


class ToAPIs(Protocol):
    """The handlers. The code of an error is a number for 401 and 404, and a word for all others, as documented."""

    name: ClassVar[str] = "toapis"
    prefixes: ClassVar[tuple[str, ...]] = ("", TASKS)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(TASKS, self.submit, methods=["POST"]),
            Route(TASKS + "/{task_id:path}", self.retrieve),
            Route(TASKS + "/{task_id:path}/cancel", self.cancel, methods=["POST"]),
            *(Route(f"{UPLOADS}/{kind}", self.upload, methods=["POST"]) for kind in LIMITS),
            Route("/v1/user/balance", self.balance),
            Route("/user/balance", self.balance),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        if refusal.status == 400 and request.url.path.startswith(UPLOADS):
            return JSONResponse({"success": False, "message": refusal.message}, 400)
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

    async def upload(self, request: Request) -> Response:
        owner_of(request)
        kind = request.url.path.rpartition("/")[2]
        data = checked(LIMITS[kind], await uploaded_file(request))
        name = self.desk.keep(data)
        upload = {
            "id": name.partition(".")[0],
            "url": upload_url(request, name),
            "mime_type": media_type_of(data),
            "size": len(data),
        }
        return JSONResponse({"success": True, "message": "", "data": upload})

    async def balance(self, request: Request) -> Response:
        owner_of(request)
        return JSONResponse(BALANCE)

    def _find(self, request: Request) -> Record:
        return self.find(request.path_params["task_id"], owner=owner_of(request))


def describe(record: Record, now: float, url: str) -> dict[str, Any]:
    """Describe the task as documented on the page video-status."""
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


def model_list(kind: str) -> dict[str, Any]:
    """List the models of a type. All models here make videos."""
    shown = MODELS if kind in {"video", "all"} else ()
    data = [
        {"id": model, "object": "model", "created": 0, "owned_by": "simulator", "supported_endpoint_types": ["video"]}
        for model in shown
    ]
    return {"success": True, "object": "list", "data": data}
