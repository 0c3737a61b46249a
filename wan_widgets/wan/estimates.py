"""When a task will probably end."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """When a task will probably end, as Unix times in seconds. Eight in ten tasks end from `low` to `high`."""

    low: float
    likely: float
    high: float
    is_late: bool = False
    """The task takes longer than nine in ten tasks of its kind, and nothing says when it ends."""
