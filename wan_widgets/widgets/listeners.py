"""Calling a user's functions from the worker: where the user's own code runs, and with their cell's output."""

import asyncio
import contextvars
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from wan_widgets.generation import worker

_log = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()
"""The coroutines of users that run in their own loops. asyncio itself keeps no hold of its tasks."""


class Listener:
    """A user's function. It is called in the event loop in which it was given, else in a thread of its own.

    It may be a coroutine function.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        self._context = contextvars.copy_context()
        try:
            self._loop = None if worker.is_current() else asyncio.get_running_loop()
        except RuntimeError:  # a script
            self._loop = None

    def tell(self, *values: Any) -> None:
        """Call the function soon. An error of it is logged. This is called on the worker."""
        if self._loop is None or self._loop.is_closed():
            worker.submit(asyncio.to_thread(self._context.copy().run, self._call_in_thread, *values))
        else:
            self._loop.call_soon_threadsafe(self._call_in_loop, *values, context=self._context)

    def _call_in_thread(self, *values: Any) -> None:
        if inspect.isawaitable(answer := self._answer(*values)):
            asyncio.run(_to_its_end(answer))

    def _call_in_loop(self, *values: Any) -> None:
        if inspect.isawaitable(answer := self._answer(*values)):
            task = asyncio.get_running_loop().create_task(_to_its_end(answer))
            _running.add(task)
            task.add_done_callback(_running.discard)

    def _answer(self, *values: Any) -> object:
        try:
            return self.function(*values)
        except Exception:  # noqa: BLE001  # the user's function may raise anything
            _log.exception("a function that was to hear of a clip")
            return None


async def _to_its_end(answer: Awaitable[object]) -> None:
    try:
        await answer
    except Exception:  # noqa: BLE001
        _log.exception("a function that was to hear of a clip")
