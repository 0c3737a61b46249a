"""From a task to its file, by one process at a time; what others do is read from the ledger."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from wan_widgets.files import media, outputs
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.order import Order
from wan_widgets.ledger.recipe_key import digest_of
from wan_widgets.ledger.values import moment
from wan_widgets.service.service import MEMORY, AsyncClient
from wan_widgets.wan.errors import DownloadError, NotFound, TaskFailed, WanError
from wan_widgets.wan.tasks import EXPIRED, TaskError, TaskStatus, Video, VideoTask, unknown_task

Followed = tuple[VideoTask, Video | None]
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further look for a clip that the file server did not give."""
_DOUBTS = (5.0, 10.0, 20.0, 30.0)
"""Seconds before each further question about a task that the service seems to have forgotten."""
_LOOK = 2.0  # seconds between two looks at what another process writes
ELSEWHERE = "It is followed elsewhere."


async def followed(
    client: AsyncClient, task: VideoTask | str, order: Order | None, path: Path | str | None
) -> AsyncIterator[Followed]:
    """Each state of a task, at the end with its video. Raises `TaskFailed` and what the download raises."""
    if order is None:
        async for step in _asked(client, task, path):
            yield step
        return
    video = None
    while video is None:  # who has lost it to another begins anew, as a reader
        while not await order.lease():
            if (entry := await order.entry()) and (state := entry.task) and not entry.is_finished:
                yield replace(state, note=ELSEWHERE), None
            await client.timing.sleep(_LOOK)
        async with order.held():
            entry = await order.entry()
            if entry and (end := await ended(entry, path)):  # another has come to it
                yield end
                return
            async for step in _asked_and_noted(client, task, order, path):
                yield step
                task, video = step


async def ended(entry: Entry, path: Path | str | None) -> Followed | None:
    """The end of an order whose clip is here, at the place where it is wanted. Raises `TaskFailed` if it failed."""
    state = entry.task
    if state is None or not entry.is_finished:
        return None
    state.raise_for_status()
    video = await asyncio.to_thread(saved_video, entry)
    return (state, await asyncio.to_thread(_at, video, path)) if video else None


async def _asked(client: AsyncClient, task: VideoTask | str, path: Path | str | None) -> AsyncIterator[Followed]:
    async for state in client.watch(task):
        yield state, None
    state.raise_for_status()
    yield state, await client.download(state, path)


async def _asked_and_noted(
    client: AsyncClient, task: VideoTask | str, order: Order, path: Path | str | None
) -> AsyncIterator[Followed]:
    """The same, written down. It ends without a video where another has become the one who asks."""
    state = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
    try:
        async for state in _watched(client, task, order):
            if order.is_lost:
                return
            await order.seen(state)
            yield state, None
        if state.status is not TaskStatus.COMPLETED and (noted := await _noted_end(order, path)):
            yield noted
            return
        state.raise_for_status()
        video = await _fetched(client, state, path)
    except (NotFound, DownloadError) as error:
        if order.is_lost:
            return
        if not _ran_out(error, await order.entry()):
            raise
        end = replace(state, status=TaskStatus.FAILED, error=TaskError(_RAN_OUT, EXPIRED))
        await order.seen(end)
        raise TaskFailed(_RAN_OUT, end) from error
    await order.saved(video)
    yield state, video


async def _noted_end(order: Order, path: Path | str | None) -> Followed | None:
    """What another may have come to while this machine slept: a clip that is here outlives its task."""
    entry = await order.entry()
    return await ended(entry, path) if entry else None


async def _watched(client: AsyncClient, task: VideoTask | str, order: Order) -> AsyncIterator[VideoTask]:
    """The states of a task. Raises `NotFound` for one that the service has forgotten, once that is beyond doubt."""
    while True:
        entry = await order.entry()
        try:
            async for state in client.watch(task, known=entry is not None and not _is_old(entry)):
                if state.is_forgotten:
                    raise _unknown_to(client, state)  # as its own 404 comes
                yield state
                task = state
        except NotFound:
            if not _is_old(await order.entry()) or await _stays_forgotten(client, task):
                raise
        else:
            return


async def _stays_forgotten(client: AsyncClient, task: VideoTask | str) -> bool:
    """Whether it is unknown for a minute: a server that has just begun, or the wrong one, does not know much."""
    for pause in _DOUBTS:
        await client.timing.sleep(pause)
        try:
            reading = await client.retrieve(task)
        except NotFound:
            continue
        except WanError:  # it is in trouble, and has said nothing
            return False
        if not reading.is_forgotten:
            return False
    return True


async def _fetched(client: AsyncClient, state: VideoTask, path: Path | str | None) -> Video:
    """The clip, from where the service says it is now, if it could not be had from where it was said to be before."""
    for pause in _PAUSES:
        try:
            return await client.download(state, path)
        except DownloadError as error:
            if isinstance(error.__cause__, OSError):  # this machine's own trouble
                raise
        await client.timing.sleep(pause)
        with suppress(WanError):
            fresh = await client.retrieve(state)
            state = fresh if fresh.video_url else state
    return await client.download(state, path)


def saved_video(entry: Entry) -> Video | None:
    """The clip that an order led to; ``None`` if its file is not there any more, or is another."""
    path = Path(entry.path or "")
    try:
        size = path.stat().st_size
        if size != entry.size or digest_of(path) != entry.sha256:
            return None
        facts = media.probe(path)
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
        expires_at=moment(entry.expires_at),
        task_id=entry.task_id,
    )


def _at(video: Video, path: Path | str | None) -> Video:
    if path is None or outputs.absolute(path) == video.path:
        return video
    place = outputs.absolute(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = outputs.part_beside(place)
    try:
        shutil.copyfile(video.path, part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return replace(video, path=place)


_RAN_OUT = "Services keep a clip, and remember its task, for 24 hours; those ran out before this one was fetched."


def _unknown_to(client: AsyncClient, task: VideoTask) -> NotFound:
    message = f"{client.provider.title} does not know this task; it was ordered with another key, perhaps."
    return NotFound(message, status_code=404, task_id=task.id)


def _ran_out(error: NotFound | DownloadError, entry: Entry | None) -> bool:
    """Whether the service has forgotten the task, or its file, because its time is over.

    A service's word on when an address ends, and this machine's on what time it is, are not enough to give up a clip.
    """
    return _is_old(entry) and (error.expired if isinstance(error, DownloadError) else True)


def _is_old(entry: Entry | None) -> bool:
    """Whether services have forgotten what was ordered then."""
    return entry is not None and time.time() - entry.created_at > MEMORY
