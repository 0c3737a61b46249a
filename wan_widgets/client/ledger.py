"""The ledger: everything that was ever ordered, on disk before it is sent. SQLite, shared by any number of kernels.

A row exists before the order leaves; the task's id is there before the first question about it. Budgets are held
against the rows within the transaction that adds one, so that two processes cannot overspend together.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from wan_widgets.client.ledger_schema import migrate
from wan_widgets.wan.budgets import Budget, Use
from wan_widgets.wan.errors import OverBudget
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.recipes import from_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskError, TaskStatus, VideoTask

SENDING, REFUSED = "sending", "refused"
"""States of an order besides those of a task: on its way out; nothing was bought."""
UNFINISHED = (SENDING, "queued", "in_progress", "unconfirmed")
_SPENT = (*UNFINISHED, "completed")
_PATIENCE = 10.0  # seconds to wait for another process that writes
_MILLIONTHS = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An order, as the ledger has it. Times are Unix times in seconds."""

    id: str
    created_at: float
    updated_at: float
    place: str
    """The working directory."""
    notebook: str
    provider: str
    base_url: str
    region: str
    recipe: str
    """JSON, as `wan.recipes` makes it."""
    recipe_key: str
    """The same for orders that would make the same clip."""
    state: str
    task_id: str | None = None
    progress: int | None = None
    video_url: str | None = None
    expires_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None
    path: str | None = None
    size: int | None = None
    sha256: str | None = None
    currency: str | None = None
    money: int | None = None
    """Millionths of the currency's unit."""
    seconds: float = 0.0
    """Length of the clip."""
    poller: str | None = None
    """Who asks the service about it."""
    lease_until: float | None = None

    @property
    def request(self) -> VideoRequest | None:
        """What was asked for; ``None`` if it cannot be read."""
        try:
            return from_recipe(json.loads(self.recipe))
        except ValueError:
            return None

    @property
    def is_finished(self) -> bool:
        """Nothing will change any more."""
        return self.state not in UNFINISHED

    @property
    def task(self) -> VideoTask | None:
        """The task as it was last seen; ``None`` where the service gave no id."""
        if self.task_id is None:
            return None
        status = TaskStatus(self.state) if self.state in TaskStatus.__members__.values() else TaskStatus.UNCONFIRMED
        error = TaskError(self.error_message or "The service gave no reason.", self.error_code)
        return VideoTask(
            id=self.task_id,
            status=status,
            provider=self.provider,
            request=self.request,
            progress=self.progress,
            created_at=datetime.fromtimestamp(self.created_at, UTC),
            expires_at=datetime.fromtimestamp(self.expires_at, UTC) if self.expires_at else None,
            video_url=self.video_url,
            error=error if status is TaskStatus.FAILED else None,
        )


_COLUMNS = tuple(each.name for each in fields(Entry))


class Ledger:
    """One file. Every method opens it anew, so that threads, forks and other processes may do as they like.

    Raises `sqlite3.Error` and `OSError` where the file is locked, read-only, full or corrupt.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock

    def open(self, entry: Entry, budgets: Sequence[Budget] = (), quote: Quote | None = None) -> None:
        """Add an order, if every budget covers it; raises `OverBudget` with the figures if one does not."""
        if quote is not None:
            millionths = int((quote.amount * _MILLIONTHS).to_integral_value())
            entry = replace(entry, currency=quote.currency, money=millionths)
        marks = ", ".join("?" * len(_COLUMNS))
        with self._writing() as db:
            for budget in budgets:
                if refusal := budget.refusal(self._used(db, budget, entry), entry.seconds, quote):
                    raise OverBudget(f"{refusal} Nothing was ordered.")
            values = [getattr(entry, name) for name in _COLUMNS]
            db.execute(f"INSERT INTO orders ({', '.join(_COLUMNS)}) VALUES ({marks})", values)

    def note(self, order: str, **values: Any) -> None:
        """Write down what changed."""
        names = {"updated_at": self._clock(), **values}
        assignments = ", ".join(f"{name} = ?" for name in names)
        with self._writing() as db:
            db.execute(f"UPDATE orders SET {assignments} WHERE id = ?", [*names.values(), order])

    def entry(self, order: str) -> Entry | None:
        """An order by its id here, or by the task's id."""
        return next(iter(self._entries("id = ? OR task_id = ? ORDER BY created_at DESC LIMIT 1", order, order)), None)

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
        marks = ", ".join("?" * len(_SPENT))
        where = f"recipe_key = ? AND created_at >= ? AND state IN ({marks})"
        given: list[Any] = [recipe_key, since, *_SPENT]
        if notebook is not None:
            where, given = f"{where} AND notebook = ?", [*given, notebook]
        return next(iter(self._entries(f"{where} ORDER BY created_at DESC LIMIT 1", *given)), None)

    def lease(self, order: str, poller: str, seconds: float, *, is_gone: Callable[[str], bool]) -> bool:
        """Become, or stay, the one who asks about an order; false while somebody else is."""
        now = self._clock()
        with self._writing() as db:
            row = db.execute("SELECT poller, lease_until FROM orders WHERE id = ?", [order]).fetchone()
            if row is None:
                return True  # an order from before the ledger, or of another one: nobody else can know of it
            other, until = row
            if other not in (None, poller) and (until or 0) > now and not is_gone(other):
                return False
            db.execute("UPDATE orders SET poller = ?, lease_until = ? WHERE id = ?", [poller, now + seconds, order])
        return True

    def release(self, order: str, poller: str) -> None:
        """Let others ask about it."""
        with self._writing() as db:
            db.execute(
                "UPDATE orders SET poller = NULL, lease_until = NULL WHERE id = ? AND poller = ?", [order, poller]
            )

    def _used(self, db: sqlite3.Connection, budget: Budget, entry: Entry) -> Use:
        where: str = "1"
        given: list[Any] = []
        if budget.per == "notebook":
            where, given = "notebook = ?", [entry.notebook]
        elif budget.per == "day":
            where, given = "created_at >= ?", [_midnight(entry.created_at)]
        marks = ", ".join("?" * len(_SPENT))
        rows = db.execute(
            f"SELECT currency, COUNT(*), SUM(seconds), SUM(money) FROM orders WHERE {where} AND state IN ({marks}) "
            "GROUP BY currency",
            [*given, *_SPENT],
        ).fetchall()
        money = {currency: Decimal(sum_ or 0) / _MILLIONTHS for currency, _, _, sum_ in rows if currency}
        return Use(clips=sum(row[1] for row in rows), seconds=sum(row[2] or 0.0 for row in rows), money=money)

    def _entries(self, where: str, *given: object) -> list[Entry]:
        with self._opened() as db:
            rows: Iterable[Any] = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM orders WHERE {where}", given)
            return [Entry(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection, None, None]:
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Generator[sqlite3.Connection, None, None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")  # an order that was sent must not be forgotten with the power
            migrate(db, self.path)
            yield db
        finally:
            db.close()


def _midnight(moment: float) -> float:
    """When the day of a moment began, where this machine is."""
    local = datetime.fromtimestamp(moment).astimezone()
    return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
