"""The threads on which the background decodes clips that somebody waits for.

They are few, because each thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Literal, TypeVar

T = TypeVar("T")
Purpose = Literal["arrival", "picture"]
"""A clip that arrives was paid for, and waits for no picture of another one, nor for the record of a notebook."""


async def on_decoder(purpose: Purpose, function: Callable[..., T], *args: object) -> T:
    """What a blocking function returns that decodes a clip. Raises what it raises."""
    try:
        running = _decoder(purpose, os.getpid()).submit(copy_context().run, function, *args)
    except RuntimeError:  # the interpreter is ending and starts no more threads
        return function(*args)
    return await asyncio.wrap_future(running)


@lru_cache(maxsize=4)
def _decoder(purpose: Purpose, _process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets its own."""
    return ThreadPoolExecutor(1, f"wan-{purpose}")
