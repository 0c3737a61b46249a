"""Asking a server which engine and which model it has, if only the server can say it."""

from typing import TypeVar

from wan_widgets.generation import worker
from wan_widgets.service.service import Service

S = TypeVar("S", bound=Service)


def discovered(service: S, patience: float) -> S:
    """The service with what its server says of itself within `patience` seconds. Blocks.

    Raises `TimeoutException` if it says nothing, and else what `Service.discover` raises. On the worker, which must
    not wait, the service comes back unchanged.
    """
    if service.is_discovered or worker.is_current():
        return service
    return worker.submit(_discovered(service.copy(), patience)).result()


async def _discovered(service: S, patience: float) -> S:
    async with service:
        await service.learn(patience)
        return service.copy()
