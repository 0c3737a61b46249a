"""The queue on our side, for services that limit how many tasks of one model may run at once."""

import threading
from collections import defaultdict
from collections.abc import Generator, Hashable
from contextlib import AbstractContextManager, contextmanager

from wan_widgets.service.service import Service
from wan_widgets.wan.requests import VideoRequest

_lock = threading.Lock()
_lines: defaultdict[Hashable, list["Turn"]] = defaultdict(list)


class Turn:
    """One generation in a line. The first `limit` generations of the line may run, and the others wait."""

    def __init__(self, line: Hashable, limit: int | None) -> None:
        self._line = line
        self._limit = limit

    @property
    def ahead(self) -> int:
        """How many others must end before this one may start."""
        if self._limit is None:
            return 0
        with _lock:
            return max(0, _lines[self._line].index(self) - self._limit + 1)


@contextmanager
def in_line(line: Hashable, limit: int | None) -> Generator[Turn, None, None]:
    """Stand in a line until the block ends."""
    turn = Turn(line, limit)
    with _lock:
        _lines[line].append(turn)
    try:
        yield turn
    finally:
        with _lock:
            _lines[line].remove(turn)
            if not _lines[line]:
                del _lines[line]


def turn_for(service: Service, request: VideoRequest | None) -> AbstractContextManager[Turn]:
    """Stand in the line of a service and a model; if the request is not known, in a line of its own.

    The block may end before the task has ended. Then the service may refuse the next order with 429.
    """
    return in_line(object(), None) if request is None else in_line(*line_of(service, request))


def line_of(service: Service, request: VideoRequest) -> tuple[Hashable, int | None]:
    """The line in which a request stands, and how many of that line may run at once."""
    provider = service.provider
    offer = provider.offer(request.model, request.mode, request.like)
    line = (service.base_url, provider.family(request.model, request.mode) or request.model, request.mode)
    return line, offer.max_running if offer else None
