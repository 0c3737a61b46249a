"""The worker: the package's one background thread, with its event loop.

A coroutine on the kernel's own loop stops while a cell blocks it. A coroutine on the worker goes on.
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
    """Start a coroutine on the worker, from any thread. Cancelling the future cancels the coroutine."""
    # In an empty context, messages that are sent later do not count as output of the cell that started this.
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
    global _loop, _pid  # the process has only one
    with _lock:
        if _loop is None or _pid != os.getpid():  # threads do not survive a fork
            _loop, _pid = asyncio.new_event_loop(), os.getpid()
            threading.Thread(target=_loop.run_forever, name="wan_widgets", daemon=True).start()
        return _loop
