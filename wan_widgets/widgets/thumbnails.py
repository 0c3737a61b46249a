"""Thumbnails of local files, for the form and the cards: an image, or the first frame of a video."""

import asyncio
from typing import Any

from wan_widgets.files.pictures import thumbnail
from wan_widgets.wan.sources import LocalFile, to_source


async def answer(content: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The answer to a browser that asks for a thumbnail: a message with a JPEG, or without one if there is none."""
    source = to_source(content.get("source"))
    known = source if isinstance(source, LocalFile) and source.path else None
    return {"kind": "thumbnail", "source": content.get("source")}, await pictures_of(known)


async def pictures_of(source: object) -> list[bytes]:
    """A list with a JPEG of a local file; empty if there is no picture of it."""
    if not isinstance(source, LocalFile):
        return []
    try:
        return [await asyncio.to_thread(thumbnail, source)]
    except Exception:  # noqa: BLE001  # a damaged file may raise any error; the form says what is wrong
        return []
