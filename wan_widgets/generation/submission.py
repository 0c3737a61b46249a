"""Sending an order: once. Again only where nothing can have arrived, or where the service asked to come back.

A connection that was never made bought nothing, nor did a 429 with Retry-After, nor any 4xx but 408. Of everything
else nobody knows: the order is kept as unconfirmed, looked for where the service can be asked, and not sent again.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from wan_widgets.generation.step import Step, Tell
from wan_widgets.ledger.order import UNTAKEN, Order
from wan_widgets.pacing.retries import FIND_ORDER, LONGEST_WAIT_TO_SEND, pause_before_sending
from wan_widgets.service.service import Service
from wan_widgets.service.uploads import now_and_then
from wan_widgets.wan.errors import Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask

_AGO = LONGEST_WAIT_TO_SEND + 300.0
"""Seconds before which another order has ended on its way, one way or the other."""


async def submitted(
    service: Service, ready: VideoRequest, request: VideoRequest, order: Order, tell: Tell
) -> VideoTask:
    """The task that the service made of an order. `ready` is sent, `request` is what the task remembers.

    Raises a refusal's own error, and `Unconfirmed`.
    """
    begun, waited, attempt = time.time(), 0.0, 0
    opened = Step(request=request, order=order.id, note=order.trouble)
    while True:
        try:
            return await _sent(service, ready, opened, order, tell)
        except WanError as error:
            failure, pause = error, pause_before_sending(error, attempt, waited)
        if pause is None:
            break
        async with order.not_bought_if_cancelled(UNTAKEN):
            note = f"{failure.happened} Nothing was bought; it is tried again in {pause:.0f} s."
            await tell(replace(opened, note=note))
            await service.timing.sleep(pause)
        waited, attempt = waited + pause, attempt + 1
    await order.failed_to_submit(failure)
    if not failure.maybe_billed:
        raise failure
    return await found(service, opened, order, failure, begun, tell=tell)


async def _sent(service: Service, ready: VideoRequest, opened: Step, order: Order, tell: Tell) -> VideoTask:
    """Send it once. That it was accepted, or broken off on its way, is written down at once."""
    assert opened.request is not None
    progress = now_and_then(lambda upload: tell.soon(replace(opened, upload=upload)))
    try:
        task = await service.post(ready, opened.request, order.id, progress)
    except WanError:
        raise
    except (Exception, asyncio.CancelledError):  # a provider of the user's own may raise whatever it likes
        await order.failed_to_submit(WanError("It was interrupted on its way.", maybe_billed=True))
        raise
    await order.accepted(task)
    return task


async def found(
    service: Service, asking: Step, order: Order, failure: WanError, since: float, *, tell: Tell
) -> VideoTask:
    """The task of an order of unknown outcome; raises `Unconfirmed` where the service knows of none.

    `asking`: the step that is shown meanwhile. `since`: when the order was sent, as Unix time.
    """
    assert asking.request is not None
    note = f"{failure.happened} It may have been accepted: {service.provider.title} is asked."
    for pause in FIND_ORDER if service.provider.finds_orders else ():
        await tell(replace(asking, note=note))
        if pause:
            await service.timing.sleep(pause)
        try:
            candidates = await service.find(order.id, asking.request, since)
        except WanError:  # it is in trouble; the next look may be luckier
            continue
        if task := await _chosen(service, asking.request, order, candidates, since):
            await order.accepted(task)
            return task
    raise Unconfirmed(failure.happened, ledger_id=order.id) from failure  # its remedy may be to try again


async def _chosen(
    service: Service, request: VideoRequest, order: Order, candidates: Sequence[VideoTask], since: float
) -> VideoTask | None:
    """The task that an order led to; of several that are alike nobody can say which one it is."""
    if not service.provider.knows_order_names and await order.has_rival(request, service.base_url, since - _AGO):
        return None
    new = [task for task in candidates if await order.is_first(task, service.base_url)]
    return new[0] if len(new) == 1 else None
