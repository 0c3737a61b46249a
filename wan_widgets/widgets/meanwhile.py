"""Waiting on the thread of the kernel without holding it up: other messages and other cells go on meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_tasks: set[asyncio.Task[None]] = set()  # a loop itself keeps no task alive


def meanwhile(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on this thread, beside what its event loop does; if no loop runs here, wait for its end."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(coroutine)
        return
    task = loop.create_task(coroutine)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def ended(future: "Future[T]") -> Callable[[], T]:
    """Wait for what another thread does. Returns a function that returns its result, or raises its error."""
    loop, has_ended = asyncio.get_running_loop(), asyncio.Event()
    future.add_done_callback(lambda _: loop.call_soon_threadsafe(has_ended.set))
    await has_ended.wait()
    return future.result
