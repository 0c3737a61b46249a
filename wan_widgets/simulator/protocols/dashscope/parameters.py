"""Reading the object `parameters`. Its fields mean nearly the same for all models."""

from typing import NamedTuple

from wan_widgets.simulator.protocols.dashscope.errors import FaultError, bad_parameter
from wan_widgets.simulator.protocols.dashscope.fields import MoreFields
from wan_widgets.simulator.protocols.dashscope.models import RATIOS, Model
from wan_widgets.wan.models import Size

MAX_SEED = 2**31 - 1
USUAL_SECONDS = 5
AUTOMATIC = -1
"""The duration with which the model chooses the length of the clip."""
ADAPTIVE = "adaptive"


class Extent(NamedTuple):
    """The size of a clip."""

    tier: str
    size: Size | None
    ratio: str | None = None
    """The ratio that was asked for."""


def read_duration(fields: MoreFields, model: Model) -> int:
    seconds = fields.integer("duration", default=USUAL_SECONDS)
    if model.version == "3.0" and seconds == AUTOMATIC:
        return USUAL_SECONDS
    if seconds not in model.durations:
        allowed = model.durations
        words = f"{allowed[0]} to {allowed[-1]}" if isinstance(allowed, range) else ", ".join(map(str, allowed))
        raise fields.refused("duration", f"{seconds} is out of range, it must be {words}")
    return seconds


def read_seed(fields: MoreFields) -> int | None:
    seed = fields.integer("seed", default=-1)
    if fields.has("seed") and not 0 <= seed <= MAX_SEED:
        raise bad_parameter(f"Range of seed should be [0, {MAX_SEED}]")
    return seed if fields.has("seed") else None


def read_sound(fields: MoreFields, model: Model) -> bool:
    if model.sound == "switch":
        return fields.flag("audio", default=True)
    return model.sound == "always"


def read_shots(fields: MoreFields, model: Model) -> str | None:
    """Read the shot type, where the model has this field and it has an effect."""
    if model.version != "2.6":
        return None
    shots = fields.choice("shot_type", ("single", "multi"))
    takes_effect = model.task == "r2v" or fields.flag("prompt_extend", default=True)
    return shots if takes_effect else None


def read_size(fields: MoreFields, model: Model) -> Extent:
    """Read a size such as ``1280*720``. Older models accept the sizes of a list."""
    sizes = {
        f"{size.width}*{size.height}": Extent(tier, size)
        for tier in model.tiers
        for size in model.sizes[tier.lower()].values()
    }
    asked = fields.text("size")
    if asked is None:
        return Extent(model.tier, model.sizes[model.tier.lower()]["16:9"])
    if asked not in sizes:
        raise FaultError("InvalidParameter", f"The size is not match the allowed size: {', '.join(sizes)}")
    return sizes[asked]


def read_tier(fields: MoreFields, model: Model) -> str:
    return fields.choice("resolution", model.tiers) or model.tier


def read_ratio(fields: MoreFields, model: Model, *, follows_picture: bool) -> Extent:
    """Read the tier and the ratio. Newer models have a field for each of them."""
    tier = read_tier(fields, model)
    adapts = model.version == "3.0"
    ratio = fields.choice("ratio", (ADAPTIVE, *RATIOS) if adapts else RATIOS) or (ADAPTIVE if adapts else "16:9")
    if follows_picture and (ratio == ADAPTIVE or not adapts):
        return Extent(tier, None, ratio)
    shape = "16:9" if ratio == ADAPTIVE else ratio
    return Extent(tier, model.sizes[tier.lower()][shape], shape)
