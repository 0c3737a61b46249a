"""How much of a budget the orders of the ledger have used."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wan_widgets.ledger.amounts import amount
from wan_widgets.ledger.entry import IN_VAIN, Entry
from wan_widgets.ledger.values import midnight, stored
from wan_widgets.wan.budgets import Budget, Use
from wan_widgets.wan.tasks import EXPIRED, UNENDED

_OF_NOTEBOOK = "(notebook = ? OR place_id = ? AND place_id <> '' AND substr(notebook, -length(?)) = ?)"


@dataclass(frozen=True)
class Buyer:
    """Who buys and when, as far as budgets depend on it."""

    notebook: str
    place_id: str
    created_at: float


def used(db: sqlite3.Connection, budget: Budget, buyer: Entry | Buyer) -> Use:
    """How much of a budget is used, as it counts for a buyer."""
    where, given = "1", list[Any]()
    if budget.per == "notebook":
        where, given = _OF_NOTEBOOK, [*map(stored, (buyer.notebook, buyer.place_id, _tail(buyer), _tail(buyer)))]
    elif budget.per == "day":
        where, given = "created_at >= ?", [midnight(buyer.created_at)]
    marks = ", ".join("?" * len(IN_VAIN))
    # `Entry.is_charged` says the same of one order.
    rows = db.execute(
        f"SELECT currency, COUNT(*), SUM(seconds), SUM(money) FROM orders WHERE {where} AND (? OR NOT is_simulated) "
        f"AND (state NOT IN ({marks}) OR error_code IN (?, ?)) GROUP BY currency",
        [*given, budget.counts_simulated, *IN_VAIN, EXPIRED, UNENDED],
    ).fetchall()
    money = {currency: amount(sum_) for currency, _, _, sum_ in rows if currency}
    return Use(clips=sum(row[1] for row in rows), seconds=sum(row[2] or 0.0 for row in rows), money=money)


def _tail(buyer: Entry | Buyer) -> str:
    """The end of the notebook's path that stays when its folder moves."""
    return os.sep + Path(buyer.notebook).name
