"""Real films, each order's its own, so that the wrong one is noticed."""

import hashlib
from functools import lru_cache
from io import BytesIO
from random import Random

import av
import numpy as np

_FILLER = 50_000  # enough that a clip leaves in several pieces and can be cut anywhere


def clip(marker: str, version: int = 1) -> bytes:
    """The film of an order: the same pictures for all, then a box that players skip and that names the order."""
    name = f"{marker}/{version}"
    content = name.encode().ljust(100) + Random(name).randbytes(_FILLER)
    return _film() + (len(content) + 8).to_bytes(4) + b"free" + content


def etag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'


@lru_cache
def _film() -> bytes:
    file = BytesIO()
    with av.open(file, "w", format="mp4") as film:
        video = film.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for number in range(12):
            picture = np.full((48, 64, 3), number * 20, np.uint8)
            film.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(video.encode())
    return file.getvalue()
