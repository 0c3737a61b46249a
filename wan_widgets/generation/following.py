"""From a task to its file, by one process at a time; what others do is read from the ledger."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wan_widgets.files.video import Video
from wan_widgets.generation.queue import turn_for
from wan_widgets.generation.step import Step, Tell, steps
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order, order_of
from wan_widgets.ledger.orders import saved_video
from wan_widgets.pacing.retries import ASK_AGAIN_IF_FORGOTTEN, FETCH_CLIP
from wan_widgets.service.outcomes import id_of
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import DownloadError, NotFound, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import EXPIRED, TaskError, TaskFailed, TaskStatus, VideoTask, unknown_task

_LOOK = 2.0  # seconds between two looks at what another process writes
ELSEWHERE = "It is followed elsewhere."
_RAN_OUT = "Services keep a clip, and remember its task, for 24 hours; those ran out before this one was fetched."


def follow(service: Service, task: VideoTask | str, path: Path | str | None = None) -> AsyncGenerator[Step, None]:
    """Follow a task that was bought before, to its file."""
    return steps(partial(_followed, service, task, path))


async def _followed(service: Service, task: VideoTask | str, path: Path | str | None, tell: Tell) -> Video:
    order = await order_of(service.site, id_of(task), ledger())
    request = task.request if isinstance(task, VideoTask) else None
    with turn_for(service, request):  # it runs already, whoever may have to wait for that
        return await Following(service, request, order, path, tell).to_file(task)


@dataclass(frozen=True)
class Following:
    """One task on its way to its file."""

    service: Service
    request: VideoRequest | None
    order: Order | None
    """``None`` where the ledger does not know of the task."""
    path: Path | str | None
    """Where the clip is wanted; ``None`` for the folder of outputs."""
    tell: Tell

    async def to_file(self, task: VideoTask | str) -> Video:
        """Tell of each state of the task and return its clip. Raises `TaskFailed` and what the download raises."""
        if self.order is None:
            return await self._without_ledger(task)
        while True:
            await self._until_leased(self.order)
            async with self.order.held():
                entry = await self.order.entry()
                if entry and (video := await self.ended(entry)):  # another follower has come to it
                    return video
                if video := await self._leased(task, self.order, entry):
                    return video
            # Another follower took the lease over: from here on this one reads along.

    async def ended(self, entry: Entry) -> Video | None:
        """The clip of an order that is here, at the place where it is wanted. Raises `TaskFailed` if it failed."""
        state = entry.task
        if state is None or not entry.is_finished:
            return None
        state.raise_for_status()
        video = await asyncio.to_thread(saved_video, entry)
        return await self._arrived(state, await asyncio.to_thread(video.at, self.path)) if video else None

    async def _without_ledger(self, task: VideoTask | str) -> Video:
        state = None
        async for state in self.service.watch(task):
            await self._show(state)
        assert state is not None
        state.raise_for_status()
        return await self._arrived(state, await self.service.download(state, self.path))

    async def _until_leased(self, order: Order) -> None:
        while not await order.lease():
            if (entry := await order.entry()) and (state := entry.task) and not entry.is_finished:
                await self._show(replace(state, note=ELSEWHERE))
            await self.service.timing.sleep(_LOOK)

    async def _leased(self, task: VideoTask | str, order: Order, entry: Entry | None) -> Video | None:
        """Ask about the task and write down what is heard. ``None`` where another has become the one who asks."""
        state = task if isinstance(task, VideoTask) else unknown_task(task, self.service.provider.name)
        try:
            async for state in self._watched(task, order, entry):
                if order.is_lost:
                    return None
                await order.seen(state)
                await self._show(state)
            if state.status is not TaskStatus.COMPLETED and (video := await self._ended_meanwhile(order)):
                return video
            state.raise_for_status()
            video = await self._fetched(state)
        except (NotFound, DownloadError) as error:
            if order.is_lost:
                return None
            if not _ran_out(error, await order.entry()):
                raise
            end = replace(state, status=TaskStatus.FAILED, error=TaskError(_RAN_OUT, EXPIRED))
            await order.seen(end)
            raise TaskFailed(_RAN_OUT, end) from error
        await order.saved(video)
        return await self._arrived(state, video)

    async def _ended_meanwhile(self, order: Order) -> Video | None:
        """What another has come to while this machine slept: a clip that is here outlives its task."""
        entry = await order.entry()
        return await self.ended(entry) if entry else None

    async def _watched(self, task: VideoTask | str, order: Order, entry: Entry | None) -> AsyncIterator[VideoTask]:
        """The states of a task. Raises `NotFound` for one that the service has forgotten, once that is beyond doubt."""
        while True:
            try:
                async for state in self.service.watch(task, known=entry is not None and not _is_old(entry)):
                    if state.is_forgotten:
                        raise _unknown_to(self.service, state)  # as its own 404 comes
                    yield state
                    task = state
            except NotFound:
                entry = await order.entry()
                if not _is_old(entry) or await self._stays_forgotten(task):
                    raise
            else:
                return

    async def _stays_forgotten(self, task: VideoTask | str) -> bool:
        for pause in ASK_AGAIN_IF_FORGOTTEN:
            await self.service.timing.sleep(pause)
            try:
                reading = await self.service.retrieve(task)
            except NotFound:
                continue
            except WanError:  # it is in trouble, and has said nothing
                return False
            if not reading.is_forgotten:
                return False
        return True

    async def _fetched(self, state: VideoTask) -> Video:
        """The clip. Where it cannot be had, the service is asked again where it is."""
        for pause in FETCH_CLIP:
            try:
                return await self.service.download(state, self.path)
            except DownloadError as error:
                if isinstance(error.__cause__, OSError):  # this machine's own trouble
                    raise
            await self.service.timing.sleep(pause)
            with suppress(WanError):
                fresh = await self.service.retrieve(state)
                state = fresh if fresh.video_url else state
        return await self.service.download(state, self.path)

    async def _show(self, state: VideoTask, video: Video | None = None) -> None:
        name, trouble = (self.order.id, self.order.trouble) if self.order else (None, "")
        request = self.request or state.request
        await self.tell(Step(request=request, order=name, task=state, note=trouble, video=video))

    async def _arrived(self, state: VideoTask, video: Video) -> Video:
        await self._show(state, video)
        return video


def _unknown_to(service: Service, task: VideoTask) -> NotFound:
    message = f"{service.provider.title} does not know this task; it was ordered with another key, perhaps."
    return NotFound(message, status_code=404, task_id=task.id)


def _ran_out(error: NotFound | DownloadError, entry: Entry | None) -> bool:
    """Whether the service has forgotten the task, or its file, because its time is over.

    A service's word on when an address ends, and this machine's on what time it is, are not enough to give up a clip.
    """
    return _is_old(entry) and (error.expired if isinstance(error, DownloadError) else True)


def _is_old(entry: Entry | None) -> bool:
    return entry is not None and entry.is_beyond_memory(time.time())
