"""The facts of each Wan family, and the shape in which a provider declares what it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple


class Mode(StrEnum):
    """What a clip is made from. The values are the services' own short names."""

    TEXT = "t2v"
    IMAGE = "i2v"
    REFERENCE = "r2v"


class Size(NamedTuple):
    """Width and height of a frame, in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


SizeTable = Mapping[str, Mapping[str, Size]]
"""``table[resolution][aspect_ratio]`` is a size: ``WAN_2_6_SIZES["720p"]["16:9"]`` is ``Size(1280, 720)``."""

WAN_2_6_SIZES: SizeTable = {
    "720p": {
        "16:9": Size(1280, 720),
        "9:16": Size(720, 1280),
        "1:1": Size(960, 960),
        "4:3": Size(1088, 832),
        "3:4": Size(832, 1088),
    },
    "1080p": {
        "16:9": Size(1920, 1080),
        "9:16": Size(1080, 1920),
        "1:1": Size(1440, 1440),
        "4:3": Size(1632, 1248),
        "3:4": Size(1248, 1632),
    },
}
"""Wan 2.6, as ToAPIs and Alibaba Model Studio both print it. (Wan 2.7 differs at 4:3 and 3:4.)"""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one service can do with one model in one mode.

    Validation, the form and its size table draw from this and from nothing else.
    """

    sizes: SizeTable
    """The sizes there are. Where the shape follows the input image, see `shape_follows_image`."""
    durations: tuple[int, ...]
    """Allowed lengths of a clip, in seconds."""
    durations_why: str = ""
    """Why there are not more of them, where the service's own page says otherwise."""
    shape_follows_image: bool = False
    """No aspect ratio can be chosen: the clip has the image's."""
    audio: Literal["always", "optional", "never"] = "always"
    """Whether the clip has sound."""
    shot_types: tuple[str, ...] = ()
    """Choices of ``shot_type``; empty where the service has none."""
    prompt_limit: int = 1500
    """Characters the service reads; it cuts the rest off without a word."""
    negative_prompt_limit: int = 500
    """Likewise, for the negative prompt."""
    max_seed: int = 2**31 - 1
    """The largest seed."""
    max_references: int = 0
    """How many references one request takes."""
