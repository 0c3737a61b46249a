"""The routes, in the gateway's older style and in OpenAI's style. Each style finds the tasks of the other."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Terms, clip_url
from wan_widgets.simulator.errors import RefusalError, not_found
from wan_widgets.simulator.fields import read_form, read_json
from wan_widgets.simulator.keys import owner_of
from wan_widgets.simulator.protocols.dashscope.errors import refusal_body
from wan_widgets.simulator.protocols.dashscope.models import MODELS
from wan_widgets.simulator.protocols.dashscope.orders import Submission, read_submission
from wan_widgets.simulator.protocols.dashscope.routes import FAILED, REJECTED
from wan_widgets.simulator.protocols.dashscope.sources import Sources
from wan_widgets.simulator.protocols.newapi import tasks
from wan_widgets.simulator.protocols.newapi.orders import read_asked, upstream_body
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.records import Record

PREFIX = "/newapi/v1"
GENERATIONS = f"{PREFIX}/video/generations"
VIDEOS = f"{PREFIX}/videos"
OUTER = {
    "unauthorized": "",
    "not_found": "",
    "method_not_allowed": "",
    "model_not_found": "model_not_found",
    "insufficient_user_quota": "insufficient_user_quota",
    "pre_consume_token_quota_failed": "pre_consume_token_quota_failed",
}
"""The codes of refusals by the gateway's outer layer, before there is a task, and the codes that it writes for them."""
SATURATED = "当前分组上游负载已饱和，请稍后再试"  # noqa: RUF001 - a Chinese comma in a Chinese sentence
"""The gateway puts this message in place of the message of an upstream 429."""


class NewAPI(Protocol):
    """The handlers."""

    name: ClassVar[str] = "newapi"
    prefixes: ClassVar[tuple[str, ...]] = ("/newapi",)

    @property
    def terms(self) -> Terms:
        status, code, message = REJECTED
        rejection = self._passed_on(RefusalError(status, code, message))
        return Terms(
            self.name,
            lambda number: tasks.ID_PREFIX + ids.hexadecimal(number),
            FAILED,
            (rejection.status, rejection.code, rejection.message),
        )

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(GENERATIONS, self.submit, methods=["POST"]),
            Route(f"{GENERATIONS}/{{task_id}}", self.retrieve),
            Route(VIDEOS, self.submit, methods=["POST"]),
            Route(f"{VIDEOS}/{{task_id}}", self.retrieve_video),
            Route(f"{VIDEOS}/{{task_id}}/content", self.content),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        status, code, message = refusal.status, refusal.code, refusal.message
        if code in OUTER:
            message = f"{message} (request id: {self._request_id()})"
            error = {"message": message, "type": "new_api_error", "code": OUTER[code]}
            return JSONResponse({"error": error}, status, refusal.headers)
        if request.url.path.endswith("/content"):
            kind = "server_error" if status >= 500 else "invalid_request_error"
            return JSONResponse({"error": {"message": message, "type": kind}}, status)
        if code == "task_not_found":
            status, code, message = 400, "task_not_exist", "task_not_exist"
        if status == 429:
            message = SATURATED
        return JSONResponse({"code": code, "message": message, "data": None}, status, refusal.headers)

    async def submit(self, request: Request) -> Response:
        owner = owner_of(request)
        submission = self._read(await _body(request), owner)
        record = self.desk.accept(submission.order, self.terms, owner=owner, fault=submission.fault)
        # The gateway has not asked upstream yet, so it reports no progress.
        return JSONResponse(tasks.openai_video(record, self.desk.now()) | {"progress": 0})

    async def retrieve(self, request: Request) -> Response:
        record = self._find(request)
        return JSONResponse(tasks.envelope(record, self.desk.now(), clip_url(request, record)))

    async def retrieve_video(self, request: Request) -> Response:
        record = self._find(request)
        return JSONResponse(tasks.described_video(record, self.desk.now(), clip_url(request, record)))

    async def content(self, request: Request) -> Response:
        record, now = self._find(request, missing="Task not found"), self.desk.now()
        status = record.state(now).status
        if status != "completed":
            word = tasks.STATUSES[status][1]
            raise RefusalError(400, "not_completed", f"Task is not completed yet, current status: {word}")
        if now >= record.expires_at:
            raise RefusalError(502, "gone", "Upstream service returned status 403")
        path = await self.desk.clip(request, record)
        return FileResponse(path, media_type="video/mp4", headers={"Cache-Control": "public, max-age=86400"})

    def _read(self, body: Any, owner: str) -> Submission:
        try:
            asked = read_asked(body)
        except RefusalError as refusal:
            # The gateway treats a field of the wrong type as invalid JSON.
            raise (RefusalError(400, "invalid_json", refusal.message) if refusal.param else refusal) from None
        if asked.model not in MODELS:
            message = f"No available channel for model {asked.model[:80]} under group default"
            raise RefusalError(503, "model_not_found", message)
        # The gateway does not send the header on that makes oss:// addresses valid.
        sources = Sources(desk=self.desk, owner=owner, resolves_oss=False)
        outgoing = upstream_body(asked)
        try:
            return read_submission(outgoing, sources)
        except RefusalError as refusal:
            raise self._passed_on(refusal) from refusal

    def _passed_on(self, refusal: RefusalError) -> RefusalError:
        """Wrap a refusal of the service behind the gateway."""
        body = json.dumps(refusal_body(refusal, self._request_id()), ensure_ascii=False)
        return RefusalError(refusal.status, "fail_to_fetch_task", body)

    def _find(self, request: Request, *, missing: str = "task_not_exist") -> Record:
        owner = owner_of(request)
        record = self.desk.find(self.name, request.path_params["task_id"], owner=owner)
        if record is None or record.owner != owner:
            raise not_found(missing)
        return record

    def _request_id(self) -> str:
        return ids.uuid(self.desk.new_number())


async def _body(request: Request) -> Any:
    """Read JSON or the fields of a form. The gateway does not pass files in a form on to Model Studio."""
    try:
        if "form" in request.headers.get("Content-Type", ""):
            return {name: value for name, value in (await read_form(request)).items() if isinstance(value, str)}
        return await read_json(request)
    except RefusalError as refusal:
        raise RefusalError(400, "invalid_json", refusal.message) from refusal
