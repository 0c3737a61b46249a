"""The one way to buy a clip: check, upload, quote, reserve, record, submit, follow, download.

Whoever buys comes through here.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from wan_widgets.files import outputs
from wan_widgets.generation import queue
from wan_widgets.generation.following import Followed, followed
from wan_widgets.generation.queue import Place
from wan_widgets.generation.resuming import resumed
from wan_widgets.generation.submission import submitted
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.order import Order, ledger, open_order, order_of
from wan_widgets.service.checking import check
from wan_widgets.service.service import AsyncClient
from wan_widgets.service.uploads import Upload, reported
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, Video, VideoTask

_MEANWHILE = 60.0  # seconds that an order may take from its moment until it is written down
_TURN = 0.5  # seconds between two looks at the queue


@dataclass(frozen=True, kw_only=True)
class Generation:
    """How far a clip has come. What a view needs to show it."""

    request: VideoRequest | None = None
    """``None`` where only the task is known."""
    upload: Upload | None = None
    """While local files are being sent."""
    waiting: int | None = None
    """How many of our own tasks must end before the service takes this one."""
    order: str | None = None
    """What the ledger keeps it under, once it does."""
    task: VideoTask | None = None
    """``None`` until the service has answered."""
    note: str = ""
    """What delays it, or what is wrong with the ledger."""
    is_lookup: bool = False
    """It is asked what became of the order, which has no task yet."""
    video: Video | None = None
    """The end."""


async def run(
    client: AsyncClient, request: VideoRequest, path: Path | str | None = None, *, once: bool = False
) -> AsyncIterator[Generation]:
    """Buy a clip, yielding each step; the last has the video. Raises what the client raises.

    With `once`, an order of the same clip that this notebook has placed meanwhile is followed in its stead.
    """
    since = time.time() - _MEANWHILE if once else None
    check(client.provider, request)
    outputs.check_place(path)
    yield Generation(request=request)
    ready = request
    async with aclosing(reported(partial(client.upload, request))) as uploads:
        async for news in uploads:
            if isinstance(news, Upload):
                yield Generation(request=request, upload=news)
            else:
                ready = news
    with _place(client, request) as place:
        while ahead := place.ahead:
            yield Generation(request=request, waiting=ahead)
            await client.timing.sleep(_TURN)
        order = await open_order(client, request, since)
        if order.twin is None:
            async with aclosing(_ordered(client, ready, request, order, path)) as steps:  # closed when this is
                async for step in steps:
                    yield step
    if order.twin is not None:
        yield standing(order.twin)
        async for step in resume(client, order.twin, path):
            yield step


async def _ordered(
    client: AsyncClient, ready: VideoRequest, request: VideoRequest, order: Order, path: Path | str | None
) -> AsyncGenerator[Generation, None]:
    async with order.held():
        opened = Generation(request=request, order=order.id, note=order.trouble)
        async with order.still_unsent():
            yield opened  # from here on nobody may say that nothing was bought
        async with aclosing(submitted(client, ready, request, order)) as sending:
            async for news in sending:
                if isinstance(news, VideoTask):
                    async for step in _steps(followed(client, news, order, path), request, order):
                        yield step
                elif isinstance(news, Upload):
                    yield replace(opened, upload=news)
                else:
                    yield replace(opened, note=news)


async def buy(client: AsyncClient, request: VideoRequest) -> VideoTask:
    """Buy a clip and follow it no further than to its task. Raises as `AsyncClient.submit` says."""
    check(client.provider, request)
    ready = await client.upload(request)
    order = await open_order(client, request)
    async with order.held():
        async for news in submitted(client, ready, request, order):
            if isinstance(news, VideoTask):
                return news
    raise AssertionError("unreachable")


async def follow(
    client: AsyncClient, task: VideoTask | str, path: Path | str | None = None
) -> AsyncIterator[Generation]:
    """Follow a task that was bought before, to its file."""
    order = await order_of(client, task)
    request = task.request if isinstance(task, VideoTask) else None
    with _place(client, request):  # it runs, whoever may have to wait for that
        async for step in _steps(followed(client, task, order, path), request, order):
            yield step


async def resume(client: AsyncClient, entry: Entry, path: Path | str | None = None) -> AsyncIterator[Generation]:
    """Take up an order of the ledger where it stands."""
    if path is not None:
        outputs.check_place(path)
    request, order = entry.request, Order(entry.id, ledger(), entry)
    with _place(client, request):
        async for step in _steps(resumed(client, entry, order, path), request, order):
            yield step


async def cancel(client: AsyncClient, task: VideoTask | str) -> VideoTask:
    """Call a task off, and write down that it was: whoever followed it may not any more. Raises `Unsupported`."""
    state = await client.call_off(task)
    if order := await order_of(client, task):
        await order.seen(state)
    return state


def standing(entry: Entry) -> Generation:
    """An order of the ledger before it is asked how it stands."""
    task = entry.task and replace(entry.task, status=TaskStatus.UNCONFIRMED)
    return Generation(request=entry.request, order=entry.id, task=task, is_lookup=task is None)


async def _steps(
    states: AsyncIterator[Followed | str], request: VideoRequest | None, order: Order | None
) -> AsyncIterator[Generation]:
    async for news in states:
        name, trouble = (order.id, order.trouble) if order else (None, "")
        if isinstance(news, str):
            yield Generation(request=request, order=name, note=news, is_lookup=True)
        else:
            task, video = news
            yield Generation(request=request or task.request, order=name, task=task, note=trouble, video=video)


def _place(client: AsyncClient, request: VideoRequest | None) -> AbstractContextManager[Place]:
    if request is None:
        return queue.place(object(), None)
    provider = client.provider
    offer = provider.offer(request.model, request.mode, request.like)
    line = (client.base_url, provider.family(request.model, request.mode) or request.model, request.mode)
    return queue.place(line, offer.max_running if offer else None)


async def last(steps: AsyncIterator[Generation]) -> Video:
    """Run the steps to their end and return the video."""
    step = Generation()
    async for step in steps:  # noqa: B007  # the last one is what is wanted
        pass
    assert step.video is not None
    return step.video
