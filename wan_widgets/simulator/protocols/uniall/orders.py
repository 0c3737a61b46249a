"""Reading an order."""

from typing import Any
from urllib.parse import urlsplit

from wan_widgets.simulator.errors import invalid
from wan_widgets.simulator.fields import Fields
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.uniall.models import MODELS, Model
from wan_widgets.wan.models import WAN_2_6_SIZES, Size

PROMPT_LIMIT = 1500
NEGATIVE_PROMPT_LIMIT = 500
MAX_VIDEOS = 3
MAX_REFERENCES = 5
RANDOM_SEED = -1
MAX_SEED = 2**31 - 1
SIZES = {
    f"{size.width}*{size.height}": (tier, size)
    for tier, table in WAN_2_6_SIZES.items()
    for size in (table["16:9"], table["9:16"])
}


def parse_order(body: Any) -> Order:
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    fields = Fields(body)
    # These fields are really nested under "extra_body", and count nowhere else.
    extra = Fields(fields.mapping("extra_body"), prefix="extra_body.")
    model_id = fields.text("model") or ""
    if model_id not in MODELS:
        raise fields.refused("model", f"{model_id!r:.80} is not available" if model_id else "it is required")
    model = MODELS[model_id]
    frame, references = _frame(fields, model), _references(fields, model)
    rewrites = model.task != "references" or extra.flag("enable_prompt_expansion", default=False)
    return Order(
        model=model_id,
        prompt=_prompt(fields),
        negative_prompt=(extra.text("negative_prompt") or "")[:NEGATIVE_PROMPT_LIMIT],
        first_frame=frame,
        references=references,
        guide_audio=_guide_audio(extra, model),
        size=_size(fields, model, follows_picture=bool(frame)),
        resolution=model.tier,
        duration=_duration(fields, model),
        audio=model.sound,
        seed=_seed(extra),
        prompt_extend=rewrites,
        shot_type=extra.choice("shot_type", ("single", "multi")),
    )


def _prompt(fields: Fields) -> str:
    prompt = fields.text("prompt") or ""
    if not prompt.strip():
        raise fields.refused("prompt", "it is required")
    return prompt[:PROMPT_LIMIT]


def _frame(fields: Fields, model: Model) -> str | None:
    """Read the first frame, if the model accepts one."""
    url = fields.text("image") if model.task != "references" else None
    if url is None and model.task == "frame":
        raise fields.refused("image", "it is required")
    return _checked(fields, "image", url) if url is not None else None


def _references(fields: Fields, model: Model) -> tuple[str, ...]:
    if model.task != "references":
        return ()
    images, videos = fields.texts("images") or [], fields.texts("videos") or []
    if not images and not videos:
        raise fields.refused("images", "there must be at least one reference, here or in videos")
    if len(videos) > MAX_VIDEOS:
        raise fields.refused("videos", f"{len(videos)} are too many, there may be {MAX_VIDEOS}")
    if len(images) + len(videos) > MAX_REFERENCES:
        raise fields.refused("images", f"with videos there may be {MAX_REFERENCES} references")
    named = [("images", url) for url in images] + [("videos", url) for url in videos]
    return tuple(_checked(fields, name, url) for name, url in named)


def _checked(fields: Fields, name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise fields.refused(name, f"{url[:80]!r} is not a public http:// or https:// URL")
    return url


def _guide_audio(extra: Fields, model: Model) -> str | None:
    """Read the address of a sound. It is ignored for a clip without sound."""
    url = extra.text("audio")
    if url is None:
        return None
    return _checked(extra, "audio", url) if model.sound else None


def _size(fields: Fields, model: Model, *, follows_picture: bool) -> Size | None:
    asked = fields.choice("size", tuple(SIZES))
    if asked is None:
        return None if follows_picture else WAN_2_6_SIZES[model.tier]["16:9"]
    tier, size = SIZES[asked]
    if tier != model.tier:
        raise fields.refused("size", f"{asked} is {tier}, but the model makes {model.tier}")
    return None if follows_picture else size


def _duration(fields: Fields, model: Model) -> int:
    seconds = fields.integer("duration", default=0)
    if seconds not in model.durations:
        allowed = ", ".join(map(str, model.durations))
        problem = f"{seconds} is not available" if seconds else "it is required"
        raise fields.refused("duration", f"{problem}; use one of {allowed}")
    return seconds


def _seed(extra: Fields) -> int | None:
    seed = extra.integer("seed", default=RANDOM_SEED)
    if not RANDOM_SEED <= seed <= MAX_SEED:
        raise extra.refused("seed", f"{seed} is out of range; use 0 to {MAX_SEED}, or {RANDOM_SEED} for a random one")
    return None if seed == RANDOM_SEED else seed
