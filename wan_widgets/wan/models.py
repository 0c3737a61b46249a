"""The facts of each Wan family that are the same at every service."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """What a clip is made from. The values are the short names that the services use."""

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
"""Wan 2.6, as ToAPIs and Alibaba Model Studio both print it."""

WAN_2_5_SIZES: SizeTable = {
    "480p": {"16:9": Size(832, 480), "9:16": Size(480, 832), "1:1": Size(624, 624)},
    **WAN_2_6_SIZES,
}
"""Wan 2.5, as Alibaba Model Studio prints it."""

WAN_2_7_SIZES: SizeTable = {
    "720p": {**WAN_2_6_SIZES["720p"], "4:3": Size(1104, 832), "3:4": Size(832, 1104)},
    "1080p": {**WAN_2_6_SIZES["1080p"], "4:3": Size(1648, 1248), "3:4": Size(1248, 1648)},
}
"""Wan 2.7, as Alibaba Model Studio prints it."""

WAN_3_0_SIZES: SizeTable = {
    "480p": {
        "16:9": Size(832, 480),
        "9:16": Size(480, 832),
        "1:1": Size(624, 624),
        "4:3": Size(720, 544),
        "3:4": Size(544, 720),
        "21:9": Size(960, 416),
    },
    "720p": {**WAN_2_7_SIZES["720p"], "21:9": Size(1472, 624)},
    "1080p": {**WAN_2_7_SIZES["1080p"], "21:9": Size(2192, 944)},
}
"""Wan 3.0. Alibaba Model Studio prints its resolutions and ratios, but not its pixels. These are the pixels of earlier
families under the same names; for 21:9 they are the nearest multiples of 16 with the same area. A finished clip may
differ by some pixels."""
