"""Calling a user's functions from the worker: where the user's own code runs, and with their cell's output."""

import asyncio
import contextvars
import logging
from collections.abc import Callable
from typing import Any

from wan_widgets.generation import worker

_log = logging.getLogger(__name__)


class Listener:
    """A user's function. It is called in the event loop in which it was given, else in a thread of its own."""

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
            worker.submit(asyncio.to_thread(self._context.copy().run, self._call, *values))
        else:
            self._loop.call_soon_threadsafe(self._call, *values, context=self._context)

    def _call(self, *values: Any) -> None:
        try:
            self.function(*values)
        except Exception:  # noqa: BLE001  # the user's function may raise anything
            _log.exception("a function that was to hear of a clip")
