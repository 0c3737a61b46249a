"""What is asked of the ledger beside a generation: by the widgets, and to come back to an order."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from wan_widgets.files import here as whereabouts
from wan_widgets.generation.buying import Generation
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import TROUBLE
from wan_widgets.ledger.order import ledger
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.service.service import AsyncClient
from wan_widgets.wan.errors import LedgerError
from wan_widgets.wan.requests import VideoRequest

_HASTE = 2.0  # seconds
_STALE = 2 * 86_400.0
"""Seconds after which no service knows any more of an order that has no task."""
LATELY = 600.0
"""Seconds for which the same clip is not ordered again without a question."""
T = TypeVar("T")
_claims: dict[object, tuple[str, float]] = {}
"""Clips that were clicked for and are not in the ledger yet: their keys, and when."""


async def unfinished(before: float) -> list[Entry]:
    """The orders of this working directory from before a Unix time whose end is not known, oldest first."""
    entries = await asyncio.to_thread(_read, lambda: ledger().within(_HASTE).unfinished(whereabouts.place()))
    oldest = time.time() - _STALE
    former = [entry for entry in entries or () if entry.created_at < before]
    return [entry for entry in former if entry.task_id is not None or entry.created_at > oldest]


async def entry_of(order: str) -> Entry | None:
    """An order, as it stands. Raises `LedgerError`."""
    return await asyncio.to_thread(entry_if_known, order)


def dismiss(order: str) -> bool:
    """The user says that an unconfirmed order was not bought. False where by now the ledger knows more of it.

    Raises `LedgerError`.
    """
    book = ledger().within(_HASTE)
    try:
        return book.dismiss(order)
    except TROUBLE as error:
        raise LedgerError(f"The ledger {book.path} cannot be written: {error}.") from error


def entry_if_known(name: str) -> Entry | None:
    """An order by its own id or its task's; ``None`` where the ledger has none. Raises `LedgerError`."""
    book = ledger().within(_HASTE)
    try:
        return book.entry(name)
    except TROUBLE as error:
        raise LedgerError(f"The ledger {book.path} cannot be read: {error}.") from error


def entry_named(name: str) -> Entry:
    """An order by its own id or its task's. Raises `LedgerError` where there is none, or no ledger."""
    entry = entry_if_known(name)
    if entry is None:
        remedy = "ww.tasks() lists what there is; ww.wait(id, provider=...) asks a service itself."
        raise LedgerError(f"The ledger has no order {name!r}. {remedy}")
    return entry


def ordered_lately(client: AsyncClient, request: VideoRequest) -> Entry | None:
    """An order of the very same clip, with the same fixed seed, in the last minutes."""
    if request.seed is None:
        return None
    since = time.time() - LATELY
    return _read(lambda: ledger().within(_HASTE).same(recipe_key(client, request), since=since))


def claim(client: AsyncClient, request: VideoRequest) -> object:
    """Say that a clip is about to be ordered, before the ledger can know; `until_ordered` takes that back."""
    token = object()
    if request.seed is not None:
        _claims[token] = (recipe_key(client, request), time.time())
    return token


async def until_ordered(steps: AsyncIterator[Generation], token: object) -> AsyncIterator[Generation]:
    """The steps; the claim ends where the ledger has the order, or where there will be none."""
    try:
        async for step in steps:
            if step.order is not None and not step.note:  # which may be that the ledger does not have it
                _claims.pop(token, None)
            yield step
    finally:
        _claims.pop(token, None)


def claimed_since(client: AsyncClient, request: VideoRequest) -> float | None:
    """Since when (Unix time) the very same clip has been about to be ordered in this process."""
    if request.seed is None:
        return None
    key, oldest = recipe_key(client, request), time.time() - LATELY
    return max((since for known, since in tuple(_claims.values()) if known == key and since > oldest), default=None)


def _read(action: Callable[[], T]) -> T | None:
    try:
        return action()
    except TROUBLE:
        return None
