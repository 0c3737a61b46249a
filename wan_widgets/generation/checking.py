"""Looking at each clip that arrives, one after the other, on a thread that leaves the machine to others."""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path

from wan_widgets.files.checks import Check, measured
from wan_widgets.files.disk import digest_of
from wan_widgets.files.media import NotVideo
from wan_widgets.files.video import Video
from wan_widgets.ledger.checks import note_check
from wan_widgets.wan.errors import LedgerError
from wan_widgets.wan.requests import VideoRequest

_log = logging.getLogger(__name__)
_NICE = 10
"""How far the thread steps back behind the others of this process."""
_Work = tuple[Future[Check | None], Callable[[], Check | None]]


def checked_soon(video: Video, order: str | None) -> Future[Check | None] | None:
    """Look at a clip when its turn comes, and note what is found in the ledger.

    ``None`` if somebody has looked already, or ``WAN_CHECKS=0`` says that no clip is looked at unasked. The thread ends
    with the process, whose end waits for no check.
    """
    if video.check is not None or os.environ.get("WAN_CHECKS") == "0":
        return None
    future: Future[Check | None] = Future()
    _line(os.getpid()).put((future, partial(looked_at, video.path, video.request, video.provider, order)))
    return future


def looked_at(path: Path, request: VideoRequest | None, provider: str | None, order: str | None) -> Check | None:
    """What is found in a clip now; ``None`` if its file is gone or is no video. The ledger notes it, if it can."""
    try:
        check, digest = measured(path, request, provider), digest_of(path)
    except (OSError, NotVideo):
        return None
    if order is not None:
        with suppress(LedgerError):  # whoever asks next looks again
            note_check(order, check, digest)
    return check


@lru_cache(maxsize=1)
def _line(_process: int) -> "queue.SimpleQueue[_Work]":
    """What is to be done. A fork has none of the threads, so it gets a line and a thread of its own."""
    line: queue.SimpleQueue[_Work] = queue.SimpleQueue()
    threading.Thread(target=_work, args=(line,), name="wan-checks", daemon=True).start()
    return line


def _work(line: "queue.SimpleQueue[_Work]") -> None:
    if sys.platform == "linux":  # elsewhere this would be the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.nice(0) + _NICE)
    while True:
        future, look = line.get()
        try:
            found = look()
        except Exception:  # noqa: BLE001  # one odd file must not end the checks of others
            _log.exception("a clip could not be checked")
            found = None
        future.set_result(found)
