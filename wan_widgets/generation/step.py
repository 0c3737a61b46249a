"""The steps of a generation, which are passed from HTTP up to the card."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from wan_widgets.files.checks import Check
from wan_widgets.files.video import Video
from wan_widgets.service.pools import running_loop
from wan_widgets.service.uploads import Upload
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Said


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a generation is at one moment: what a view needs to show it."""

    request: VideoRequest | None = None
    """``None`` if only the task is known."""
    upload: Upload | None = None
    """How much of the local files is sent; ``None`` if none is being sent."""
    waiting: int | None = None
    """How many of our own tasks must end before the service takes this one."""
    order: str | None = None
    """The order's id in the ledger; ``None`` before the order may be sent."""
    task: VideoTask | None = None
    """``None`` until the service has answered."""
    note: Said = ""
    """What delays it, or what is wrong with the ledger."""
    is_lookup: bool = False
    """The order has no task yet, and the service is asked what became of it."""
    video: Video | None = None
    """The clip; ``None`` before the last step."""
    checking: Future[Check | None] | None = None
    """The check of the clip, if it is looked at now."""

    @property
    def is_unordered(self) -> bool:
        """Nothing is ordered yet, so that giving it up now costs nothing."""
        return self.order is None and self.task is None


class Tell:
    """Takes each step of a generation. This class ignores them; `steps` uses a subclass that passes them on."""

    async def __call__(self, step: Step) -> None:
        """Report a step, and return when the listener asks for the next one."""

    def soon(self, step: Step) -> None:
        """Report a step without waiting."""


Work = Callable[[Tell], Coroutine[Any, Any, Video]]
"""A generation, as a coroutine that reports its steps and returns the video."""


class _Queue(Tell):
    def __init__(self) -> None:
        self.pending: asyncio.Queue[Step | None] = asyncio.Queue()

    async def __call__(self, step: Step) -> None:
        self.soon(step)
        await self.pending.join()

    def soon(self, step: Step) -> None:
        self.pending.put_nowait(step)


async def steps(work: Work) -> AsyncGenerator[Step, None]:
    """The steps of a generation, the last one with the video. The work waits at each until the next is asked for.

    Raises what the work raises. Closing the generator cancels the work.
    """
    tell = _Queue()
    working = running_loop().create_task(work(tell))
    working.add_done_callback(lambda _: tell.pending.put_nowait(None))
    try:
        while (step := await tell.pending.get()) is not None:
            yield step
            tell.pending.task_done()
        await working
    finally:
        working.cancel()
        await asyncio.wait({working})
        if not working.cancelled():
            working.exception()  # asyncio would log an error that nobody has read


async def last(generation: AsyncGenerator[Step, None]) -> Video:
    """Go through the steps to their end and return the video."""
    step = Step()
    async for step in generation:  # noqa: B007  # only the last one is needed
        pass
    assert step.video is not None
    return step.video
