"""Errors that know of which request and which order they came."""

from collections.abc import Generator
from contextlib import contextmanager

from wan_widgets.wan.errors import WanError
from wan_widgets.wan.requests import VideoRequest


@contextmanager
def errors_of(request: VideoRequest | None, order: str | None = None) -> Generator[None, None, None]:
    """Note the request and the order in an error of the block, unless it knows them already."""
    try:
        yield
    except WanError as error:
        error.request = error.request or request
        error.ledger_id = error.ledger_id or order
        raise
