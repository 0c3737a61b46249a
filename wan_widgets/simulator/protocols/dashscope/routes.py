"""The routes: orders, tasks, and uploads in two steps."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Terms, clip_url
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_form, read_json
from wan_widgets.simulator.keys import owner_of
from wan_widgets.simulator.protocols.dashscope import oss, tasks
from wan_widgets.simulator.protocols.dashscope.errors import bad_parameter, refusal_body
from wan_widgets.simulator.protocols.dashscope.lists import list_page
from wan_widgets.simulator.protocols.dashscope.models import MODELS
from wan_widgets.simulator.protocols.dashscope.orders import (
    IMAGE_TO_VIDEO,
    VIDEO_GENERATION,
    known_model,
    read_submission,
)
from wan_widgets.simulator.protocols.dashscope.sources import Sources
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.scripts import FAILURE, REJECTION

API = "/api/v1"
STORAGE = "/oss/upload"
TASK_LIFETIME = 24 * 3600
ENABLED = "enable"
FAILED = ("InternalError.Algo", f"inference internal error. {FAILURE[1]}")
REJECTED = (400, "DataInspectionFailed", f"Input data may contain inappropriate content. {REJECTION[2]}")


class DashScope(Protocol):
    """The handlers. Every key is its own account."""

    name: ClassVar[str] = "dashscope"
    prefixes: ClassVar[tuple[str, ...]] = (API, STORAGE)

    @property
    def terms(self) -> Terms:
        return Terms(self.name, ids.uuid, FAILED, REJECTED)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            *(
                Route(f"{API}/services/aigc/{service}/video-synthesis", self.submit, methods=["POST"])
                for service in (VIDEO_GENERATION, IMAGE_TO_VIDEO)
            ),
            # The documentation has the slash, but the official client does not send it.
            Route(f"{API}/tasks", self.list),
            Route(f"{API}/tasks/", self.list),
            Route(f"{API}/tasks/{{task_id}}", self.retrieve),
            Route(f"{API}/tasks/{{task_id}}/cancel", self.cancel, methods=["POST"]),
            Route(f"{API}/uploads", self.sign_upload),
            Route(STORAGE, self.upload, methods=["POST"]),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        if request.url.path.startswith(STORAGE):
            return self._refuse_object(refusal)
        status = 400 if refusal.code == "method_not_allowed" else refusal.status
        return JSONResponse(refusal_body(refusal, self._request_id()), status, refusal.headers)

    async def submit(self, request: Request) -> Response:
        owner = owner_of(request)
        if request.headers.get("X-DashScope-Async") != ENABLED:
            raise RefusalError(403, "AccessDenied", "current user api does not support synchronous calls.")
        resolves_oss = request.headers.get("X-DashScope-OssResourceResolve") == ENABLED
        sources = Sources(desk=self.desk, owner=owner, resolves_oss=resolves_oss)
        service = request.url.path.split("/")[-2]
        order, fault = read_submission(await read_json(request), sources, service=service)
        self._check_running(order.model, owner)
        record = self.desk.accept(order, self.terms, owner=owner, fault=fault)
        status = tasks.STATUSES[record.state(self.desk.now()).status]
        return self._answer({"output": {"task_status": status, "task_id": record.id}})

    async def retrieve(self, request: Request) -> Response:
        task_id = request.path_params["task_id"]
        record = self._find(task_id, owner_of(request))
        if record is None:
            return self._answer({"output": tasks.unknown(task_id)})
        return self._answer(tasks.answer(record, self.desk.now(), clip_url(request, record)))

    async def list(self, request: Request) -> Response:
        records = self._recent(owner_of(request))
        return self._answer(list_page(records, request.query_params, self.desk.now()))

    async def cancel(self, request: Request) -> Response:
        record = self._find(request.path_params["task_id"], owner_of(request))
        if record is None or record.state(self.desk.now()).status != "queued":
            message = "Failed to cancel the task, please confirm if the task is in PENDING status."
            raise RefusalError(400, "UnsupportedOperation", message)
        self.desk.cancel(record)
        return self._answer({})

    async def sign_upload(self, request: Request) -> Response:
        owner = owner_of(request)
        if request.query_params.get("action") != "getPolicy":
            raise bad_parameter("action: it must be getPolicy.")
        model_id = known_model(request.query_params.get("model"))
        host = f"{str(request.base_url).rstrip('/')}{STORAGE}"
        return self._answer({"data": oss.Storage(self.desk).sign(model_id, owner=owner, host=host)})

    async def upload(self, request: Request) -> Response:
        form = await read_form(request)
        data = form.get("file")
        if not isinstance(data, bytes):
            raise RefusalError(400, "InvalidArgument", "POST requires exactly one file upload per request.")
        fields: dict[str, str] = {}
        for name, value in form.items():
            # The storage stops reading at the file, so fields after it count as not sent.
            if name == "file":
                break
            fields[name] = value if isinstance(value, str) else value.decode(errors="replace")
        oss.Storage(self.desk).put(fields, data)
        status = fields.get("success_action_status")
        return Response(status_code=int(status) if status in {"200", "201"} else 204)

    def _find(self, task_id: str, owner: str) -> Record | None:
        record = self.desk.find(self.name, task_id, owner=owner)
        return record if record and record.owner == owner and not self._is_forgotten(record) else None

    def _is_forgotten(self, record: Record) -> bool:
        return self.desk.now() >= record.ends_at + TASK_LIFETIME

    def _recent(self, owner: str) -> Iterator[Record]:
        """The tasks that are not yet forgotten. Every task ends within a day, so older ones need no look."""
        since = self.desk.now() - 2 * TASK_LIFETIME
        records = self.desk.newest_first(self.name, owner=owner)
        recent = takewhile(lambda record: record.created_at > since, records)
        return (record for record in recent if not self._is_forgotten(record))

    def _check_running(self, model_id: str, owner: str) -> None:
        now, allowed = self.desk.now(), MODELS[model_id].running
        same_model = (record for record in self._recent(owner) if record.order.model == model_id)
        if sum(not record.state(now).is_terminal for record in same_model) >= allowed:
            message = (
                f"Requests rate limit exceeded, please try again later: {allowed} tasks of {model_id} are running."
            )
            raise RefusalError(429, "Throttling.RateQuota", message)

    def _refuse_object(self, refusal: RefusalError) -> Response:
        code = "InvalidArgument" if refusal.code == "invalid_request" else refusal.code
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
            f"<Code>{escape(code)}</Code><Message>{escape(refusal.message)}</Message>"
            f"<RequestId>{self._request_id()}</RequestId></Error>"
        )
        return Response(text, refusal.status, refusal.headers, "application/xml")

    def _answer(self, body: dict[str, Any]) -> Response:
        return JSONResponse({"request_id": self._request_id()} | body)

    def _request_id(self) -> str:
        return ids.uuid(self.desk.new_number())
