"""The package's one background thread and its event loop. It runs coroutines and knows nothing else.

A poller on a kernel's own loop stops whenever a cell blocks; one on this thread never does.
"""

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_pid: int | None = None


def submit(coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
    """Start a coroutine on the worker, from any thread. Cancelling the future cancels it."""
    # An empty context: the cell that asked must not become the parent of what is sent later.
    return contextvars.Context().run(asyncio.run_coroutine_threadsafe, coroutine, _running_loop())


def call(function: Callable[..., object], *args: object) -> None:
    """Call a function on the worker, from any thread."""
    _running_loop().call_soon_threadsafe(function, *args, context=contextvars.Context())


def is_current() -> bool:
    """Whether this is the worker's own thread, which must never wait for itself."""
    try:
        return asyncio.get_running_loop() is _loop
    except RuntimeError:
        return False


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop, _pid  # one for the process is the point
    with _lock:
        if _loop is None or _pid != os.getpid():  # threads do not survive a fork
            _loop, _pid = asyncio.new_event_loop(), os.getpid()
            threading.Thread(target=_loop.run_forever, name="wan_widgets", daemon=True).start()
        return _loop
