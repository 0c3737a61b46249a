"""The threads on which the background does short blocking work, which each clip needs, and on which it decodes clips.

They are few. Threads that compute keep each other waiting for the interpreter, and the event loop with them, and each
thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal, TypeVar

from wan_widgets.files.outcome import Outcome

T = TypeVar("T")
Purpose = Literal["ledger", "arrival", "picture"] | Path
"""A folder with clips has a thread of its own, so that no clip and no ledger waits for another one's slow disk. A clip
that arrives was paid for, and waits for no picture of another one, nor for the record of a notebook."""
_FOLDERS = 32  # a folder that was not used for long loses its thread


def on_thread(purpose: Purpose, function: Callable[..., T], *args: object) -> "asyncio.Future[T]":
    """What a blocking function of this package returns. Raises what it raises.

    Each purpose has one thread. So the function must not wait for another one there, and it calls no code of the user.
    """
    result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    work = _work(result, partial(copy_context().run, function, *args))
    try:
        _thread(purpose, os.getpid()).submit(work)
    except RuntimeError:  # the interpreter is ending, or the system has no more threads
        work()
    return result


def _work(result: "asyncio.Future[T]", function: Callable[[], T]) -> Callable[[], None]:
    """A function whose first call brings the result, and whose further calls do nothing.

    If Python can start no thread, it keeps the function for a later one all the same.
    """
    loop, calls = result.get_loop(), iter([True])

    def work() -> None:
        if not next(calls, False) or result.cancelled():
            return
        outcome = Outcome.of(function)
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(outcome.reach, result)

    return work


@lru_cache(maxsize=_FOLDERS)
def _thread(purpose: Purpose, _process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets its own."""
    return ThreadPoolExecutor(1, f"wan-{'folder' if isinstance(purpose, Path) else purpose}")
