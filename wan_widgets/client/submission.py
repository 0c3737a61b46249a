"""Sending an order: once. Again only where nothing can have arrived, or where the service asked to come back.

A connection that was never made bought nothing, nor did a 429 with Retry-After, nor any 4xx but 408. Of everything
else nobody knows: the order is kept as unconfirmed, looked for where the service can be asked, and not sent again.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from wan_widgets.client.book import Order
from wan_widgets.client.client import AsyncClient
from wan_widgets.wan.errors import ConnectError, RateLimited, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask

_NEVER_CONNECTED = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt to connect."""
_LONGEST_WAIT = 900.0
"""Seconds that a service may ask to be left alone, in all."""
_LOOKS = (0.0, 2.0, 10.0, 30.0)
"""Seconds before each look for an order whose outcome is not known: a service may take a while to know of it."""


async def submitted(
    client: AsyncClient, ready: VideoRequest, request: VideoRequest, order: Order
) -> AsyncIterator[VideoTask | str]:
    """Yields what delays it, in words, and at the end the task.

    Raises a refusal's own error, and `Unconfirmed`.
    """
    begun, waited, attempt = time.time(), 0.0, 0
    while True:
        try:
            task = await client.order(ready, request, order.id)
        except WanError as error:
            pause = _pause(error, attempt, waited)
            if pause is None:
                failure = error
                break
            words = f"{error.message} Nothing was bought; it is tried again in {pause:.0f} s."
        except asyncio.CancelledError:
            await order.failed_to_submit(WanError("It was interrupted on its way.", maybe_billed=True))
            raise
        else:
            await order.accepted(task)
            yield task
            return
        yield words
        await client.timing.sleep(pause)
        waited, attempt = waited + pause, attempt + 1
    await order.failed_to_submit(failure)
    if not failure.maybe_billed:
        raise failure
    async for news in found(client, request, order, failure, begun):
        yield news


async def found(
    client: AsyncClient, request: VideoRequest, order: Order, failure: WanError, since: float
) -> AsyncIterator[VideoTask | str]:
    """Look for an order whose outcome is not known; raises `Unconfirmed` where the service knows of none."""
    message = failure.message
    for pause in _LOOKS if client.provider.finds_orders else ():
        yield f"{message} It may have been accepted: {client.provider.title} is asked."
        if pause:
            await client.timing.sleep(pause)
        try:
            candidates = await client.find(order.id, request, since)
        except WanError:  # it is in trouble; the next look may be luckier
            continue
        new = [task for task in candidates if await order.is_new(task)]
        if len(new) == 1:  # of several that are alike nobody can say which one it is
            await order.accepted(new[0])
            yield new[0]
            return
    raise Unconfirmed(message, ledger_id=order.id) from failure


def _pause(error: WanError, attempt: int, waited: float) -> float | None:
    """Seconds until it may be sent again; ``None`` where it must not be, or where that has been tried enough."""
    if isinstance(error, ConnectError):
        return _NEVER_CONNECTED[attempt] if attempt < len(_NEVER_CONNECTED) else None
    if isinstance(error, RateLimited) and error.retry_after is not None:
        pause = max(1.0, error.retry_after)
        return pause if waited + pause <= _LONGEST_WAIT else None
    return None
