"""What the grid of a sweep says that changes: the figures of its plan, its buttons, and how far it is."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from wan_widgets.console.sweeping import progress
from wan_widgets.experiments.cells import Cell, CellState
from wan_widgets.experiments.plan import Plan, clock, price_said
from wan_widgets.experiments.planning import costs_of
from wan_widgets.experiments.study import Study
from wan_widgets.words import Said, Several, say
from wan_widgets.words.values import written

OPEN = (CellState.WAITING, CellState.REFUSED, CellState.CANCELLED)
"""What a start orders."""
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
    for each in plan.budgets:
        is_short = each.covers < each.of
        for (what, limit, *_), (*_, after) in zip(each.before.rows, each.after.rows, strict=True):
            covered = say("widgets.sweep.covers", covers=each.covers, whole=each.of)
            note = covered if is_short else say("widgets.sweep.of", limit=limit)
            yield _figure("left", after, note, title=what) | {"short": is_short}


def _time(plan: Plan) -> Figure:
    span = plan.time
    if span is None:
        return _figure("time", say("widgets.sweep.time.unknown"), title=say("experiments.plan.time.unknown"))
    low, likely, high = map(clock, span)
    note = say("experiments.plan.range", low=low, high=high) if low != high else ""
    return _figure("time", say("experiments.plan.time.about", likely=likely), note)


def _figure(name: str, value: Said | Several, note: Said | Several = "", *, title: Said = "") -> Figure:
    return {"name": name, "value": written(value), "note": written(note), "title": written(title), "short": False}


def whole_of(study: Study, figures: list[Figure], turn: int, trouble: Said = "") -> dict[str, Any]:
    """How far a sweep is, and what can be done now. A press of a button brings the `turn` that it was shown with."""
    is_begun = study.is_running or study.is_paused or study.counts[CellState.WAITING] < len(study.cells)
    left = study.left if study.is_running else None
    return {
        "figures": figures,
        "trouble": written(trouble),
        "stopped": written(study.why_paused) if study.is_paused else "",
        "state": _state(study),
        "actions": list(_actions(study)),
        "said": progress(study) if is_begun else "",
        "ended": sum(cell.state.is_over for cell in study.cells),
        "left": asdict(left) if left else None,
        "turn": turn,
    }


def _state(study: Study) -> str:
    if study.is_paused:
        return "paused"
    return "running" if study.is_running else "still"


def _actions(study: Study) -> Iterator[dict[str, Any]]:
    """The buttons, the main one first."""
    cells = study.cells
    if study.is_paused:
        yield _action("go-on", [cell for cell in cells if cell.is_wanted])
    elif study.is_running:
        yield _action("pause")
    else:
        yield from _beginnings(study)
    if study.is_running or (study.is_paused and any(cell.is_wanted for cell in cells)):
        yield _action("cancel-all")


def _beginnings(study: Study) -> Iterator[dict[str, Any]]:
    counts = study.counts
    to_order = [cell for cell in study.cells if cell.state in OPEN]
    if to_order:
        yield _action("start" if len(to_order) == len(study.cells) else "rest", to_order)
    elif any(counts[state] for state in _FOLLOWED):
        yield _action("follow-all")
    if counts[CellState.FAILED]:
        yield _action("retry", [cell for cell in study.cells if cell.state in (*OPEN, CellState.FAILED)])


_WORDS = {
    "start": "widgets.sweep.start",
    "rest": "widgets.sweep.rest",
    "follow-all": "follow",
    "retry": "widgets.sweep.retry",
    "pause": "widgets.sweep.pause",
    "go-on": "widgets.sweep.go_on",
    "cancel-all": "widgets.sweep.cancel",
}


def _action(kind: str, buying: list[Cell] | None = None) -> dict[str, Any]:
    """A button, with the price of what it may buy."""
    costs = costs_of(buying or [])
    is_priced = bool(costs.high) or costs.unpriced > 0
    return {"kind": kind, "label": str(say(_WORDS[kind])), "price": written(price_said(costs)) if is_priced else ""}
