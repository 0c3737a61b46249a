"""Thumbnails of local files, for the form: an image, or the first frame of a video."""

import asyncio
from typing import Any

from wan_widgets.files.pictures import thumbnail
from wan_widgets.wan.sources import LocalFile, to_source


async def answer(content: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The answer to a browser that asks for a thumbnail: a message with a JPEG, or without one if there is none."""
    source = to_source(content.get("source"))
    pictures: list[bytes] = []
    if isinstance(source, LocalFile) and source.path:
        try:
            pictures = [await asyncio.to_thread(thumbnail, source.path)]
        except Exception:  # noqa: BLE001  # a damaged file may raise any error; the form says what is wrong
            pictures = []
    return {"kind": "thumbnail", "source": content.get("source")}, pictures
