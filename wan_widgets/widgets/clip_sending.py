"""A clip from the kernel to the browser: in chunks, as messages, through no trait and into no saved notebook.

Runs on the worker. A window of chunks may be on its way before the browser has confirmed one, so that neither side
piles up a whole film.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wan_widgets.files.media import NotVideo
from wan_widgets.files.pictures import poster

_CHUNK = 2**20  # larger ones are fewer: a server limits messages by the second
_WINDOW = 16
_PATIENCE = 30.0  # seconds for a confirmation; a browser that was closed never sends one
_log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any], list[bytes]], None]


class ClipSender:
    """The clips that are on their way to the browser, by the id that the browser gave its wish."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._windows: dict[str, asyncio.Semaphore] = {}

    def confirm(self, wish: str) -> None:
        """The browser has one chunk more."""
        if window := self._windows.get(wish):
            window.release()

    async def send(self, wish: str, path: Path) -> None:
        """Send a clip: its poster, then its chunks. A file that is gone is reported."""
        self._windows[wish] = asyncio.Semaphore(_WINDOW)
        try:
            await self._poster(wish, path)
            await self._chunks(wish, path)
        except TimeoutError:  # an OSError too, so it comes first
            _log.info("the browser stopped taking the clip %s", path.name)
        except OSError as error:
            self._send({"kind": "clip-gone", "wish": wish, "path": str(path), "reason": error.strerror or ""}, [])
        finally:
            del self._windows[wish]

    async def _poster(self, wish: str, path: Path) -> None:
        try:
            picture = await asyncio.to_thread(poster, path)
        except (OSError, NotVideo):  # what is wrong with the file shows when it is sent
            return
        self._send({"kind": "poster", "wish": wish}, [picture])

    async def _chunks(self, wish: str, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            for start in range(0, size, _CHUNK):
                async with asyncio.timeout(_PATIENCE):
                    await self._windows[wish].acquire()
                chunk = await asyncio.to_thread(file.read, _CHUNK)
                self._send({"kind": "chunk", "wish": wish, "start": start, "size": size}, [chunk])
