"""Small pictures of local files, for the form: an image, or a video's first frame."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

from wan_widgets.files.inputs import facts
from wan_widgets.files.media import NotVideo, poster
from wan_widgets.wan.sources import Kind, LocalFile, to_source

_SIDE = 320  # pixels


async def answer(content: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """What to send to a browser that wishes to see a file: a JPEG, or nothing where there is nothing to see."""
    source = to_source(content.get("source"))
    pictures: list[bytes] = []
    if isinstance(source, LocalFile) and source.path:
        try:
            pictures = [await asyncio.to_thread(thumbnail, source.path)]
        except Exception:  # noqa: BLE001  # damaged files make readers raise anything; the form says what is wrong
            pictures = []
    return {"kind": "thumbnail", "source": content.get("source")}, pictures


def thumbnail(path: Path) -> bytes:
    """A JPEG of at most a few dozen kilobytes. Raises what reading the file raises."""
    kind = facts(LocalFile(path)).kind  # refuses pictures that would fill the memory
    if kind is Kind.VIDEO:
        return poster(path, _SIDE)
    if kind is Kind.AUDIO:
        raise NotVideo("a sound has no picture")
    return _of_image(path)


def _of_image(path: Path) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415  # with the first file

    buffer = BytesIO()
    with Image.open(path) as image:
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # JPEGs can be read smaller
        image.thumbnail((_SIDE, _SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    Image.alpha_composite(ground, upright).convert("RGB").save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
