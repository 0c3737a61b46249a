"""How far a clip has come: the one kind of value that goes from HTTP up to the card, and how it gets there."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from wan_widgets.files.video import Video
from wan_widgets.service.uploads import Upload
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far a generation is, at one moment. What a view needs to show it."""

    request: VideoRequest | None = None
    """``None`` where only the task is known."""
    upload: Upload | None = None
    """While local files are being sent."""
    waiting: int | None = None
    """How many of our own tasks must end before the service takes this one."""
    order: str | None = None
    """The order's id in the ledger, from the moment on in which the order may be sent."""
    task: VideoTask | None = None
    """``None`` until the service has answered."""
    note: str = ""
    """What delays it, or what is wrong with the ledger."""
    is_lookup: bool = False
    """The service is asked what became of the order, which has no task yet."""
    video: Video | None = None
    """The end."""

    @property
    def is_unordered(self) -> bool:
        """Nothing is ordered yet, so that whoever gives it up now has bought nothing."""
        return self.order is None and self.task is None


class Tell:
    """Hears each step of a generation. This one listens to nothing; `steps` has one that does."""

    async def __call__(self, step: Step) -> None:
        """Tell of a step, and go on when whoever listens wants the next one."""

    def soon(self, step: Step) -> None:
        """Tell of a step without waiting."""


Work = Callable[[Tell], Coroutine[Any, Any, Video]]
"""A generation, as a coroutine that tells of its steps and returns the video."""


class _Queue(Tell):
    def __init__(self) -> None:
        self.told: asyncio.Queue[Step | None] = asyncio.Queue()

    async def __call__(self, step: Step) -> None:
        self.soon(step)
        await self.told.join()

    def soon(self, step: Step) -> None:
        self.told.put_nowait(step)


async def steps(work: Work) -> AsyncGenerator[Step, None]:
    """The steps of a generation, the last with the video. It waits at each until the next is asked for.

    Raises what the work raises. To close the generator calls the work off.
    """
    tell = _Queue()
    working = asyncio.ensure_future(work(tell))
    working.add_done_callback(lambda _: tell.told.put_nowait(None))
    try:
        while (step := await tell.told.get()) is not None:
            yield step
            tell.told.task_done()
        await working
    finally:
        working.cancel()
        await asyncio.wait({working})
        if not working.cancelled():
            working.exception()  # asyncio would report an error that nobody has looked at


async def last(generation: AsyncGenerator[Step, None]) -> Video:
    """Go through the steps to their end and return the video."""
    step = Step()
    async for step in generation:  # noqa: B007  # the last one is what is wanted
        pass
    assert step.video is not None
    return step.video
