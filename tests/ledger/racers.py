"""What each of several processes does in the races for a ledger: in a module of its own, which they can import."""

from decimal import Decimal

from shared.orders import an_entry
from shared.processes import PROCESSES
from wan_widgets import Budget, OverBudget, Quote
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.ledger.marks import mark

COSTS = ("0.70", "1.10", "0.30", "2.00")


def price(amount):
    return Quote(amount=Decimal(amount), currency="CNY", seconds=5, per_second=Decimal(1), source="x", date="y")


def spend(name, begin, path, rounds):
    """Round after round all want the last of a budget that has just grown by a little."""
    ledger, bought = Ledger(path), 0
    for turn in range(rounds):
        begin.wait(60)
        try:
            ledger.open(
                an_entry(id=f"{turn}-{name}"),
                [Budget(money=f"{turn + 1} CNY"), Budget(clips=3 * (turn + 1))],
                price(COSTS[(name + turn) % len(COSTS)]),
            )
        except OverBudget:
            continue
        bought += 1
    return bought


def begin_files(name, begin, folder, rounds):
    for turn in range(rounds):
        begin.wait(60)
        Ledger(folder / f"{turn}.sqlite3").open(an_entry(id=f"{name}"))
    return True


def ask(name, begin, path, rounds):
    """All want to be the one who asks."""
    ledger, mine = Ledger(path), []
    for turn in range(rounds):
        begin.wait(60)
        if ledger.lease(f"{turn}", f"follower {name}", 60, is_gone=lambda _: False):
            mine.append(turn)
    return mine


def follow(name, begin, path, rounds):
    ledger = Ledger(path)
    begin.wait(60)
    for turn in range(rounds):
        ledger.note(f"{name}", {"progress": turn, "state": "in_progress"})
        seen = ledger.entries()
        assert len(seen) == PROCESSES
        assert next(entry for entry in seen if entry.id == f"{name}").progress == turn
    return True


def note(name, begin, path, rounds):
    """All mark the same orders: each with a tag and a mark of its own, and all take one tag away."""
    ledger = Ledger(path)
    own = ({"star": True}, {"rating": 4.0}, {"note": "good"}, {})[name]
    for turn in range(rounds):
        begin.wait(60)
        with ledger.transaction() as db:
            mark(db, f"{turn}", {**own, "tag": [f"of {name}", "all"], "untag": ["former"]})
    return True
