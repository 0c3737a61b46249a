"""Writing the body of an order. Model Studio has two forms of it.

The form of Wan 2.6 has a field for each input and a size in pixels. The form of later families has one list of media,
and a resolution with a ratio.
"""

from collections.abc import Iterator
from typing import Any

from wan_widgets.providers.bodies import address, given, overlaid
from wan_widgets.wan.offers import Offer
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, TextToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, kind_of

_UPLOADED = "oss://"


def order_body(request: VideoRequest, model: str, family: str, offer: Offer) -> dict[str, Any]:
    """The body of an order, with the user's own fields merged over it. Fields that change the bill are always sent."""
    inputs, shape = _legacy(request, offer) if family.startswith("wan2.6") else _media(request, family)
    parameters = {
        **shape,
        "duration": request.duration,
        "audio": request.audio if offer.audio == "optional" else None,
        "prompt_extend": request.prompt_extend if offer.prompt_extend else None,
        "shot_type": getattr(request, "shot_type", None) if offer.shot_types else None,
        "watermark": request.watermark,
        "seed": request.seed,
    }
    words = {"prompt": request.prompt, "negative_prompt": request.negative_prompt}
    body = {"model": model, "input": {**words, **inputs}, "parameters": parameters}
    return overlaid(given(body), request.extra)


def has_uploaded(body: object) -> bool:
    """Whether the body has an address of an uploaded file."""
    return any(text.lower().startswith(_UPLOADED) for text in _texts(body))


def _legacy(request: VideoRequest, offer: Offer) -> tuple[dict[str, Any], dict[str, Any]]:
    inputs: dict[str, Any] = {"audio_url": _sound(request)}
    if isinstance(request, ImageToVideo):
        inputs["img_url"] = address(request.image)
        return inputs, {"resolution": request.resolution.upper()}
    if isinstance(request, ReferenceToVideo):
        inputs["reference_urls"] = [address(item) for item in request.references]
    size = offer.sizes[request.resolution][getattr(request, "aspect_ratio", "")]
    return inputs, {"size": f"{size.width}*{size.height}"}


def _media(request: VideoRequest, family: str) -> tuple[dict[str, Any], dict[str, Any]]:
    shape = {"resolution": request.resolution.upper(), "ratio": getattr(request, "aspect_ratio", None)}
    sound = _sound(request)
    if isinstance(request, TextToVideo):
        return {"audio_url": sound}, shape
    if isinstance(request, ImageToVideo):
        media = [{"type": "first_frame", "url": address(request.image)}]
        sound_type = "driving_audio"
        # Wan 3.0 recommends "adaptive" for an image. Wan 2.7 takes no ratio with an image.
        shape["ratio"] = "adaptive" if family.startswith("wan3.0") else None
    else:
        media = list(_references(request))
        sound_type = "reference_audio"
    if sound:
        media.append({"type": sound_type, "url": sound})
    return {"media": media}, shape


def _references(request: VideoRequest) -> Iterator[dict[str, str]]:
    for item in request.references if isinstance(request, ReferenceToVideo) else ():
        kind = "reference_video" if kind_of(item) is Kind.VIDEO else "reference_image"
        yield {"type": kind, "url": address(item)}


def _sound(request: VideoRequest) -> str | None:
    return address(request.guide_audio) if request.guide_audio else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
