"""A study: many clips that differ in what was varied, made under one order, a few at a time.

Nothing is bought twice: every cell is found again in the ledger, also by another kernel.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, overload

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.frame import check_cells, rows_of, table_of
from wan_widgets.experiments.history import check_pandas
from wan_widgets.experiments.making import cells_of
from wan_widgets.experiments.plan import Plan, title_of
from wan_widgets.experiments.planning import plan_of, time_left
from wan_widgets.experiments.running import Running
from wan_widgets.experiments.selecting import Selection
from wan_widgets.experiments.sharing import shared_by
from wan_widgets.files.video import Video
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.errors import InvalidRequest, LedgerError
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

    Takes a request, a prompt or a list of prompts, and the fields of a request, ``provider``, ``repeat`` and the
    prompt's placeholders as names. A list is an axis, a single value holds for all cells. Lists that are named in
    `together` step together, all others are multiplied. `baseline` marks the cells that the others are compared with.
    `at_once` is how many may run at once.

    A sweep is a sequence of its cells: ``len(sweep)``, ``sweep[0]``, ``for cell in sweep``.

    A seed that is not given is the same one for all cells. A service without seeds makes another clip for each number
    of ``repeat``; ``repeat=3`` stands for ``repeat=range(3)``.

    Raises `InvalidRequest` with the problems of all cells, `Misuse` and `ConfigurationError`. Nothing is sent by that,
    and a plan needs no key: a key that is missing stops the sweep when it is started.
    """

    def __init__(
        self,
        request: VideoRequest | str | Iterable[str] | None = None,
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
        with suppress(LedgerError):  # whoever plans or starts it will hear of that
            self._look_back()

    def __len__(self) -> int:
        return len(self.cells)

    @overload
    def __getitem__(self, number: int) -> Cell: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Cell]: ...
    def __getitem__(self, number: int | slice) -> Cell | Sequence[Cell]:
        return self.cells[number]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    @property
    def videos(self) -> list[Video]:
        """The clips that are here, in the sequence of the cells."""
        return [cell.video for cell in self.cells if cell.video is not None]

    def where(self, **values: Any) -> list[Cell]:
        """The cells with these values, such as ``sweep.where(animal="fox", seed=1)``.

        Raises `Misuse` for a name that is not varied, and `InvalidRequest` for a value that it does not have.
        """
        wanted = Selection(self.axes, values, "where", "experiments.where.unknown")
        return [cell for cell in self.cells if wanted.has(cell.place)]

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
        self._look_back(to_buy=True)
        return plan_of(self.cells, self.axes, self.at_once)

    def to_pandas(self, *, check: bool = False) -> Any:
        """All cells as a table of pandas, one row a cell. Raises `ConfigurationError` without pandas, `LedgerError`.

        With `check`, the clips that nobody has looked at are checked now, which takes about a second for each.
        """
        check_pandas()
        self._look_back()
        if check:
            check_cells(self.cells)
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
