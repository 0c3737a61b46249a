"""How much of a budget is used and left, in figures and in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wan_widgets.wan.budgets import Budget, Money, Use
from wan_widgets.words import Several, say
from wan_widgets.words.values import written

_NAMES = {
    "notebook": {
        "clips": "money.budget.clips.notebook",
        "seconds": "money.budget.seconds.notebook",
        "money": "money.budget.money.notebook",
    },
    "day": {
        "clips": "money.budget.clips.day",
        "seconds": "money.budget.seconds.day",
        "money": "money.budget.money.day",
    },
    "ledger": {
        "clips": "money.budget.clips.ledger",
        "seconds": "money.budget.seconds.ledger",
        "money": "money.budget.money.ledger",
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
            say("money.budget.line", what=what, limit=limit, used=used, left=left)
            for what, limit, used, left in self.rows
        )
        return str(Several(tuple(lines), "clauses"))
