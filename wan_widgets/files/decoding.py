"""The thread on which clips are decoded that somebody waits for.

It is one thread, because each thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache, partial
from typing import TypeVar

T = TypeVar("T")


async def on_decoder(function: Callable[..., T], *args: object) -> T:
    """What a blocking function returns that decodes clips. Raises what it raises."""
    call = partial(copy_context().run, function, *args)
    return await asyncio.get_running_loop().run_in_executor(_decoder(os.getpid()), call)


@lru_cache(maxsize=1)
def _decoder(_process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets one of its own."""
    return ThreadPoolExecutor(1, "wan-decoder")
