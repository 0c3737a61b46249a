"""Pictures of clips for a gallery: a poster, and a strip of frames to run through. Both are made once and kept.

They are kept under the SHA-256 of the clip, so a clip that was moved or renamed keeps its pictures.
"""

import asyncio
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from wan_widgets.files.cache import Cache
from wan_widgets.files.media import NotVideo, opened
from wan_widgets.files.pictures import small_poster
from wan_widgets.wan.pictures import picture_of_frame

FRAMES = 8
"""How many frames a strip has, side by side."""
_POSTER, _FRAME = 320, 240  # pixels of the longer side
_log = logging.getLogger(__name__)
_CACHE = Cache("previews", 400_000_000)
_MAKING = 2  # clips that are read at once


What = Literal["poster", "strip"]
"""The first frame, or `FRAMES` frames of equal distance side by side. Both are a WebP."""


def kept(sha256: str | None, what: What) -> bytes | None:
    """A picture of a clip that was made before; ``None`` if there is none. Blocks."""
    name = _name(sha256, what)
    found = _CACHE.get(name) if name else None
    return found if found and _is_whole(found) else None


def made(sha256: str | None, what: What, path: Path) -> bytes | None:
    """A picture of a clip, made from its file and kept; ``None`` if that is no clip. Blocks for up to a second."""
    try:
        picture = _strip(path) if what == "strip" else small_poster(path, _POSTER)
    except (OSError, NotVideo):
        return None
    if name := _name(sha256, what):
        _CACHE.put(name, picture)
    return picture


async def picture(sha256: str | None, what: What, path: Callable[[], Path | None]) -> bytes | None:
    """A picture of a clip: the kept one, else it is made now. `path` blocks; it returns ``None`` if the file is gone.

    Neither that nor a damaged file, which may raise any error, is an error here.
    """
    if found := await asyncio.to_thread(kept, sha256, what):
        return found

    def making() -> bytes | None:
        there = path()
        return made(sha256, what, there) if there else None

    try:
        return await asyncio.get_running_loop().run_in_executor(_makers(os.getpid()), making)
    except Exception:  # noqa: BLE001
        _log.debug("no picture could be made", exc_info=True)
        return None


def _name(sha256: str | None, what: What) -> str | None:
    """The name under which a picture is kept. Another program may have written anything in place of a SHA-256."""
    return f"{sha256}-{what}-1.webp" if sha256 and re.fullmatch("[0-9a-f]{64}", sha256) else None


@lru_cache(maxsize=1)
def _makers(_process: int) -> ThreadPoolExecutor:
    """The threads on which pictures are made, so that a page of clips leaves the machine to others.

    A fork has none of the threads, so it gets its own.
    """
    return ThreadPoolExecutor(_MAKING, "wan-previews")


def _is_whole(picture: bytes) -> bool:
    """Whether all of a WebP is there. After a power cut, a file may be empty or cut short."""
    return picture[:4] == b"RIFF" and int.from_bytes(picture[4:8], "little") + 8 == len(picture)


def _strip(path: Path) -> bytes:
    from PIL import Image  # noqa: PLC0415  # loaded with the first clip

    frames = _frames(path)
    width, height = frames[0].size
    strip = Image.new("RGB", (width * FRAMES, height))
    for number in range(FRAMES):
        strip.paste(frames[min(number, len(frames) - 1)], (number * width, 0))
    buffer = BytesIO()
    strip.save(buffer, "WEBP", quality=50, method=4)
    return buffer.getvalue()


def _frames(path: Path) -> list[Any]:
    """At most `FRAMES` small pictures. All frames are decoded: a clip of some seconds has few that can be jumped to."""
    pictures: list[Any] = []
    with opened(path) as (container, stream):
        stream.thread_type = "AUTO"
        seconds = (container.duration or 0) / 1_000_000  # FFmpeg counts microseconds
        for frame in container.decode(stream):
            if (frame.time or 0.0) >= len(pictures) * seconds / FRAMES - 0.001:
                picture = picture_of_frame(frame)
                picture.thumbnail((_FRAME, _FRAME))
                pictures.append(picture)
            if len(pictures) == FRAMES:
                break
    if not pictures:
        raise NotVideo
    return pictures
