"""Sharing the questions to a service with other processes that follow tasks there, by the leases in the ledger."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import partial
from weakref import WeakKeyDictionary

from wan_widgets.files import processes
from wan_widgets.ledger.commits import uninterrupted
from wan_widgets.ledger.ledger import TROUBLE, ledger
from wan_widgets.ledger.order import PATIENCE
from wan_widgets.pacing.questions import Questions
from wan_widgets.service.pools import running_loop
from wan_widgets.service.service import Service

_LOOK = 15.0  # seconds between two looks, by whichever event loop of this process
_looked: WeakKeyDictionary[Questions, float] = WeakKeyDictionary()


class _Looking:
    """Counts the tasks of other processes now and then, for all tasks that one event loop follows at a service."""

    def __init__(self, service: Service) -> None:
        self.tasks = 0
        self.running = asyncio.ensure_future(_look(service.questions, service.base_url))


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Questions, _Looking]] = WeakKeyDictionary()


@contextmanager
def shared_with_neighbours(service: Service) -> Generator[None, None, None]:
    """Count the tasks of other processes now and then, until the block ends."""
    ours, questions = _of_loops.setdefault(running_loop(), {}), service.questions
    if questions not in ours:
        ours[questions] = _Looking(service)
    looking = ours[questions]
    looking.tasks += 1
    try:
        yield
    finally:
        looking.tasks -= 1
        if not looking.tasks:
            looking.running.cancel()
            del ours[questions]


async def _look(questions: Questions, base_url: str) -> None:
    process = processes.process()
    while True:
        if time.monotonic() - _looked.get(questions, -_LOOK) >= _LOOK:
            _looked[questions] = time.monotonic()
            here = ledger().within(PATIENCE)
            with suppress(*TROUBLE):
                questions.elsewhere = await uninterrupted(partial(here.followed_elsewhere, base_url, process))
        await asyncio.sleep(_LOOK)
