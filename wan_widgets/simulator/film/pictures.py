"""Reading pictures from bytes. The bytes may be of any kind."""

import io
import logging
from math import isqrt

import av
import numpy as np
from PIL import Image, ImageOps

from wan_widgets.simulator.orders import TIERS
from wan_widgets.wan.models import Size

log = logging.getLogger(__name__)

MAX_PIXELS = 50_000_000
MAX_SIDE = 2600
"""Larger pictures are reduced to this many pixels, which is enough for a frame and a slow push-in."""
WIDEST = 8
"""If one side is longer than this many times the other, the picture is cut."""


def read_picture(data: bytes) -> Image.Image | None:
    """Read an image, or the first frame of a video; None if it is neither."""
    for read in (_read_image, _read_video):
        try:
            picture = read(data)
        except Exception as error:  # noqa: BLE001 - decoders raise errors of any type for bytes that they cannot read
            log.info("Not readable by %s: %r", read.__name__, error)
        else:
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            return picture
    return None


def _read_image(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        _check_pixels(image.width, image.height)
        upright = _eight_bits(ImageOps.exif_transpose(image)).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    return paper.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """The image with 8 bits a channel. PIL itself would turn everything above 255 into white."""
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _read_video(data: bytes) -> Image.Image:
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        _check_pixels(stream.width, stream.height)
        frame = next(container.decode(stream))
        assert isinstance(frame, av.VideoFrame)
        return Image.fromarray(frame.to_ndarray(format="rgb24")).rotate(frame.rotation, expand=True)


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width}x{height} pixels are too many")


def size_like(picture: Image.Image, resolution: str) -> Size:
    """The size of a clip made from a picture: the picture's shape, the tier's area, sides cut to multiples of 16."""
    area = TIERS[resolution].width * TIERS[resolution].height
    width, height = picture.size
    width, height = min(width, height * WIDEST), min(height, width * WIDEST)
    return Size(isqrt(area * width // height) // 16 * 16, isqrt(area * height // width) // 16 * 16)
