"""The clips of the ledger as a gallery shows them: searched, sorted, page by page, without reading their files.

The functions that are not asynchronous block, though only for milliseconds. All may raise `LedgerError`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from wan_widgets.experiments.deleting import Deletion, delete, restore
from wan_widgets.files import player, previews
from wan_widgets.files.place import Place, place
from wan_widgets.ledger import listing, orders
from wan_widgets.ledger.described import described, json_object
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.listing import Cursor, Listed, Query, Sort
from wan_widgets.ledger.marking import mark
from wan_widgets.ledger.marks import Marks
from wan_widgets.ledger.values import moment, number, whole
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.budgets import Money
from wan_widgets.words import Said

__all__ = [
    "Cursor",
    "Deletion",
    "Item",
    "Page",
    "Query",
    "Sort",
    "choices",
    "delete",
    "entries",
    "ids",
    "item",
    "items",
    "kept_picture",
    "mark",
    "page",
    "picture",
    "restore",
    "service_named",
]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One order, as far as a gallery shows it."""

    id: str
    task_id: str | None
    status: str
    prompt: str | None
    mode: str | None
    model: str | None
    seed: int | None
    provider: str
    """The name of the service, as queries take it."""
    service: str
    """The name of the service, as people read it."""
    width: int | None
    """In pixels, like the height. Both are ``None`` for a clip of an older version that nobody has looked at since."""
    height: int | None
    seconds: float
    """The length of the clip; before it is there, the length that was ordered."""
    has_audio: bool | None
    price: Money | None
    ordered: datetime | None
    finished: datetime | None
    path: str | None
    """The clip's file, relative to the notebook where that is possible."""
    sha256: str | None
    error: Said
    """Why there is no clip; empty if there is one."""
    star: bool
    rating: float | None
    note: str
    tags: tuple[str, ...]
    deleted: datetime | None
    checks: dict[str, Any]
    """What was found in the clip on this machine."""


@dataclass(frozen=True)
class Page:
    """A page of a gallery."""

    items: tuple[Item, ...]
    total: int
    """How many there are on all pages together."""
    after: Cursor | None
    """What to give to `page` for the next page; ``None`` if this is the last one. JSON can hold it."""


def page(query: Query | None = None, after: Cursor | None = None, count: int = 60) -> Page:
    """A page of at most `count` items. New clips do not shift the next page, because it begins behind the last item."""
    found = entries(query, after, count)
    return Page(_items(found.orders), found.total, found.after)


def entries(query: Query | None, after: Cursor | None, count: int) -> Listed:
    """The same page as orders of the ledger, with their marks."""
    wanted = query or Query()
    scope = orders.scope_of(wanted.where)
    return orders.read(lambda ledger: ledger.found(lambda db: listing.listed(db, wanted, scope, after, count)))


def ids(query: Query | None = None) -> tuple[str, ...]:
    """The ids of all orders that a query finds, in its sequence, as they are now.

    With them one can jump anywhere, and what changes later moves nothing.
    """
    wanted = query or Query()
    scope = orders.scope_of(wanted.where)
    # In a pair of brackets, because nothing that is found counts as not found on a disk that is full.
    [found] = orders.read(lambda ledger: ledger.found(lambda db: (listing.sequence(db, wanted, scope),)))
    return tuple(found)


def items(order_ids: Sequence[str]) -> tuple[Item, ...]:
    """Some hundred orders as items, in this sequence. Orders that there are not are left out."""
    [found] = orders.read(lambda ledger: ledger.found(lambda db: ([*listing.with_marks(db, order_ids)],)))
    return _items(found)


def _items(found: Iterable[tuple[Entry, Marks]]) -> tuple[Item, ...]:
    today = place()
    return tuple(item(entry, noted, today) for entry, noted in found)


def choices(query: Query | None = None) -> dict[str, dict[str, int]]:
    """What filters can be set to, each with how many orders have it.

    The keys are ``provider``, ``model``, ``mode``, ``status`` and ``tag``. Of the query, only `Query.where` and
    `Query.deleted` count.
    """
    wanted = query or Query()
    scope = orders.scope_of(wanted.where)
    every = replace(Query(status=None), deleted=wanted.deleted)
    return orders.read(lambda ledger: ledger.found(lambda db: listing.choices(db, every, scope)))


def item(entry: Entry, noted: Marks, today: Place) -> Item:
    """An order as an item. `today` is the place of this notebook."""
    request = described(entry.recipe)
    path = orders.path_today(entry, today)
    return Item(
        id=entry.id,
        task_id=entry.task_id,
        status=entry.state,
        prompt=request.prompt,
        mode=request.mode,
        model=request.model,
        seed=request.seed,
        provider=entry.provider,
        service=service_named(entry.provider),
        width=whole(entry.width),
        height=whole(entry.height),
        seconds=number(entry.seconds if entry.duration is None else entry.duration) or 0.0,
        has_audio=entry.has_audio,
        price=entry.price,
        ordered=moment(entry.created_at),
        finished=moment(entry.finished_at),
        path=None if path is None else player.printable(str(player.from_notebook(path))),
        sha256=entry.sha256,
        error=entry.error_message or "" if entry.state != "completed" else "",
        star=noted.star,
        rating=number(noted.rating),
        note=noted.note,
        tags=noted.tags,
        deleted=moment(noted.deleted_at),
        checks=json_object(entry.checks),
    )


def service_named(provider: str) -> str:
    """The name of a service as people read it. One that the package does not know has its own."""
    known = PROVIDERS.get(provider)
    return known.title if known else provider


def kept_picture(shown: Item, what: previews.What) -> bytes | None:
    """The same picture if it was made before. Blocks."""
    return previews.kept(shown.sha256, what)


async def picture(shown: Item, what: previews.What) -> bytes | None:
    """The poster of a clip, or its strip of frames, as a WebP; ``None`` if its file is gone.

    It is made on a thread of its own, when it is asked for the first time.
    """
    return await previews.picture(shown.sha256, what, lambda: _path_of(shown))


def _path_of(shown: Item) -> Path | None:
    entry = orders.entry_if_known(shown.id)
    return orders.file_of(entry) if entry else None
