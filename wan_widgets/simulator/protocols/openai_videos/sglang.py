"""The dialect of SGLang-Diffusion 0.5.23, from its source code and from what a running server answered."""

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.protocols.openai_videos.dialect import Taken
from wan_widgets.simulator.protocols.openai_videos.engine import NO_ROUTE, Engine
from wan_widgets.simulator.protocols.openai_videos.models import Weights
from wan_widgets.simulator.protocols.openai_videos.sglang_orders import taken
from wan_widgets.simulator.protocols.openai_videos.typed import InvalidFieldError
from wan_widgets.simulator.records import Record

NEVER_HERE = ("url", "remixed_from_video_id", "expires_at", "revised_prompt", "action", "lidar")


class SGLang(Engine):
    """The server has one model, no keys, and FastAPI's errors. It accepts any model name and repeats it in answers."""

    owned_by: ClassVar[str] = "sglang"
    limits: ClassVar[tuple[int, int | None]] = (1, 20)

    def new_id(self, number: int) -> str:
        return ids.uuid(number)

    async def take(self, request: Request, desk: Desk) -> Taken:
        return await taken(request, desk, self.models[0])

    def pages(self) -> Mapping[str, Any]:
        name = self.models[0].id
        about = {"model_path": name, "served_model_name": name, "tp_size": 1, "dp_size": 1, "version": "0.5.23"}
        return {"/health": {"status": "ok"}, "/server_info": about}

    def refuse(self, refusal: RefusalError) -> Response:
        if refusal.code == "model_not_found":
            error = {"message": refusal.message, "type": "invalid_request_error", "param": "model"}
            return JSONResponse({"error": error | {"code": refusal.code}}, refusal.status)
        detail: Any = NO_ROUTE.get(refusal.code, refusal.message)
        if isinstance(refusal, InvalidFieldError):
            detail = [described(refusal)]
        return JSONResponse({"detail": detail}, refusal.status, refusal.headers)

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        task = super().describe(record, now)
        del task["prompt"]
        done = task["status"] == "completed"
        path, outputs = f"/simulated/outputs/{record.id}.mp4", record.order.wire.get("outputs", 1)
        return (
            task
            | dict.fromkeys(NEVER_HERE)
            | {
                "quality": "standard",
                "completed_at": task["completed_at"] if done else None,
                "urls": [None] * outputs if done else None,
                "file_path": None if task["status"] == "failed" else path,
                "file_paths": [path] * outputs if done else None,
                "num_outputs": outputs if done else None,
                "peak_memory_mb": 24_576.0 if done else None,
                "inference_time_s": record.running if done else None,
            }
        )

    def error(self, record: Record) -> dict[str, Any]:
        return {"message": super().error(record)["message"]}

    def deleted(self, record: Record, now: float) -> dict[str, Any]:
        return self.describe(record, now) | {"status": "deleted"}

    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        """Refuse a download that is not possible. The variant is the number of an output here."""
        if not record.state(now).is_terminal:
            raise RefusalError(404, "missing", "Generation is still in-progress")
        numbers = [None, *map(str, range(record.order.wire.get("outputs", 1)))]
        if record.state(now).status == "failed" or variant not in numbers:
            raise RefusalError(404, "missing", f"Video variant {variant} not found")

    def card(self, weights: Weights) -> dict[str, Any]:
        pipeline = "WanImageToVideoPipeline" if weights.needs_image else "WanPipeline"
        return super().card(weights) | {
            "root": weights.id,
            "parent": None,
            "max_model_len": None,
            "num_gpus": 1,
            "task_type": weights.task,
            "supported_task_types": [weights.task],
            "dit_precision": "bf16",
            "vae_precision": "fp32",
            "pipeline_name": pipeline,
            "pipeline_class": pipeline,
        }


def described(refusal: InvalidFieldError) -> dict[str, Any]:
    fault = refusal.fault
    context = {name: {} if isinstance(value, Exception) else value for name, value in (fault.context or {}).items()}
    described = {"type": fault.kind, "loc": [refusal.place, refusal.param], "msg": fault.message, "input": fault.value}
    return described | ({"ctx": context} if context else {})
