"""From a request to the gateway to the request that the gateway sends on.

Fields that the gateway's own structures do not have are silently lost.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import Fields
from wan_widgets.simulator.protocols.dashscope.models import MODELS

WHOLE = re.compile(r"[0-9]{1,6}")
USUAL_SECONDS = 5
INPUTS = (
    "prompt",
    "img_url",
    "first_frame_url",
    "last_frame_url",
    "audio_url",
    "media",
    "negative_prompt",
    "template",
)
PARAMETERS = ("resolution", "size", "duration", "prompt_extend", "watermark", "audio", "seed")
NEWER_PARAMETERS = (*PARAMETERS, "ratio")
KEPT_WHEN_EMPTY = ("audio",)


class Asked(NamedTuple):
    """The fields of a request that the gateway reads."""

    model: str
    prompt: str
    images: tuple[str, ...]
    """The images of `image`, then of `images`, then of `input_reference`."""
    size: str
    seconds: int
    metadata: Mapping[str, Any]


def read_asked(body: Any) -> Asked:
    if not isinstance(body, dict):
        raise RefusalError(400, "invalid_json", "The body is not a JSON object.")
    fields = Fields(body)
    model, prompt = fields.text("model") or "", fields.text("prompt") or ""
    if not model.strip():
        raise RefusalError(400, "missing_model", "model field is required")
    images = (fields.text("image"), *(fields.texts("images") or []), fields.text("input_reference"))
    metadata = _metadata(body.get("metadata"))
    if not prompt.strip():
        raise RefusalError(400, "invalid_request", "prompt is required")
    return Asked(
        model=model,
        prompt=prompt,
        images=tuple(image.strip() for image in images if image and image.strip()),
        size=fields.text("size") or "",
        seconds=_seconds(body),
        metadata=metadata,
    )


def _metadata(value: Any) -> Mapping[str, Any]:
    """Read an object, or a string that contains one as JSON. Anything else counts as an empty object."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _seconds(body: Mapping[str, Any]) -> int:
    """Read `duration`, which is a number or a numeric string, else `seconds`, which is a string."""
    duration, seconds = str(body.get("duration") or ""), Fields(body).text("seconds") or ""
    for text in (duration, seconds):
        if WHOLE.fullmatch(text) and int(text):
            return int(text)
    if seconds and not WHOLE.fullmatch(seconds):
        raise _unbuildable(f'convert seconds to int failed: strconv.Atoi: parsing "{seconds[:40]}": invalid syntax')
    return USUAL_SECONDS


def upstream_body(asked: Asked) -> dict[str, Any]:
    """Make the body for Model Studio. `metadata` replaces any field of it except the model."""
    if asked.metadata.get("model", asked.model) != asked.model:
        raise _unbuildable("can't change model with metadata")
    model = MODELS[asked.model]
    inputs = {"prompt": asked.prompt, **_pictures(asked), **_overlay(asked, "input")}
    parameters = {**_extent(asked), "duration": asked.seconds}
    if model.version == "3.0":
        parameters = _kept({**parameters, **_overlay(asked, "parameters")}, NEWER_PARAMETERS)
    else:
        parameters |= {"prompt_extend": True, "watermark": False, **_overlay(asked, "parameters")}
        # The gateway drops values that are false or zero, and the default of Model Studio then holds.
        parameters = {
            name: value for name, value in _kept(parameters, PARAMETERS).items() if value or name in KEPT_WHEN_EMPTY
        }
    inputs = _kept(inputs, INPUTS)
    if model.version == "2.7" and model.task == "i2v":
        inputs = _as_media(inputs, asked)
    return {"model": asked.model, "input": inputs, "parameters": parameters}


def _pictures(asked: Asked) -> dict[str, Any]:
    if not asked.images:
        return {}
    if MODELS[asked.model].version != "3.0":
        return {"img_url": asked.images[0]}
    roles = zip(("first_frame", "last_frame"), asked.images, strict=False)
    return {"media": [{"type": role, "url": url} for role, url in roles]}


def _as_media(inputs: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Turn the older fields, which 2.7 does not have, into a list of media."""
    fields = ("first_frame_url", "img_url", "last_frame_url", "audio_url")
    kept = {name: value for name, value in inputs.items() if name not in fields}
    if kept.get("media"):
        return kept
    second = asked.images[1] if len(asked.images) > 1 else None
    found = {
        "first_frame": inputs.get("first_frame_url") or inputs.get("img_url"),
        "last_frame": inputs.get("last_frame_url") or second,
        "driving_audio": inputs.get("audio_url"),
    }
    if not any(found.values()):
        raise _unbuildable("wan2.7-i2v requires image, images, input_reference, or input.media")
    return kept | {"media": [{"type": role, "url": url} for role, url in found.items() if url]}


def _extent(asked: Asked) -> dict[str, str]:
    """Read the size. With an asterisk it is in pixels, else it is a tier."""
    makes_of_text = "t2v" in asked.model
    if not asked.size and MODELS[asked.model].version == "3.0":
        return {}
    if not asked.size:
        return {"size": _usual_size(asked.model)} if makes_of_text else {"resolution": _usual_tier(asked.model)}
    if "*" in asked.size:
        return {"size": asked.size}
    if makes_of_text:
        raise _unbuildable(f"invalid size: {asked.size[:80]}, example: 1920*1080")
    return {"resolution": asked.size.upper().removesuffix("P") + "P"}


def _usual_size(model: str) -> str:
    return "1920*1080" if model.startswith(("wan2.5", "wan2.2")) else "1280*720"


def _usual_tier(model: str) -> str:
    return "1080P" if model.startswith(("wan2.6", "wan2.5", "wan2.2-i2v-plus")) else "720P"


def _overlay(asked: Asked, name: str) -> Mapping[str, Any]:
    value = asked.metadata.get(name) or {}
    if not isinstance(value, dict):
        raise _unbuildable(f"unmarshal metadata failed: {name} is no object")
    media = value.get("media")
    if not isinstance(media, list):
        return value
    known = [{key: item[key] for key in ("type", "url") if key in item} for item in media if isinstance(item, dict)]
    return {**value, "media": known}


def _kept(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if values.get(name) is not None}


def _unbuildable(message: str) -> RefusalError:
    return RefusalError(500, "build_request_failed", f"convert_to_ali_request_failed: {message}")
