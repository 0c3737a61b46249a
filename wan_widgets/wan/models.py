"""The facts of each Wan family that do not depend on who serves it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


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

WAN_2_5_SIZES: SizeTable = {
    "480p": {"16:9": Size(832, 480), "9:16": Size(480, 832), "1:1": Size(624, 624)},
    **WAN_2_6_SIZES,
}
"""Wan 2.5, as Alibaba Model Studio prints it."""
