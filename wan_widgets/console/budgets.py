"""The budgets that hold here, and what is left of them, as a list that a cell or a terminal shows."""

import html

from wan_widgets.ledger.orders import uses
from wan_widgets.money.budgets import sources
from wan_widgets.money.standing import BudgetState
from wan_widgets.words import say, showing

_HEAD = (
    "console.budgets.head.budget",
    "console.budgets.head.limit",
    "console.budgets.head.used",
    "console.budgets.head.left",
    "console.budgets.head.source",
)


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
