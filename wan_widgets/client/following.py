"""From a task to its file, by one process at a time; what others do is read from the ledger."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from wan_widgets.client import media
from wan_widgets.client.book import Order
from wan_widgets.client.client import AsyncClient
from wan_widgets.client.ledger import Entry
from wan_widgets.wan.errors import DownloadError, NotFound, TaskFailed
from wan_widgets.wan.tasks import TaskError, TaskStatus, Video, VideoTask

Followed = tuple[VideoTask, Video | None]
_RENEWAL = 10.0  # seconds; a third of a lease
_LOOK = 2.0  # seconds between two looks at what another process writes
_MEMORY = 86_400.0  # seconds for which services know their tasks and keep their clips
ELSEWHERE = "Another notebook follows it."
EXPIRED = "expired"


async def followed(
    client: AsyncClient, task: VideoTask | str, order: Order | None, path: Path | str | None
) -> AsyncIterator[Followed]:
    """Each state of a task, at the end with its video. Raises `TaskFailed` and what the download raises."""
    if order is None:
        async for step in _asked(client, task, path):
            yield step
        return
    async for entry in _until_ours(client, order):
        if (state := entry.task) is None:
            continue
        if entry.is_finished:
            state.raise_for_status()
            if video := await asyncio.to_thread(saved_video, entry):
                yield state, video
                return
        yield replace(state, note=ELSEWHERE), None
    renewing = asyncio.ensure_future(_renew(order))
    try:
        async for step in _asked_and_noted(client, task, order, path):
            yield step
    finally:
        renewing.cancel()
        await order.release()


async def _asked(client: AsyncClient, task: VideoTask | str, path: Path | str | None) -> AsyncIterator[Followed]:
    async for state in client.watch(task):
        yield state, None
    state.raise_for_status()
    yield state, await client.download(state, path)


async def _asked_and_noted(
    client: AsyncClient, task: VideoTask | str, order: Order, path: Path | str | None
) -> AsyncIterator[Followed]:
    entry = await order.entry()
    state = task if isinstance(task, VideoTask) else None
    try:
        async for state in client.watch(task):
            await order.seen(state)
            yield state, None
        assert state is not None
        state.raise_for_status()
        video = await client.download(state, path)
    except (NotFound, DownloadError) as error:
        if not _ran_out(error, entry):
            raise
        end = await _expired(state or (entry.task if entry else None), order)
        if end is None:
            raise
        raise TaskFailed(f"There is no clip any more. {end.error.message if end.error else ''}", end) from error
    await order.saved(video)
    yield state, video


async def _until_ours(client: AsyncClient, order: Order) -> AsyncIterator[Entry]:
    """How the order stands, while another process asks about it."""
    while not await order.lease():
        if entry := await order.entry():
            yield entry
        await client.timing.sleep(_LOOK)


async def _renew(order: Order) -> None:
    with suppress(asyncio.CancelledError):
        while True:
            await asyncio.sleep(_RENEWAL)  # by the real clock, as other processes have it
            await order.lease()


def saved_video(entry: Entry) -> Video | None:
    """The clip that an order led to; ``None`` if its file is not there any more, or is no video."""
    path = Path(entry.path or "")
    try:
        facts = media.probe(path)
        size = path.stat().st_size
    except (OSError, ValueError, media.NotVideo):
        return None
    return Video(
        path=path,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        size=size,
        has_audio=facts.has_audio,
        url=entry.video_url,
        expires_at=datetime.fromtimestamp(entry.expires_at, UTC) if entry.expires_at else None,
        task_id=entry.task_id,
    )


def _ran_out(error: NotFound | DownloadError, entry: Entry | None) -> bool:
    """Whether the service has forgotten the task, or its file, because its time is over."""
    if isinstance(error, DownloadError):
        return error.expired
    return entry is not None and time.time() - entry.created_at > _MEMORY


async def _expired(state: VideoTask | None, order: Order) -> VideoTask | None:
    if state is None:
        return None
    message = "The service keeps clips and remembers tasks for 24 hours; those ran out before this one was fetched."
    end = replace(state, status=TaskStatus.FAILED, error=TaskError(message, EXPIRED))
    await order.seen(end)
    return end
