"""Asking a server what it is, where only the server can say: which engine, which model."""

from typing import TypeVar

from wan_widgets.generation import worker
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import WanError

_PATIENCE = 3.0  # seconds for a server to say what it is
S = TypeVar("S", bound=Service)


def discovered(service: S) -> S:
    """The service, knowing what the server is; as it is if the server does not answer soon."""
    if service.provider.encode_discover() is None or worker.is_current():
        return service
    asking = worker.submit(_discovered(service.copy()))
    try:
        return asking.result(_PATIENCE)
    except (WanError, TimeoutError):
        asking.cancel()
        return service


async def _discovered(service: S) -> S:
    async with service:
        return (await service.discover()).copy()
