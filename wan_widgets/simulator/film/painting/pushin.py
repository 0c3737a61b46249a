"""A shot of a still picture. It fills the frame, and the camera slowly moves in."""

import numpy as np
from PIL import Image, ImageOps

from wan_widgets.simulator.film.painting.canvas import Canvas, halved, octets, to_yuv
from wan_widgets.wan.models import Size

ZOOM = 0.14
HEADROOM = 1.06
"""How much larger than the frame the picture is kept, so that there is detail when the camera moves in."""


class PushIn:
    """A shot of one picture."""

    def __init__(self, picture: Image.Image, size: Size, frames: int, rng: np.random.Generator) -> None:
        large = int(size.width * HEADROOM) // 2 * 2, int(size.height * HEADROOM) // 2 * 2
        fitted = ImageOps.fit(picture, large, Image.Resampling.LANCZOS)
        yuv = to_yuv(np.asarray(fitted, np.float32))
        self._planes = [
            Image.fromarray(octets(yuv[..., 0])),
            Image.fromarray(octets(halved(yuv[..., 1]))),
            Image.fromarray(octets(halved(yuv[..., 2]))),
        ]
        self._size = size
        self._frames = frames
        self._aim = float(rng.uniform(0.25, 0.75)), float(rng.uniform(0.3, 0.6))

    def paint(self, canvas: Canvas, index: int) -> None:
        time = index / max(self._frames - 1, 1)
        # The movement starts slowly, so that the first frames show the picture as it was given.
        scale = 1 - ZOOM * time * time * (2 - time)
        width, height = self._size
        for image, plane in zip(self._planes, (canvas.y, canvas.u, canvas.v), strict=True):
            left = image.width * (1 - scale) * self._aim[0]
            top = image.height * (1 - scale) * self._aim[1]
            box = (left, top, left + image.width * scale, top + image.height * scale)
            target = (width, height) if plane is canvas.y else (width // 2, height // 2)
            plane[:] = np.asarray(image.resize(target, Image.Resampling.BILINEAR, box))
