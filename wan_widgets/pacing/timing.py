"""When to ask next: a pure function of what is known. Time, sleep and chance come in from outside."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from wan_widgets.providers import Pace

_LONGEST_RETRY_AFTER = 3600.0


@dataclass(frozen=True)
class Timing:
    """The clock, the sleep and the dice, so that a test can bring its own."""

    now: Callable[[], float] = time.time
    """Unix time, in seconds."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    """A number from 0 to 1."""


def delay(pace: Pace, *, age: float, failures: int, retry_after: float | None, chance: float) -> float:
    """Seconds to wait before the next question about a task.

    `age`: seconds since the submission. `failures`: questions in a row that brought no answer; each doubles
    the wait. `chance`, 0 to 1, spreads the questions of many clients.
    """
    if failures:
        wait = min(pace.longest, pace.interval * 2.0 ** min(failures, 16)) * (0.75 + 0.5 * chance)
        return max(wait, min(retry_after or 0.0, _LONGEST_RETRY_AFTER))
    if age < pace.first:
        return pace.first - max(0.0, age)
    return pace.interval * (0.9 + 0.2 * chance)
