"""Sharing the questions to a service with other processes that follow tasks there, by the leases in the ledger."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from weakref import WeakKeyDictionary

from wan_widgets.files import processes
from wan_widgets.files.threads import on_thread
from wan_widgets.ledger.ledger import TROUBLE, ledger
from wan_widgets.ledger.order import PATIENCE
from wan_widgets.pacing.questions import Questions
from wan_widgets.service.pools import running_loop
from wan_widgets.service.service import Service

_LOOK = 15.0  # seconds between two looks, by whichever event loop of this process
_looked: WeakKeyDictionary[Questions, float] = WeakKeyDictionary()


class _Looking:
    """Counts the tasks of other processes now and then, for all tasks that one event loop follows at a service."""

    def __init__(self) -> None:
        self._tasks = 0
        self._running: asyncio.Task[None] | None = None

    def begin(self, service: Service) -> None:
        self._tasks += 1
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(_look(service.questions, service.base_url))

    def is_last(self) -> bool:
        """One task is followed no longer. Whether it was the last one."""
        self._tasks -= 1
        return not self._tasks

    def end(self) -> None:
        with suppress(RuntimeError):  # the loop is closed
            assert self._running is not None
            self._running.cancel()


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Questions, _Looking]] = WeakKeyDictionary()


@contextmanager
def shared_with_neighbours(service: Service) -> Generator[None, None, None]:
    """Count the tasks of other processes now and then, until the block ends."""
    ours, questions = _of_loops.setdefault(running_loop(), {}), service.questions
    looking = ours.setdefault(questions, _Looking())
    looking.begin(service)
    try:
        yield
    finally:
        if looking.is_last():
            del ours[questions]
            looking.end()


async def _look(questions: Questions, base_url: str) -> None:
    process = processes.process()
    while True:
        if time.monotonic() - _looked.get(questions, -_LOOK) >= _LOOK:
            _looked[questions] = time.monotonic()
            with suppress(*TROUBLE):
                here = ledger().within(PATIENCE)
                questions.elsewhere = await on_thread("ledger", here.followed_elsewhere, base_url, process)
        await asyncio.sleep(_LOOK)
