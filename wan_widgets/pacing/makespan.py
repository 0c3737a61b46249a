"""How long many tasks take, if only a few run at once. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random
from statistics import quantiles
from typing import NamedTuple

_DRAWS = 60
_MOST_TASKS = 20_000  # at most this many tasks are drawn in all, so that thousands of cells take less than a second


@dataclass(frozen=True)
class Line:
    """Tasks of one kind at one service."""

    durations: Sequence[float]
    """How many seconds earlier tasks like them took. There is at least one."""
    waiting: int
    """How many are still to be ordered."""
    limit: int | None = None
    """How many of them may run at once; ``None`` where the service has no limit."""
    ages: Sequence[float] = ()
    """For how many seconds the others run already."""


class Span(NamedTuple):
    """A number of seconds. Eight in ten times it lies from `low` to `high`."""

    low: float
    likely: float
    high: float


def makespan(lines: Sequence[Line], at_once: int) -> Span | None:
    """The seconds until all tasks have ended; ``None`` if no earlier ones are known of a kind.

    The durations of earlier tasks are drawn at random, always in the same way, so that the answer does not flicker.
    """
    busy = [line for line in lines if line.waiting or line.ages]
    if not all(line.durations for line in busy):
        return None
    count = sum(line.waiting + len(line.ages) for line in busy)
    chance = Random(0)  # noqa: S311  # nobody is to be surprised
    draws = max(5, min(_DRAWS, _MOST_TASKS // max(1, count)))
    ends = [_one(busy, at_once, chance) for _ in range(draws)]
    tenths = quantiles(ends, n=10, method="inclusive")
    return Span(*sorted((tenths[0], tenths[4], tenths[8])))  # if all ends are equal, the three differ by rounding


def _one(lines: Sequence[Line], at_once: int, chance: Random) -> float:
    """One possible course: when the last task ends."""
    running: list[tuple[float, int]] = []
    waiting, counts = [line.waiting for line in lines], [len(line.ages) for line in lines]
    for number, line in enumerate(lines):
        for age in line.ages:
            heappush(running, (_rest(line.durations, age, chance), number))
    now = last = 0.0
    while running or any(waiting):
        while len(running) < max(1, at_once) and (free := _next(lines, waiting, counts)) is not None:
            waiting[free] -= 1
            counts[free] += 1
            heappush(running, (now + chance.choice(lines[free].durations), free))
        now, number = heappop(running)
        counts[number] -= 1
        last = max(last, now)
    return last


def _next(lines: Sequence[Line], waiting: Sequence[int], counts: Sequence[int]) -> int | None:
    """The line of the next task: the longest one that has room."""
    free = [
        number
        for number, line in enumerate(lines)
        if waiting[number] and (line.limit is None or counts[number] < line.limit)
    ]
    return max(free, key=waiting.__getitem__, default=None)


def _rest(durations: Sequence[float], age: float, chance: Random) -> float:
    """How many seconds a task still takes that runs since `age` seconds."""
    longer = [each for each in durations if each > age]
    return chance.choice(longer) - age if longer else chance.choice(durations) / 2
