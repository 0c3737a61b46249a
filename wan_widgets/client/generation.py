"""The one way to buy a clip: check, submit, follow, download. Everything that buys goes through `run`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from wan_widgets.client import outputs
from wan_widgets.client.client import AsyncClient, check
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import Video, VideoTask


@dataclass(frozen=True, kw_only=True)
class Generation:
    """How far a clip has come. What a view needs to show it."""

    request: VideoRequest | None = None
    """``None`` where only the task is known."""
    task: VideoTask | None = None
    """``None`` until the service has answered."""
    video: Video | None = None
    """The end."""


async def run(client: AsyncClient, request: VideoRequest, path: Path | str | None = None) -> AsyncIterator[Generation]:
    """Buy a clip, yielding each step; the last has the video. Raises what the client raises."""
    check(client.provider, request)
    outputs.check_place(path)
    yield Generation(request=request)
    task = await client.submit(request)
    async for step in follow(client, task, path):
        yield step


async def follow(
    client: AsyncClient, task: VideoTask | str, path: Path | str | None = None
) -> AsyncIterator[Generation]:
    """Follow a task that was bought before, to its file."""
    async for state in client.watch(task):
        yield Generation(request=state.request, task=state)
    state.raise_for_status()
    yield Generation(request=state.request, task=state, video=await client.download(state, path))


async def last(steps: AsyncIterator[Generation]) -> Video:
    """Run the steps to their end and return the video."""
    step = Generation()
    async for step in steps:  # noqa: B007  # the last one is what is wanted
        pass
    assert step.video is not None
    return step.video
