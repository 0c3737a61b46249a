"""Reading and changing what the user has noted of orders, by their ids. Each function may raise `LedgerError`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, Unpack

from wan_widgets.ledger import marks
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.ledger.marks import DELETED, UNMARKED, Changes, Marks
from wan_widgets.ledger.order import LONG_PATIENCE
from wan_widgets.ledger.orders import read, write
from wan_widgets.ledger.rows import has

T = TypeVar("T")


def marks_of(order_ids: Sequence[str]) -> dict[str, Marks]:
    """The marks of those of the orders that have any."""
    # In a pair of brackets, because nothing that is found counts as not found on a disk that is full.
    return read(lambda ledger: ledger.found(lambda db: (marks.marks_of(db, order_ids),)), LONG_PATIENCE)[0]


def with_marks(order_ids: Sequence[str]) -> dict[str, tuple[Entry, Marks]]:
    """The orders that there are, each with its marks."""
    found = read(lambda ledger: [entry for order in order_ids for entry in ledger.orders("id = ?", order)])
    noted = marks_of([entry.id for entry in found])
    return {entry.id: (entry, noted.get(entry.id, UNMARKED)) for entry in found}


def with_content(sha256: str) -> list[Entry]:
    """The orders whose clips have this content and are not deleted."""
    where = f"sha256 = ? AND id NOT IN {DELETED}"
    return read(lambda ledger: ledger.orders(where, sha256))


def mark(order_ids: Iterable[str], **changes: Unpack[Changes]) -> None:
    """Change marks of orders: ``mark([order], star=True, tag=["cat"])``. What is not named stays as it is."""

    def change(ledger: Ledger) -> None:
        with ledger.transaction() as db:
            for order in order_ids:
                if has(db, order):
                    marks.mark(db, order, changes)

    write(change)


def alone_with(order_ids: Sequence[str], action: Callable[[Mapping[str, Marks]], T]) -> T:
    """Do something with the marks of orders while nobody else changes the ledger. It must not change the ledger."""

    def act(ledger: Ledger) -> T:
        with ledger.transaction() as db:
            return action(marks.marks_of(db, order_ids))

    return write(act)


def delete(places: Mapping[str, str | None]) -> None:
    """Note that the clips of orders are deleted, and where the file of each lies now, if it has one."""

    def change(ledger: Ledger) -> None:
        with ledger.transaction() as db:
            for order, to in places.items():
                marks.delete(db, order, ledger.clock(), to)

    write(change)


def undelete(order_ids: Sequence[str]) -> None:
    """Note that the clips of orders are there again."""

    def change(ledger: Ledger) -> None:
        with ledger.transaction() as db:
            for order in order_ids:
                marks.undelete(db, order)

    if order_ids:
        write(change)
