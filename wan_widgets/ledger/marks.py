"""What the user has noted of an order: a star, a rating, words, tags, and that its clip is deleted.

The functions change only what they are given, so that two kernels can mark the same order at the same moment.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from wan_widgets.ledger.values import loaded, stored

DELETED = "(SELECT order_id FROM marks WHERE deleted_at IS NOT NULL)"
"""The orders whose clips are deleted, for a condition of SQL."""
_MOST = 500  # values in one statement; some builds of SQLite take no more than 999


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the user has noted of an order."""

    star: bool = False
    rating: float | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    """In the sequence of the alphabet."""
    deleted_at: float | None = None
    """When its clip was deleted, as a Unix time."""
    deleted_to: str | None = None
    """Where the file of the deleted clip lies; ``None`` if there was no file."""


UNMARKED = Marks()


class Changes(TypedDict, total=False):
    """What to change. What is left out stays as it is."""

    star: bool
    rating: float | None
    """``None`` takes it away."""
    note: str
    tag: Iterable[str]
    """Tags to add."""
    untag: Iterable[str]
    """Tags to take away."""


def marks_of(db: sqlite3.Connection, orders: Sequence[str]) -> dict[str, Marks]:
    """The marks of those of the orders that have any."""
    found: dict[str, Marks] = {}
    for begin in range(0, len(orders), _MOST):
        found |= _marks_of(db, orders[begin : begin + _MOST])
    return found


def _marks_of(db: sqlite3.Connection, orders: Sequence[str]) -> dict[str, Marks]:
    those = f"order_id IN ({', '.join('?' * len(orders))})"
    tags: dict[str, list[str]] = {}
    for order, tag in db.execute(f"SELECT order_id, tag FROM tags WHERE {those} ORDER BY tag", orders):
        tags.setdefault(order, []).append(loaded(tag))
    query = f"SELECT order_id, star, rating, note, deleted_at, deleted_to FROM marks WHERE {those}"
    rows = {row[0]: row[1:] for row in db.execute(query, orders)}
    return {
        order: _marks(rows.get(order, (0, None, "", None, None)), tuple(tags.get(order, ()))) for order in rows | tags
    }


def _marks(row: tuple[object, ...], tags: tuple[str, ...]) -> Marks:
    star, rating, note, deleted_at, deleted_to = map(loaded, row)
    return Marks(
        star=bool(star), rating=rating, note=note or "", tags=tags, deleted_at=deleted_at, deleted_to=deleted_to
    )


def mark(db: sqlite3.Connection, order: str, changes: Changes) -> None:
    """Change marks of an order. A tag of blanks alone is none."""
    values = {name: value for name, value in changes.items() if name not in ("tag", "untag")}
    for name, value in values.items():
        _set(db, order, name, value)
    removed = [(order, stored(tag)) for tag in tags_in(changes.get("untag", ()))]
    db.executemany("DELETE FROM tags WHERE order_id = ? AND tag = ?", removed)
    added = [(order, stored(tag)) for tag in tags_in(changes.get("tag", ()))]
    db.executemany("INSERT OR IGNORE INTO tags (order_id, tag) VALUES (?, ?)", added)


def tags_in(given: Iterable[str]) -> list[str]:
    """Tags as they are kept: each once, with single blanks between its words."""
    words = (" ".join(tag.split()) for tag in ([given] if isinstance(given, str) else given))
    return [*dict.fromkeys(tag for tag in words if tag)]


def delete(db: sqlite3.Connection, order: str, now: float, to: str | None) -> None:
    """Note that the clip of an order is deleted, and where its file lies from now on; unless that is noted already."""
    db.execute("INSERT OR IGNORE INTO marks (order_id) VALUES (?)", [order])
    change = "UPDATE marks SET deleted_at = ?, deleted_to = ? WHERE order_id = ? AND deleted_at IS NULL"
    db.execute(change, [now, stored(to), order])


def undelete(db: sqlite3.Connection, order: str) -> None:
    """Note that the clip of an order is there again."""
    db.execute("UPDATE marks SET deleted_at = NULL, deleted_to = NULL WHERE order_id = ?", [order])


def _set(db: sqlite3.Connection, order: str, name: str, value: object) -> None:
    change = f"INSERT INTO marks (order_id, {name}) VALUES (?, ?) ON CONFLICT (order_id) DO UPDATE SET {name} = ?"
    db.execute(change, [order, stored(value), stored(value)])
