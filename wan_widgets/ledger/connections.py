"""Connections to a ledger's file, which are kept for the next use.

To open the file and to close it again costs more than ten times what one order's change costs, because the last one who
closes it writes SQLite's log back into the file and deletes it.
"""

import atexit
import errno
import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_MOST = 8  # idle connections that are kept

_Mark = tuple[int, int, int, int]


@dataclass
class _Kept:
    """A connection that nobody uses at the moment."""

    path: Path
    process: int
    mark: _Mark
    """The file as the last use left it."""
    db: sqlite3.Connection
    patience: float


_idle: list[_Kept] = []
_turns: dict[int, threading.Lock] = {}
_inherited: list[_Kept] = []
"""Connections of the process that this one was forked from. SQLite forbids to use them here, and to close them."""


@contextmanager
def connection(path: Path, patience: float) -> Generator[tuple[sqlite3.Connection, bool], None, None]:
    """A connection for one use by one thread, and whether it is new.

    A kept connection is used again only if the file is the one that it left: somebody may have put another file there.
    If the use fails, the connection is closed. `patience` is the number of seconds to wait for another writer.
    """
    kept = _taken(path)
    if kept is not None:
        db = kept.db
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        if kept is None or kept.patience != patience:
            db.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
        yield db, kept is None
        _keep(path, db, patience)
    except BaseException:
        db.close()
        raise


@contextmanager
def turn(patience: float) -> Generator[None, None, None]:
    """Write alone among the threads of this process. Raises `sqlite3.OperationalError` after `patience` seconds.

    SQLite lets writers try again and again instead of queueing, so that among many threads some would never get a turn.
    """
    lock = _turns.setdefault(os.getpid(), threading.Lock())  # a lock that a fork inherits may never be released
    if not lock.acquire(timeout=patience):
        raise sqlite3.OperationalError("database is locked")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def read_only(path: Path) -> Generator[sqlite3.Connection, None, None]:
    """A connection that writes nothing, not even beside the file. Raises `OSError` if the last changes lie there."""
    journals = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    if any(each.is_file() and each.stat().st_size for each in journals):
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        yield db


def _taken(path: Path) -> _Kept | None:
    """A kept connection to the file; ``None`` if there is none."""
    while _idle:
        try:
            kept = _idle.pop()
        except IndexError:  # another thread has taken the last one
            return None
        if kept.process != os.getpid():
            _inherited.append(kept)
        elif kept.path == path and kept.mark == _mark(path):
            return kept
        else:
            kept.db.close()
    return None


def _keep(path: Path, db: sqlite3.Connection, patience: float) -> None:
    mark = _mark(path)
    if mark is None or len(_idle) >= _MOST:
        db.close()
    else:
        _idle.append(_Kept(path, os.getpid(), mark, db, patience))


def _mark(path: Path) -> _Mark | None:
    """What tells a file from another one, and from itself after a change; ``None`` if there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@atexit.register
def close_idle() -> None:
    """Close the connections that nobody uses. Then SQLite's log is written back into the file."""
    while _idle:
        kept = _idle.pop()
        if kept.process == os.getpid():
            kept.db.close()
        else:
            _inherited.append(kept)
