"""The dialect of vLLM-Omni 0.30.0, from its source code and a running server."""

import contextlib
import re
from http import HTTPStatus
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_form
from wan_widgets.simulator.protocols.openai_videos.dialect import (
    FPS,
    FRAMES,
    SIDE,
    Dialect,
    Reference,
    Timing,
    is_json,
    trained_frames,
)
from wan_widgets.simulator.protocols.openai_videos.models import SMALL, Weights
from wan_widgets.simulator.protocols.openai_videos.sent import Bounds, Sent
from wan_widgets.simulator.records import Record
from wan_widgets.wan.models import Size

USUAL_FPS = 24
USUAL_FRAMES = 81
LONGEST = 60


class VLLMOmni(Dialect):
    """The server has one model and accepts only its own name. A failed task is an HTTP error that contains the task."""

    owned_by: ClassVar[str] = "vllm"
    remixes: ClassVar[bool] = False
    rejection: ClassVar[tuple[int, str, str]] = (400, "bad_request", "Rejected: the simulator was asked to.")
    page: ClassVar[tuple[int | None, Bounds]] = (None, Bounds(0, 100))
    needs_key: ClassVar[bool] = False

    def new_id(self, number: int) -> str:
        return "video_gen_" + ids.hexadecimal(number)

    async def read(self, request: Request) -> Sent:
        """Read a form. JSON counts as a form without fields."""
        return Sent({} if is_json(request) else await read_form(request))

    def prompt(self, sent: Sent) -> str:
        prompt = sent.text("prompt")
        if prompt is None:
            raise RefusalError(400, "bad_request", "1 validation error:\n  Field required: body.prompt", param="prompt")
        return prompt

    def model(self, sent: Sent) -> tuple[str, Weights]:
        name, (weights, *_) = sent.text("model"), self.models
        if name not in (None, weights.id):
            message = f"Model mismatch: request specifies '{name}' but server is running '{weights.id}'."
            raise RefusalError(400, "bad_request", message)
        return weights.id, weights

    def size(self, sent: Sent, weights: Weights) -> Size:
        """Round to multiples of 16. The default is the small size, for every model."""
        asked = sent.text("size") or sent.whole("width", SIDE)
        width, height = super().size(sent, weights) if asked else SMALL
        return Size(max(width // 16 * 16, 16), max(height // 16 * 16, 16))

    def timing(self, sent: Sent, weights: Weights) -> Timing:
        fps = sent.number("fps", FPS) or USUAL_FPS
        seconds = sent.text("seconds")
        if seconds and (not re.fullmatch(r"[1-9]\d{0,5}", seconds) or int(seconds) > LONGEST):
            raise sent.refused("seconds", rf"String should match pattern '^[1-9]\d*$', and be at most {LONGEST}")
        frames = sent.whole("num_frames", FRAMES) or (int(int(seconds) * fps) if seconds else USUAL_FRAMES)
        return Timing(trained_frames(frames), fps, seconds or "4")

    def reference(self, sent: Sent) -> Reference | None:
        file, described = sent.file("input_reference"), sent.mapping("image_reference")
        if file is not None and described:
            message = (
                "Provide only one of input_reference, image_reference, or video_reference when using input_reference."
            )
            raise RefusalError(400, "bad_request", message)
        if file is None and sent.text("input_reference"):
            raise sent.refused("input_reference", "Expected UploadFile, received: <class 'str'>")
        if described and "file_id" in described:
            raise RefusalError(400, "bad_request", "file_id references are not supported yet.")
        if sent.text("image_reference") and described is None:
            raise RefusalError(400, "bad_request", "Invalid JSON in form field.")
        return super().reference(sent)

    def refuse(self, refusal: RefusalError) -> Response:
        if refusal.status == HTTPStatus.UNAUTHORIZED:
            return JSONResponse({"error": "Unauthorized"}, HTTPStatus.UNAUTHORIZED)
        phrase = HTTPStatus(refusal.status).phrase
        error = {
            "message": phrase if refusal.code in {"not_found", "method_not_allowed"} else refusal.message,
            "type": phrase,
            "param": f"body.{refusal.param}" if refusal.param else None,
            "code": refusal.status,
        }
        return JSONResponse({"error": error}, refusal.status, refusal.headers)

    def missing(self, task_id: str) -> RefusalError:
        return RefusalError(404, "missing", "Video not found")

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        task, order = super().describe(record, now), record.order
        done = task["status"] == "completed"
        return task | {
            "size": order.wire["size"],
            "progress": 100 if done else 0,
            "quality": "default",
            "completed_at": task["completed_at"] if done else None,
            "media_type": "video/mp4",
            "expires_at": None,
            "file_name": f"{record.id}.mp4" if done else None,
            "inference_time_s": record.running if done else None,
            "fps": float(order.rate),
            "num_frames": order.frames,
            "duration_s": order.duration,
            "metrics": None,
            "stage_durations": {},
            "peak_memory_mb": 24_576.0 if done else 0.0,
            "action": None,
        }

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
        permission = {"id": "modelperm-simulated", "object": "model_permission", "allow_view": True}
        return super().card(weights) | {
            "root": weights.id,
            "parent": None,
            "max_model_len": None,
            "permission": [permission],
        }
