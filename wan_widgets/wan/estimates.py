"""When a task will probably end, and what is known of earlier ones."""

from dataclasses import dataclass

Course = tuple[tuple[int, float], ...]
"""How the progress of a task went that has ended: per cent, and the share of its time, from 0 to 1, at which they were
seen first. Both grow."""


@dataclass(frozen=True)
class Estimate:
    """When a task will probably end, as Unix times in seconds. Eight in ten tasks end from `low` to `high`."""

    low: float
    likely: float
    high: float
    is_late: bool = False
    """The task takes longer than nine in ten tasks of its kind, and nothing says when it ends."""


@dataclass(frozen=True)
class Earlier:
    """What is known of earlier tasks of one kind, the newest first."""

    durations: tuple[float, ...] = ()
    """How many seconds they took."""
    courses: tuple[Course, ...] = ()
    """How their progress went, as far as their services told it."""
