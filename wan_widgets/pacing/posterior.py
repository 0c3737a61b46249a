"""When a task will end, by all that is known of it: its age, its progress, and how long such tasks take. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

from wan_widgets.pacing.prior import SHORTEST, Prior
from wan_widgets.pacing.readings import NARROW, Span

_SILENT = 0.05  # how probable it is that the progress says nothing from now on
_CERTAIN = 0.98
_NEARLY = 90  # per cent; after that, a task that is not done when it should be finishes something
_FINISHING = 0.6  # how probable that is
_REST = ((0.0, 0.02), (0.02, 0.08), (0.08, 0.3), (0.3, 1.0))
"""How long that takes, in shares of the age. All intervals are equally probable."""


class Posterior:
    """The density of the end, from the age `now` on. Times are seconds since the order."""

    __slots__ = ("_pieces", "now", "trust")

    def __init__(self, prior: Prior, now: float, spans: Sequence[Span], percent: int | None) -> None:
        """`spans` are the possible ends by the progress, of which the latest was `percent`."""
        self.now = now
        told = [_from(now, each) for each in spans if each[1] > now + NARROW]
        whole, heard = _weight(spans), _weight(told)
        silent = _SILENT * whole if whole else 1.0
        self.trust = heard / (heard + silent)
        """How probable it is that the progress tells the end."""
        is_finishing = not told and percent is not None and percent >= _NEARLY
        if told:
            self._pieces = list(_apart([*told, *_scaled(prior.coarse.ahead(now), silent)]))
        elif is_finishing:
            age = max(now, SHORTEST)
            rest = [(now + age * begin, now + age * end, 1.0) for begin, end in _REST]
            unlike = _scaled(prior.ahead(now), 1 - _FINISHING)
            self._pieces = list(_apart([*_scaled(rest, _FINISHING), *unlike]))
        else:
            self._pieces = _scaled(prior.ahead(now), 1.0)

    def next_question(self, cost: float) -> float:
        """The moment at which the delay to be expected is worth a question. `cost` is a question's worth in seconds.

        The expected delay is the integral of the probability that the task has ended. With a constant hazard it reaches
        the cost after sqrt(2 * cost / hazard) seconds, which is the square-root law. Once the task has nearly certainly
        ended by its progress, nothing is won by waiting longer.
        """
        ended, delay, certain = 0.0, 0.0, _CERTAIN * self.trust if self.trust > _CERTAIN / 2 else 1.0
        for begin, end, mass in self._pieces:
            length, density = end - begin, mass / (end - begin)
            gain = ended * length + mass * length / 2
            if delay + gain >= cost or ended + mass >= certain:
                by_cost = (sqrt(ended * ended + 2 * density * max(0.0, cost - delay)) - ended) / density
                return begin + min(length, by_cost, (certain - ended) / density)
            ended, delay = ended + mass, delay + gain
        return self._pieces[-1][1]

    def quantile(self, share: float) -> float:
        """The moment by which the task has ended with this probability."""
        for begin, end, mass in self._pieces:
            if share <= mass:
                return begin + (end - begin) * share / mass
            share -= mass
        return self._pieces[-1][1]


def _from(now: float, span: Span) -> Span:
    """The part of a span from a moment on."""
    begin, end, weight = span
    return span if begin >= now else (now, end, weight * (end - now) / (end - begin))


def _weight(spans: Iterable[Span]) -> float:
    return sum([weight for _, _, weight in spans])


def _scaled(spans: Sequence[Span], weight: float) -> list[Span]:
    """The spans with weights that add up to `weight`."""
    factor = weight / (_weight(spans) or 1.0)
    return [(begin, end, share * factor) for begin, end, share in spans]


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The same density as intervals that do not overlap and whose weights add up to 1."""
    changes: list[tuple[float, float]] = []
    total = 0.0
    for begin, end, weight in spans:
        density = weight / (end - begin)
        changes += ((begin, density), (end, -density))
        total += weight
    changes.sort()
    density, since = 0.0, changes[0][0]
    least = 1e-12 * total
    for moment, change in changes:
        if moment > since:
            if density * (moment - since) > least:
                yield since, moment, density * (moment - since) / total
            since = moment
        density += change
