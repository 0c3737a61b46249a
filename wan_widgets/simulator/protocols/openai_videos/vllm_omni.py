"""The dialect of vLLM-Omni 0.30.0, from its source code and from what a running server answered."""

import contextlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.protocols.openai_videos.dialect import Taken
from wan_widgets.simulator.protocols.openai_videos.engine import NO_ROUTE, Engine
from wan_widgets.simulator.protocols.openai_videos.models import Weights
from wan_widgets.simulator.protocols.openai_videos.typed import InvalidFieldError
from wan_widgets.simulator.protocols.openai_videos.vllm_omni_orders import taken
from wan_widgets.simulator.records import Record

INVALID_MODEL = "BadRequestError"


class VLLMOmni(Engine):
    """The server has one model and accepts only its own name. A failed task is an HTTP error that contains the task."""

    owned_by: ClassVar[str] = "vllm"
    limits: ClassVar[tuple[int, int | None]] = (0, None)
    describes_one_model: ClassVar[bool] = False

    def new_id(self, number: int) -> str:
        return "video_gen_" + ids.hexadecimal(number)

    async def take(self, request: Request, desk: Desk) -> Taken:
        return await taken(request, desk, self.models[0])

    def pages(self) -> Mapping[str, Any]:
        return {"/health": None, "/version": {"version": "0.30.0"}}

    def refuse(self, refusal: RefusalError) -> Response:
        if refusal.status == HTTPStatus.UNAUTHORIZED:
            return JSONResponse({"error": "Unauthorized"}, HTTPStatus.UNAUTHORIZED)
        if refusal.code in NO_ROUTE:
            return JSONResponse({"detail": NO_ROUTE[refusal.code]}, refusal.status, refusal.headers)
        is_field = isinstance(refusal, InvalidFieldError)
        status = HTTPStatus.BAD_REQUEST if is_field else HTTPStatus(refusal.status)
        error = {
            "message": described(refusal) if isinstance(refusal, InvalidFieldError) else refusal.message,
            "type": INVALID_MODEL if refusal.code == INVALID_MODEL else status.phrase,
            "param": f"{refusal.place}.{refusal.param}" if isinstance(refusal, InvalidFieldError) else None,
            "code": status,
        }
        return JSONResponse({"error": error}, status, refusal.headers)

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        task, order = super().describe(record, now), record.order
        done, ended = task["status"] == "completed", record.state(now).is_terminal
        asked = {"num_frames": order.wire.get("frames"), "duration_s": order.wire.get("duration")}
        made = {"num_frames": order.frames, "duration_s": order.duration}
        return (
            task
            | (made if done else asked)
            | {
                "progress": 100 if done else 0,
                "quality": "default",
                "media_type": "video/mp4",
                "expires_at": None,
                "file_name": f"{record.id}.mp4" if done else None,
                "inference_time_s": record.running if ended else None,
                "fps": order.fps,
                "metrics": None,
                "stage_durations": {},
                "peak_memory_mb": 24_576.0 if done else 0.0,
                "action": None,
            }
        )

    def error(self, record: Record) -> dict[str, Any]:
        """Describe the error. Its code is the HTTP status of what went wrong inside, as a number."""
        code, message = record.error or self.failure
        number = 500
        with contextlib.suppress(ValueError):
            number = HTTPStatus(int(code)).value
        return {"code": number, "message": message}

    def status_code(self, record: Record, now: float) -> int:
        return int(self.error(record)["code"]) if record.state(now).status == "failed" else 200

    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        status = record.state(now).status
        if status == "failed":
            message = "Video generation failed. Check job status for error details."
            raise RefusalError(422, "unprocessable", message)
        if status != "completed":
            raise RefusalError(404, "missing", "Generation is still in-progress")

    def card(self, weights: Weights) -> dict[str, Any]:
        about: dict[str, Any] = {"root": weights.id, "parent": None, "max_model_len": None, "permission": []}
        return super().card(weights) | about


def described(refusal: InvalidFieldError) -> str:
    """Describe a field as the server does, which hides whatever looks like a path on its disk."""
    fault = refusal.fault
    where = f"{refusal.place}.{refusal.param}"
    line: dict[str, Any] = {"type": fault.kind, "loc": where, "msg": fault.message, "input": str(fault.value)}
    line |= {"ctx": dict(fault.context)} if fault.context else {}
    return re.sub(r"(?:/[\w\-]+)+/[\w\-]+\.\w+", "<path>", f"1 validation error:\n  {line}")
