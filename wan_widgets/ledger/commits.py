"""Changes that are made at the same time are written in one transaction, because the disk must confirm each one.

A change is on disk when its caller goes on. While the disk confirms one transaction, the changes that come meanwhile
wait for the next one, in which all of them are written. So a hundred orders at once need a few transactions.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from wan_widgets.files.outcome import Outcome
from wan_widgets.files.threads import on_thread
from wan_widgets.ledger.ledger import TROUBLE, Ledger
from wan_widgets.wan.errors import WanError

T = TypeVar("T")
Change = Callable[[Ledger], Any]


class Commits:
    """The changes that one event loop makes in one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Change, asyncio.Future[Any]]] = []
        self._is_writing = False
        self._lock = threading.Lock()

    async def make(self, change: Callable[[Ledger], T]) -> T:
        """Make a change, and return what it returns. It is made even if the caller is cancelled meanwhile."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._waiting.append((change, future))
            is_written_already, self._is_writing = self._is_writing, True
        if not is_written_already:
            try:
                loop.run_in_executor(None, self._write_all)
            except RuntimeError:  # the interpreter is ending and starts no more threads
                self._write_all()
        return await to_its_end(future)

    def _write_all(self) -> None:
        while batch := self._taken():
            outcomes = in_one_transaction(self._ledger, [change for change, _ in batch])
            futures = [future for _, future in batch]
            with suppress(RuntimeError):  # the loop is closed
                futures[0].get_loop().call_soon_threadsafe(_reach, outcomes, futures)

    def _taken(self) -> list[tuple[Change, "asyncio.Future[Any]"]]:
        with self._lock:
            batch, self._waiting = self._waiting, []
            self._is_writing = bool(batch)
            return batch


def _reach(outcomes: "Sequence[Outcome]", futures: "Sequence[asyncio.Future[Any]]") -> None:
    for outcome, future in zip(outcomes, futures, strict=True):
        outcome.reach(future)


def in_one_transaction(ledger: Ledger, changes: Sequence[Change]) -> list[Outcome]:
    """Make changes in one transaction. One that fails undoes only itself, unless the file is in trouble."""
    try:
        with ledger.transaction() as db:
            part = _Part(ledger, db)
            return [_outcome(change, part, db) for change in changes]
    except Exception as error:  # noqa: BLE001  # whatever it is, nobody may wait for ever
        return [Outcome(error=error)] * len(changes)


def _outcome(change: Change, part: "_Part", db: sqlite3.Connection) -> Outcome:
    try:
        return Outcome(change(part))
    except Exception as error:  # its caller gets it
        if not db.in_transaction:  # on a full disk, SQLite has ended the transaction, and undone the others too
            raise
        return Outcome(error=error)


class _Part(Ledger):
    """A ledger of which each transaction is a part of a larger one."""

    def __init__(self, ledger: Ledger, db: sqlite3.Connection) -> None:
        super().__init__(ledger.path, clock=ledger.clock)
        self._db = db

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection, None, None]:
        self._db.execute("SAVEPOINT part")
        try:
            yield self._db
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK TO part")
                self._db.execute("RELEASE part")
            raise
        self._db.execute("RELEASE part")


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[Path, float], Commits]] = WeakKeyDictionary()


async def changed(ledger: Ledger, change: Callable[[Ledger], T]) -> T:
    """Change a ledger, together with what else the running event loop changes in it now.

    Raises what the change raises, and `sqlite3.Error` or `OSError` if the file is in trouble.
    """
    ours = _of_loops.setdefault(asyncio.get_running_loop(), {})
    return await ours.setdefault((ledger.path, ledger.patience), Commits(ledger)).make(change)


async def uninterrupted(action: Callable[[], T]) -> T:
    """Run a blocking function in a thread, to its end even if the caller is cancelled."""
    try:
        return await to_its_end(asyncio.ensure_future(asyncio.to_thread(action)))
    except RuntimeError:  # the interpreter is ending and starts no more threads
        return action()


async def on_ledger_thread(action: Callable[[], T]) -> T:
    """Read in a ledger on the thread for that, to its end even if the caller is cancelled."""
    return await to_its_end(on_thread("ledger", action))


async def to_its_end(running: "asyncio.Future[T]") -> T:
    """The result of a future. If the caller is cancelled, it goes on waiting, and is cancelled after that."""
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        with suppress(*TROUBLE, WanError):
            await running
        raise
