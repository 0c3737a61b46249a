"""Resuming an order of the ledger: from its present state to its file."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from pathlib import Path

from wan_widgets.files.destination import destination
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.generation.errors import errors_of
from wan_widgets.generation.following import ELSEWHERE, Following, destination_read, unsure
from wan_widgets.generation.queue import turn_for
from wan_widgets.generation.step import Step, Tell, steps
from wan_widgets.generation.submission import found
from wan_widgets.ledger.entry import REFUSED, Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import joined, say

_UNKNOWN = say("generation.on_its_way")


def resume(service: Service, entry: Entry, path: Path | str | None = None) -> AsyncGenerator[Step, None]:
    """Resume an order. Yields its steps, the last one with the video.

    Raises `TaskFailed` if it failed, and `Unconfirmed` if its outcome stays unknown.
    """
    return steps(partial(resumed, service, entry, path))


def initial_step(entry: Entry) -> Step:
    """The first step of a resumed order, before the service is asked for its state."""
    task = entry.task and replace(entry.task, status=TaskStatus.UNCONFIRMED)
    return Step(request=entry.request, order=entry.id, task=task, is_lookup=task is None)


async def resumed(service: Service, entry: Entry, path: Path | str | None, tell: Tell) -> Video:
    """Follow an order to its clip."""
    if path is not None:
        wanted = destination(path)
        await on_thread(wanted.folder, wanted.ready)
    await service.learn_if_possible()
    order = Order(entry.id, ledger())
    where = await destination_read(entry, path)
    following = Following(service, entry.request, order, where, tell)
    with turn_for(service, entry.request), errors_of(entry.request, entry.id):
        entry = await order.entry() or entry
        if video := await following.ended(entry):
            return video
        task = entry.task or await _looked_for(service, entry, order, tell)
        # The service is asked for the present state, because an address in the ledger may have expired.
        return await following.to_file(unsure(task))


async def _looked_for(service: Service, entry: Entry, order: Order, tell: Tell) -> VideoTask:
    """The task of an order that has none yet. Another process may be sending the order, or the service may know it.

    Raises `WanError` if the service refused the order, and `Unconfirmed` if its outcome stays unknown.
    """
    asking = Step(request=entry.request, order=order.id, is_lookup=True)
    while not await order.lease():
        await tell(replace(asking, note=ELSEWHERE))
        await service.timing.sleep(1.0)
    async with order.held():
        entry = await order.entry() or entry  # the other process may have noted more
        if entry.task is not None:
            return entry.task
        if entry.state == REFUSED and not entry.is_dismissed:
            raise WanError(entry.error_message or say("generation.refused"))
        failure = WanError(entry.error_message or _UNKNOWN, maybe_billed=True)
        await order.failed_to_submit(failure)
        if entry.request is None:
            is_free = not service.provider.bills
            happened = joined(failure.message, say("generation.recipe_unreadable"))
            raise Unconfirmed(happened, ledger_id=order.id, is_free=is_free)
        return await found(service, asking, order, failure, entry.created_at, tell=tell)
