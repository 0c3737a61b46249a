"""A study: many clips that differ in what was varied, made under one order, a few at a time.

Nothing is bought twice: every cell is found again in the ledger, also by another kernel.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from wan_widgets.experiments.cells import CellState
from wan_widgets.experiments.frame import rows_of, table_of
from wan_widgets.experiments.making import cells_of
from wan_widgets.experiments.plan import Plan, title_of
from wan_widgets.experiments.planning import plan_of, time_left
from wan_widgets.experiments.running import Running
from wan_widgets.experiments.sharing import shared_by
from wan_widgets.generation.repeats import past_of
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.estimates import Estimate
from wan_widgets.wan.field_checks import is_int
from wan_widgets.wan.pasted import plain
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import Said, say

_FRESH = 2.0  # seconds for which the remaining time is not computed anew
AT_ONCE = 4


class Study(Running):
    """The cells of a sweep, and the running of it.

    Takes a request or a prompt, and the fields of a request, ``provider``, ``repeat`` and the prompt's placeholders as
    names. A list is an axis, a single value holds for all cells. Lists that are named in `together` step together, all
    others are multiplied. `baseline` marks the cells that the others are compared with. `at_once` is how many may run
    at once.

    A seed that is not given is the same one for all cells. A service without seeds makes another clip for each number
    of ``repeat``; ``repeat=3`` stands for ``repeat=range(3)``.

    Raises `InvalidRequest` with the problems of all cells, `Misuse` and `ConfigurationError`. Nothing is sent by that.
    """

    def __init__(
        self,
        request: VideoRequest | str | None = None,
        /,
        *,
        together: Iterable[Any] = (),
        baseline: Mapping[str, Any] | None = None,
        at_once: int = AT_ONCE,
        **values: Any,
    ) -> None:
        self.axes, cells = cells_of(request, values, together, baseline)
        super().__init__(cells, _checked(at_once))
        self.shared = shared_by(cells, request, values)
        """What all cells have in common, by name: the fields of their requests, and ``provider``."""
        self._left: tuple[float, Estimate | None] = (0.0, None)

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def counts(self) -> Counter[CellState]:
        """How many cells are in each state."""
        return Counter(cell.state for cell in self.cells)

    @property
    def spent(self) -> dict[str, Money]:
        """What the clips have cost that are bought, by currency, whichever kernel has bought them."""
        return _added(cell.price for cell in self.cells)

    @property
    def title(self) -> Said:
        """How many clips, and along which axes."""
        return title_of(len(self.cells), self.axes)

    @property
    def remaining(self) -> Estimate | None:
        """When all will have ended, as far as earlier tasks of the ledger tell; ``None`` if they do not.

        The first use reads the ledger.
        """
        now = time.time()
        if now - self._left[0] > _FRESH:
            self._left = (now, time_left(self.cells, self.at_once, now))
        return self._left[1]

    @property
    def left(self) -> Estimate | None:
        """What `remaining` was at its last use. It reads no ledger."""
        return self._left[1]

    def plan(self) -> Plan:
        """What the sweep would buy now, what that costs, how long it takes, and what the budgets allow. Buys nothing.

        Raises `LedgerError` and `ConfigurationError` if the ledger, a budget or a price table cannot be read.
        """
        if not self.is_running:
            unknown = [cell for cell in self.cells if not cell.is_known]
            self._learn(past_of([cell.prepared.key for cell in unknown]), unknown)
        return plan_of(self.cells, self.axes, self.at_once)

    async def look_again(self) -> None:
        """Take what the ledger has now, unless it runs. This is called on the worker. Raises `LedgerError`."""
        unknown = [cell for cell in self.cells if not cell.is_known]
        past = await asyncio.to_thread(lambda: past_of([cell.prepared.key for cell in unknown]))
        if not self.is_running:
            self._learn(past, unknown)

    def to_pandas(self) -> Any:
        """All cells as a table of pandas, one row a cell. Raises `ConfigurationError` without pandas, `LedgerError`."""
        return table_of(rows_of(self.cells))


def _added(prices: Iterable[Money | None]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for price in prices:
        if price is not None:
            before = sums.get(price.currency)
            sums[price.currency] = Money(price.amount + before.amount, price.currency) if before else price
    return sums


def _checked(at_once: object) -> int:
    number = plain(at_once)
    if not is_int(number) or number < 1:
        raise InvalidRequest([Problem("at_once", say("experiments.at_once.none", value=shown(at_once)))])
    return int(number)
