"""Sharing the questions to a service with other processes that follow tasks there, by the leases in the ledger."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakKeyDictionary

from wan_widgets.files import processes
from wan_widgets.ledger.commits import uninterrupted
from wan_widgets.ledger.ledger import TROUBLE, ledger
from wan_widgets.ledger.order import PATIENCE
from wan_widgets.pacing.questions import Questions
from wan_widgets.service.service import Service

_LOOK = 15.0  # seconds between two looks, by whichever task of this process
_looked: WeakKeyDictionary[Questions, float] = WeakKeyDictionary()


@asynccontextmanager
async def shared_with_neighbours(service: Service) -> AsyncIterator[None]:
    """Count the tasks of other processes now and then, until the block ends."""
    looking = asyncio.ensure_future(_look(service.questions, service.base_url))
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait({looking})


async def _look(questions: Questions, base_url: str) -> None:
    here, process = ledger().within(PATIENCE), processes.process()
    while True:
        if time.monotonic() - _looked.get(questions, -_LOOK) >= _LOOK:
            _looked[questions] = time.monotonic()
            with suppress(*TROUBLE):
                questions.elsewhere = await uninterrupted(lambda: here.followed_elsewhere(base_url, process))
        await asyncio.sleep(_LOOK)
