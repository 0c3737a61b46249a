"""Asking a server which engine and which model it has, if only the server can say it."""

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from wan_widgets.generation import worker
from wan_widgets.pacing import patience
from wan_widgets.providers import Provider
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import ConfigurationError, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Several, joined, say

S = TypeVar("S", bound=Service)


def discovered(service: S, seconds: float) -> S:
    """The service with what its server says of itself within so many seconds. Blocks.

    Raises `TimeoutException` if it says nothing, and else what `Service.discover` raises. On the worker, which must
    not wait, the service comes back unchanged.
    """
    return service if worker.is_current() else asking(service, seconds).result()


def asking(service: S, seconds: float) -> "Future[S]":
    """What `discovered` returns or raises, later. Nothing waits; the worker asks."""
    return _known(service) if service.is_discovered else worker.submit(_discovered(service.copy(), seconds))


def _known(service: S) -> "Future[S]":
    future: Future[S] = Future()
    future.set_result(service)
    return future


async def _discovered(service: S, seconds: float) -> S:
    async with service:
        await service.learn(seconds)
        return service.copy()


def up_to_date(service: S, seconds: float) -> S:
    """The service with what its engine has by now; the service itself if that is the same, or it does not answer soon.

    A server that has said nothing yet is asked as `discovered` does, with what that raises. Blocks. Raises
    `ConfigurationError` if the engine makes no videos any more. On the worker it returns the service.
    """
    return service if worker.is_current() else asking_now(service, seconds).result()


def asking_now(service: S, seconds: float) -> "Future[S]":
    """What `up_to_date` returns or raises, later. Nothing waits; the worker asks."""
    if service.may_serve_another:
        return worker.submit(_served_now(service))
    return asking(service, seconds)


async def _served_now(service: S) -> S:
    async with service.copy() as asked:
        now = await _asked_again(asked)
        return service if now is asked else now.copy()


async def _asked_again(service: S) -> S:
    if not service.may_serve_another:
        return service
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.AT_THE_START):
                return await service.as_served_now()
    except ConfigurationError as error:
        happened = joined(error.happened, say("wan.nothing_ordered"))
        raise ConfigurationError(happened, remedy=error.remedy) from error
    except WanError:  # the order itself will show what is the matter
        pass
    return service


async def check_still_served(service: Service, request: VideoRequest) -> None:
    """Raise `ConfigurationError` if the engine was started with another model since it was asked which one it has.

    Some engines take an order for any model, and make another clip than the one that was asked for.
    """
    now = (await _asked_again(service)).provider
    if _meant(now, request) != _meant(service.provider, request):
        raise changed(now)


def _meant(provider: Provider, request: VideoRequest) -> tuple[object, ...]:
    of = (request.like or request.model, request.mode)
    return provider.title, provider.family(*of), provider.offer(request.model, request.mode, request.like)


def changed(now: Provider) -> ConfigurationError:
    """The error for an engine that has another model by now."""
    models = Several(tuple(now.models), "plain")
    happened = joined(say("generation.another_model", service=now.title, models=models), say("wan.nothing_ordered"))
    return ConfigurationError(happened, remedy=say("generation.another_model.remedy"))
