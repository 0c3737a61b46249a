"""The thread on which clips are decoded that somebody waits for.

It is one thread, because each thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


async def on_decoder(function: Callable[..., T], *args: object) -> T:
    """What a blocking function returns that decodes a clip. Raises what it raises."""
    return await asyncio.wrap_future(_begun(function, *args))


def decoded(function: Callable[..., T], *args: object) -> T:
    """Do the same for blocking code, which must not be on that thread itself."""
    return _begun(function, *args).result()


def _begun(function: Callable[..., T], *args: object) -> "Future[T]":
    return _decoder(os.getpid()).submit(copy_context().run, function, *args)


@lru_cache(maxsize=1)
def _decoder(_process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets one of its own."""
    return ThreadPoolExecutor(1, "wan-decoder")
