"""A task as it is kept on disk, and its state at a moment, which is a pure function of the two."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple, Self

from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.scripts import FAILURE, Ending, Script, usual_seconds

Status = Literal["queued", "in_progress", "completed", "failed", "cancelled"]

CLIP_LIFETIME = 86_400
RECORD_LIFETIME = 30 * 86_400


class State(NamedTuple):
    """A task at one moment."""

    status: Status
    progress: int

    @property
    def is_terminal(self) -> bool:
        return self.status not in {"queued", "in_progress"}


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that is known of a task. This and the time give its state, so nothing has to run in the background."""

    id: str
    protocol: str
    """The name of the protocol that took the order. Other protocols do not know the task."""
    owner: str
    """A digest of the key. Callers' own ids are unique only within one owner."""
    created_at: float
    order: Order
    seed: int
    queued: float
    running: float
    ending: Ending
    error: tuple[str, str] | None = None
    cancelled_at: float | None = None

    @property
    def starts_at(self) -> float:
        return self.created_at + self.queued

    @property
    def ends_at(self) -> float:
        return self.starts_at + self.running

    @property
    def expires_at(self) -> int:
        return int(self.ends_at) + CLIP_LIFETIME

    def state(self, now: float) -> State:
        if self.cancelled_at is not None:
            return State("cancelled", self._progress(self.cancelled_at))
        if now >= self.ends_at:
            # A failed task reports a progress of 0, like the sample in the documentation.
            return State(self.ending, 100 if self.ending == "completed" else 0)
        if now < self.starts_at:
            return State("queued", 0)
        return State("in_progress", self._progress(now))

    def cancel(self, now: float) -> Self:
        return replace(self, cancelled_at=now)

    def _progress(self, now: float) -> int:
        elapsed = now - self.starts_at
        return min(max(int(100 * elapsed / self.running), 0), 99) if self.running > 0 else 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self | None:
        """Read a record; None if another version of the simulator wrote it in another form."""
        try:
            order, error = Order.from_json(values["order"]), values["error"]
            return cls(**{**values, "order": order, "error": tuple(error) if error else None})
        except (KeyError, TypeError):
            return None


def new_record(
    order: Order,
    script: Script,
    *,
    task_id: str,
    protocol: str,
    owner: str,
    now: float,
    seed: int,
    failure: tuple[str, str] = FAILURE,
    speed: float = 1.0,
) -> Record:
    """Make the record of an order, with the course of the script. `seed` is used where the order has none."""
    usual_queued, usual_running = (seconds / speed for seconds in usual_seconds(order.duration))
    return Record(
        id=task_id,
        protocol=protocol,
        owner=owner,
        created_at=now,
        order=order,
        seed=seed if order.seed is None else order.seed,
        queued=usual_queued if script.queued is None else script.queued,
        running=usual_running if script.running is None else script.running,
        ending=script.ending,
        error=(script.error or failure) if script.ending == "failed" else None,
    )
