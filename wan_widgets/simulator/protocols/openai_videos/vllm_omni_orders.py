"""How vLLM-Omni 0.30.0 reads an order. What it checks, and in which order, follows its source code."""

import json
from dataclasses import replace
from typing import Any

import httpx
from starlette.requests import Request

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import Upload, read_parts
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.openai_videos.dialect import Taken
from wan_widgets.simulator.protocols.openai_videos.models import SMALL, Weights, too_large, trained_frames
from wan_widgets.simulator.protocols.openai_videos.typed import Fault, Typed, typed_form, typed_model
from wan_widgets.simulator.uploads import media_type_of
from wan_widgets.wan.models import Size

MODEL = "VideoGenerationRequest"
LARGEST = 2**63 - 1
USUAL_FPS = 24.0
USUAL_FRAMES = 81
INTEGERS = ("width", "height", "num_frames", "num_inference_steps", "seed")
CAPPED = {"guidance_scale": 20, "guidance_scale_2": 20, "true_cfg_scale": 20, "boundary_ratio": 1}
"""The largest value of numbers that are not negative."""
FREE = ("flow_shift",)
TEXTS = ("model", "negative_prompt")
CONFLICT = (
    "Provide only one of input_reference, image_reference, or video_reference when using input_reference; "
    "image_reference and video_reference may be combined."
)
NO_IMAGE = "500", "No image is provided. This model requires an image to run."


async def taken(request: Request, desk: Desk, weights: Weights) -> Taken:
    form = typed_form(await read_parts(request))
    fields, upload = _model(form), form.file("input_reference")
    reference = _from_json(form, "image_reference")
    if upload and reference is not None:
        raise _refused(CONFLICT)
    order = _order(fields, weights)
    picture = _kept(upload, desk) if upload else await _fetched(_url(fields, reference), request, desk)
    fault = too_large(order.size or SMALL, order.frames)
    if not weights.takes_images:
        return Taken(order, fault)
    return Taken(
        replace(order, first_frame=picture), fault or (NO_IMAGE if weights.needs_image and not picture else None)
    )


def _model(form: Typed) -> Typed:
    """Read the form as FastAPI does; pydantic reads it again. A body that is no form has no fields."""
    values: dict[str, Any] = {"prompt": form.required("prompt")} | {name: form.text(name) for name in TEXTS}
    values |= {"seconds": form.text("seconds", r"[1-9]\d*"), "size": form.text("size", r"\d+x\d+")}
    values |= {name: form.integer(name) for name in INTEGERS} | {name: form.number(name) for name in (*CAPPED, *FREE)}
    values["fps"] = form.number("fps", low=1.0)
    form.integer("num_outputs_per_prompt", low=1, high=10)
    form.file("input_reference")
    for name in ("extra_params", "lora"):
        _from_json(form, name, dict)
    return typed_model(values, MODEL)


def _from_json(form: Typed, name: str, kind: type | None = None) -> Any:
    text = form.text(name)
    if text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise _refused("Invalid JSON in form field.") from error
    if kind and not isinstance(value, kind):
        raise _refused(f"Invalid JSON in form field: expected {kind.__name__}, got {type(value).__name__}.")
    return value


def _order(fields: Typed, weights: Weights) -> Order:
    """Make the order. An answer repeats what was asked for, and the clip is rounded as the model needs it."""
    width, height, frames = (fields.integer(name, low=1, high=LARGEST) for name in ("width", "height", "num_frames"))
    tuning: dict[str, float | None] = {"num_inference_steps": fields.integer("num_inference_steps", low=1, high=200)}
    tuning |= {name: fields.number(name, low=0, high=high) for name, high in CAPPED.items()}
    tuning |= {name: fields.number(name) for name in FREE}
    seed = fields.integer("seed", low=-LARGEST - 1, high=LARGEST)
    name, seconds, fps = fields.text("model"), fields.text("seconds"), fields.number("fps") or USUAL_FPS
    if name not in (None, weights.id):
        raise _refused(f"Model mismatch: request specifies '{name}' but server is running '{weights.id}'.")
    if frames is None and seconds:
        frames = int(float(seconds) * fps)
    duration = float(seconds) if seconds else frames / fps if frames else None
    made = trained_frames(frames or USUAL_FRAMES)
    return Order(
        model=weights.id,
        prompt=fields.text("prompt") or "",
        negative_prompt=fields.text("negative_prompt") or "",
        size=_size(fields.text("size"), width, height),
        duration=made / fps,
        fps=fps,
        audio=False,
        seed=seed,
        prompt_extend=False,
        wire={
            "seconds": seconds or "4",
            "size": fields.text("size"),
            "frames": frames,
            "duration": duration,
            "tuning": {name: value for name, value in tuning.items() if value is not None},
        },
    )


def _size(text: str | None, width: int | None, height: int | None) -> Size:
    """Round to multiples of 16. The default is the small size, for every model."""
    if text:
        width, height = (int(side[:9]) for side in text.split("x"))
        if not (width and height):
            problem = f"Invalid size: {width}x{height}. Width and height must be positive integers."
            raise RefusalError(400, "BadRequestError", problem)
    return Size(*(max(side // 16 * 16, 16) for side in (width or SMALL.width, height or SMALL.height)))


def _url(fields: Typed, reference: Any) -> str | None:
    """Find the address in an ``image_reference``. The first one counts where it is a list."""
    described = reference[0] if isinstance(reference, list) and reference else reference
    if described is None:
        return None
    match described:
        case {"image_url": str(url), **rest} if not rest:
            return url
        case {"file_id": str(), **rest} if not rest:
            raise _refused("Invalid image_reference: file_id is not supported yet.")
    raise fields.refused(("image_reference.UrlImageReference.image_url", Fault("missing", "Field required", described)))


def _kept(upload: Upload, desk: Desk) -> str:
    if not media_type_of(upload.content).startswith(("image/", "video/")):
        raise _refused("Invalid input_reference: provided content is not a valid image or video.")
    return desk.keep_source(upload.content)


async def _fetched(url: str | None, request: Request, desk: Desk) -> str | None:
    if url is None:
        return None
    where = "Invalid image_reference.image_url"
    try:
        if url.startswith("data:image"):
            return desk.keep_data_url(url)
        if url.startswith(("http://", "https://")):
            return await desk.keep_from_web(request, url)
    except httpx.HTTPStatusError as error:
        raise _refused(f"{where}: server returned HTTP {error.response.status_code}.") from error
    except httpx.HTTPError as error:
        raise _refused(f"{where}: failed to download image.") from error
    except ValueError as error:
        raise _refused(f"{where}: image data is not valid base64.") from error
    raise _refused(f"{where}: must be an http(s) URL or data URL.")


def _refused(message: str) -> RefusalError:
    return RefusalError(400, "bad_request", message)
