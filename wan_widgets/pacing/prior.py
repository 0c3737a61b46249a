"""How long tasks take, before anything is known of one task: the durations of earlier ones, else a guess. No I/O."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import erf, log, sqrt
from statistics import fmean, pstdev

SHORTEST, LONGEST = 0.05, 200_000.0
"""Between these, in seconds, is every duration."""
_SPREAD = 0.8  # the standard deviation of a duration's logarithm, where only a usual duration is known
_ANY = 0.02  # the share of tasks that may take any time at all
_FEWEST = 3  # durations that say more than a guess
_COARSE = 1.5  # an edge, as a multiple of the edge before it


@dataclass(frozen=True)
class Prior:
    """A distribution of durations in seconds: how many tasks end between one edge and the next."""

    edges: tuple[float, ...]
    masses: tuple[float, ...]
    """The probability of each interval. They add up to 1."""
    is_learned: bool
    """It comes from durations, and is not only a guess."""

    def density(self, age: float) -> float:
        """The probability of an end at this age, for each second."""
        index = self._index(age)
        return self.masses[index] / (self.edges[index + 1] - self.edges[index])

    def ahead(self, age: float) -> list[tuple[float, float, float]]:
        """The intervals after this age, each with its probability."""
        if age >= self.edges[-1]:
            return [(age, age * _COARSE, 1.0)]
        edges, masses, index = self.edges, self.masses, self._index(age)
        end = edges[index + 1]
        begin = min(max(age, edges[index]), end - 1e-6)
        present = (begin, end, masses[index] * (end - begin) / (end - edges[index]))
        return [present, *zip(edges[index + 1 :], edges[index + 2 :], masses[index + 1 :], strict=False)]

    @cached_property
    def late(self) -> float:
        """The duration within which nine in ten tasks end."""
        left = 0.9
        for begin, end, mass in zip(self.edges, self.edges[1:], self.masses, strict=False):
            if left <= mass:
                return begin + (end - begin) * left / mass
            left -= mass
        return self.edges[-1]

    @cached_property
    def coarse(self) -> "Prior":
        """The same distribution with fewer edges."""
        edges, masses, held = [self.edges[0]], [], 0.0
        for edge, mass in zip(self.edges[1:], self.masses, strict=True):
            held += mass
            if edge >= edges[-1] * _COARSE or edge == self.edges[-1]:
                edges.append(edge)
                masses.append(held)
                held = 0.0
        return Prior(tuple(edges), tuple(masses), self.is_learned)

    def _index(self, age: float) -> int:
        return min(max(bisect_right(self.edges, age) - 1, 0), len(self.masses) - 1)


@lru_cache(maxsize=256)
def prior_of(durations: tuple[float, ...], usual: float) -> Prior:
    """The prior after tasks of the same kind took these durations. With few of them, it is a guess at `usual`."""
    if len(durations) < _FEWEST:
        core = (usual / 12, usual * 12)
        return _prior(core, 1.1, lambda place: _normal((place - log(usual)) / _SPREAD), is_learned=False)
    known = [min(LONGEST, max(SHORTEST, each)) for each in durations]
    places = [log(each) for each in known]
    width = max(0.02, 0.5 * pstdev(places) * len(places) ** -0.4)
    centre, odd = fmean(places), 1 / (len(places) + 1)  # the next task may be unlike all before it

    def below(place: float) -> float:
        near = fmean(_normal((place - each) / width) for each in places)
        return (1 - odd) * near + odd * _normal((place - centre) / _SPREAD)

    return _prior((min(known) / 1.3, max(known) * 1.3), 1.04, below, is_learned=True)


def _prior(core: tuple[float, float], fine: float, below: Callable[[float], float], *, is_learned: bool) -> Prior:
    edges = tuple(_edges(core, fine))
    begin, span = log(edges[0]), log(edges[-1] / edges[0])
    shares = [(1 - _ANY) * below(log(each)) + _ANY * (log(each) - begin) / span for each in edges]
    whole = shares[-1] - shares[0]
    return Prior(edges, tuple((after - before) / whole for before, after in pairwise(shares)), is_learned)


def _edges(core: tuple[float, float], fine: float) -> Iterator[float]:
    edge = SHORTEST
    while edge < LONGEST:
        yield edge
        edge *= fine if core[0] <= edge < core[1] else _COARSE
    yield LONGEST


def _normal(place: float) -> float:
    """How much of the normal distribution lies below a place."""
    return (1 + erf(place / sqrt(2))) / 2
