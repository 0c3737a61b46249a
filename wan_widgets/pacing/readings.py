"""What the progress of a task says about its end. No I/O.

A reading of p per cent is a bound from below at its first sight, and from above at its last. Uneven progress becomes
even after a change of scale, y = p ** (1 / g). So for each exponent g, the straight lines that pass between all bounds
give the possible ends.
"""

from collections.abc import Iterator, Sequence
from math import exp, gcd
from typing import NamedTuple

from wan_widgets.pacing.prior import Prior

_EXPONENTS = tuple((exp(0.35 * each), exp(-each * each / 2)) for each in (-1.5, -0.6, 0.0, 0.6, 1.5))
"""Exponents of progress, and how probable they are."""
_STEPS = (25, 20, 10, 5, 2)  # per cent, of services that tell progress in steps
_KEPT = 5  # readings: the first, and the latest, which say nearly everything
_AFTER_CHANGE = 3  # readings that count alone if all together do not fit
_PARTS = 3  # how many spans the possible ends for one exponent are cut into
_QUEUE = 0.12  # the share of its time for which a task usually waits in a queue
_PARALLEL = 1e-12
NARROW = 1e-6
"""Seconds that no interval is shorter than."""


class Plateau(NamedTuple):
    """A progress in per cent, and at which ages of the task, in seconds, it was seen first and last."""

    percent: int
    first: float
    last: float


Span = tuple[float, float, float]
"""An interval in which the task may end: its begin, its end, its weight. A plain tuple, since many are made."""


def ends(plateaus: Sequence[Plateau], queued: float, prior: Prior) -> list[Span]:
    """The possible ends by these readings, in the sequence of time. Empty if no even course fits them.

    `queued` is the age at which the task was last seen in the queue. If the course has changed, for example after a
    stall, the latest readings count alone.
    """
    told = [each for each in plateaus if each.percent > 0]
    if not told:
        return []
    step = _step(told)
    kept = told if len(told) <= _KEPT else [told[0], *told[1 - _KEPT :]]
    return _spans(kept, step, queued, prior) or _spans(kept[-_AFTER_CHANGE:], step, None, prior)


def _step(plateaus: Sequence[Plateau]) -> int:
    """In which steps of per cent the progress is told, as far as is known."""
    shared = gcd(*(each.percent for each in plateaus))
    return next((step for step in _STEPS if shared % step == 0), 1)


def _spans(plateaus: Sequence[Plateau], step: int, queued: float | None, prior: Prior) -> list[Span]:
    return [
        (begin, end, chance * weight)
        for exponent, chance in _EXPONENTS
        for begin, end, weight in _Lines(plateaus, step, queued, exponent).spans(prior)
    ]


class _Lines:
    """The straight courses that fit the readings.

    A course that begins at s and ends at T is above a bound y at the age t if s <= (t - y T) / (1 - y). So each bound
    is a line over T: its value at 0, and how fast it falls.
    """

    def __init__(self, plateaus: Sequence[Plateau], step: int, queued: float | None, exponent: float) -> None:
        self._knows_start = queued is not None
        self._latest: list[tuple[float, float]] = []
        self._earliest = [] if queued is None else [(queued, 0.0)]
        for percent, first, last in plateaus:
            low, high = (percent / 100) ** (1 / exponent), ((percent + step) / 100) ** (1 / exponent)
            if low < 1:
                self._latest.append((first / (1 - low), low / (1 - low)))
            if high < 1:
                self._earliest.append((last / (1 - high), high / (1 - high)))

    def spans(self, prior: Prior) -> Iterator[Span]:
        """The possible ends, each weighted by its prior and by how many courses lead to it."""
        begin, end = self._range(prior.edges[-1])
        width = (end - begin) / _PARTS
        for part in range(_PARTS if width > NARROW and self._earliest else 0):
            middle = begin + (part + 0.5) * width
            latest = min([value - fall * middle for value, fall in self._latest])
            earliest = max([value - fall * middle for value, fall in self._earliest])
            if latest > earliest:
                weight = self._starts(earliest / middle, latest / middle) * prior.density(middle) * width
                yield begin + part * width, begin + (part + 1) * width, weight

    def _range(self, end: float) -> tuple[float, float]:
        """Between which ends some course fits. The second is not the greater one if none does."""
        begin = 0.0
        if not self._latest:
            return begin, begin
        for earliest, slower in self._earliest:
            for latest, faster in self._latest:
                difference = slower - faster
                if difference > _PARALLEL:
                    begin = max(begin, (earliest - latest) / difference)
                elif difference < -_PARALLEL:
                    end = min(end, (earliest - latest) / difference)
                elif earliest > latest:
                    return begin, begin
        return begin, end

    def _starts(self, earliest: float, latest: float) -> float:
        """How probable it is that the course began between two shares of its time. Most tasks wait briefly."""
        return exp(-earliest / _QUEUE) - exp(-latest / _QUEUE) if self._knows_start else latest - earliest
