"""Which fault meets which request: as a test has scripted it, else drawn."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from random import Random

from faults.menu import OK, Fault, choice
from faults.wire import Request

CONNECT = "connect"
"""The kind of what is scripted for connections, before anything is read from them."""


class Plan:
    """Draws each fault from the seed, the order and the how-manieth request of its kind for that order it is.

    So every client meets the same faults, in whatever order it asks, and one that asks more often meets more of them.
    """

    def __init__(self, rates: Mapping[str, float], seed: object) -> None:
        self._rates = rates
        self._seed = seed
        self._scripts: defaultdict[tuple[str, str | None], deque[Fault]] = defaultdict(deque)
        self._seen: Counter[tuple[str, str]] = Counter()

    def script(self, kind: str, *faults: Fault, order: str | None = None) -> None:
        """What is to meet the next requests of a kind, of one order or of whichever comes."""
        self._scripts[kind, order].extend(faults)

    def of_connection(self) -> Fault | None:
        waiting = self._scripts[CONNECT, None]
        return waiting.popleft() if waiting else None

    def of_request(self, kind: str, order: str, request: Request) -> tuple[Fault, Random]:
        """The fault, and the dice for its details."""
        number = self._seen[kind, order]
        self._seen[kind, order] += 1
        dice = Random(f"{self._seed}/{kind}/{order}/{number}")
        strikes = dice.random() < self._rates.get(kind, 0.0)
        drawn = dice.choice(choice(kind, request)) if strikes else OK
        for waiting in (self._scripts[kind, order], self._scripts[kind, None]):
            if waiting:
                return waiting.popleft(), dice
        return drawn, dice
