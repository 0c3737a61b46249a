"""Following a task to its file. One process at a time asks the service; others read its notes in the ledger."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wan_widgets.files import outputs
from wan_widgets.files.destination import Destination, destination
from wan_widgets.files.making import Making
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.generation.checking import checked_soon
from wan_widgets.generation.errors import errors_of
from wan_widgets.generation.neighbours import shared_with_neighbours
from wan_widgets.generation.queue import turn_for
from wan_widgets.generation.step import Step, Tell, steps
from wan_widgets.ledger.commits import on_ledger_thread
from wan_widgets.ledger.earlier import earlier_like
from wan_widgets.ledger.entry import Entry, columns
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import PATIENCE, Order, order_of
from wan_widgets.ledger.orders import saved_video
from wan_widgets.pacing.retries import ASK_AGAIN_IF_FORGOTTEN, FETCH_CLIP
from wan_widgets.service.outcomes import id_of
from wan_widgets.service.service import Service
from wan_widgets.service.watching import watched
from wan_widgets.wan.errors import DownloadError, NotFound, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import EXPIRED, TaskError, TaskFailed, TaskStatus, VideoTask, unknown_task
from wan_widgets.words import joined, say

_LOOK = 2.0  # seconds between two looks at the order that another process follows
ELSEWHERE = say("generation.elsewhere")
_RAN_OUT = say("generation.ran_out")


def follow(service: Service, task: VideoTask | str, path: Path | str | None = None) -> AsyncGenerator[Step, None]:
    """Follow a task that was ordered before, to its file. Yields its steps, the last one with the video."""
    return steps(partial(_followed, service, task, path))


def refollow(service: Service, task: VideoTask) -> AsyncGenerator[Step, None]:
    """Follow a task from what the service says now, because an address that is known may have expired."""
    return follow(service, unsure(task))


def unsure(task: VideoTask) -> VideoTask:
    """The task before the service was asked how it stands."""
    return replace(task, status=TaskStatus.UNCONFIRMED, video_url=None)


async def _followed(service: Service, task: VideoTask | str, path: Path | str | None, tell: Tell) -> Video:
    await service.learn_if_possible()
    order = await order_of(service.site, id_of(task), ledger())
    request = task.request if isinstance(task, VideoTask) else None
    entry = await order.entry() if order else None
    where = await destination_read(entry, path)
    with turn_for(service, request):  # the task runs already: it does not wait, but others wait for it
        return await Following(service, request, order, where, tell).to_file(task)


def destination_of(entry: Entry | None, path: Path | str | None = None) -> Destination:
    """Where the clip of an order will be saved: at `path`, else as it was fixed when it was ordered."""
    return destination(path) if entry is None or path is not None else entry.destination


async def destination_read(entry: Entry | None, path: Path | str | None) -> Destination:
    """The same, on the thread of the folder with the clips, in which it reads a file."""
    return await on_thread(outputs.folder(), destination_of, entry, path)


@dataclass(frozen=True)
class Following:
    """Follows one task to its file."""

    service: Service
    request: VideoRequest | None
    order: Order | None
    """``None`` if the ledger does not know the task."""
    destination: Destination
    tell: Tell

    async def to_file(self, task: VideoTask | str) -> Video:
        """Report each state of the task and return its clip. Raises `TaskFailed` and what the download raises."""
        with errors_of(self.request, self.order.id if self.order else None), shared_with_neighbours(self.service):
            if self.order is None:
                return await self._without_ledger(task)
            return await self._with_ledger(task, self.order)

    async def _with_ledger(self, task: VideoTask | str, order: Order) -> Video:
        while True:
            opened = order.just_opened()
            if opened is None:
                await self._wait_for_lease(order)
            async with order.held():
                entry = opened or await order.entry()
                if entry and (video := await self.ended(entry)):  # another follower has finished it
                    return video
                await order.taken_back(entry)
                if video := await self._with_lease(task, order, entry):
                    return video
            # Another follower took the lease. This one reads along until the other one is done.

    async def ended(self, entry: Entry) -> Video | None:
        """The clip of a finished order, at the wanted path; ``None`` if the order is not finished or has no clip here.

        Raises `TaskFailed` if the order failed.
        """
        if not entry.is_finished or (state := entry.task) is None:
            return None
        state.raise_for_status()
        video = await asyncio.to_thread(self._saved, entry)
        return await self._arrived(state, video) if video else None

    def _saved(self, entry: Entry) -> Video | None:
        video = saved_video(entry)
        return video.at(self.destination.path) if video else None

    async def _without_ledger(self, task: VideoTask | str) -> Video:
        state = None
        async for state in self.service.watch(task):
            await self._show(state)
        assert state is not None
        state.raise_for_status()
        return await self._arrived(state, await self._downloaded(state, Making()))

    async def _wait_for_lease(self, order: Order) -> None:
        while not await order.lease():
            if (entry := await order.entry()) and (state := entry.task) and not entry.is_finished:
                await self._show(replace(state, note=ELSEWHERE))
            await self.service.timing.sleep(_LOOK)

    async def _with_lease(self, task: VideoTask | str, order: Order, entry: Entry | None) -> Video | None:
        """Ask about the task, note the answers and return the clip; ``None`` if another follower took the lease."""
        state = task if isinstance(task, VideoTask) else unknown_task(task, self.service.provider.name)
        noted: object = None
        try:
            async for state in self._watched(task, order, entry):
                if order.has_lost_lease:
                    return None
                if noted != (noted := columns(state)):
                    await order.seen(state)
                await self._show(state)
            # By now it has the billed price, and another follower may have saved the clip while this machine slept.
            entry = await order.entry()
            if entry and (video := await self.ended(entry)):
                return video
            state.raise_for_status()
            video = await self._fetched(state, entry.making if entry else Making())
        except (NotFound, DownloadError) as error:
            if order.has_lost_lease:
                return None
            if not _ran_out(error, await order.entry()):
                raise
            end = replace(state, status=TaskStatus.FAILED, error=TaskError(_RAN_OUT, EXPIRED))
            await order.seen(end)
            raise TaskFailed(_RAN_OUT, end) from error
        is_behind = entry is None or order.is_behind
        await order.saved(video)
        if is_behind:  # the price that was billed is only there now
            entry = await order.entry()
        return await self._arrived(state, replace(video, price=entry.price if entry else None))

    async def _watched(self, task: VideoTask | str, order: Order, entry: Entry | None) -> AsyncIterator[VideoTask]:
        """The states of a task. Raises `NotFound` as soon as it is certain that the service has forgotten the task."""
        request = self.request or (task.request if isinstance(task, VideoTask) else None)
        earlier = await on_ledger_thread(partial(earlier_like, ledger().within(PATIENCE), self.service.site, request))
        since = order.sent_at or (entry.created_at if entry else None)
        while True:
            known = self._is_known(entry)
            try:
                states = watched(self.service, self.service.ask, task, known=known, since=since, earlier=earlier)
                async for state in states:
                    if state.is_forgotten:
                        raise _unknown_to(self.service, state)  # it is treated like a 404
                    yield state
                    task = state
            except NotFound:
                entry = await order.entry()
                if not _is_old(entry) or await self._stays_forgotten(task):
                    raise
            else:
                return

    def _is_known(self, entry: Entry | None) -> bool:
        """Whether the service certainly took the order, and has not forgotten it because its time is over."""
        return entry is not None and not (_is_old(entry) and self.service.provider.memory_outlives_process)

    async def _stays_forgotten(self, task: VideoTask | str) -> bool:
        for pause in ASK_AGAIN_IF_FORGOTTEN:
            await self.service.timing.sleep(pause)
            try:
                state = await self.service.retrieve(task)
            except NotFound:
                continue
            except WanError:  # the service is in trouble, and has not said that it forgot the task
                return False
            if not state.is_forgotten:
                return False
        return True

    async def _fetched(self, state: VideoTask, making: Making) -> Video:
        """The downloaded clip. After each failure the service is asked for the clip's address again."""
        for pause in FETCH_CLIP:
            try:
                return await self._downloaded(state, making)
            except DownloadError as error:
                if isinstance(error.__cause__, OSError):  # this machine's own trouble
                    raise
                again = say("generation.fetched_again", seconds=round(pause))
                await self._show(replace(state, note=joined(error.message, again)))
            await self.service.timing.sleep(pause)
            with suppress(WanError):
                fresh = await self.service.retrieve(state)
                state = fresh if fresh.video_url else state
        return await self._downloaded(state, making)

    async def _downloaded(self, state: VideoTask, making: Making) -> Video:
        made = replace(making, request=self.request or state.request)
        wanted = await on_thread(self.destination.folder, self.destination.present)
        return await self.service.download_with(made, state, wanted.path, folder=wanted.folder)

    async def _show(self, state: VideoTask, video: Video | None = None) -> None:
        request, trouble = self.request or state.request, self.order.trouble if self.order else ""
        name = self.order.id if self.order else None
        checking = checked_soon(video, name) if video else None
        await self.tell(Step(request=request, order=name, task=state, note=trouble, video=video, checking=checking))

    async def _arrived(self, state: VideoTask, video: Video) -> Video:
        video = replace(video, request=self.request or state.request)
        await self._show(state, video)
        return video


def _unknown_to(service: Service, task: VideoTask) -> NotFound:
    message = say("generation.unknown_task", service=service.provider.title)
    return NotFound(message, status_code=404, task_id=task.id)


def _ran_out(error: NotFound | DownloadError, entry: Entry | None) -> bool:
    """Whether the service has forgotten the task, or its file, because its time is over.

    An address that seems to have expired is not enough to give up a clip, because the service's date or this machine's
    clock may be wrong. The order must also be old.
    """
    return _is_old(entry) and (error.expired if isinstance(error, DownloadError) else True)


def _is_old(entry: Entry | None) -> bool:
    return entry is not None and entry.is_beyond_memory(time.time())
