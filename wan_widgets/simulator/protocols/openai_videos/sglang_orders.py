"""How SGLang-Diffusion 0.5.23 reads an order. What it checks, and in which order, follows its source code."""

import json
import re
from dataclasses import replace
from typing import Any, NamedTuple

import httpx
from starlette.requests import Request

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import Upload, read_parts
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.openai_videos.dialect import Taken
from wan_widgets.simulator.protocols.openai_videos.models import Weights, too_large, trained_frames
from wan_widgets.simulator.protocols.openai_videos.typed import (
    Fault,
    Typed,
    integer_of,
    invalid_model,
    typed_form,
    typed_model,
)
from wan_widgets.simulator.uploads import media_type_of
from wan_widgets.wan.models import Size

MODEL = "VideoGenerationsRequest"
USUAL_SEED = 42
USUAL_FPS = 24
"""For every model, whatever it was trained for."""
USUAL_SECONDS = 4
COUNTS = ("n", "num_outputs_per_prompt", "num_inference_steps", "max_sequence_length")
INTEGERS = (*COUNTS, "seconds", "fps", "num_frames", "width", "height", "seed")
NUMBERS = ("guidance_scale", "guidance_scale_2", "true_cfg_scale", "flow_shift")
TEXTS = ("prompt", "model", "size", "negative_prompt", "reference_url", "extra_params", "extra_body")
FLAGS = ("enhance_prompt",)
VIDEO_NAMES = (".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm")
"""How a file is named that the engine takes for a video. It ignores such a file where it looks for an image."""


class Picture(NamedTuple):
    """The picture that a clip starts from, as the engine keeps it."""

    address: str
    is_readable: bool = True


async def taken(request: Request, desk: Desk, weights: Weights) -> Taken:
    is_form = "multipart/form-data" in request.headers.get("Content-Type", "").lower()
    fields, picture = await (_form if is_form else _json)(request, desk)
    if fields.flag("enhance_prompt"):
        raise _refused("Prompt enhancement requires --prompt-enhancer-config")
    order = _order(fields, weights)
    _check_picture(picture, weights)
    fault = too_large(order.size or weights.size, order.frames)
    if picture and not picture.is_readable:
        fault = "500", "cannot identify image file"
    return Taken(replace(order, first_frame=picture.address) if picture else order, fault)


async def _form(request: Request, desk: Desk) -> tuple[Typed, Picture | None]:
    parts = await read_parts(request)
    form = typed_form(parts)
    upload = form.file("input_reference")
    values: dict[str, Any] = {name: form.text(name) for name in TEXTS}
    values |= {name: form.integer(name) for name in INTEGERS} | {name: form.number(name) for name in NUMBERS}
    values |= {name: form.flag(name) for name in FLAGS}
    if values["prompt"] is None:
        raise _refused("prompt is required")
    for wrapper in ("extra_body", "extra_params"):
        try:
            values = flat(values, wrapper)
        except ValueError as error:
            raise _refused(f"{wrapper} is not valid JSON") from error
    picture = await _picture(_image_of(upload, values.get("reference_url")), request, desk)
    # FastAPI takes a number without text as absent, but the engine looks for it in the form again.
    empty = {name: "" for name in (*INTEGERS, *NUMBERS) if parts.get(name) == "" and values.get(name) is None}
    return typed_model(values | empty | {"seconds": values.get("seconds") or USUAL_SECONDS}, MODEL), picture


async def _json(request: Request, desk: Desk) -> tuple[Typed, Picture | None]:
    """Read a body of any other type as JSON. What cannot be read counts as a body without fields."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        body = {}
    values = dict(body) if isinstance(body, dict) else {}
    prefix = "Invalid request body: "
    try:
        for wrapper in ("extra_body", "extra_json", "extra_params"):
            values = flat(values, wrapper)
        url = values.get("reference_url")
        picture = await _picture(url if url and not _is_video(url) else None, request, desk)
    except RefusalError as error:
        raise _refused(f"{prefix}400: {error.message}") from error
    except ValueError as error:
        raise _refused(f"{prefix}{error}") from error
    if "prompt" not in values:
        raise invalid_model(MODEL, prefix, ("prompt", Fault("missing", "Field required", values)))
    fields = typed_model(values, MODEL, prefix=prefix)
    address = fields.text("input_reference")
    if picture is None and address and not _is_video(address):
        # Only here an address is passed on as it is. It may be a path on the server; the simulator has no such files.
        picture = Picture(address, is_readable=address.startswith(("http://", "https://", "data:")))
    return fields, picture


def flat(values: dict[str, Any], wrapper: str) -> dict[str, Any]:
    """Move fields out of an object that typed clients put them in. Raises `ValueError` for unreadable JSON."""
    inner = values.pop(wrapper, None)
    if isinstance(inner, str):
        inner = json.loads(inner)
    if not isinstance(inner, dict):
        return values
    return flat(dict(inner), "extra_params") | {name: value for name, value in values.items() if value is not None}


def _image_of(upload: Upload | None, url: str | None) -> Upload | str | None:
    if upload and not upload.media_type.lower().startswith("video/") and not _is_video(upload.name):
        return upload
    return url if url and (upload or not _is_video(url)) else None


def _is_video(name: Any) -> bool:
    """Whether the engine takes a file for a video. It looks at the name alone, and a GIF is a video to it."""
    name = str(name).lower()
    return name.startswith("data:video") or re.split(r"[?#]", name, maxsplit=1)[0].endswith(VIDEO_NAMES)


async def _picture(source: Upload | str | None, request: Request, desk: Desk) -> Picture | None:
    """Keep the picture. Whether a file is one is seen only when the task runs."""
    if source is None:
        return None
    if isinstance(source, Upload):
        return Picture(desk.keep_source(source.content), media_type_of(source.content).startswith("image/"))
    try:
        return Picture(await _kept(source, request, desk))
    except ValueError as error:
        raise _refused(f"Failed to process image source: {error}") from error


async def _kept(url: str, request: Request, desk: Desk) -> str:
    if url.lower().startswith(("http://", "https://")):
        try:
            return await desk.keep_from_web(request, url)
        except httpx.HTTPError as error:
            raise ValueError(f"Failed to download image from URL {url}: {error}") from error
    if not url.startswith("data:image"):
        raise ValueError("Unsupported image url format")
    return desk.keep_data_url(url)


def _check_picture(picture: Picture | None, weights: Weights) -> None:
    if picture and not weights.takes_images:
        raise _refused(f"input_reference is not supported for {weights.task} models.")
    if not picture and weights.needs_image:
        needed = f"Served model with task type '{weights.task}' requires an 'image_path' input, but none was provided"
        raise _refused(needed)


def _order(fields: Typed, weights: Weights) -> Order:
    seed = _seed(fields)
    size = _size(fields, weights)
    fps = _or(fields.integer("fps"), USUAL_FPS)
    frames = _or(fields.integer("num_frames"), fps * _or(fields.integer("seconds"), USUAL_SECONDS))
    counts = {"num_frames": frames, "num_inference_steps": fields.integer("num_inference_steps")}
    for name, value in counts.items():
        if value is not None and value <= 0:
            raise _refused(f"{name} must be positive")
    if seed < 0:
        raise _refused(f"seed must be a non-negative int or list of ints, got {seed}")
    if fps <= 0:
        raise _refused(f"fps must be a positive int, got {fps}")
    tuning = _tuning(fields) | {"num_inference_steps": counts["num_inference_steps"]}
    frames = trained_frames(frames)
    outputs = fields.integer("num_outputs_per_prompt") or fields.integer("n") or 1
    return Order(
        model=fields.text("model") or weights.id,
        prompt=fields.text("prompt") or "",
        negative_prompt=fields.text("negative_prompt") or "",
        size=size,
        duration=frames / fps,
        fps=fps,
        audio=False,
        seed=seed,
        prompt_extend=False,
        wire={
            "seconds": str(round(frames / fps)),
            "size": f"{size.width}x{size.height}",
            "tuning": {name: value for name, value in tuning.items() if value is not None},
            "outputs": max(1, min(outputs, 10)),
        },
    )


def _seed(fields: Typed) -> int:
    value = fields.values.get("seed", USUAL_SEED)
    seed = integer_of(value[0] if isinstance(value, list) and value else value)
    if isinstance(seed, Fault):
        no_list = Fault("list_type", "Input should be a valid list", value)
        raise fields.refused(("seed.int", seed), ("seed.list[int]", no_list))
    return seed


def _size(fields: Typed, weights: Weights) -> Size:
    """Read ``size``; ``width`` and ``height`` come before it."""
    text = fields.text("size")
    match = re.fullmatch(r"(\d{1,9})x(\d{1,9})", text or "")
    asked = Size(int(match[1]), int(match[2])) if match else weights.size
    if text and (not match or min(asked) <= 0):
        raise _refused("size must be formatted as positive WIDTHxHEIGHT")
    sides = [_or(fields.integer(name), usual) for name, usual in zip(("width", "height"), asked, strict=True)]
    for name, side in zip(("width", "height"), sides, strict=True):
        if side <= 0:
            raise _refused(f"{name} must be positive")
    return Size(*sides)


def _tuning(fields: Typed) -> dict[str, float | None]:
    """Parameters of a real model's computation. They are checked and written into the clip, and have no effect."""
    values = {name: fields.number(name) for name in NUMBERS}
    for name, value in values.items():
        if name != "flow_shift" and value is not None and value < 0:
            raise _refused(f"{name} must be non-negative, got {value!r}")
    return values


def _or(value: int | None, usual: int) -> int:
    return usual if value is None else value


def _refused(message: str) -> RefusalError:
    return RefusalError(400, "bad_request", message)
