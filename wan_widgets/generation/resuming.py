"""Taking up an order of the ledger where it stands, to its file."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from pathlib import Path

from wan_widgets.files import outputs
from wan_widgets.files.video import Video
from wan_widgets.generation.following import ELSEWHERE, Following
from wan_widgets.generation.queue import turn_for
from wan_widgets.generation.step import Step, Tell, steps
from wan_widgets.generation.submission import found
from wan_widgets.ledger.entry import DISMISSED, REFUSED, Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.tasks import TaskStatus, VideoTask

_UNKNOWN = "The order was on its way when the process that sent it ended."


def resume(service: Service, entry: Entry, path: Path | str | None = None) -> AsyncGenerator[Step, None]:
    """Take up an order. Raises `TaskFailed` if it failed, and `Unconfirmed` if its outcome cannot be learnt."""
    return steps(partial(resumed, service, entry, path))


def standing(entry: Entry) -> Step:
    """An order of the ledger before it is asked how it stands."""
    task = entry.task and replace(entry.task, status=TaskStatus.UNCONFIRMED)
    return Step(request=entry.request, order=entry.id, task=task, is_lookup=task is None)


async def resumed(service: Service, entry: Entry, path: Path | str | None, tell: Tell) -> Video:
    """The clip of an order."""
    if path is not None:
        outputs.check_destination(path)
    order = Order(entry.id, ledger())
    following = Following(service, entry.request, order, path, tell)
    with turn_for(service, entry.request):
        entry = await order.entry() or entry
        if video := await following.ended(entry):
            return video
        task = entry.task or await _looked_for(service, entry, order, tell)
        # How it stands is for the service to say: an address that was known may have run out.
        return await following.to_file(replace(task, status=TaskStatus.UNCONFIRMED, video_url=None))


async def _looked_for(service: Service, entry: Entry, order: Order, tell: Tell) -> VideoTask:
    """The task of an order that has none yet: another process may be sending it; else the service may know."""
    asking = Step(request=entry.request, order=order.id, is_lookup=True)
    while not await order.lease():
        await tell(replace(asking, note=ELSEWHERE))
        await service.timing.sleep(1.0)
    async with order.held():
        entry = await order.entry() or entry  # the other has come to something, perhaps
        if entry.task is not None:
            return entry.task
        if entry.state == REFUSED and entry.error_message != DISMISSED:
            raise WanError(entry.error_message or "The service refused the order; nothing was bought.")
        failure = WanError(entry.error_message or _UNKNOWN, maybe_billed=True)
        await order.failed_to_submit(failure)
        if entry.request is None:
            raise Unconfirmed(f"{failure.message} Its recipe cannot be read.", ledger_id=order.id)
        return await found(service, asking, order, failure, entry.created_at, tell=tell)
