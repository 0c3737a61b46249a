"""The queue on our side, where a service limits how many of one model's tasks may run at once."""

import threading
from collections import defaultdict
from collections.abc import Generator, Hashable
from contextlib import AbstractContextManager, contextmanager

from wan_widgets.service.service import Service
from wan_widgets.wan.requests import VideoRequest

_lock = threading.Lock()
_lines: defaultdict[Hashable, list["Turn"]] = defaultdict(list)


class Turn:
    """One of those who stand in a line: the first `limit` of it may run, the others wait."""

    def __init__(self, line: Hashable, limit: int | None) -> None:
        self._line = line
        self._limit = limit

    @property
    def ahead(self) -> int:
        """How many must end before this one may begin."""
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
    """Stand in the line of a service and a model; in one of its own where the request is not known.

    The block may end before the task behind it has: what the service then refuses it refuses with 429.
    """
    if request is None:
        return in_line(object(), None)
    provider = service.provider
    offer = provider.offer(request.model, request.mode, request.like)
    line = (service.base_url, provider.family(request.model, request.mode) or request.model, request.mode)
    return in_line(line, offer.max_running if offer else None)
