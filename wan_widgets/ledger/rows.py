"""Orders as rows of the ledger's table."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from wan_widgets import words
from wan_widgets.ledger.described import described
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.values import loaded, stored, unix_time

_COLUMNS = tuple(each.name for each in fields(Entry))
_OF_REQUEST = ("folded_prompt", "mode", "model")
"""What is searched for. It stands in the recipe too, where a search would have to read each of them."""
_SENTENCE = "error_message"


def read(db: sqlite3.Connection, where: str, *given: object) -> list[Entry]:
    """The orders that a condition of SQL finds."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM orders WHERE {where}"
    rows: Iterable[Any] = db.execute(query, [*map(stored, given)])
    return [_entry(dict(zip(_COLUMNS, map(loaded, row), strict=True))) for row in rows]


def _entry(values: dict[str, Any]) -> Entry:
    times = {name: unix_time(values[name]) for name in ("created_at", "updated_at")}
    has_audio = values["has_audio"]
    others = {_SENTENCE: words.loaded(values[_SENTENCE]), "has_audio": None if has_audio is None else bool(has_audio)}
    return Entry(**values | times | others)


def has(db: sqlite3.Connection, order: str) -> bool:
    """Whether there is an order with this id."""
    return db.execute("SELECT 1 FROM orders WHERE id = ?", [order]).fetchone() is not None


def insert(db: sqlite3.Connection, entry: Entry, how: str = "INSERT") -> None:
    """Add an order. `how` is SQL's word for it."""
    request = described(entry.recipe)
    values = {name: getattr(entry, name) for name in _COLUMNS}
    values |= {name: getattr(request, name) for name in _OF_REQUEST}
    marks = ", ".join("?" * len(values))
    db.execute(f"{how} INTO orders ({', '.join(values)}) VALUES ({marks})", as_stored(values))


def as_stored(values: Mapping[str, Any]) -> list[Any]:
    """The values of columns as SQLite stores them: a sentence as its key and values, to be read in any language."""
    return [stored(words.stored(value) if name == _SENTENCE else value) for name, value in values.items()]
