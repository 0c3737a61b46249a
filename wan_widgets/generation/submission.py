"""Sending an order once. It is sent again only if no connection was made, or after a 429 with Retry-After.

Nothing was bought in these cases, nor after any other 4xx except 408. In all other cases the outcome is not known: the
order is kept as unconfirmed and not sent again, and the service is asked about it if it can be asked.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from wan_widgets.generation.departure import Departure
from wan_widgets.generation.step import Step, Tell
from wan_widgets.ledger.order import UNTAKEN, Order
from wan_widgets.pacing.retries import FIND_ORDER, LONGEST_WAIT_TO_SEND, pause_before_sending
from wan_widgets.service.service import Service
from wan_widgets.service.uploads import now_and_then
from wan_widgets.wan.errors import Unconfirmed, Unsupported, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Text, joined, say

_AGO = LONGEST_WAIT_TO_SEND + 300.0
"""Seconds after which any other order has been sent or given up."""


async def submitted(
    departure: Departure, ready: VideoRequest, request: VideoRequest, order: Order, tell: Tell
) -> VideoTask:
    """Send an order and return the task that the service made of it. `ready` is sent, and the task keeps `request`.

    The `departure` ends with the service's answer, or once there will be none.
    Raises the service's error if it refused the order, and `Unconfirmed` if the outcome stays unknown.
    """
    service, begun, waited, attempt = departure.service, time.time(), 0.0, 0
    opened = Step(request=request, order=order.id, note=order.trouble)
    while True:
        try:
            return await _sent(service, ready, opened, order, tell)
        except WanError as error:
            failure, pause = error, pause_before_sending(error, attempt, waited)
        finally:
            departure.end()
        if pause is None:
            break
        async with order.not_bought_if_cancelled(UNTAKEN):
            again = say("generation.sent_again", seconds=round(pause))
            await tell(replace(opened, note=joined(failure.happened, again)))
            await service.timing.sleep(pause)
            await departure.begin_again()
        waited, attempt = waited + pause, attempt + 1
    await order.failed_to_submit(failure)
    if not failure.maybe_billed:
        raise failure
    return await found(service, opened, order, failure, begun, tell=tell)


async def _sent(service: Service, ready: VideoRequest, opened: Step, order: Order, tell: Tell) -> VideoTask:
    """Send the order once. If it is accepted, or interrupted on its way, this is noted at once."""
    assert opened.request is not None
    progress = now_and_then(lambda upload: tell.soon(replace(opened, upload=upload)))
    try:
        order.sent_at = service.timing.now()
        task = await service.post(ready, opened.request, order.id, progress)
    except WanError:
        raise
    except (Exception, asyncio.CancelledError):  # a user's own provider may raise any error
        await order.failed_to_submit(WanError(say("generation.interrupted"), maybe_billed=True))
        raise
    await order.accepted(task)
    return task


async def found(
    service: Service, asking: Step, order: Order, failure: WanError, since: float, *, tell: Tell
) -> VideoTask:
    """The task of an order whose outcome is not known. Raises `Unconfirmed` if the service does not know one.

    `asking` is the step that is shown meanwhile. `since` is the Unix time at which the order was sent.
    """
    assert asking.request is not None
    note = joined(failure.happened, say("generation.maybe_accepted", service=service.provider.title))
    can_be_asked = service.provider.finds_orders
    for pause in FIND_ORDER if can_be_asked else ():
        await tell(replace(asking, note=note))
        if pause:
            await service.timing.sleep(pause)
        try:
            candidates = await service.find(order.id, asking.request, since)
            can_be_asked = True
        except WanError as error:  # the service is in trouble; the next question may succeed
            can_be_asked = not isinstance(error, Unsupported)
            continue
        if task := await _chosen(service, asking.request, order, candidates, since):
            await order.accepted(task)
            return task
    # The failure's own remedy may be to try again, which would buy the clip twice.
    remedy = _advice(service, order.id, can_be_asked=can_be_asked)
    raise Unconfirmed(
        failure.happened, ledger_id=order.id, remedy=remedy, is_free=not service.provider.bills
    ) from failure


def _advice(service: Service, order: str, *, can_be_asked: bool) -> Text:
    """What a person can do about an order that was looked for in vain, or cannot be looked for."""
    values = {"service": service.provider.title, "dismiss": f"ww.dismiss({order!r})"}
    if can_be_asked:
        return say("generation.not_found.asked", resume=f"ww.resume({order!r})", **values)
    return say("generation.not_found.console" if service.provider.bills else "generation.not_found.log", **values)


async def _chosen(
    service: Service, request: VideoRequest, order: Order, candidates: Sequence[VideoTask], since: float
) -> VideoTask | None:
    """The task of an order, if only one of the candidates can be it; else ``None``."""
    if not service.provider.knows_order_names and await order.has_rival(request, service.base_url, since - _AGO):
        return None
    new = [task for task in candidates if await order.is_first(task, service.base_url)]
    return new[0] if len(new) == 1 else None
