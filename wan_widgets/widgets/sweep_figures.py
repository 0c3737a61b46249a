"""What the grid of a sweep says that changes: the figures of its plan, and how far it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wan_widgets.console.sweeping import progress
from wan_widgets.experiments.cells import CellState
from wan_widgets.experiments.plan import Costs, Plan, clock, price_said
from wan_widgets.experiments.study import Study
from wan_widgets.widgets.sweep_buttons import button
from wan_widgets.words import Said, Several, joined, say
from wan_widgets.words.values import written

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
        "actions": [button(kind, costs) for kind, costs in buttons],
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
