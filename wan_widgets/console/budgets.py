"""The budgets that hold here, and what is left of them, as a list that a cell or a terminal shows."""

import html
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wan_widgets.ledger.orders import uses
from wan_widgets.money.budgets import sources
from wan_widgets.wan.budgets import Budget, Money, Use
from wan_widgets.words import Several, say, showing
from wan_widgets.words.values import written

_HEAD = (
    "console.budgets.head.budget",
    "console.budgets.head.limit",
    "console.budgets.head.used",
    "console.budgets.head.left",
    "console.budgets.head.source",
)
_NAMES = {
    "notebook": {
        "clips": "console.budgets.clips.notebook",
        "seconds": "console.budgets.seconds.notebook",
        "money": "console.budgets.money.notebook",
    },
    "day": {
        "clips": "console.budgets.clips.day",
        "seconds": "console.budgets.seconds.day",
        "money": "console.budgets.money.day",
    },
    "ledger": {
        "clips": "console.budgets.clips.ledger",
        "seconds": "console.budgets.seconds.ledger",
        "money": "console.budgets.money.ledger",
    },
}
"""What is limited, by the scope of the budget."""


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
        found: list[tuple[str, Any, Any, Any]] = []
        if budget.clips is not None:
            found.append(("clips", budget.clips, used.clips, left.clips))
        if budget.seconds is not None:
            found.append(("seconds", budget.seconds, used.seconds, left.seconds))
        if isinstance(limit := budget.money, Money):
            spent = Money(used.money.get(limit.currency, Decimal(0)), limit.currency)
            found.append(("money", limit, spent, Money(left.money[limit.currency], limit.currency)))
        names = _NAMES[budget.per]
        return [(str(say(names[what])), *map(written, figures)) for what, *figures in found]  # type: ignore[misc]

    def __str__(self) -> str:
        lines = (
            say("console.budgets.line", what=what, limit=limit, used=used, left=left)
            for what, limit, used, left in self.rows
        )
        return str(Several(tuple(lines), "clauses"))


class Budgets(list[BudgetState]):
    """Budgets. A notebook shows them as a table with a row for each limit, a terminal as one line each."""

    def __repr__(self) -> str:
        with showing():
            lines = (str(say("console.budgets.source", line=str(each), source=each.source)) for each in self)
            return "\n".join(lines) or str(say("console.budgets.none"))

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{html.escape(repr(self))}</p>"
        with showing():
            head = "".join(f"<th>{html.escape(str(say(key)))}</th>" for key in _HEAD)
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
