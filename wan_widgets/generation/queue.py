"""The queue on our side, where a service limits how many of one model's tasks may run at once."""

import threading
from collections import defaultdict
from collections.abc import Generator, Hashable
from contextlib import contextmanager

_lock = threading.Lock()
_lines: defaultdict[Hashable, list["Place"]] = defaultdict(list)


class Place:
    """A place in a line: the first `limit` of it may run, the others wait their turn."""

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
def place(line: Hashable, limit: int | None) -> Generator[Place, None, None]:
    """Stand in a line. The place is free again when the block ends, whether or not the task behind it has ended:
    what the service then refuses it refuses with 429.
    """
    taken = Place(line, limit)
    with _lock:
        _lines[line].append(taken)
    try:
        yield taken
    finally:
        with _lock:
            _lines[line].remove(taken)
            if not _lines[line]:
                del _lines[line]
