"""What really happened at the service: who ordered what, how often it was charged, how each task stands.

Everything that a client believes is measured against this.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from faults.clips import clip, etag
from shared.clips import as_sent

QUEUED, RUNNING, DONE = "queued", "running", "done"


@dataclass(frozen=True)
class Reading:
    """What the service says of a task; a fault may replace some of it by a lie."""

    task_id: str
    business_id: str | None
    word: str
    """`QUEUED`, `RUNNING`, `DONE`, else a word that no protocol knows."""
    progress: int
    url: str | None
    """Where the clip is, once it is done."""
    created: float
    """Unix time."""


@dataclass
class Task:
    """One accepted submission. It is paid from here on, whether or not anybody knows of it."""

    id: str
    marker: str
    business_id: str | None
    accepted: float
    """Unix time, as all times here."""
    seconds: float
    """From its acceptance to its end."""
    version: int = 1
    """A service may make the file anew; its bytes are others then."""
    address: int = 1
    """Addresses before this one have expired."""
    pieces: list[tuple[int, int, int]] = field(default_factory=list)
    """Version, first byte and end of what was sent of the clip and not tampered with."""

    @property
    def clip(self) -> bytes:
        return clip(self.marker, self.version)

    @property
    def etag(self) -> str:
        return etag(self.clip)

    @property
    def was_fetched(self) -> bool:
        """All the bytes of one version went out, at once or in pieces."""
        for version in range(1, self.version + 1):
            reached = 0
            for _, start, end in sorted(piece for piece in self.pieces if piece[0] == version):
                reached = max(reached, end) if start <= reached else reached
            if reached >= len(clip(self.marker, version)):
                return True
        return False


class Truth:
    """The service's own books."""

    def __init__(self, seconds: tuple[float, float], seed: object, now: Callable[[], float]) -> None:
        self._seconds = seconds
        self._seed = seed
        self._now = now
        self._tasks: dict[str, Task] = {}
        self.orders: defaultdict[str, list[Task]] = defaultdict(list)
        """By the order's marker, the tasks that were accepted for it: one is right, more are paid twice."""

    def accept(self, marker: str, business_id: str | None = None) -> Task:
        """Take an order. It is not asked whether the same one came before: services do not promise that."""
        number = len(self.orders[marker]) + 1
        seconds = Random(f"{self._seed}/{marker}/{number}").uniform(*self._seconds)
        task = Task(f"video_{marker}_{number}", marker, business_id, self._now(), seconds)
        self._tasks[task.id] = task
        self.orders[marker].append(task)
        return task

    def find(self, name: str) -> Task | None:
        """By the service's id, else by the client's own."""
        return self._tasks.get(name) or next(
            (task for task in self._tasks.values() if name and task.business_id == name), None
        )

    def remaining(self, task: Task) -> float:
        """Seconds until it is done."""
        return max(0.0, task.accepted + task.seconds - self._now())

    def reading(self, task: Task, url: str) -> Reading:
        """How it stands; the address is for when it is done."""
        remaining = self.remaining(task)
        progress = int(100 * (1 - remaining / task.seconds)) if remaining else 100
        word = DONE if not remaining else RUNNING if progress >= 30 else QUEUED
        return Reading(task.id, task.business_id, word, progress, None if remaining else url, task.accepted)

    @property
    def billed(self) -> set[str]:
        """The orders that were charged."""
        return {marker for marker, tasks in self.orders.items() if tasks}

    @property
    def billed_twice(self) -> set[str]:
        """The orders that were charged more than once."""
        return {marker for marker, tasks in self.orders.items() if len(tasks) > 1}

    @property
    def unfetched(self) -> set[str]:
        """The orders that were charged and of which no clip went out whole."""
        return {marker for marker in self.billed if not any(task.was_fetched for task in self.orders[marker])}

    def is_clip_of(self, marker: str, content: bytes) -> bool:
        """Whether these are the bytes that were paid for, maybe with a recipe behind them."""
        return any(
            as_sent(content) == clip(marker, version)
            for task in self.orders[marker]
            for version in range(1, task.version + 1)
        )
