"""Pages of orders: those that a query wants, in its sequence, without reading all others."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from wan_widgets.files.place import Place
from wan_widgets.ledger.described import folded
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.marks import DELETED, UNMARKED, Marks, marks_of
from wan_widgets.ledger.rows import read
from wan_widgets.ledger.schema import in_recipe
from wan_widgets.ledger.values import loaded, stored

Sort = Literal["newest", "oldest", "rating", "longest", "dearest"]
Cursor = tuple[Any, ...]
"""Where a page ends: the values by which its last order is sorted. JSON can hold them."""
_PRICE = "CASE WHEN orders.is_simulated THEN -1 ELSE coalesce(orders.money, -1) END"
_SORTS: dict[Sort, tuple[str, ...]] = {
    "newest": (),
    "oldest": (),
    "rating": ("coalesce(marks.rating, -1e308)",),
    "longest": ("coalesce(orders.duration, orders.seconds)",),
    "dearest": (f"CASE WHEN {_PRICE} < 0 THEN '' ELSE coalesce(orders.currency, '') END", _PRICE),
}
"""What comes before the time of the order, by sequence. No value is NULL, so that a page can begin behind each one."""


def _of_recipe(name: str) -> str:
    """A column that an older version of the package does not fill."""
    return f"coalesce(orders.{name}, in_recipe(CAST(orders.recipe AS BLOB), '{name}'))"


_MOST_WORDS = 200
"""Words of a search that count. SQLite takes no condition of a thousand parts, which a pasted text may have."""
_HAS_WORD = f"""(
    instr({_of_recipe("folded_prompt")}, ?)
    OR orders.id IN (SELECT order_id FROM marks WHERE note <> '' AND instr(folded(note), ?))
    OR orders.id IN (SELECT order_id FROM tags WHERE instr(folded(tag), ?))
)"""


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which orders are wanted, and in which sequence. What is ``None``, false or empty leaves nothing out."""

    where: Literal["notebook", "folder", "everywhere"] = "folder"
    """The orders of this notebook, of its folder, or all."""
    search: str = ""
    """Words that must all occur in the prompt, in the note or in a tag, in any case of their letters."""
    status: str | None = "completed"
    """A state, as `Entry.state` has it."""
    provider: str | None = None
    """The name of a service."""
    model: str | None = None
    mode: str | None = None
    starred: bool = False
    tag: str | None = None
    since: datetime | None = None
    """The moment of the oldest order that is wanted."""
    until: datetime | None = None
    """The moment before which the orders were made."""
    deleted: bool = False
    """The orders whose clips are deleted, in place of the others."""
    sort: Sort = "newest"


@dataclass(frozen=True)
class Scope:
    """Where the orders belong that are wanted, as the ledger writes it."""

    place: Place | None = None
    notebooks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Listed:
    """A page of orders with their marks, and how many there are on all pages."""

    orders: tuple[tuple[Entry, Marks], ...]
    total: int
    after: Cursor | None
    """Where the next page begins; ``None`` if there is none."""


def listed(db: sqlite3.Connection, query: Query, scope: Scope, after: Cursor | None, count: int) -> Listed:
    """A page of at most `count` orders, behind the end of the page before."""
    _add_functions(db)
    source, given = _source(query, scope)
    total = db.execute(f"SELECT COUNT(*) {source}", given).fetchone()[0]
    rows = _keys(db, query, (source, given), after, count + 1)
    orders = [row[-1] for row in rows[:count]]
    end = tuple(map(loaded, rows[count - 1])) if len(rows) > count else None
    return Listed(tuple(with_marks(db, orders)), total, end)


def sequence(db: sqlite3.Connection, query: Query, scope: Scope) -> list[str]:
    """The ids of all orders that a query finds."""
    _add_functions(db)
    return [loaded(row[-1]) for row in _keys(db, query, _source(query, scope), None, -1)]  # there is no limit


def _keys(
    db: sqlite3.Connection, query: Query, source: tuple[str, list[Any]], after: Cursor | None, count: int
) -> list[Cursor]:
    """The values by which orders are sorted; the last one is the order's id."""
    keys = [*_SORTS[query.sort], "orders.created_at", "orders.id"]
    way, further = ("ASC", ">") if query.sort == "oldest" else ("DESC", "<")
    where, given = source
    if after is not None and len(after) == len(keys):
        where += f" AND ({', '.join(keys)}) {further} ({', '.join('?' * len(keys))})"
        given = [*given, *map(stored, after)]
    order = ", ".join(f"{key} {way}" for key in keys)
    return db.execute(f"SELECT {', '.join(keys)} {where} ORDER BY {order} LIMIT ?", [*given, count]).fetchall()


def with_marks(db: sqlite3.Connection, orders: Sequence[str]) -> Iterator[tuple[Entry, Marks]]:
    """Some hundred orders with their marks, in this sequence. Orders that there are not are left out."""
    marks = marks_of(db, orders)
    found = {entry.id: entry for entry in read(db, f"id IN ({', '.join('?' * len(orders))})", *orders)}
    return ((found[loaded(order)], marks.get(loaded(order), UNMARKED)) for order in orders if loaded(order) in found)


def _source(query: Query, scope: Scope) -> tuple[str, list[Any]]:
    """The tables and the condition of a query, and what is given for its question marks."""
    parts = [*_of_scope(scope), *_of_query(query)]
    joined = "LEFT JOIN marks ON marks.order_id = orders.id" if _needs_marks(query) else ""
    where = " AND ".join(part for part, _ in parts)
    return f"FROM orders {joined} WHERE {where}", [stored(value) for _, values in parts for value in values]


def _needs_marks(query: Query) -> bool:
    return query.starred or query.sort == "rating"


def _of_scope(scope: Scope) -> Iterator[tuple[str, list[Any]]]:
    # The plus keeps SQLite from the index of places, behind which it would sort all orders of the place.
    if scope.place is not None:
        same_id = "+orders.place_id = ? AND orders.place_id <> ''"
        yield f"(+orders.place = ? OR {same_id})", [scope.place.path, scope.place.id]
    if scope.notebooks is not None:
        yield f"orders.notebook IN ({', '.join('?' * len(scope.notebooks))})", [*scope.notebooks]


def _of_query(query: Query) -> Iterator[tuple[str, list[Any]]]:
    yield f"orders.id {'' if query.deleted else 'NOT '}IN {DELETED}", []
    if query.status is not None:
        yield "orders.state = ?", [query.status]
    if query.provider is not None:
        yield "orders.provider = ?", [query.provider]
    for name, value in (("model", query.model), ("mode", query.mode)):
        if value is not None:
            yield f"{_of_recipe(name)} = ?", [value]
    if query.starred:
        yield "marks.star", []
    if query.tag is not None:
        yield "orders.id IN (SELECT order_id FROM tags WHERE tag = ?)", [query.tag]
    if query.since is not None:
        yield "orders.created_at >= ?", [query.since.timestamp()]
    if query.until is not None:
        yield "orders.created_at < ?", [query.until.timestamp()]
    for word in [*dict.fromkeys(map(folded, query.search.split()))][:_MOST_WORDS]:
        yield _HAS_WORD, [word, word, word]


def _add_functions(db: sqlite3.Connection) -> None:
    db.create_function("in_recipe", 2, in_recipe, deterministic=True)
    db.create_function("folded", 1, lambda text: stored(folded(str(loaded(text)))), deterministic=True)


def choices(db: sqlite3.Connection, query: Query, scope: Scope) -> dict[str, dict[str, int]]:
    """The services, models, modes, states and tags of the orders that a query finds, and how many have each."""
    _add_functions(db)
    source, given = _source(query, scope)
    columns = {
        "provider": "orders.provider",
        "model": _of_recipe("model"),
        "mode": _of_recipe("mode"),
        "status": "orders.state",
    }
    found = {
        name: db.execute(f"SELECT {column}, COUNT(*) {source} GROUP BY 1 ORDER BY 2 DESC, 1", given)
        for name, column in columns.items()
    }
    of_tags = f"SELECT tag, COUNT(*) FROM tags WHERE order_id IN (SELECT orders.id {source}) GROUP BY 1 ORDER BY 1"
    found["tag"] = db.execute(of_tags, given)
    return {name: {loaded(value): count for value, count in rows if value} for name, rows in found.items()}


def notebooks(db: sqlite3.Connection, scope: Scope) -> list[tuple[str, str]]:
    """The notebooks that have orders, each with the folder in which it was then."""
    source, given = _source(Query(status=None), scope)
    rows = db.execute(f"SELECT DISTINCT orders.notebook, orders.place {source}", given)
    return [(loaded(notebook), loaded(former)) for notebook, former in rows]
