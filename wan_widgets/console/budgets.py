"""The budgets that hold here, and what is left of them, as a list that a cell or a terminal shows."""

import html
from dataclasses import dataclass
from decimal import Decimal

from wan_widgets.ledger.orders import uses
from wan_widgets.money.budgets import sources
from wan_widgets.wan.budgets import Budget, Money, Use


@dataclass(frozen=True)
class BudgetState:
    """A budget that holds here, and how much of it is used."""

    budget: Budget
    used: Use
    source: str
    """Where it was set: ``"ww.set_budget"``, ``"WAN_BUDGET"``, or the path of the file for everybody on the machine."""

    @property
    def left(self) -> Use:
        """What is left of each limit that is set."""
        return self.budget.left(self.used)

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """For each limit that is set: what is limited, the limit, what is used of it, and what is left."""
        budget, used, left = self.budget, self.used, self.left
        found: list[tuple[str, float | Money, float | Money, float | Money]] = []
        if budget.clips is not None:
            found.append(("clips", budget.clips, used.clips, left.clips))
        if budget.seconds is not None:
            found.append(("seconds", budget.seconds, used.seconds, left.seconds))
        if isinstance(limit := budget.money, Money):
            spent = Money(used.money.get(limit.currency, Decimal(0)), limit.currency)
            found.append(("money", limit, spent, Money(left.money[limit.currency], limit.currency)))
        return [(f"{what} per {budget.per}", *map(_figure, figures)) for what, *figures in found]  # type: ignore[misc]

    def __str__(self) -> str:
        return "; ".join(f"{what}: limit {limit}, used {used}, left {left}" for what, limit, used, left in self.rows)


class Budgets(list[BudgetState]):
    """Budgets. A notebook shows them as a table with a row for each limit, a terminal as one line each."""

    def __repr__(self) -> str:
        return "\n".join(f"{each} ({each.source})" for each in self) or "No budget holds here."

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{html.escape(repr(self))}</p>"
        head = "".join(f"<th>{name}</th>" for name in ("budget", "limit", "used", "left", "set by"))
        rows = [(*row, each.source) for each in self for row in each.rows]
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def budgets() -> Budgets:
    """The budgets that hold here, each with what is used and what is left of it.

    Raises `ConfigurationError` if one cannot be read, and `LedgerError`.
    """
    found = sources()
    states = zip(found, uses([budget for budget, _ in found]), strict=True)
    return Budgets(BudgetState(budget, used, source) for (budget, source), used in states)


def _figure(figure: float | Money) -> str:
    return f"{figure:g}" if isinstance(figure, float) else str(figure)
