"""The plan of a sweep: how many clips, what they cost, how long they take, what the budgets allow."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wan_widgets.experiments.axes import Axis
from wan_widgets.money.standing import BudgetState
from wan_widgets.pacing.makespan import Span
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.models import Mode
from wan_widgets.words import Said, Several, Text, joined, say, showing
from wan_widgets.words.values import written

_FEW = 6  # seeds that are listed
_LEFT = 'style="text-align: left"'


@dataclass(frozen=True)
class Costs:
    """What clips cost together, by currency."""

    low: Mapping[str, Money]
    high: Mapping[str, Money]
    """The same as `low`, unless the length of an input is not known."""
    unpriced: int = 0
    """How many clips have no known price."""
    free: int = 0
    """How many clips are simulated, or come from an engine of one's own."""

    @property
    def is_known(self) -> bool:
        """Whether all prices are known."""
        return not self.unpriced


@dataclass(frozen=True)
class ServicePlan:
    """The part of a sweep that one service makes with one model."""

    service: str
    """The service's name as people read it."""
    model: str
    mode: Mode
    cells: int
    to_buy: int
    seconds: float
    """The length of the clips to buy, together."""
    costs: Costs


@dataclass(frozen=True)
class BudgetPlan:
    """A budget that holds here, before and after the sweep."""

    before: BudgetState
    after: BudgetState
    """If all cells that are to be bought were bought."""
    covers: int
    """How many of these cells it covers, from the first on."""
    of: int
    """How many of them it limits. Simulated clips keep only budgets that count them."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a sweep would do now. A notebook shows it as a table, a terminal as lines."""

    axes: tuple[Axis, ...]
    cells: int
    completed: int
    """The clips that are here already. They are never bought again."""
    at_service: int
    """The cells that are ordered, and are taken up."""
    failed: int
    """The cells that have failed at the service. They are bought again only with ``retry=True``."""
    to_buy: int
    seconds: float
    """The length of the clips to buy, together."""
    costs: Costs
    """What the clips to buy cost."""
    services: tuple[ServicePlan, ...]
    budgets: tuple[BudgetPlan, ...]
    time: Span | None
    """The seconds until all has ended, by earlier tasks in the ledger; ``None`` if there are too few of them."""
    at_once: int
    seeds: tuple[int, ...]
    """The seeds of the cells."""
    remarks: tuple[Said, ...] = ()
    """What happens to images, if that is not what everybody expects."""

    @property
    def allowed(self) -> int:
        """How many of the cells that are to be bought all budgets cover, from the first on."""
        return min([self.to_buy, *(each.covers for each in self.budgets if each.covers < each.of)])

    def __repr__(self) -> str:
        return _as_text(self)

    def _repr_html_(self) -> str:
        return _as_html(self)


def _as_text(plan: Plan) -> str:
    """The plan in lines, for a terminal."""
    with showing():
        rows = [(str(name), str(value)) for name, value in _rows(plan)]
        width = max(len(name) for name, _ in rows)
        return "\n".join(
            [str(title_of(plan.cells, plan.axes)), *(f"  {name:<{width}}  {value}" for name, value in rows)]
        )


def _as_html(plan: Plan) -> str:
    """The plan as a table of HTML."""
    with showing():
        rows = "".join(
            f"<tr><th {_LEFT}>{_escaped(name)}</th><td {_LEFT}>{_escaped(value)}</td></tr>"
            for name, value in _rows(plan)
        )
        caption = f"<caption {_LEFT}>{_escaped(title_of(plan.cells, plan.axes))}</caption>"
        return f"<table>{caption}<tbody>{rows}</tbody></table>"


def _escaped(said: Said) -> str:
    return html.escape(str(said))


def title_of(cells: int, axes: Sequence[Axis]) -> Text:
    """How many clips, and along which axes."""
    lengths = tuple(say("experiments.plan.axis", name=axis.name, length=len(axis)) for axis in axes)
    return say("experiments.plan.title", count=cells, axes=Several(lengths, "plain")) if lengths else _clips(cells)


def _rows(plan: Plan) -> Iterator[tuple[Said, Said]]:
    if plan.completed:
        yield say("experiments.plan.completed"), _clips(plan.completed)
    if plan.at_service:
        yield say("experiments.plan.at_service"), _clips(plan.at_service)
    if plan.failed:
        yield (
            say("experiments.plan.failed"),
            joined(_clips(plan.failed), say("experiments.plan.failed.remedy", call="retry=True")),
        )
    yield say("experiments.plan.to_buy"), _amount(plan.to_buy, plan.seconds)
    if plan.to_buy:
        yield say("experiments.plan.price"), price_said(plan.costs)
    if len(plan.services) > 1:
        yield from (_service(each) for each in plan.services)
    else:
        [only] = plan.services
        yield say("experiments.plan.service"), _of_service(only)
    yield say("experiments.plan.time"), _time(plan.time)
    yield say("experiments.plan.at_once"), str(plan.at_once)
    yield from _budgets(plan)
    if plan.seeds:
        yield say("experiments.plan.seed"), _seeds(plan)
    yield from ((say("experiments.plan.remark"), remark) for remark in plan.remarks)


def _service(part: ServicePlan) -> tuple[Said, Said]:
    shown = [_amount(part.to_buy, part.seconds), *([price_said(part.costs)] if part.to_buy else [])]
    return _of_service(part), " · ".join(map(str, shown))


def _of_service(part: ServicePlan) -> str:
    return f"{written(part.service)} · {part.model}"


def _budgets(plan: Plan) -> Iterator[tuple[Said, Said]]:
    for each in plan.budgets:
        for (what, limit, _, before), (*_, after) in zip(each.before.rows, each.after.rows, strict=True):
            left = say("experiments.plan.budget.left", left=before, limit=limit, after=after)
            covered = say("experiments.plan.budget.covers", covers=each.covers, whole=each.of)
            yield say("experiments.plan.budget", what=what), joined(left, covered if each.covers < each.of else "")


def _clips(count: int) -> Text:
    return say("experiments.plan.clips", count=count)


def _amount(clips: int, seconds: float) -> Said:
    return say("experiments.plan.amount", count=clips, seconds=f"{seconds:g}") if clips else _clips(0)


def price_said(costs: Costs) -> Said:
    """The prices by currency, each with its range; what is not known is said, too."""
    known: list[Money | Text] = []
    for currency, high in costs.high.items():
        low = costs.low[currency]
        known.append(high if low == high else say("experiments.plan.range", low=low, high=high))
    if costs.free and not known and not costs.unpriced:
        return say("experiments.plan.free")
    if costs.unpriced:
        known.append(say("experiments.plan.unpriced", count=costs.unpriced))
    if costs.free:
        known.append(say("experiments.plan.some_free", count=costs.free))
    return say("experiments.label.together", labels=Several(tuple(known), "clauses"))


def _time(span: Span | None) -> Said:
    if span is None:
        return say("experiments.plan.time.unknown")
    if not span.high:
        return say("experiments.plan.time.none")
    low, likely, high = map(clock, span)
    if low == high:
        return say("experiments.plan.time.about", likely=likely)
    return say("experiments.plan.time.range", likely=likely, low=low, high=high)


def clock(seconds: float) -> str:
    """Seconds as a clock shows them: ``"9:30"``, ``"1:02:00"``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _seeds(plan: Plan) -> Said:
    if len(plan.seeds) == 1:
        return say("experiments.plan.seed.one", seed=plan.seeds[0])
    listed = Several((*plan.seeds[:_FEW], *(["…"] if len(plan.seeds) > _FEW else [])), "plain")
    return say("experiments.label.together", labels=listed)
