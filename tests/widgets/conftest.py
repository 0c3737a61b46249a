"""What a test has set going ends with it: the worker is one for all of them."""

import asyncio
from collections.abc import Iterator

import pytest

from wan_widgets.generation import worker


@pytest.fixture(autouse=True)
def _nothing_goes_on() -> Iterator[None]:
    yield
    if worker._loop is not None:
        worker.submit(_end()).result(timeout=60)


async def _end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
