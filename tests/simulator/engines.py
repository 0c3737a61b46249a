"""What the tests of the engines' dialects say to a simulator."""

import io
from collections.abc import Callable

import httpx
from PIL import Image

VIDEOS = "/v1/videos"
MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
T2V = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
I2V = "Wan-AI/Wan2.2-I2V-A14B-Diffusers"
TINY = {"prompt": "A lake", "size": "64x48", "num_frames": "5", "fps": "16"}

Start = Callable[..., httpx.AsyncClient]
"""Starts an engine and gives a client of it."""


async def create(http, **fields) -> dict:
    """Order a clip. A field that is ``None`` is left out."""
    data = {name: value for name, value in (TINY | fields).items() if value is not None}
    answer = await http.post(VIDEOS, data=data, files={"none": (None, "")})
    assert answer.status_code == 200, answer.text
    return answer.json()


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, "PNG")
    return buffer.getvalue()
