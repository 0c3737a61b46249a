"""The cells of a sweep as the ledger knows them: another kernel may have made a clip, and a file may be gone."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.generation.repeats import Past, past_of

_log = logging.getLogger(__name__)
Listener = Callable[[Cell | None], object]


class Known:
    """Cells of which it can be asked what became of them, as long as they do not change by themselves."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.listener: Listener = lambda _: None
        """It is called on the worker, with the cell that has changed; with ``None`` for a change of the whole."""
        self._idle = threading.Event()
        self._idle.set()

    @property
    def is_running(self) -> bool:
        """Whether anything may still change by itself."""
        return not self._idle.is_set()

    def _look_back(self, *, to_buy: bool = False) -> None:
        """Take from the ledger what became of the cells, unless they change by themselves. Raises `LedgerError`."""
        if not self.is_running:
            self._learn_changes(past_of(self._keys_without_clip(), to_buy=to_buy))

    async def look_again(self) -> None:
        """Take what the ledger says of the cells by now, unless they run. Raises `LedgerError`."""
        if not self.is_running:
            past = await asyncio.to_thread(lambda: past_of(self._keys_without_clip()))
            if not self.is_running:
                self._learn_changes(past)

    def _without_clip(self) -> list[Cell]:
        """The cells of which the ledger may know something new."""
        return [cell for cell in self.cells if cell.state is not CellState.RUNNING and not cell.is_here]

    def _keys_without_clip(self) -> list[str]:
        return [cell.prepared.key for cell in self._without_clip()]

    def _learn_changes(self, past: Mapping[str, Past]) -> None:
        """Take what the ledger has of those cells of which it says something else than was seen here."""
        self._learn(past, [cell for cell in self._without_clip() if cell.is_outdated(past.get(cell.prepared.key))])

    def _learn(self, past: Mapping[str, Past], cells: Iterable[Cell]) -> list[Cell]:
        """Take what the ledger has. Returns the cells that lack their clip."""
        lacking = []
        for cell in cells:
            if cell.state is CellState.RUNNING:  # somebody has gone on with it meanwhile
                continue
            cell.learn(past.get(cell.prepared.key))
            if cell.state in (CellState.COMPLETED, CellState.FAILED):  # another kernel may have made it meanwhile
                cell.is_wanted = False
            if cell.state is not CellState.COMPLETED:
                lacking.append(cell)
            self._tell(cell)
        return lacking

    def _tell(self, cell: Cell | None) -> None:
        try:
            self.listener(cell)
        except Exception:  # noqa: BLE001  # an error in showing a cell must not end the others
            _log.exception("a listener of a sweep failed")
