"""OpenAI's dialect, for the open weights of Wan, with the fields that the engines have beside OpenAI's."""

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import read_form, read_json
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.openai_videos.dialect import Dialect, Page, Taken
from wan_widgets.simulator.protocols.openai_videos.models import FRAMES, SIDE, Weights
from wan_widgets.simulator.protocols.openai_videos.sent import Bounds, Sent
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.uploads import media_type_of
from wan_widgets.wan.models import Size

SECONDS = Bounds(1, 60)
FPS = Bounds(1, 120)
LIMIT = Bounds(1, 100)
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


class OpenAI(Dialect):
    """OpenAI's dialect."""

    owned_by: ClassVar[str] = "simulator"
    rejection: ClassVar[tuple[int, str, str]] = (
        400,
        "moderation_blocked",
        "The prompt was blocked: the simulator was asked to. Take REJECT from the start of the prompt to get a clip.",
    )
    needs_key: ClassVar[bool] = True
    remixes: ClassVar[bool] = True
    makes_stills: ClassVar[bool] = True

    # Reading requests

    async def take(self, request: Request, desk: Desk) -> Taken:
        sent = await _sent(request)
        _prompt(sent)
        _, weights = self._model(sent)
        reference = _reference(sent)
        _check_reference(reference, weights)
        order = self._order(sent)
        return Taken(replace(order, first_frame=_kept(reference, sent, desk)) if reference else order)

    async def remix(self, request: Request) -> str:
        return _prompt(await _sent(request))

    def page(self, request: Request) -> Page:
        query = Sent(dict(request.query_params))
        limit, direction = query.whole("limit", LIMIT), query.text("order") or "desc"
        if direction not in {"asc", "desc"}:
            raise query.refused("order", f"{direction!r} is neither 'asc' nor 'desc'")
        return Page(query.text("after"), limit or 20, direction)

    def _model(self, sent: Sent) -> tuple[str, Weights]:
        """Find the model, and its name in the answer."""
        name = sent.text("model")
        for weights in self.models:
            if name in (None, weights.id):
                return weights.id, weights
        raise sent.refused("model", f"{name!r} is not served here; use one of {', '.join(w.id for w in self.models)}")

    def _order(self, sent: Sent) -> Order:
        name, weights = self._model(sent)
        size, timing = _size(sent, weights), _timing(sent, weights)
        tuning = {field: value for field, bounds in TUNING.items() if (value := sent.number(field, bounds)) is not None}
        return Order(
            model=name,
            prompt=_prompt(sent),
            negative_prompt=sent.text("negative_prompt") or "",
            size=size,
            duration=timing.frames / timing.fps,
            fps=timing.fps,
            audio=False,
            seed=sent.whole("seed", SEED),
            prompt_extend=False,
            wire={"seconds": timing.seconds, "size": f"{size.width}x{size.height}", "tuning": tuning},
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

    def missing(self, video_id: str) -> RefusalError:
        return RefusalError(404, "task_not_found", f"Video with id '{video_id[:80]}' not found.", param="video_id")

    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        if variant not in (None, "video", "thumbnail", "spritesheet"):
            raise RefusalError(400, "invalid_value", f"Invalid value: {variant!r:.80}.", param="variant")
        status = record.state(now).status
        if status == "failed":
            raise RefusalError(404, "not_found", "Video generation failed; there is no content.")
        if status != "completed":
            raise RefusalError(404, "not_found", "Generation is still in-progress")
        if now >= record.expires_at:
            raise RefusalError(404, "not_found", "The content has expired: clips are kept for 24 hours.")


async def _sent(request: Request) -> Sent:
    """Read a form, which the official client sends, or JSON."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        return Sent(await read_form(request))
    body = await read_json(request)
    if not isinstance(body, dict):
        raise RefusalError(400, "invalid_type", "The body must be a JSON object.")
    return Sent(body)


def _prompt(sent: Sent) -> str:
    prompt = sent.text("prompt")
    if not prompt or not prompt.strip():
        message = "Missing required parameter: 'prompt'."
        raise RefusalError(400, "missing_required_parameter", message, param="prompt")
    return prompt


def _size(sent: Sent, weights: Weights) -> Size:
    size, width, height = sent.text("size"), sent.whole("width", SIDE), sent.whole("height", SIDE)
    if size is None:
        return Size(width, height) if width and height else weights.size
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", size)
    asked = Size(int(match[1]), int(match[2])) if match else Size(0, 0)
    if min(asked) < SIDE.low or max(asked) > SIDE.high:
        raise sent.refused("size", f"Invalid value: {size!r}. Expected WIDTHxHEIGHT, such as '832x480'")
    return asked


def _timing(sent: Sent, weights: Weights) -> Timing:
    fps = sent.number("fps", FPS) or weights.fps
    seconds, frames = sent.whole("seconds", SECONDS), sent.whole("num_frames", FRAMES)
    if frames is None:
        frames = round((seconds or 4) * fps)
    return Timing(frames, fps, str(seconds or f"{frames / fps:g}"))


def _reference(sent: Sent) -> Reference | None:
    """Find the picture under any of the fields that OpenAI and the engines use for it."""
    file = sent.file("input_reference")
    if file is not None:
        return Reference("input_reference", file)
    for name in ("input_reference", "image_reference"):
        described = sent.mapping(name)
        if described is not None:
            return Reference(name, _url(sent, name, described.get("image_url")))
    for name in ("input_reference", "reference_url"):
        url = sent.text(name)
        if url:
            return Reference(name, _url(sent, name, url))
    return None


def _url(sent: Sent, name: str, url: Any) -> str:
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "data:")):
        raise sent.refused(name, "Expected a file, or an object with an image_url, http(s):// or data:")
    return url


def _check_reference(reference: Reference | None, weights: Weights) -> None:
    if reference and not weights.takes_images:
        message = f"{weights.id} makes videos of text alone; leave {reference.name} out."
        raise RefusalError(400, "invalid_value", message, param=reference.name)
    if not reference and weights.needs_image:
        message = f"Missing required parameter: 'input_reference'. {weights.id} starts from an image."
        raise RefusalError(400, "missing_required_parameter", message, param="input_reference")


def _kept(reference: Reference, sent: Sent, desk: Desk) -> str:
    """Keep the picture that the clip starts from, and return its address. A web address stays as it is."""
    content = reference.content
    if isinstance(content, bytes):
        if not media_type_of(content).startswith(("image/", "video/")):
            raise sent.refused(reference.name, "the file is neither an image nor a video")
        return desk.keep_source(content)
    if not content.startswith("data:"):
        return content
    try:
        return desk.keep_data_url(content)
    except ValueError as error:
        raise sent.refused(reference.name, str(error)) from error
