"""The budgets that hold here, and what is left of them, as a list that a cell or a terminal shows."""

import html
from dataclasses import dataclass

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

    def __str__(self) -> str:
        return f"per {self.budget.per}: {', '.join(self._limits())}"

    def _limits(self) -> list[str]:
        budget, left = self.budget, self.left
        found = [] if budget.clips is None else [f"{left.clips} of {budget.clips} clips left"]
        if budget.seconds is not None:
            found.append(f"{left.seconds:g} of {budget.seconds:g} seconds left")
        if isinstance(budget.money, Money):
            rest = Money(left.money[budget.money.currency], budget.money.currency)
            found.append(f"{rest} of {budget.money} left")
        return found


class Budgets(list[BudgetState]):
    """Budgets. A notebook shows them as a table, a terminal as one line each."""

    def __repr__(self) -> str:
        return "\n".join(f"{each} ({each.source})" for each in self) or "No budget holds here."

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{html.escape(repr(self))}</p>"
        rows = [(f"per {each.budget.per}", ", ".join(each._limits()), each.source) for each in self]  # noqa: SLF001
        cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
        body = "".join(f"<tr>{row}</tr>" for row in cells)
        return (
            f"<table><thead><tr><th>budget</th><th>left</th><th>set by</th></tr></thead><tbody>{body}</tbody></table>"
        )


def budgets() -> Budgets:
    """The budgets that hold here, each with what is used and what is left of it.

    Raises `ConfigurationError` if one cannot be read, and `LedgerError`.
    """
    found = sources()
    states = zip(found, uses([budget for budget, _ in found]), strict=True)
    return Budgets(BudgetState(budget, used, source) for (budget, source), used in states)
