"""OpenAI's dialect. The dialects of the engines override what they do differently."""

import re
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_form, read_json
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.openai_videos.models import Weights
from wan_widgets.simulator.protocols.openai_videos.sent import Bounds, Sent
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.scripts import FAILURE
from wan_widgets.wan.models import Size

SECONDS = Bounds(1, 60)
FRAMES = Bounds(1, 1441)
FPS = Bounds(1, 120)
SIDE = Bounds(8, 4096)
SEED = Bounds(-(2**63), 2**63 - 1)
TUNING = {
    "num_inference_steps": Bounds(1, 200),
    "guidance_scale": Bounds(0, 20),
    "guidance_scale_2": Bounds(0, 20),
    "true_cfg_scale": Bounds(0, 20),
    "flow_shift": Bounds(),
    "boundary_ratio": Bounds(0, 1),
}
"""Parameters of a real model's computation. They are checked and written into the clip, and have no other effect."""
CODES = {
    "unauthorized": "invalid_api_key",
    "task_not_found": "not_found",
    "invalid_request": "invalid_value",
    "internal_error": "server_error",
}


class Timing(NamedTuple):
    """The length of a clip."""

    frames: int
    fps: float
    seconds: str
    """The length as the answer writes it."""


class Reference(NamedTuple):
    """The picture that a clip starts from: a file or its address."""

    name: str
    content: bytes | str


class Dialect:
    """OpenAI's dialect, for the open weights of Wan. `models` are the models that the server has."""

    owned_by: ClassVar[str] = "simulator"
    remixes: ClassVar[bool] = True
    failure: ClassVar[tuple[str, str]] = FAILURE
    rejection: ClassVar[tuple[int, str, str]] = (
        400,
        "moderation_blocked",
        "The prompt was blocked: the simulator was asked to. Take REJECT from the start of the prompt to get a clip.",
    )
    page: ClassVar[tuple[int | None, Bounds]] = (20, Bounds(1, 100))
    """How many videos a page of the list has: the default, and the allowed numbers."""
    needs_key: ClassVar[bool] = True
    usual_seed: ClassVar[int | None] = None
    """The seed of an order without one; ``None`` for a random seed."""
    """Whether the list of models requires a key."""

    def __init__(self, models: tuple[Weights, ...]) -> None:
        self.models = models

    def new_id(self, number: int) -> str:
        return "video_" + ids.hexadecimal(number)

    # Reading requests

    async def read(self, request: Request) -> Sent:
        """Read a form, which the official client sends, or JSON."""
        if not is_json(request):
            return Sent(await read_form(request))
        body = await read_json(request)
        if not isinstance(body, dict):
            raise RefusalError(400, "invalid_type", "The body must be a JSON object.")
        return Sent(body)

    def prompt(self, sent: Sent) -> str:
        prompt = sent.text("prompt")
        if not prompt or not prompt.strip():
            message = "Missing required parameter: 'prompt'."
            raise RefusalError(400, "missing_required_parameter", message, param="prompt")
        return prompt

    def model(self, sent: Sent) -> tuple[str, Weights]:
        """Find the model, and its name in the answer."""
        name = sent.text("model")
        for weights in self.models:
            if name in (None, weights.id):
                return weights.id, weights
        raise sent.refused("model", f"{name!r} is not served here; use one of {', '.join(w.id for w in self.models)}")

    def size(self, sent: Sent, weights: Weights) -> Size:
        size, width, height = sent.text("size"), sent.whole("width", SIDE), sent.whole("height", SIDE)
        if size is None:
            return Size(width, height) if width and height else weights.size
        match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", size)
        asked = Size(int(match[1]), int(match[2])) if match else Size(0, 0)
        if min(asked) < SIDE.low or max(asked) > SIDE.high:
            raise self.bad_size(sent)
        return asked

    def bad_size(self, sent: Sent) -> RefusalError:
        return sent.refused("size", f"Invalid value: {sent.text('size')!r}. Expected WIDTHxHEIGHT, such as '832x480'")

    def timing(self, sent: Sent, weights: Weights) -> Timing:
        fps = sent.number("fps", FPS) or weights.fps
        seconds, frames = sent.whole("seconds", SECONDS), sent.whole("num_frames", FRAMES)
        if frames is None:
            frames = round((seconds or 4) * fps)
        return Timing(frames, fps, str(seconds or f"{frames / fps:g}"))

    def reference(self, sent: Sent) -> Reference | None:
        """Find the picture under any of the fields that OpenAI and the engines use for it."""
        file = sent.file("input_reference")
        if file is not None:
            return Reference("input_reference", file)
        for name in ("input_reference", "image_reference"):
            described = sent.mapping(name)
            if described is not None:
                return Reference(name, self.described(sent, name, described.get("image_url")))
        for name in ("input_reference", "reference_url"):
            url = sent.text(name)
            if url:
                return Reference(name, self.described(sent, name, url))
        return None

    def described(self, sent: Sent, name: str, url: Any) -> str:
        if not isinstance(url, str) or not url.startswith(("http://", "https://", "data:")):
            raise sent.refused(name, "Expected a file, or an object with an image_url, http(s):// or data:")
        return url

    def check_reference(self, reference: Reference | None, weights: Weights) -> None:
        if reference and not weights.takes_images:
            message = f"{weights.id} makes videos of text alone; leave {reference.name} out."
            raise RefusalError(400, "invalid_value", message, param=reference.name)
        if not reference and weights.needs_image:
            message = f"Missing required parameter: 'input_reference'. {weights.id} starts from an image."
            raise RefusalError(400, "missing_required_parameter", message, param="input_reference")

    def order(self, sent: Sent, first_frame: str | None) -> Order:
        """Make the order from the fields that were sent."""
        name, weights = self.model(sent)
        size, timing = self.size(sent, weights), self.timing(sent, weights)
        seed = sent.whole("seed", SEED)
        tuning = {field: value for field, bounds in TUNING.items() if (value := sent.number(field, bounds)) is not None}
        return Order(
            model=name,
            prompt=self.prompt(sent),
            negative_prompt=sent.text("negative_prompt") or "",
            first_frame=first_frame,
            size=size,
            duration=timing.frames / timing.fps,
            fps=timing.fps,
            audio=False,
            seed=self.usual_seed if seed is None else seed,
            prompt_extend=False,
            wire={"seconds": timing.seconds, "size": sent.text("size"), "tuning": tuning},
        )

    # Writing answers

    def refuse(self, refusal: RefusalError) -> Response:
        kind = "invalid_request_error" if refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
        error = {
            "message": refusal.message,
            "type": kind,
            "param": refusal.param,
            "code": CODES.get(refusal.code, refusal.code),
        }
        return JSONResponse({"error": error}, refusal.status, refusal.headers)

    def missing(self, task_id: str) -> RefusalError:
        return RefusalError(404, "task_not_found", f"Video with id '{task_id[:80]}' not found.", param="video_id")

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        status, progress = record.state(now)
        return {
            "id": record.id,
            "object": "video",
            "created_at": int(record.created_at),
            "status": status,
            "completed_at": int(record.ends_at) if record.state(now).is_terminal else None,
            "error": self.error(record) if status == "failed" else None,
            "expires_at": record.expires_at if status == "completed" else None,
            "model": record.order.model,
            "progress": progress,
            "prompt": record.order.prompt,
            "remixed_from_video_id": record.order.wire.get("remixed_from_video_id"),
            "seconds": record.order.wire["seconds"],
            "size": wire_size(record),
        }

    def error(self, record: Record) -> dict[str, Any]:
        code, message = record.error or self.failure
        return {"code": code, "message": message}

    def status_code(self, record: Record, now: float) -> int:
        """The HTTP status of an answer that describes a video."""
        return 200

    def deleted(self, record: Record, now: float) -> dict[str, Any]:
        return {"id": record.id, "deleted": True, "object": "video.deleted"}

    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        """Refuse a download that is not possible, or not yet."""
        if variant not in (None, "video", "thumbnail", "spritesheet"):
            raise RefusalError(400, "invalid_value", f"Invalid value: {variant!r:.80}.", param="variant")
        status = record.state(now).status
        if status == "failed":
            raise RefusalError(404, "not_found", "Video generation failed; there is no content.")
        if status != "completed":
            raise RefusalError(404, "not_found", "Generation is still in-progress")
        if now >= record.expires_at:
            raise RefusalError(404, "not_found", "The content has expired: clips are kept for 24 hours.")

    def card(self, weights: Weights) -> dict[str, Any]:
        """Describe a model for ``/v1/models``."""
        return {"id": weights.id, "object": "model", "created": 0, "owned_by": self.owned_by}


def is_json(request: Request) -> bool:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/json"


def wire_size(record: Record) -> str | None:
    return f"{record.order.size.width}x{record.order.size.height}" if record.order.size else None


def trained_frames(frames: int) -> int:
    """Round as Wan's pipelines do. The number of frames is a multiple of four, plus one."""
    return frames if frames % 4 == 1 else frames // 4 * 4 + 1
