"""The ledger: every order, on disk before it is sent. It is an SQLite file that any number of kernels share.

A row is written before the order is sent, and the task's id before the first question about the task. The transaction
that adds a row also checks the budgets against all rows, so that two processes cannot overspend together.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from wan_widgets.files import here
from wan_widgets.files.disk import absolute
from wan_widgets.files.place import Place
from wan_widgets.ledger.amounts import millionths, rate, settled
from wan_widgets.ledger.connections import connection, read_only, turn
from wan_widgets.ledger.entry import DISMISSED, IN_VAIN, LET_GO, REFUSED, SENDING, UNFINISHED, Entry, Once
from wan_widgets.ledger.marks import undelete
from wan_widgets.ledger.rows import as_stored, has, insert, read
from wan_widgets.ledger.schema import migrate
from wan_widgets.ledger.usage import Buyer, used
from wan_widgets.ledger.values import loaded
from wan_widgets.wan.budgets import Budget, Use
from wan_widgets.wan.errors import OverBudget
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import TaskStatus
from wan_widgets.words import Text, joined, said_by, say, stored

T = TypeVar("T")
TROUBLE = (sqlite3.Error, OSError)
"""What is raised if the file is locked, read-only or corrupt, or its disk is full."""


def ledger() -> "Ledger":
    """The ledger that ``WAN_LEDGER`` names, else the one in the user's data folder.

    A relative path is taken from the folder of the notebook, so that ``os.chdir`` leads to no other ledger.
    """
    given = bare(os.environ.get("WAN_LEDGER") or "")
    usual = platformdirs.user_data_path("wan_widgets") / "ledger.sqlite3"
    return Ledger(absolute(given, here.folder) if given else usual)


def unreadable(ledger: "Ledger", error: Exception) -> Text:
    """The message about a ledger that cannot be read."""
    return say("ledger.unreadable", path=str(ledger.path), reason=said_by(error))


def unwritable(ledger: "Ledger", error: Exception) -> Text:
    """The message about a ledger that cannot be written."""
    return say("ledger.unwritable", path=str(ledger.path), reason=said_by(error))


def priced(entry: Entry, quote: Quote | None) -> Entry:
    """The order with its price."""
    if quote is None:
        return entry
    return replace(entry, currency=quote.currency, money=millionths(quote.amount), per_second=rate(quote))


_KEYS = 500  # how many keys one question may have: old versions of SQLite take 999 values
_ENDS = frozenset(map(str, TaskStatus)) - {*UNFINISHED} | {REFUSED}
_OF_PLACE = "(place = ? OR place_id = ? AND place_id <> '')"


class Ledger:
    """One file. Threads, forks and other processes can use it at once.

    Methods raise `sqlite3.Error` and `OSError` if the file is locked, read-only or corrupt, or its disk is full.
    """

    def __init__(self, path: Path, *, patience: float = 10.0, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.patience = patience  # seconds to wait for another process that writes
        self.clock = clock

    def within(self, patience: float) -> "Ledger":
        """The same ledger, which waits at most `patience` seconds for another process that writes."""
        return Ledger(self.path, patience=patience, clock=self.clock)

    def open(
        self, entry: Entry, budgets: Sequence[Budget] = (), quote: Quote | None = None, *, once: Once | None = None
    ) -> Entry | None:
        """Add an order if every budget covers it; raises `OverBudget` with the figures if one does not.

        With `once`, the order is not added if another order of the same clip stands in for it. Then that one is
        returned.
        """
        entry = priced(entry, quote)
        with self.transaction() as db:
            if once is not None and (twin := self._twin(db, entry, once)):
                return twin
            for budget in budgets:
                if refusal := budget.refusal(used(db, budget, entry), entry.seconds, quote):
                    raise OverBudget(joined(refusal, say("wan.nothing_ordered")), remedy=budget.remedy)
            insert(db, entry)
        return None

    def note(self, order: str, values: Mapping[str, Any], missing: Entry | None = None) -> bool:
        """Write new values into the order's row, unless an end is noted there. False if there is no such order.

        First the order `missing` is added, if it is not in the ledger. If `billed_seconds` is among the values, the
        price of these seconds replaces the reserved money.
        """
        return bool(self.note_all([(order, values, missing)]))

    def note_all(self, notes: Iterable[tuple[str, Mapping[str, Any], Entry | None]]) -> set[str]:
        """Do what `note` does for several orders, in one transaction. Returns those that are in the ledger."""
        with self.transaction() as db:
            return {order for order, values, missing in notes if self._noted(db, order, values, missing)}

    def _noted(self, db: sqlite3.Connection, order: str, values: Mapping[str, Any], missing: Entry | None) -> bool:
        if missing is not None:
            insert(db, missing, "INSERT OR IGNORE")
        row = db.execute("SELECT state, path, per_second, finished_at FROM orders WHERE id = ?", [order]).fetchone()
        if row is not None and not _is_outdated(values, *row[:2]):
            now = self.clock()
            ended = {"finished_at": now} if values.get("state") in _ENDS and row[3] is None else {}
            changes = {"updated_at": now, **ended, **values, **settled(row[2], values.get("billed_seconds"))}
            if values.get("path") is not None:  # a clip that was deleted is fetched again
                undelete(db, order)
            assignments = ", ".join(f"{name} = ?" for name in changes)
            db.execute(f"UPDATE orders SET {assignments} WHERE id = ?", [*as_stored(changes), order])
        return row is not None

    def dismiss(self, order: str) -> bool:
        """Note that an unconfirmed order was not bought. False if the order is not unconfirmed, or not there."""
        change = "UPDATE orders SET state = ?, error_message = ?, updated_at = ? WHERE id = ? AND state = ?"
        with self.transaction() as db:
            values = (REFUSED, stored(DISMISSED), self.clock(), order, str(TaskStatus.UNCONFIRMED))
            return db.execute(change, values).rowcount > 0

    def let_go(self, order: str) -> bool:
        """Note that the task of an unfinished order is not followed any more. False if there is no such order."""
        marks = ", ".join("?" * len(UNFINISHED))
        change = "UPDATE orders SET state = ?, updated_at = ? WHERE id = ? AND task_id IS NOT NULL"
        with self.transaction() as db:
            values = (LET_GO, self.clock(), order, *UNFINISHED)
            return db.execute(f"{change} AND state IN ({marks})", values).rowcount > 0

    def take_back(self, order: str) -> None:
        """Note that the task of an order that was let go is followed again."""
        change = "UPDATE orders SET state = ?, updated_at = ? WHERE id = ? AND state = ?"
        with self.transaction() as db:
            db.execute(change, (str(TaskStatus.IN_PROGRESS), self.clock(), order, LET_GO))

    def uses(self, budgets: Sequence[Budget], notebook: str, place: Place) -> list[Use]:
        """How much of each budget is used, for this notebook and place, today."""
        if not self.path.is_file():
            return [Use(0, 0.0, {}) for _ in budgets]
        with self.opened() as db:
            return [used(db, each, Buyer(notebook, place.id, self.clock())) for each in budgets]

    def entry(self, order: str) -> Entry | None:
        """The order with this id, or with a task of this id."""
        return self._newest("id = ? OR task_id = ?", order, order)

    def of_task(self, task_id: str, base_url: str) -> Entry | None:
        """The order of a task at the service with this address."""
        return self._newest("task_id = ? AND base_url = ?", task_id, base_url)

    def taskless(self, base_url: str, since: float) -> list[Entry]:
        """The orders at a service, since a Unix time, that have no known task."""
        where = "base_url = ? AND created_at >= ? AND task_id IS NULL AND state IN (?, ?)"
        return self.orders(where, base_url, since, SENDING, str(TaskStatus.UNCONFIRMED))

    def entries(self, place: Place | None = None) -> list[Entry]:
        """The orders of a place, or all of them, newest first."""
        if place is None:
            return self.orders("1 ORDER BY created_at DESC, rowid")
        return self.orders(f"{_OF_PLACE} ORDER BY created_at DESC, rowid", place.path, place.id)

    def unfinished(self, place: Place) -> list[Entry]:
        """The unfinished orders of a place, oldest first."""
        marks = ", ".join("?" * len(UNFINISHED))
        where = f"{_OF_PLACE} AND state IN ({marks}) ORDER BY created_at"
        return self.orders(where, place.path, place.id, *UNFINISHED)

    def same(self, recipe_key: str, *, since: float = 0.0) -> Entry | None:
        """The newest order of the same clip that was not refused, has not failed and was not cancelled."""
        marks = ", ".join("?" * len(IN_VAIN))
        where = f"recipe_key = ? AND created_at >= ? AND state NOT IN ({marks})"
        return self._newest(where, recipe_key, since, *IN_VAIN)

    def of_clips(self, recipe_keys: Sequence[str]) -> list[Entry]:
        """All orders of these clips, newest first."""
        if not self.path.is_file():
            return []
        found: list[Entry] = []
        for first in range(0, len(recipe_keys), _KEYS):
            keys = recipe_keys[first : first + _KEYS]
            found += self.orders(f"recipe_key IN ({', '.join('?' * len(keys))})", *keys)
        return sorted(found, key=lambda entry: entry.created_at, reverse=True)

    def last_row(self) -> int:
        """The number of the row that was added last; later ones have larger numbers."""
        if not self.path.is_file():
            return 0
        return self.found(lambda db: (int(db.execute("SELECT coalesce(max(rowid), 0) FROM orders").fetchone()[0]),))[0]

    def ended(self, site: Site, count: int) -> list[tuple[str, float, object]]:
        """The newest tasks of a site that have ended: their recipes, how many seconds they took, and their courses."""
        if not self.path.is_file():
            return []
        query = "SELECT recipe, took, course FROM orders WHERE base_url = ? AND provider = ? AND took IS NOT NULL"
        with self.opened() as db:
            rows = db.execute(f"{query} ORDER BY created_at DESC LIMIT ?", [site.base_url, site.provider, count])
            return [(loaded(recipe), took, course) for recipe, took, course in rows if isinstance(took, int | float)]

    def followed_elsewhere(self, base_url: str, process: str) -> int:
        """How many tasks of a service other processes follow now."""
        if not self.path.is_file():
            return 0
        query = "SELECT COUNT(*) FROM orders WHERE base_url = ? AND poller IS NOT NULL AND lease_until > ?"
        with self.opened() as db:
            given = [base_url, self.clock(), len(process) + 1, f"{process}:"]
            return int(db.execute(f"{query} AND substr(poller, 1, ?) <> ?", given).fetchone()[0])

    def lease(self, order: str, poller: str, seconds: float, *, is_gone: Callable[[str], bool]) -> bool:
        """Take or renew the lease on an order: only its holder asks about the order. False while another has it."""
        now = self.clock()
        with self.transaction() as db:
            row = db.execute("SELECT poller, CAST(lease_until AS REAL) FROM orders WHERE id = ?", [order]).fetchone()
            if row is None:
                return True  # the order is not in this ledger, so no other process can have a lease on it
            other, until = row
            if other not in (None, poller) and (until or 0) > now and not is_gone(other):
                if until > now + seconds:
                    # The clock of the other process is ahead of ours. If it dies, its lease must end by our clock.
                    db.execute("UPDATE orders SET lease_until = ? WHERE id = ?", [now + seconds, order])
                return False
            db.execute("UPDATE orders SET poller = ?, lease_until = ? WHERE id = ?", [poller, now + seconds, order])
        return True

    def renew(self, leases: Iterable[tuple[str, str]], seconds: float) -> set[tuple[str, str]]:
        """Renew leases, each given as the order and its follower. Returns those that the follower has no longer."""
        until, lost = self.clock() + seconds, set()
        renewal = "UPDATE orders SET lease_until = ? WHERE id = ? AND poller = ?"
        with self.transaction() as db:
            for order, poller in leases:
                if not db.execute(renewal, (until, order, poller)).rowcount and has(db, order):
                    lost.add((order, poller))
        return lost

    def release(self, order: str, poller: str) -> None:
        """Give up the lease on an order, so that others can take it."""
        with self.transaction() as db:
            change = "UPDATE orders SET poller = NULL, lease_until = NULL WHERE id = ? AND poller = ?"
            db.execute(change, [order, poller])

    def _twin(self, db: sqlite3.Connection, entry: Entry, once: Once) -> Entry | None:
        ended = ("completed", "failed") if once.with_failed else ("completed",)
        open_, over = (", ".join("?" * len(states)) for states in (UNFINISHED, ended))
        # A comparison with NULL is never true.
        where = f"recipe_key = ? AND (state IN ({open_}) OR state IN ({over}) AND (created_at >= ? OR rowid > ?))"
        return next(iter(read(db, where, entry.recipe_key, *UNFINISHED, *ended, once.since, once.behind)), None)

    def _newest(self, where: str, *given: object) -> Entry | None:
        return next(iter(self.orders(f"({where}) ORDER BY created_at DESC, rowid LIMIT 1", *given)), None)

    def orders(self, where: str, *given: object) -> list[Entry]:
        """The orders that a condition of SQL finds."""
        return self.found(lambda db: read(db, where, *given))

    def found(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What a question finds, also in a ledger on a full or read-only disk.

        There it shows which clips need not be bought again.
        """
        try:
            with self.opened() as db:
                return question(db)
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0)  # Python's own errors, such as for invalid text, have none
            is_busy = code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if is_busy or not (found := self._found_read_only(question)):
                raise  # an order that was not found read-only may exist all the same
            return found

    def _found_read_only(self, question: Callable[[sqlite3.Connection], T]) -> T | None:
        with suppress(*TROUBLE), read_only(self.path) as db:
            return question(db)
        return None

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection, None, None]:
        """A connection for changes, which are all made when the block ends, or none if it raises an error."""
        with turn(self.patience), self.opened() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:  # on a full disk, SQLite has ended the transaction
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def opened(self) -> Generator[sqlite3.Connection, None, None]:
        """A connection for questions, to a file of the newest version."""
        with connection(self.path, self.patience) as (db, is_new):
            if is_new:
                db.execute("PRAGMA synchronous = FULL")  # a power cut must not lose an order that was sent
                migrate(db, self.path)  # later the file can only become newer than that
            yield db


def _is_outdated(values: Mapping[str, Any], state: str, path: str | None) -> bool:
    """Whether new values come too late. A follower may have slept while another one finished the order."""
    if "state" not in values:
        return False
    if state == "completed" and path is not None:
        return values.get("path") is None
    in_vain = state in ("failed", "cancelled") or (state == REFUSED and "task_id" not in values)
    was_let_go = state == LET_GO and values["state"] in UNFINISHED
    return was_let_go or (in_vain and values["state"] != "completed")
