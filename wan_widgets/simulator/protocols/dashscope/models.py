"""The models that make Wan videos, from the pages of Model Studio."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wan_widgets.wan.models import WAN_2_5_SIZES, WAN_2_6_SIZES, Size, SizeTable

Task = Literal["t2v", "i2v", "kf2v", "r2v", "any"]
Sound = Literal["always", "never", "switch"]

BOTH_TIERS = ("720P", "1080P")
ALL_TIERS = ("480P", "720P", "1080P")
FIXED = (5,)
RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4")

_WAN_2_7_SIZES: SizeTable = {
    "720p": {**WAN_2_6_SIZES["720p"], "4:3": Size(1104, 832), "3:4": Size(832, 1104)},
    "1080p": {**WAN_2_6_SIZES["1080p"], "4:3": Size(1648, 1248), "3:4": Size(1248, 1648)},
}
_WAN_3_0_SIZES: SizeTable = {
    # The pixels of 3.0 are not documented. Two ratios of 480P are not documented for older models either.
    "480p": {**WAN_2_5_SIZES["480p"], "4:3": Size(736, 544), "3:4": Size(544, 736)},
    **_WAN_2_7_SIZES,
}
SIZES: Mapping[str, SizeTable] = {
    "2.2": WAN_2_5_SIZES,
    "2.5": WAN_2_5_SIZES,
    "2.6": WAN_2_6_SIZES,
    "2.7": _WAN_2_7_SIZES,
    "3.0": _WAN_3_0_SIZES,
}
"""The sizes, by the version of the model."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """What one model accepts."""

    version: str
    task: Task
    tiers: tuple[str, ...] = BOTH_TIERS
    tier: str = "1080P"
    """The default."""
    durations: Sequence[int] = range(2, 16)
    prompt_limit: int = 1500
    sound: Sound = "always"
    image_megabytes: int = 20
    running: int = 5
    """How many tasks of this model one account may have queued or running at once."""

    @property
    def takes_media(self) -> bool:
        """Whether it uses the newer form of requests, with all files in `input.media`."""
        return self.version in {"2.7", "3.0"}

    @property
    def sizes(self) -> SizeTable:
        return SIZES[self.version]


_WAN_2_2 = Model(
    version="2.2",
    task="i2v",
    tiers=("480P", "1080P"),
    durations=FIXED,
    prompt_limit=800,
    sound="never",
    image_megabytes=10,
    running=2,
)
_WAN_2_5 = Model(version="2.5", task="t2v", tiers=ALL_TIERS, durations=(5, 10))
_WAN_2_6 = Model(version="2.6", task="t2v")
_WAN_2_6_I2V = replace(_WAN_2_6, task="i2v")
_WAN_2_6_R2V = replace(_WAN_2_6, task="r2v", durations=range(2, 11))
_WAN_2_7 = Model(version="2.7", task="t2v", prompt_limit=5000)
_WAN_2_7_I2V = replace(_WAN_2_7, task="i2v")
_WAN_2_7_R2V = replace(_WAN_2_7, task="r2v")
_WAN_3_0 = Model(
    version="3.0", task="any", tiers=ALL_TIERS, durations=range(2, 31), prompt_limit=20_000, sound="switch"
)

MODELS: Mapping[str, Model] = {
    "wan2.2-t2v-plus": replace(_WAN_2_2, task="t2v"),
    "wan2.2-i2v-plus": _WAN_2_2,
    "wan2.2-i2v-flash": replace(_WAN_2_2, tiers=ALL_TIERS, tier="720P"),
    "wan2.2-kf2v-flash": replace(_WAN_2_2, task="kf2v", tiers=ALL_TIERS, tier="720P"),
    "wan2.5-t2v-preview": _WAN_2_5,
    "wan2.5-i2v-preview": replace(_WAN_2_5, task="i2v"),
    "wan2.6-t2v": _WAN_2_6,
    "wan2.6-t2v-us": replace(_WAN_2_6, durations=(5, 10)),
    "wan2.6-i2v": _WAN_2_6_I2V,
    "wan2.6-i2v-us": replace(_WAN_2_6_I2V, durations=(5, 10, 15)),
    "wan2.6-i2v-flash": replace(_WAN_2_6_I2V, sound="switch"),
    "wan2.6-r2v": _WAN_2_6_R2V,
    "wan2.6-r2v-flash": replace(_WAN_2_6_R2V, sound="switch"),
    "wan2.7-t2v": _WAN_2_7,
    "wan2.7-t2v-2026-04-25": _WAN_2_7,
    "wan2.7-t2v-2026-06-12": _WAN_2_7,
    "wan2.7-i2v": _WAN_2_7_I2V,
    "wan2.7-i2v-2026-04-25": _WAN_2_7_I2V,
    "wan2.7-r2v": _WAN_2_7_R2V,
    "wan2.7-r2v-2026-06-12": _WAN_2_7_R2V,
    "wan3.0-video": _WAN_3_0,
    "wan3.0-video-prime": _WAN_3_0,
}
