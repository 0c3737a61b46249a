"""The dialect of SGLang-Diffusion 0.5.23, from its source code and a running server."""

import json
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_form
from wan_widgets.simulator.protocols.openai_videos.dialect import (
    FPS,
    FRAMES,
    SECONDS,
    Dialect,
    Reference,
    Timing,
    trained_frames,
)
from wan_widgets.simulator.protocols.openai_videos.models import Weights
from wan_widgets.simulator.protocols.openai_videos.sent import Sent
from wan_widgets.simulator.records import Record

USUAL_FPS = 24
USUAL_SECONDS = 4
NEVER_HERE = ("url", "urls", "remixed_from_video_id", "expires_at", "revised_prompt", "action", "lidar")


class SGLang(Dialect):
    """The server has one model, no keys, and FastAPI's errors. It accepts any model name and repeats it in answers."""

    owned_by: ClassVar[str] = "sglang"
    remixes: ClassVar[bool] = False
    rejection: ClassVar[tuple[int, str, str]] = (400, "bad_request", "Rejected: the simulator was asked to.")
    needs_key: ClassVar[bool] = False
    usual_seed: ClassVar[int | None] = 42

    def new_id(self, number: int) -> str:
        return ids.uuid(number)

    async def read(self, request: Request) -> Sent:
        if "multipart/form-data" in request.headers.get("Content-Type", "").lower():
            return Sent(flat(await read_form(request), ("extra_body", "extra_params")), refusal_status=422)
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            body = {}
        values = flat(dict(body) if isinstance(body, dict) else {}, ("extra_body", "extra_json", "extra_params"))
        if values.get("prompt") is None:
            # The engine gives the same error for a body that it cannot read, even for a form in another encoding.
            raise RefusalError(400, "bad_request", "Invalid request body: prompt: Field required")
        seeds = values.get("seed")
        return Sent(values | ({"seed": seeds[0]} if isinstance(seeds, list) and seeds else {}))

    def prompt(self, sent: Sent) -> str:
        prompt = sent.text("prompt")
        if not prompt:
            raise RefusalError(400, "bad_request", "prompt is required")
        return prompt

    def model(self, sent: Sent) -> tuple[str, Weights]:
        return sent.text("model") or self.models[0].id, self.models[0]

    def bad_size(self, sent: Sent) -> RefusalError:
        return RefusalError(400, "bad_request", "size must be formatted as positive WIDTHxHEIGHT")

    def timing(self, sent: Sent, weights: Weights) -> Timing:
        """Use 24 frames per second by default, for every model, as the engine does."""
        fps = sent.whole("fps", FPS) or USUAL_FPS
        seconds = sent.whole("seconds", SECONDS) or USUAL_SECONDS
        frames = trained_frames(sent.whole("num_frames", FRAMES) or fps * seconds)
        return Timing(frames, fps, str(round(frames / fps)))

    def reference(self, sent: Sent) -> Reference | None:
        if sent.mapping("input_reference") is not None:
            raise RefusalError(400, "bad_request", "Invalid request body: input_reference: Input should be a string")
        return super().reference(sent)

    def described(self, sent: Sent, name: str, url: Any) -> str:
        try:
            return super().described(sent, name, url)
        except RefusalError as error:
            # The engine also accepts a path on its server. The simulator has no such files.
            message = f"Failed to process image source: {error.message}"
            raise RefusalError(400, "bad_request", message) from error

    def check_reference(self, reference: Reference | None, weights: Weights) -> None:
        if reference and not weights.takes_images:
            raise RefusalError(400, "bad_request", f"input_reference is not supported for {weights.task} models.")
        if not reference and weights.needs_image:
            message = (
                f"Served model with task type '{weights.task}' requires an 'image_path' input, but none was provided"
            )
            raise RefusalError(400, "bad_request", message)

    def refuse(self, refusal: RefusalError) -> Response:
        detail: Any = refusal.message
        if refusal.status == 422:
            detail = [{"type": refusal.code, "loc": ["body", refusal.param], "msg": refusal.message}]
        elif refusal.param:
            detail = f"Invalid request body: {refusal.message}"
        elif refusal.code in {"not_found", "method_not_allowed"}:
            detail = refusal.code.replace("_", " ").title()
        return JSONResponse({"detail": detail}, refusal.status, refusal.headers)

    def missing(self, task_id: str) -> RefusalError:
        return RefusalError(404, "missing", "Video not found")

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        task = super().describe(record, now)
        del task["prompt"]
        done = task["status"] == "completed"
        path = f"/simulated/outputs/{record.id}.mp4"
        task |= dict.fromkeys(NEVER_HERE) | {
            "quality": "standard",
            "completed_at": task["completed_at"] if done else None,
            "file_path": None if task["status"] == "failed" else path,
            "file_paths": [path] if done else None,
            "num_outputs": 1 if done else None,
            "peak_memory_mb": 24_576.0 if done else None,
            "inference_time_s": record.running if done else None,
        }
        return task

    def error(self, record: Record) -> dict[str, Any]:
        return {"message": super().error(record)["message"]}

    def deleted(self, record: Record, now: float) -> dict[str, Any]:
        return self.describe(record, now) | {"status": "deleted"}

    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        """Refuse a download that is not possible. The variant is the number of an output here, and there is one."""
        status = record.state(now).status
        if not record.state(now).is_terminal:
            raise RefusalError(404, "missing", "Generation is still in-progress")
        if status == "failed" or variant not in (None, "0"):
            raise RefusalError(404, "missing", f"Video variant {variant} not found")

    def card(self, weights: Weights) -> dict[str, Any]:
        return super().card(weights) | {
            "root": weights.id,
            "parent": None,
            "max_model_len": None,
            "num_gpus": 1,
            "task_type": weights.task,
            "supported_task_types": [weights.task],
            "dit_precision": "bf16",
            "vae_precision": "fp32",
            "pipeline_name": "WanPipeline",
            "pipeline_class": "WanPipeline",
        }


def flat(values: dict[str, Any], wrappers: tuple[str, ...]) -> dict[str, Any]:
    """Move fields out of the wrappers that typed clients put them in."""
    for wrapper in wrappers:
        inner = values.pop(wrapper, None)
        if isinstance(inner, str):
            try:
                inner = json.loads(inner)
            except ValueError as error:
                raise RefusalError(400, "bad_request", f"{wrapper} is not valid JSON") from error
        if isinstance(inner, dict):
            values = flat(dict(inner), ("extra_params",)) | values
    return values
