"""The ledger: everything that was ever ordered, on disk before it is sent. SQLite, shared by any number of kernels.

A row exists before the order leaves; the task's id is there before the first question about it. Budgets are held
against the rows within the transaction that adds one, so that two processes cannot overspend together.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from wan_widgets.ledger.amounts import amount, millionths, rate, settled
from wan_widgets.ledger.entry import DISMISSED, REFUSED, SENDING, UNFINISHED, Entry
from wan_widgets.ledger.schema import migrate
from wan_widgets.ledger.values import midnight, stored, told, when
from wan_widgets.wan.budgets import Budget, Use
from wan_widgets.wan.errors import OverBudget
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.tasks import EXPIRED, TaskStatus

TROUBLE = (sqlite3.Error, OSError)
"""What a file that is locked, read-only, full or corrupt raises."""
_IN_VAIN = (REFUSED, "failed", "cancelled")
"""Only these bought nothing, as far as anybody knows: a state that a newer version writes counts."""


def ledger() -> "Ledger":
    """The ledger that ``WAN_LEDGER`` names, else the one in the user's data folder."""
    given = os.environ.get("WAN_LEDGER")
    usual = platformdirs.user_data_path("wan_widgets") / "ledger.sqlite3"
    return Ledger(Path(given).expanduser().absolute() if given else usual)


def unreadable(ledger: "Ledger", error: Exception) -> str:
    """What is said of a ledger that cannot be read."""
    return f"The ledger {ledger.path} cannot be read: {error}."


def unwritable(ledger: "Ledger", error: Exception) -> str:
    """What is said of a ledger that cannot be written."""
    return f"The ledger {ledger.path} cannot be written: {error}."


def priced(entry: Entry, quote: Quote | None) -> Entry:
    """An order with what it costs."""
    if quote is None:
        return entry
    return replace(entry, currency=quote.currency, money=millionths(quote.amount), per_second=rate(quote))


_COLUMNS = tuple(each.name for each in fields(Entry))


class Ledger:
    """One file. Every method opens it anew, so that threads, forks and other processes may do as they like.

    Raises `sqlite3.Error` and `OSError` where the file is locked, read-only, full or corrupt.
    """

    def __init__(self, path: Path, *, patience: float = 10.0, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._patience = patience  # seconds to wait for another process that writes
        self._clock = clock

    def within(self, patience: float) -> "Ledger":
        """The same, waiting no longer than these seconds for another process that writes."""
        return Ledger(self.path, patience=patience, clock=self._clock)

    def open(
        self, entry: Entry, budgets: Sequence[Budget] = (), quote: Quote | None = None, *, once: float | None = None
    ) -> Entry | None:
        """Add an order, if every budget covers it; raises `OverBudget` with the figures if one does not.

        With `once`, a Unix time, nothing is added where this notebook has the same clip under way, or has got it from
        an order since then: that order is returned.
        """
        entry = priced(entry, quote)
        with self._writing() as db:
            if once is not None and (twin := self._twin(db, entry, once)):
                return twin
            for budget in budgets:
                if refusal := budget.refusal(self._used(db, budget, entry), entry.seconds, quote):
                    raise OverBudget(f"{refusal} Nothing was ordered.")
            _insert(db, entry)
        return None

    def note(self, order: str, values: Mapping[str, Any], missing: Entry | None = None) -> bool:
        """Write down what changed, if no end is noted yet, adding what is `missing`. False: there is no such order.

        With `billed_seconds` among it, what was reserved becomes what they cost, be that less or more.
        """
        with self._writing() as db:
            if missing is not None:
                _insert(db, missing, "INSERT OR IGNORE")
            row = db.execute("SELECT state, path, per_second FROM orders WHERE id = ?", [order]).fetchone()
            if row is not None and not _is_outdone(values, *row[:2]):
                changes = {"updated_at": self._clock(), **values, **settled(row[2], values.get("billed_seconds"))}
                assignments = ", ".join(f"{name} = ?" for name in changes)
                db.execute(f"UPDATE orders SET {assignments} WHERE id = ?", [*map(stored, changes.values()), order])
        return row is not None

    def dismiss(self, order: str) -> bool:
        """An unconfirmed order was not bought. False: there is none such, or more is known of it by now."""
        change = "UPDATE orders SET state = ?, error_message = ?, updated_at = ? WHERE id = ? AND state = ?"
        with self._writing() as db:
            values = (REFUSED, DISMISSED, self._clock(), order, str(TaskStatus.UNCONFIRMED))
            return db.execute(change, values).rowcount > 0

    def entry(self, order: str) -> Entry | None:
        """An order by its id here, or by the task's id."""
        return self._newest("id = ? OR task_id = ?", order, order)

    def of_task(self, task_id: str, base_url: str) -> Entry | None:
        """The order that led to a task of the service at this address."""
        return self._newest("task_id = ? AND base_url = ?", task_id, base_url)

    def taskless(self, base_url: str, since: float) -> list[Entry]:
        """The orders to a service of which it is not known to which task they led."""
        where = "base_url = ? AND created_at >= ? AND task_id IS NULL AND state IN (?, ?)"
        return self._entries(where, base_url, since, SENDING, str(TaskStatus.UNCONFIRMED))

    def entries(self, place: str | None = None) -> list[Entry]:
        """The orders of a working directory, or all of them, newest first."""
        if place is None:
            return self._entries("1 ORDER BY created_at DESC")
        return self._entries("place = ? ORDER BY created_at DESC", place)

    def unfinished(self, place: str) -> list[Entry]:
        """Those of a working directory whose end is not known, oldest first."""
        marks = ", ".join("?" * len(UNFINISHED))
        return self._entries(f"place = ? AND state IN ({marks}) ORDER BY created_at", place, *UNFINISHED)

    def same(self, recipe_key: str, *, since: float = 0.0, notebook: str | None = None) -> Entry | None:
        """The newest order of the same clip that was not in vain."""
        marks = ", ".join("?" * len(_IN_VAIN))
        where = f"recipe_key = ? AND created_at >= ? AND state NOT IN ({marks})"
        given: list[Any] = [recipe_key, since, *_IN_VAIN]
        if notebook is not None:
            where, given = f"{where} AND notebook = ?", [*given, notebook]
        return self._newest(where, *given)

    def lease(self, order: str, poller: str, seconds: float, *, is_gone: Callable[[str], bool]) -> bool:
        """Become, or stay, the one who asks about an order; false while somebody else is."""
        now = self._clock()
        with self._writing() as db:
            row = db.execute("SELECT poller, CAST(lease_until AS REAL) FROM orders WHERE id = ?", [order]).fetchone()
            if row is None:
                return True  # an order from before the ledger, or of another one: nobody else can know of it
            other, until = row
            if other not in (None, poller) and (until or 0) > now and not is_gone(other):
                if until > now + seconds:  # its clock is ahead of ours; if it is dead, it shall be so for us, too
                    db.execute("UPDATE orders SET lease_until = ? WHERE id = ?", [now + seconds, order])
                return False
            db.execute("UPDATE orders SET poller = ?, lease_until = ? WHERE id = ?", [poller, now + seconds, order])
        return True

    def release(self, order: str, poller: str) -> None:
        """Let others ask about it."""
        with self._writing() as db:
            change = "UPDATE orders SET poller = NULL, lease_until = NULL WHERE id = ? AND poller = ?"
            db.execute(change, [order, poller])

    def _twin(self, db: sqlite3.Connection, entry: Entry, since: float) -> Entry | None:
        marks = ", ".join("?" * len(UNFINISHED))
        where = f"recipe_key = ? AND notebook = ? AND (state IN ({marks}) OR state = 'completed' AND created_at >= ?)"
        return next(iter(_read(db, where, entry.recipe_key, entry.notebook, *UNFINISHED, since)), None)

    def _used(self, db: sqlite3.Connection, budget: Budget, entry: Entry) -> Use:
        where, given = "1", list[Any]()
        if budget.per == "notebook":
            where, given = "notebook = ?", [stored(entry.notebook)]
        elif budget.per == "day":
            where, given = "created_at >= ?", [midnight(entry.created_at)]
        marks = ", ".join("?" * len(_IN_VAIN))
        # What ran out before it was fetched was made all the same, as far as anybody knows.
        rows = db.execute(
            f"SELECT currency, COUNT(*), SUM(seconds), SUM(money) FROM orders WHERE {where} AND NOT is_simulated "
            f"AND (state NOT IN ({marks}) OR error_code = ?) GROUP BY currency",
            [*given, *_IN_VAIN, EXPIRED],
        ).fetchall()
        money = {currency: amount(sum_) for currency, _, _, sum_ in rows if currency}
        return Use(clips=sum(row[1] for row in rows), seconds=sum(row[2] or 0.0 for row in rows), money=money)

    def _newest(self, where: str, *given: object) -> Entry | None:
        return next(iter(self._entries(f"({where}) ORDER BY created_at DESC LIMIT 1", *given)), None)

    def _entries(self, where: str, *given: object) -> list[Entry]:
        try:
            with self._opened() as db:
                return _read(db, where, *given)
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0)  # Python's own, as of text that is none, have no code
            is_busy = code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if is_busy or not (found := self._found_read_only(where, *given)):
                raise  # what is not found there may all the same have been ordered
            return found

    def _found_read_only(self, where: str, *given: object) -> list[Entry]:
        """What a disk that is full or may only be read still tells: what was finished is not bought again."""
        address = f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"
        with suppress(sqlite3.Error, OSError):
            beside = (self.path.with_name(self.path.name + end) for end in ("-wal", "-journal"))
            if any(path.is_file() and path.stat().st_size for path in beside):
                return []  # what was written last is not in the file yet
            with closing(sqlite3.connect(address, uri=True)) as db:
                return _read(db, where, *given)
        return []

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection, None, None]:
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:  # a disk that is full has ended it
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection, None, None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")  # an order that was sent must not be forgotten with the power
            migrate(db, self.path)
            yield db
        finally:
            db.close()


def _read(db: sqlite3.Connection, where: str, *given: object) -> list[Entry]:
    query = f"SELECT {', '.join(_COLUMNS)} FROM orders WHERE {where}"
    rows: Iterable[Any] = db.execute(query, [*map(stored, given)])
    return [_entry(dict(zip(_COLUMNS, map(told, row), strict=True))) for row in rows]


def _entry(values: dict[str, Any]) -> Entry:
    times = {name: when(values[name]) for name in ("created_at", "updated_at")}
    return Entry(**values | times)


def _is_outdone(values: Mapping[str, Any], state: str, path: str | None) -> bool:
    """Whether what is to be noted comes too late, as from a follower that slept while another finished."""
    if "state" not in values:
        return False
    if state == "completed" and path is not None:
        return values.get("path") is None
    in_vain = state in ("failed", "cancelled") or (state == REFUSED and "task_id" not in values)
    return in_vain and values["state"] != "completed"


def _insert(db: sqlite3.Connection, entry: Entry, how: str = "INSERT") -> None:
    marks = ", ".join("?" * len(_COLUMNS))
    values = [stored(getattr(entry, name)) for name in _COLUMNS]
    db.execute(f"{how} INTO orders ({', '.join(_COLUMNS)}) VALUES ({marks})", values)
