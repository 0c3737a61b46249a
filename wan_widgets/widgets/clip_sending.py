"""Sending a clip from the kernel to the browser in chunks, as messages. No trait has it, so no notebook saves it.

A clip below the folder of the Jupyter server is not sent. The browser asks for its place, and plays it from the server.

This runs on the worker. The browser confirms each chunk, and only a window of chunks may be unconfirmed. So no queue on
the way has to hold a whole clip.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wan_widgets.files.media import NotVideo
from wan_widgets.files.pictures import poster
from wan_widgets.files.threads import on_thread
from wan_widgets.words import reason_of, showing

_CHUNK = 2**20  # bytes; large chunks are few, and servers limit the messages per second
_WINDOW = 16  # chunks
_PATIENCE = 30.0  # seconds for a confirmation; a browser that was closed never sends one
_log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any], list[bytes]], None]


class ClipSender:
    """Sends clips to the browser. The browser asks for a clip with an id of its own, the wish."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._windows: dict[str, asyncio.Semaphore] = {}
        self._sendings: dict[str, asyncio.Task[Any] | None] = {}

    def confirm(self, wish: str) -> None:
        """Note that the browser has received one chunk more."""
        if window := self._windows.get(wish):
            window.release()

    def stop(self, wish: str) -> None:
        """Send no more of a clip: it is not on the screen any more."""
        if sending := self._sendings.get(wish):
            sending.cancel()

    async def send(self, wish: str, path: Path, *, with_poster: bool = True) -> None:
        """Send a clip: its poster, then its chunks. If the file cannot be read, the browser is told so."""
        self._windows[wish], self._sendings[wish] = asyncio.Semaphore(_WINDOW), asyncio.current_task()
        try:
            if with_poster and (picture := await _poster(path)):
                self._send({"kind": "poster", "wish": wish}, [picture])
            await self._chunks(wish, path)
        except TimeoutError:  # it is an OSError too, so it comes first
            _log.info("the browser stopped taking the clip %s", path.name)
        except OSError as error:
            with showing():
                reason = str(reason_of(error))
            self._send({"kind": "clip-gone", "wish": wish, "path": str(path), "reason": reason}, [])
        finally:
            del self._windows[wish], self._sendings[wish]

    async def tell_places(self, clips: Mapping[str, Path | None], folder: str) -> None:
        """Tell where the Jupyter server has clips, with their posters: none for one that it has not.

        The keys are those of the cards. `folder` is the server's folder, as the browser knows it.
        """
        for key, path in clips.items():
            place = await asyncio.to_thread(_place_at_server, path, folder) if path else None
            picture = await _poster(path) if path else None
            self._send({"kind": "place", "key": key, "place": place}, [picture] if picture else [])

    async def _chunks(self, wish: str, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            for start in range(0, size, _CHUNK):
                async with asyncio.timeout(_PATIENCE):
                    await self._windows[wish].acquire()
                chunk = await asyncio.to_thread(file.read, _CHUNK)
                self._send({"kind": "chunk", "wish": wish, "start": start, "size": size}, [chunk])


async def _poster(path: Path) -> bytes | None:
    try:
        return await on_thread("picture", poster, path)
    except (OSError, NotVideo):  # sending the file will show what is wrong with it
        return None


def _place_at_server(path: Path, folder: str) -> dict[str, Any] | None:
    """The file as the Jupyter server has it; ``None`` if it lies outside the server's folder, or is gone."""
    try:
        place = path.absolute().relative_to(Path(folder).expanduser().absolute())
        found = path.stat()
    except (ValueError, RuntimeError, OSError):
        return None
    return {"path": place.as_posix(), "size": found.st_size, "modified": int(found.st_mtime)}
