"""When a service is asked about a task next: a pure function of what is known."""

from wan_widgets.pacing.retries import doubled
from wan_widgets.providers import Pace

_LONGEST_RETRY_AFTER = 3600.0


def delay(pace: Pace, *, age: float, failures: int, retry_after: float | None, chance: float) -> float:
    """Seconds to wait before the next question about a task.

    `age`: seconds since the submission. `failures`: questions in a row that brought no answer; each doubles
    the wait. `chance`, 0 to 1, spreads the questions of many clients.
    """
    if failures:
        wait = doubled(failures, first=pace.interval, longest=pace.longest) * (0.75 + 0.5 * chance)
        return max(wait, min(retry_after or 0.0, _LONGEST_RETRY_AFTER))
    if age < pace.first:
        return pace.first - max(0.0, age)
    return pace.interval * (0.9 + 0.2 * chance)
