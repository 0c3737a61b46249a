"""Making the plan of a sweep, and the time that it still takes. Nothing is bought."""

import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal

from wan_widgets.experiments.axes import Axis
from wan_widgets.experiments.cells import AT_SERVICE, TO_BUY, Cell, CellState
from wan_widgets.experiments.plan import BudgetPlan, Costs, Plan, ServicePlan
from wan_widgets.generation.queue import line_of
from wan_widgets.ledger.earlier import earlier_like
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.orders import uses
from wan_widgets.money.budgets import sources
from wan_widgets.money.standing import BudgetState
from wan_widgets.pacing.makespan import Line, Span, makespan
from wan_widgets.wan.budgets import Money, Use
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.estimates import Estimate
from wan_widgets.wan.models import Mode
from wan_widgets.wan.quotes import Quote


def plan_of(cells: Sequence[Cell], axes: tuple[Axis, ...], at_once: int) -> Plan:
    """The plan, from the cells as they are now. Raises `LedgerError`, and `ConfigurationError` for a bad budget."""
    buying = [cell for cell in cells if cell.state in TO_BUY]
    counts = Counter(cell.state for cell in cells)
    return Plan(
        axes=axes,
        cells=len(cells),
        completed=counts[CellState.COMPLETED],
        at_service=sum(counts[state] for state in AT_SERVICE),
        failed=counts[CellState.FAILED],
        to_buy=len(buying),
        seconds=_seconds(buying),
        costs=costs_of(buying),
        services=tuple(_services(cells)),
        budgets=tuple(_budgets(buying)),
        time=time_of(cells, at_once),
        at_once=at_once,
        seeds=tuple(dict.fromkeys(cell.request.seed for cell in cells if cell.request.seed is not None)),
        remarks=tuple(dict.fromkeys(cell.prepared.remark for cell in cells if cell.prepared.remark)),
    )


def costs_of(cells: Iterable[Cell]) -> Costs:
    """What cells cost together."""
    low: defaultdict[str, Decimal] = defaultdict(Decimal)
    high: defaultdict[str, Decimal] = defaultdict(Decimal)
    unpriced = free = 0
    for cell in cells:
        provider, quote = cell.client.provider, cell.quote
        if provider.is_simulated or not provider.bills:
            free += 1
        elif quote is None:
            unpriced += 1
        else:
            low[quote.currency] += _least(quote, cell)
            high[quote.currency] += quote.amount
    return Costs(_sums(low), _sums(high), unpriced, free)


def _sums(amounts: Mapping[str, Decimal]) -> dict[str, Money]:
    return {currency: Money(amount, currency) for currency, amount in amounts.items()}


def time_of(cells: Sequence[Cell], at_once: int, now: float | None = None) -> Span | None:
    """The seconds until all cells have ended; ``None`` if too little is known. Reads the ledger."""
    lines: defaultdict[Hashable, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.state in (*TO_BUY, *AT_SERVICE):
            lines[line_of(cell.client, cell.request)[0], cell.request.resolution, cell.request.duration].append(cell)
    return makespan([_line(each, now) for each in lines.values()], at_once) if lines else Span(0.0, 0.0, 0.0)


def time_left(cells: Sequence[Cell], at_once: int, now: float) -> Estimate | None:
    """When all cells that are on their way will have ended, as Unix times. Refused ones are not."""
    span = time_of([cell for cell in cells if not cell.state.is_over or cell.is_wanted], at_once, now)
    return Estimate(now + span.low, now + span.likely, now + span.high) if span else None


def _line(cells: Sequence[Cell], now: float | None) -> Line:
    first = cells[0]
    ordered = [cell for cell in cells if cell.state in AT_SERVICE]
    begun = [_begun(cell) for cell in ordered]
    return Line(
        durations=earlier_like(ledger(), first.client.site, first.request).durations,
        waiting=len(cells) - len(ordered),
        limit=line_of(first.client, first.request)[1],
        ages=[max(0.0, now - each) if now else 0.0 for each in begun],
    )


def _begun(cell: Cell) -> float:
    """The Unix time of its order."""
    if cell.job is not None:
        return cell.job.begun
    return cell.past.entry.created_at if cell.past else time.time()


def _services(cells: Sequence[Cell]) -> Iterable[ServicePlan]:
    parts: defaultdict[tuple[str, str, Mode], list[Cell]] = defaultdict(list)
    for cell in cells:
        parts[cell.client.provider.title, cell.request.model, cell.request.mode].append(cell)
    for (service, model, mode), found in parts.items():
        buying = [cell for cell in found if cell.state in TO_BUY]
        yield ServicePlan(service, model, mode, len(found), len(buying), _seconds(buying), costs_of(buying))


def _budgets(buying: Sequence[Cell]) -> Iterable[BudgetPlan]:
    try:
        found = sources()
    except ConfigurationError:
        if all(cell.client.provider.is_simulated for cell in buying):  # an unreadable budget does not stop these
            return
        raise
    for (budget, source), used in zip(found, uses([budget for budget, _ in found]), strict=True):
        limited = [cell for cell in buying if budget.counts_simulated or not cell.client.provider.is_simulated]
        covers, then = 0, used
        for number, cell in enumerate(limited):
            if covers == number and budget.refusal(then, float(cell.request.duration), cell.quote) is None:
                covers += 1
            then = _used_after(then, cell)
        yield BudgetPlan(BudgetState(budget, used, source), BudgetState(budget, then, source), covers, len(limited))


def _used_after(used: Use, cell: Cell) -> Use:
    quote, money = cell.quote, dict(used.money)
    if quote is not None:
        money[quote.currency] = money.get(quote.currency, Decimal(0)) + quote.amount
    return Use(used.clips + 1, used.seconds + float(cell.request.duration), money)


def _seconds(cells: Iterable[Cell]) -> float:
    return float(sum(cell.request.duration for cell in cells))


def _least(quote: Quote, cell: Cell) -> Decimal:
    """The price without the input whose length is not known."""
    return quote.per_second * cell.request.duration if quote.at_most else quote.amount
