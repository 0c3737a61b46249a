"""Small pictures of local files, for the form: an image, or a video's first frame."""

import asyncio
from typing import Any

from wan_widgets.files.pictures import thumbnail
from wan_widgets.wan.sources import LocalFile, to_source


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
