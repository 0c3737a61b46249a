"""The one way to buy a clip: check, upload, submit, follow, download. Everything that buys goes through `run`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from wan_widgets.client import outputs, queue
from wan_widgets.client.client import AsyncClient, check
from wan_widgets.client.queue import Place
from wan_widgets.client.uploads import Upload
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import Video, VideoTask

_REFRESH = 0.2  # seconds between two looks at how the sending of a file goes
_TURN = 0.5  # seconds between two looks at the queue


@dataclass(frozen=True, kw_only=True)
class Generation:
    """How far a clip has come. What a view needs to show it."""

    request: VideoRequest | None = None
    """``None`` where only the task is known."""
    upload: Upload | None = None
    """While local files are being sent."""
    waiting: int | None = None
    """How many of our own tasks must end before the service takes this one."""
    task: VideoTask | None = None
    """``None`` until the service has answered."""
    video: Video | None = None
    """The end."""


async def run(client: AsyncClient, request: VideoRequest, path: Path | str | None = None) -> AsyncIterator[Generation]:
    """Buy a clip, yielding each step; the last has the video. Raises what the client raises."""
    check(client.provider, request)
    outputs.check_place(path)
    yield Generation(request=request)
    ready = request
    async for upload in _uploads(client, request):
        if isinstance(upload, VideoRequest):
            ready = upload
        else:
            yield Generation(request=request, upload=upload)
    with _place(client, request) as place:
        while ahead := place.ahead:
            yield Generation(request=request, waiting=ahead)
            await client.timing.sleep(_TURN)
        task = await client.order(ready, request)
        async for step in _to_file(client, task, path):
            yield step


async def follow(
    client: AsyncClient, task: VideoTask | str, path: Path | str | None = None
) -> AsyncIterator[Generation]:
    """Follow a task that was bought before, to its file."""
    request = task.request if isinstance(task, VideoTask) else None
    if request is None:
        async for step in _to_file(client, task, path):
            yield step
    else:
        with _place(client, request):  # it runs, whoever may have to wait for that
            async for step in _to_file(client, task, path):
                yield step


async def _to_file(client: AsyncClient, task: VideoTask | str, path: Path | str | None) -> AsyncIterator[Generation]:
    async for state in client.watch(task):
        yield Generation(request=state.request, task=state)
    state.raise_for_status()
    yield Generation(request=state.request, task=state, video=await client.download(state, path))


async def _uploads(client: AsyncClient, request: VideoRequest) -> AsyncIterator[Upload | VideoRequest]:
    """How the sending of the files goes; at the end the request that is ready to go out."""
    news: list[Upload] = []
    sending = asyncio.ensure_future(client.upload(request, news.append))
    try:
        while not sending.done():
            await asyncio.wait({sending}, timeout=_REFRESH)
            if news:
                yield news[-1]
                news.clear()
        yield await sending
    finally:
        sending.cancel()


def _place(client: AsyncClient, request: VideoRequest) -> AbstractContextManager[Place]:
    provider = client.provider
    offer = provider.offer(request.model, request.mode, request.like)
    line = (client.base_url, provider.family(request.model, request.mode) or request.model, request.mode)
    return queue.place(line, offer.max_running if offer else None)


async def last(steps: AsyncIterator[Generation]) -> Video:
    """Run the steps to their end and return the video."""
    step = Generation()
    async for step in steps:  # noqa: B007  # the last one is what is wanted
        pass
    assert step.video is not None
    return step.video
