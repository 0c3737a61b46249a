"""Reading an order. Every rule of the documented request has a message that says how to keep the rule."""

from typing import Any
from urllib.parse import urlsplit

from wan_widgets.simulator.errors import RefusalError, invalid
from wan_widgets.simulator.fields import Fields
from wan_widgets.simulator.orders import Mode, Order
from wan_widgets.wan.models import WAN_2_6_SIZES

MODEL = "wan2.6"
FLASH = "wan2.6-flash"
MODELS = (MODEL, FLASH)
UNLISTED_FOR_FLASH = ("aspect_ratio", "negative_prompt", "seed", "prompt_extend", "shot_type")
"""Fields that the page of the flash model does not list. They are ignored there, like any unknown field."""
RESOLUTIONS = tuple(WAN_2_6_SIZES)
ASPECT_RATIOS = tuple(WAN_2_6_SIZES["1080p"])
DURATIONS = {"t2v": (5, 10, 15), "i2v": (5, 10, 15), "r2v": (5, 10)}
PROMPT_LIMIT = 1500
NEGATIVE_PROMPT_LIMIT = 500
MAX_REFERENCES = 5
MAX_SEED = 2**31 - 1
RANDOM_SEED = -1


def parse_order(body: Any) -> Order:
    """Read the JSON body of an order, or raise a `RefusalError` that names the field and the remedy."""
    if not isinstance(body, dict):
        raise invalid('The body must be a JSON object, such as {"model": "wan2.6", "prompt": "A kitten in the grass"}.')
    model = _model(Fields(body))
    fields = Fields({name: value for name, value in body.items() if model == MODEL or name not in UNLISTED_FOR_FLASH})
    _check_callback(fields)
    metadata = Fields(fields.mapping("metadata"), prefix="metadata.")
    image_url = _image_url(fields)
    reference_urls = _reference_urls(metadata)
    if image_url and reference_urls:
        raise invalid("image_urls and metadata.reference_urls exclude each other; send one of them.")
    mode: Mode = "r2v" if reference_urls else "i2v" if image_url else "t2v"
    if model == FLASH and mode == "t2v":
        raise invalid(f"{FLASH} makes no videos of text alone; send image_urls or metadata.reference_urls.")
    ratio = _aspect_ratio(fields, mode)
    resolution = fields.choice("resolution", RESOLUTIONS) or "1080p"
    return Order(
        model=model,
        prompt=_prompt(fields, mode),
        negative_prompt=(fields.text("negative_prompt") or "")[:NEGATIVE_PROMPT_LIMIT],
        first_frame=image_url,
        references=reference_urls,
        size=WAN_2_6_SIZES[resolution][ratio] if ratio else None,
        resolution=resolution,
        duration=_duration(fields, mode),
        audio=_audio(fields, model),
        seed=_seed(fields),
        prompt_extend=fields.flag("prompt_extend", default=True),
        shot_type=_shot_type(fields, mode),
        watermark=fields.flag("watermark", default=False),
        caller_id=fields.text("client_business_id") or metadata.text("client_business_id"),
        wire={"aspect_ratio": ratio} if ratio and model == MODEL else {},
    )


def _model(fields: Fields) -> str:
    model = fields.text("model")
    if model not in MODELS:
        problem = f"{model!r} is not known here" if model else "it is required"
        raise fields.refused("model", f"{problem}; use {' or '.join(map(repr, MODELS))}")
    return model


def _audio(fields: Fields, model: str) -> bool:
    audio = fields.flag("audio", default=True)
    if model == MODEL and not audio:
        problem = (
            f"false is not possible, clips of {MODEL} always have sound; leave audio out, send true, or use {FLASH}"
        )
        raise fields.refused("audio", problem)
    return audio


def _check_callback(fields: Fields) -> None:
    if fields.text("callback_url"):
        message = "callback_url: no webhook is configured for this account; leave callback_url out."
        raise RefusalError(400, "webhook_not_configured", message)


def _prompt(fields: Fields, mode: Mode) -> str:
    """Read the prompt. A prompt that is too long is silently cut, as the service behind ToAPIs does."""
    prompt = (fields.text("prompt") or "").strip()
    if mode == "t2v" and not prompt:
        raise invalid("prompt: it is required unless image_urls or metadata.reference_urls is sent.")
    return prompt[:PROMPT_LIMIT]


def _image_url(fields: Fields) -> str | None:
    urls = fields.texts("image_urls")
    if urls is None:
        return None
    if len(urls) != 1:
        raise invalid(f"image_urls: exactly 1 image is supported, {len(urls)} were sent.")
    _check_url("image_urls[0]", urls[0])
    return urls[0]


def _reference_urls(metadata: Fields) -> tuple[str, ...]:
    urls = metadata.texts("reference_urls")
    if urls is None:
        return ()
    if not 1 <= len(urls) <= MAX_REFERENCES:
        raise invalid(f"metadata.reference_urls: 1 to {MAX_REFERENCES} URLs are supported, {len(urls)} were sent.")
    for index, url in enumerate(urls):
        _check_url(f"metadata.reference_urls[{index}]", url)
    return tuple(urls)


def _check_url(name: str, url: str) -> None:
    if url.startswith("data:") or (len(url) > 1000 and "://" not in url[:12]):
        raise invalid(f"{name}: base64 data is not accepted any more; upload the file and send its URL.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise invalid(f"{name}: {url[:80]!r} is not a public http:// or https:// URL.")


def _aspect_ratio(fields: Fields, mode: Mode) -> str | None:
    ratio = fields.choice("aspect_ratio", ASPECT_RATIOS)
    if mode == "i2v":
        if ratio is not None:
            raise invalid("aspect_ratio: it is not supported with image_urls, the clip has the image's; leave it out.")
        return None
    return ratio or "16:9"


def _duration(fields: Fields, mode: Mode) -> int:
    duration = fields.integer("duration", default=5)
    allowed = DURATIONS[mode]
    if duration not in allowed:
        where = " with metadata.reference_urls" if mode == "r2v" else ""
        raise invalid(f"duration: {duration} is not available{where}; use one of {', '.join(map(str, allowed))}.")
    return duration


def _seed(fields: Fields) -> int | None:
    seed = fields.integer("seed", default=RANDOM_SEED)
    if not RANDOM_SEED <= seed <= MAX_SEED:
        raise invalid(f"seed: {seed} is out of range; use 0 to {MAX_SEED}, or leave it out for a random one.")
    return None if seed == RANDOM_SEED else seed


def _shot_type(fields: Fields, mode: Mode) -> str | None:
    shot_type = fields.choice("shot_type", ("single", "multi"))
    if shot_type and mode == "i2v":
        raise invalid("shot_type: it is not supported with image_urls; leave it out.")
    return shot_type
