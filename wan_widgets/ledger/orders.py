"""The ledger's door for readers: which orders there are, and what the user says of one.

Whoever adds an order or follows one uses `order.Order`; everybody else comes through here.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from wan_widgets.files import here
from wan_widgets.files.disk import digest_of
from wan_widgets.files.media import NotVideo
from wan_widgets.files.video import Video
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import TROUBLE, Ledger, ledger, unreadable, unwritable
from wan_widgets.ledger.order import LONG_PATIENCE, PATIENCE
from wan_widgets.wan.errors import LedgerError
from wan_widgets.wan.tasks import MEMORY

LATELY = 600.0
"""Seconds for which the same clip is not ordered again without a question."""
T = TypeVar("T")


def orders(*, everywhere: bool = False) -> list[Entry]:
    """All orders of this working directory, or of every one, newest first. Raises `LedgerError`."""
    return _read(lambda book: book.entries(None if everywhere else here.place()), LONG_PATIENCE)


def unfinished(before: float) -> list[Entry]:
    """The orders of this working directory from before a Unix time whose end is not known, oldest first.

    No service knows any more of an order of long ago that has no task: it is left out. Raises `LedgerError`.
    """
    oldest = time.time() - 2 * MEMORY
    former = [entry for entry in _read(lambda book: book.unfinished(here.place())) if entry.created_at < before]
    return [entry for entry in former if entry.task_id is not None or entry.created_at > oldest]


def entry_if_known(name: str) -> Entry | None:
    """An order by its own id or its task's; ``None`` where the ledger has none. Raises `LedgerError`."""
    return _read(lambda book: book.entry(name))


def entry_named(name: str) -> Entry:
    """An order by its own id or its task's. Raises `LedgerError` where there is none, or no ledger."""
    entry = entry_if_known(name)
    if entry is None:
        remedy = "ww.tasks() lists what there is; ww.wait(id, provider=...) asks a service itself."
        raise LedgerError(f"The ledger has no order {name!r}. {remedy}")
    return entry


def ordered_lately(recipe_key: str) -> Entry | None:
    """An order of the same clip in the last minutes that was not in vain. Raises `LedgerError`."""
    return _read(lambda book: book.same(recipe_key, since=time.time() - LATELY))


def ordered_here(recipe_key: str) -> Entry | None:
    """The newest order of the same clip by this notebook that was not in vain. Raises `LedgerError`."""
    return _read(lambda book: book.same(recipe_key, notebook=here.notebook()), LONG_PATIENCE)


def dismiss(order: str) -> bool:
    """The user says that an unconfirmed order was not bought. False where by now the ledger knows more of it.

    Raises `LedgerError`.
    """
    book = ledger().within(PATIENCE)
    try:
        return book.dismiss(order)
    except TROUBLE as error:
        raise LedgerError(unwritable(book, error)) from error


def saved_video(entry: Entry) -> Video | None:
    """The clip that an order led to; ``None`` if its file is not there any more, or is another."""
    path, task = Path(entry.path or ""), entry.task
    try:
        is_the_same = path.stat().st_size == entry.size and digest_of(path) == entry.sha256
        return Video.read(path, task) if is_the_same and task is not None else None
    except (OSError, ValueError, NotVideo):
        return None


def _read(action: Callable[[Ledger], T], patience: float = PATIENCE) -> T:
    book = ledger().within(patience)
    try:
        return action(book)
    except TROUBLE as error:
        raise LedgerError(unreadable(book, error)) from error
