"""Stills of a clip: its first frame, and a sheet with frames from the whole clip."""

import io
from pathlib import Path

import anyio.to_thread
import av
from PIL import Image

WIDTH = 320
COLUMNS = 4
ROWS = 4


async def thumbnail(path: Path) -> bytes:
    return await anyio.to_thread.run_sync(_encoded, path, 1, 1, "WEBP")


async def spritesheet(path: Path) -> bytes:
    return await anyio.to_thread.run_sync(_encoded, path, COLUMNS, ROWS, "JPEG")


def _encoded(path: Path, columns: int, rows: int, kind: str) -> bytes:
    pictures = _evenly(path, columns * rows)
    width, height = pictures[0].size
    sheet = Image.new("RGB", (width * columns, height * rows))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % columns * width, index // columns * height))
    buffer = io.BytesIO()
    sheet.save(buffer, kind)
    return buffer.getvalue()


def _evenly(path: Path, count: int) -> list[Image.Image]:
    """Take `count` frames at even distances, beginning with the first."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        wanted = {index * stream.frames // count for index in range(count)}
        frames = (frame for index, frame in enumerate(container.decode(stream)) if index in wanted)
        return [_small(Image.fromarray(frame.to_ndarray(format="rgb24"))) for frame in frames]


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((WIDTH, WIDTH))
    return picture
