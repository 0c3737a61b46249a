"""A task as it lies on disk, and what it looks like at a given moment: a pure function of the two."""

from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any, Literal, NamedTuple, Self

from wan_widgets.simulator.scripts import FAILURE, USUAL_SECONDS, Ending, Script
from wan_widgets.simulator.submissions import MAX_SEED, MODEL, Submission

Status = Literal["queued", "in_progress", "completed", "failed", "cancelled"]

CLIP_LIFETIME = 86_400
RECORD_LIFETIME = 30 * 86_400
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class State(NamedTuple):
    """A task at one moment."""

    status: Status
    progress: int

    @property
    def is_terminal(self) -> bool:
        return self.status not in {"queued", "in_progress"}


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that is known of a task. Its state follows from this and the time, so nothing runs in between."""

    id: str
    owner: str
    """A digest of the key: the caller's own ids are looked up within it."""
    created_at: float
    submission: Submission
    seed: int
    queued: float
    running: float
    ending: Ending
    error: tuple[str, str] | None = None
    cancelled_at: float | None = None

    @property
    def ends_at(self) -> float:
        return self.created_at + self.queued + self.running

    @property
    def expires_at(self) -> int:
        return int(self.ends_at) + CLIP_LIFETIME

    def state(self, now: float) -> State:
        if self.cancelled_at is not None:
            return State("cancelled", self._progress(self.cancelled_at))
        if now >= self.ends_at:
            # A failed task reports no progress: so it is in the documented sample.
            return State(self.ending, 100 if self.ending == "completed" else 0)
        if now < self.created_at + self.queued:
            return State("queued", 0)
        return State("in_progress", self._progress(now))

    def cancel(self, now: float) -> Self:
        return replace(self, cancelled_at=now)

    def _progress(self, now: float) -> int:
        elapsed = now - self.created_at - self.queued
        return min(max(int(100 * elapsed / self.running), 0), 99) if self.running > 0 else 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        fields = dict(values)
        submission = dict(fields.pop("submission"))
        submission["reference_urls"] = tuple(submission["reference_urls"])
        error = fields.pop("error")
        return cls(submission=Submission(**submission), error=tuple(error) if error else None, **fields)


def new_record(
    submission: Submission, script: Script, *, owner: str, now: float, rng: Random, speed: float = 1.0
) -> Record:
    usual_queued, usual_running = (seconds / speed for seconds in USUAL_SECONDS[submission.duration])
    seed = rng.randint(0, MAX_SEED) if submission.seed is None else submission.seed
    return Record(
        id=new_id(now, rng),
        owner=owner,
        created_at=now,
        submission=submission,
        seed=seed,
        queued=usual_queued if script.queued is None else script.queued,
        running=usual_running if script.running is None else script.running,
        ending=script.ending,
        error=(script.error or FAILURE) if script.ending == "failed" else None,
    )


def new_id(now: float, rng: Random) -> str:
    """Make a ULID: milliseconds, then chance, so that the names on disk sort by time."""
    number = int(now * 1000) << 80 | rng.getrandbits(80)
    return "video_" + "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -5, -5))


def created_at(task_id: str) -> float:
    """Read the time back out of an id."""
    number = 0
    for letter in task_id.removeprefix("video_")[:10]:
        number = number << 5 | CROCKFORD.index(letter)
    return number / 1000


def describe(record: Record, now: float, clip_url: str) -> dict[str, Any]:
    """Describe the task the way the service's status page does."""
    status, progress = record.state(now)
    task: dict[str, Any] = {
        "id": record.id,
        "object": "generation.task",
        "model": MODEL,
        "status": status,
        "progress": progress,
        "created_at": int(record.created_at),
    }
    if record.submission.client_business_id:
        task["client_business_id"] = record.submission.client_business_id
    if status == "completed":
        task["completed_at"] = int(record.ends_at)
        task["expires_at"] = record.expires_at
        task["result"] = {"type": "video", "data": [{"url": clip_url, "format": "mp4"}]}
    if status == "failed" and record.error:
        task["error"] = dict(zip(("code", "message"), record.error, strict=True))
    return task
