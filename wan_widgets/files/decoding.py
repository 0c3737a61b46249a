"""The threads on which clips are decoded that somebody waits for.

They are few, because each thread that decodes keeps some megabytes for the next time.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Literal, TypeVar

T = TypeVar("T")
Purpose = Literal["arrival", "picture"]
"""A clip that arrives is looked at on a thread of its own: it was paid for, and waits for no picture of another one."""


async def on_decoder(purpose: Purpose, function: Callable[..., T], *args: object) -> T:
    """What a blocking function returns that decodes a clip. Raises what it raises."""
    return await asyncio.wrap_future(_begun(purpose, function, *args))


def decoded(purpose: Purpose, function: Callable[..., T], *args: object) -> T:
    """Do the same for blocking code, which must not be on that thread itself."""
    return _begun(purpose, function, *args).result()


def _begun(purpose: Purpose, function: Callable[..., T], *args: object) -> "Future[T]":
    try:
        return _decoder(purpose, os.getpid()).submit(copy_context().run, function, *args)
    except RuntimeError:  # the interpreter is ending and starts no more threads
        done: Future[T] = Future()
        done.set_result(function(*args))
        return done


@lru_cache(maxsize=4)
def _decoder(purpose: Purpose, _process: int) -> ThreadPoolExecutor:
    """A fork has none of the threads, so it gets its own."""
    return ThreadPoolExecutor(1, f"wan-{purpose}")
