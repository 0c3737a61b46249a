"""The threads on which the background does short blocking work, which each clip needs, and on which it decodes clips.

They are few. Threads that compute keep each other waiting for the interpreter, and the event loop with them, and each
thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Literal, TypeVar

T = TypeVar("T")
Purpose = Literal["ledger", "disk", "arrival", "picture"]
"""The ledger does not wait for a slow disk with clips. A clip that arrives was paid for, and waits for no picture of
another one, nor for the record of a notebook."""
_THREADS: dict[Purpose, int] = {"ledger": 1, "disk": 2, "arrival": 1, "picture": 1}


async def on_thread(purpose: Purpose, function: Callable[..., T], *args: object) -> T:
    """What a blocking function of this package returns. Raises what it raises.

    It must not wait for another one on a thread of the same purpose, so no code of the user is run here.
    """
    try:
        running = _threads(purpose, os.getpid()).submit(copy_context().run, function, *args)
    except RuntimeError:  # the interpreter is ending and starts no more threads
        return function(*args)
    return await asyncio.wrap_future(running)


@lru_cache(maxsize=2 * len(_THREADS))
def _threads(purpose: Purpose, _process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets its own."""
    return ThreadPoolExecutor(_THREADS[purpose], f"wan-{purpose}")
