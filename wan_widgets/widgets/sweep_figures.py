"""What the grid of a sweep says that changes: the figures of its plan, its buttons, and how far it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wan_widgets.console.sweeping import progress
from wan_widgets.experiments.cells import TO_BUY, Cell, CellState
from wan_widgets.experiments.plan import Costs, Plan, clock, price_said
from wan_widgets.experiments.planning import costs_of
from wan_widgets.experiments.study import Study
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import Said, Several, joined, say
from wan_widgets.words.values import written

_FOLLOWED = (CellState.UNFINISHED, CellState.UNCONFIRMED)
Figure = dict[str, Any]


def figures_of(plan: Plan, study: Study) -> list[Figure]:
    """The plan in figures, each with its name, value and note. ``short`` says that a budget does not cover it."""
    return list(_figures(plan, study))


def _figures(plan: Plan, study: Study) -> Iterator[Figure]:
    known = [say("widgets.sweep.here", count=plan.completed)] if plan.completed else []
    ordered = [say("widgets.sweep.ordered", count=plan.at_service)] if plan.at_service else []
    yield _figure("clips", str(plan.cells), Several((*known, *ordered), "plain") if known or ordered else "")
    length = sum(cell.request.duration for cell in study.cells)
    yield _figure("length", say("seconds", count=length))
    if plan.to_buy:
        is_free = plan.costs.free == plan.to_buy
        only = say("widgets.sweep.for", count=plan.to_buy) if plan.to_buy < plan.cells else ""
        yield _figure("price", say("price.free") if is_free else price_said(plan.costs), only)
    elif spent := tuple(study.spent.values()):
        yield _figure("spent", Several(spent, "plain"))
    yield from _budgets(plan)
    if plan.to_buy or plan.at_service:
        yield _time(plan)


def _budgets(plan: Plan) -> Iterator[Figure]:
    """What is left of each limit. Where there are several, each says what it limits, for a bare number does not."""
    are_several = sum(len(each.before.rows) for each in plan.budgets) > 1
    for each in plan.budgets:
        is_short = each.covers < each.of
        for (what, limit, *_), (*_, after) in zip(each.before.rows, each.after.rows, strict=True):
            covered = say("widgets.sweep.covers", covers=each.covers, whole=each.of)
            note = covered if is_short else say("widgets.sweep.of", limit=limit)
            yield _figure("left", after, f"{what} · {note}" if are_several else note, title=what) | {"short": is_short}


def _time(plan: Plan) -> Figure:
    span = plan.time
    if span is None:
        return _figure("time", say("widgets.sweep.time.unknown"), title=say("experiments.plan.time.unknown"))
    low, likely, high = map(clock, span)
    note = say("experiments.plan.range", low=low, high=high) if low != high else ""
    return _figure("time", say("experiments.plan.time.about", likely=likely), note)


def _figure(name: str, value: Said | Several, note: Said | Several = "", *, title: Said = "") -> Figure:
    return {"name": name, "value": written(value), "note": written(note), "title": written(title), "short": False}


def whole_of(
    study: Study,
    figures: list[Figure],
    offers: Mapping[str, Costs | None],
    *,
    turn: int,
    trouble: Said = "",
    former: Sequence[Study] = (),
) -> dict[str, Any]:
    """How far a sweep is, and what can be done now. A press of a button brings the `turn` that it was shown with.

    `offers` are those of `offers_of`, and `former` are the sweeps that order clips and were shown in its place before.
    """
    is_begun = study.is_running or study.is_paused or study.counts[CellState.WAITING] < len(study.cells)
    left = study.left if study.is_running else None
    buttons = [*offers.items(), *([("pause-former", None)] if former else [])]
    return {
        "figures": figures,
        "trouble": written(trouble),
        "stopped": written(study.why_paused) if study.is_paused else "",
        "state": _state(study),
        "remark": written(_remark(study, former)),
        "actions": [_action(kind, costs) for kind, costs in buttons],
        "said": progress(study) if is_begun else "",
        "ended": sum(cell.state.is_over for cell in study.cells),
        "left": asdict(left) if left else None,
        "turn": turn,
    }


def _state(study: Study) -> str:
    if study.is_paused:
        return "paused"
    return "running" if study.is_running else "still"


def _remark(study: Study, former: Sequence[Study]) -> Said:
    said = [say("widgets.sweep.former", progress=progress(each)) for each in former]
    if study.is_handed_over:
        said.insert(0, say("widgets.sweep.handed_over"))
    elif study.has_taken_over and study.is_running:
        said.insert(0, say("widgets.sweep.taken_over"))
    return joined(*said)


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


def _action(kind: str, costs: Costs | None) -> dict[str, Any]:
    """A button, with the price of what it may buy."""
    price = price_said(costs) if costs and (costs.high or costs.unpriced) else ""
    return {"kind": kind, "label": str(say(_WORDS[kind])), "price": written(price)}
