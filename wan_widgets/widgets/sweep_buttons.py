"""The buttons above the grid of a sweep: which there are now, what each costs, and how a saved sweep goes on."""

from collections.abc import Iterator, Sequence
from typing import Any

from wan_widgets.experiments.cells import TO_BUY, Cell, CellState
from wan_widgets.experiments.plan import Costs, price_said
from wan_widgets.experiments.planning import costs_of
from wan_widgets.experiments.study import Study
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import Said, say
from wan_widgets.words.values import written

_FOLLOWED = (CellState.UNFINISHED, CellState.UNCONFIRMED)


def offers_of(study: Study) -> dict[str, Costs | None]:
    """The buttons, the main one first, each with what it costs."""
    return {kind: costs_of_press(kind, study) for kind in _actions(study)}


def costs_of_press(kind: str, study: Study) -> Costs | None:
    """What a button costs if it is pressed now; ``None`` if the prices cannot be read."""
    buys = {
        **dict.fromkeys(("start", "rest", "follow-all"), lambda cell: cell.state in TO_BUY),
        "retry": lambda cell: cell.state in (*TO_BUY, CellState.FAILED),
        "go-on": lambda cell: cell.is_wanted,
    }.get(kind, lambda _: False)
    try:
        return costs_of(filter(buys, study.cells))
    except ConfigurationError:
        return None


def is_covered(found: Costs | None, said: Costs | None) -> bool:
    """Whether something costs no more than was said."""
    if found is None or said is None:  # without prices, the order itself says why
        return found is said
    known = all(
        currency in said.high and sums.amount <= said.high[currency].amount for currency, sums in found.high.items()
    )
    return known and found.unpriced <= said.unpriced


def _actions(study: Study) -> Iterator[str]:
    """The buttons, the main one first."""
    cells = study.cells
    if study.is_paused:
        yield "go-on"
    elif study.is_running:
        yield "pause"
    else:
        yield from _beginnings(study)
    if study.is_running or (study.is_paused and any(cell.is_wanted for cell in cells)):
        yield "cancel-all"


def _beginnings(study: Study) -> Iterator[str]:
    if kind := _beginning([cell.state for cell in study.cells]):
        yield kind
    if study.counts[CellState.FAILED]:
        yield "retry"


def _beginning(states: Sequence[CellState]) -> str:
    """The button that takes up what is left to do; empty if only failures are left, or nothing."""
    if to_order := sum(state in TO_BUY for state in states):
        return "start" if to_order == len(states) else "rest"
    return "follow-all" if any(state in _FOLLOWED for state in states) else ""


def way_on(study: Study) -> Said:
    """How a saved sweep goes on, by the button that a new kernel shows; empty if all clips are there."""
    states = [_without_kernel(cell) for cell in study.cells]
    if kind := _beginning(states):
        return say("widgets.sweep.again", button=say(_WORDS[kind]))
    return say("widgets.sweep.again.failed", button=say(_WORDS["retry"])) if CellState.FAILED in states else ""


def _without_kernel(cell: Cell) -> CellState:
    """The state of a cell for a kernel that knows only what the ledger has."""
    if cell.state is not CellState.RUNNING:
        return cell.state
    is_ordered = cell.job is not None and not cell.job.step.is_unordered
    return CellState.UNFINISHED if is_ordered else CellState.WAITING


_WORDS = {
    "start": "widgets.sweep.start",
    "rest": "widgets.sweep.rest",
    "follow-all": "follow",
    "retry": "widgets.sweep.retry",
    "pause": "widgets.sweep.pause",
    "go-on": "widgets.sweep.go_on",
    "cancel-all": "widgets.sweep.cancel",
    "pause-former": "widgets.sweep.pause_former",
}


def button(kind: str, costs: Costs | None) -> dict[str, Any]:
    """A button, with the price of what it may buy."""
    price = price_said(costs) if costs and (costs.high or costs.unpriced) else ""
    return {"kind": kind, "label": str(say(_WORDS[kind])), "price": written(price)}
