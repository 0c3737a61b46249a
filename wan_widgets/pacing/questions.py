"""How often a service may be asked, shared among all tasks that are followed with one key. No I/O."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil, inf, log2

WORTH = 0.03
"""Seconds of delay that one question is worth, as long as few tasks are followed."""
_USED = 0.8  # the share of the allowed questions that is used, because others may have the same key
_LONGEST_STEP = 0.5  # seconds between two moments at which questions come together
_SLACK = 1 / 32  # the share of its pause by which a question may come later, so that it comes with others
_FOR_FRESHNESS = 0.25  # the share of the questions that may keep views fresh
_FRESH = 5.0  # seconds between two questions, where few tasks are followed
_SOON = 1.2  # seconds to the first question, where it is not known how long such tasks take
_SLOWER, _FASTER = 0.9, 1.02  # after a refusal for too many questions, and after an answer
_SLOWEST = 0.05


class Follower:
    """One task that is followed."""

    need = 0.0


class Questions:
    """The questions that one process may put to one service with one key. Its methods may be called on any thread.

    `rate` is how many questions a second the service allows, and `most` how many this process wants. Questions come
    together, and with a `phase` of its own, from 0 to 1, this process does not ask in step with others.
    """

    def __init__(self, rate: float, most: float = inf, phase: float = 0.0) -> None:
        self._allowed = min(rate * _USED, most)
        # Those of a step may all come at its end, and as many were saved up: no second may have more than are allowed.
        self._step = min(_LONGEST_STEP, (rate / self._allowed - 1) / 2)
        self._phase = phase * self._step
        self._share = 1.0
        self._followers: set[Follower] = set()
        self._needs = 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self.elsewhere = 0
        """How many tasks other processes follow at this service."""
        self.failures = 0
        """How many questions in a row have failed, whatever task they were about."""

    @contextmanager
    def followed(self) -> Generator[Follower, None, None]:
        """Take part in the sharing until the block ends."""
        follower = Follower()
        with self._lock:
            self._followers.add(follower)
        try:
            yield follower
        finally:
            with self._lock:
                self._followers.discard(follower)
                self._needs = self._needs - follower.need if self._followers else 0.0

    def share(self, follower: Follower, need: float) -> None:
        """Note how much a task gains from a question: the square root of its hazard."""
        with self._lock:
            self._needs += need - follower.need
            follower.need = need

    @property
    def rate(self) -> float:
        """How many questions a second this process may ask, for all its tasks."""
        mine = max(1, len(self._followers))
        return self._allowed * self._share * mine / (mine + self.elsewhere)

    @property
    def cost(self) -> float:
        """How many seconds of delay one question is worth, so that all tasks together ask no more than they may."""
        return max(WORTH, (self._needs / (self.rate * (1 - _FOR_FRESHNESS))) ** 2 / 2)

    @property
    def freshness(self) -> float:
        """The longest time between two questions about one task."""
        return max(_FRESH, len(self._followers) / (self.rate * _FOR_FRESHNESS))

    @property
    def first(self) -> float:
        """The time to the first question about a task of which nothing is known."""
        return max(_SOON, len(self._followers) / self.rate)

    def together(self, now: float, pause: float) -> float:
        """A pause that is a little longer, so that its question comes together with others.

        Alone, each question would wake the event loop, and a processor that was busy with something else.
        """
        halvings = max(0, ceil(log2(self._step / (pause * _SLACK))))
        return self._later(now + pause, self._step / 2**halvings) - now

    def reserve(self, now: float) -> float:
        """Take the next free moment for a question: how many seconds until then."""
        with self._lock:
            gap = 1 / self.rate
            if self._next - now > (len(self._followers) + 1) * gap + self._step:  # the clock was set back
                self._next = now
            self._next = max(self._next, now - self._allowed * self._step * gap) + gap
            free = self._next - gap
        return self._later(free, self._step) - now if free > now else 0.0

    def _later(self, due: float, step: float) -> float:
        """The moment at which questions come together, of those that are so many seconds apart."""
        return ceil((due - self._phase) / step) * step + self._phase

    def answered(self) -> None:
        """A question was answered."""
        self.failures = 0
        self._share = min(1.0, self._share * _FASTER)

    def failed(self, *, too_many: bool) -> None:
        """A question was not answered; `too_many`: because too many were asked."""
        self.failures += 1
        if too_many:
            self._share = max(_SLOWEST, self._share * _SLOWER)
