"""Sending an order: once. Again only where nothing can have arrived, or where the service asked to come back.

A connection that was never made bought nothing, nor did a 429 with Retry-After, nor any 4xx but 408. Of everything
else nobody knows: the order is kept as unconfirmed, looked for where the service can be asked, and not sent again.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

from wan_widgets.ledger.order import Order
from wan_widgets.service.service import AsyncClient
from wan_widgets.service.uploads import Progress, Upload, reported
from wan_widgets.wan.errors import ConnectError, RateLimited, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask

_NEVER_CONNECTED = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt to connect."""
_LONGEST_WAIT = 900.0
"""Seconds that a service may ask to be left alone, in all."""
_AGO = _LONGEST_WAIT + 300.0
"""Seconds before which another order has ended on its way, one way or the other."""
_LOOKS = (0.0, 2.0, 10.0, 30.0)
"""Seconds before each look for an order whose outcome is not known: a service may take a while to know of it."""


async def submitted(
    client: AsyncClient, ready: VideoRequest, request: VideoRequest, order: Order
) -> AsyncGenerator[VideoTask | Upload | str, None]:
    """Yields how far the files are that go with it, what delays it, in words, and at the end the task.

    Raises a refusal's own error, and `Unconfirmed`.
    """
    begun, waited, attempt = time.time(), 0.0, 0
    try:
        while True:
            post = partial(client.order, ready, request, order.id)
            again = partial(_pause, attempt=attempt, waited=waited)
            async with aclosing(reported(partial(_sent, post, order, again))) as sending:
                async for step in sending:
                    if isinstance(step, Upload):
                        yield step
                    else:
                        outcome = step
            if not isinstance(outcome, WanError):
                yield outcome
                return
            pause = _pause(outcome, attempt, waited)
            if pause is None:
                break
            yield f"{outcome.happened} Nothing was bought; it is tried again in {pause:.0f} s."
            await client.timing.sleep(pause)
            waited, attempt = waited + pause, attempt + 1
    except (GeneratorExit, asyncio.CancelledError):
        await order.called_off()
        raise
    if not outcome.maybe_billed:
        raise outcome
    async for news in found(client, request, order, outcome, begun):
        yield news


async def _sent(
    post: Callable[[Progress], Awaitable[VideoTask]],
    order: Order,
    again: Callable[[WanError], float | None],
    progress: Progress,
) -> VideoTask | WanError:
    """Send it once. What comes of it is written down here, for whoever asked may be gone by then."""
    outcome: VideoTask | WanError
    try:
        outcome = await post(progress)
    except WanError as error:
        outcome = error
    except (Exception, asyncio.CancelledError):  # a provider of the user's own may raise whatever it likes
        await order.failed_to_submit(WanError("It was interrupted on its way.", maybe_billed=True))
        raise
    if isinstance(outcome, VideoTask):
        await order.accepted(outcome)
    elif again(outcome) is None:
        await order.failed_to_submit(outcome)
    return outcome


async def found(
    client: AsyncClient, request: VideoRequest, order: Order, failure: WanError, since: float
) -> AsyncIterator[VideoTask | str]:
    """Look for an order whose outcome is not known; raises `Unconfirmed` where the service knows of none."""
    for pause in _LOOKS if client.provider.finds_orders else ():
        yield f"{failure.happened} It may have been accepted: {client.provider.title} is asked."
        if pause:
            await client.timing.sleep(pause)
        try:
            candidates = await client.find(order.id, request, since)
        except WanError:  # it is in trouble; the next look may be luckier
            continue
        if task := await _chosen(client, request, order, candidates, since):
            await order.accepted(task)
            yield task
            return
    raise Unconfirmed(failure.happened, ledger_id=order.id) from failure  # its remedy may be to try again


async def _chosen(
    client: AsyncClient, request: VideoRequest, order: Order, candidates: Sequence[VideoTask], since: float
) -> VideoTask | None:
    """The task that an order led to; of several that are alike nobody can say which one it is."""
    if not client.provider.knows_order_names and await order.has_rival(request, client.base_url, since - _AGO):
        return None
    new = [task for task in candidates if await order.is_first(task, client.base_url)]
    return new[0] if len(new) == 1 else None


def _pause(error: WanError, attempt: int, waited: float) -> float | None:
    """Seconds until it may be sent again; ``None`` where it must not be, or where that has been tried enough."""
    if error.maybe_billed:
        return None
    if isinstance(error, ConnectError):
        return _NEVER_CONNECTED[attempt] if attempt < len(_NEVER_CONNECTED) else None
    if isinstance(error, RateLimited) and error.status_code == 429 and error.retry_after is not None:
        pause = max(1.0, error.retry_after)
        return pause if waited + pause <= _LONGEST_WAIT else None
    return None
