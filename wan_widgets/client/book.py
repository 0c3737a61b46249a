"""What becomes of an order is written down as it happens. A ledger that fails stops no generation without a budget."""

import asyncio
import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import platformdirs

from wan_widgets.client import limits, whereabouts
from wan_widgets.client.client import AsyncClient
from wan_widgets.client.ledger import REFUSED, SENDING, Entry, Ledger
from wan_widgets.client.prices import quoted
from wan_widgets.wan.errors import HTTPStatusError, LedgerError, WanError
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import LocalFile, source_of
from wan_widgets.wan.tasks import TaskStatus, Video, VideoTask

_log = logging.getLogger(__name__)
_LEASE = 30.0  # seconds for which one process alone asks about a task
T = TypeVar("T")


def ledger() -> Ledger:
    """``WAN_LEDGER``, else in the user's data folder."""
    given = os.environ.get("WAN_LEDGER")
    path = Path(given).expanduser() if given else platformdirs.user_data_path("wan_widgets") / "ledger.sqlite3"
    return Ledger(path)


class Order:
    """One order in the ledger. Its methods run beside the event loop, and do not fail but where they say so."""

    def __init__(self, order: str, book: Ledger) -> None:
        self.id = order
        self._book = book
        self._me = whereabouts.process()
        self.trouble = ""
        """What was wrong with the ledger at the last writing, for the user; else empty."""

    async def accepted(self, task: VideoTask) -> None:
        """The service has it: the id is on disk before the first question."""
        await self._note(task_id=task.id, state=str(task.status), **_task_columns(task))

    async def seen(self, task: VideoTask) -> None:
        """The service said something new of it. A completed one is noted as such once its clip is here."""
        state = TaskStatus.IN_PROGRESS if task.status is TaskStatus.COMPLETED else task.status
        if task.status is not TaskStatus.UNCONFIRMED:
            await self._note(state=str(state), **_task_columns(task))

    async def saved(self, video: Video) -> None:
        """The clip is here."""
        digest = await asyncio.to_thread(_digest, video.path)
        await self._note(
            state=str(TaskStatus.COMPLETED), progress=100, path=str(video.path), size=video.size, sha256=digest
        )

    async def failed_to_submit(self, error: WanError) -> None:
        """The service did not take it, or nobody knows."""
        state = str(TaskStatus.UNCONFIRMED) if error.maybe_billed else REFUSED
        code = error.code if isinstance(error, HTTPStatusError) else None
        await self._note(state=state, error_message=error.message, error_code=code)

    async def is_new(self, task: VideoTask) -> bool:
        """Whether no other order led to this task."""
        entry = await self._attempt(lambda: self._book.entry(task.id))
        return entry is None or entry.id == self.id

    async def lease(self) -> bool:
        """Be the one who asks about it, for a while; false while another process is. True where there is no ledger."""
        done = await self._attempt(lambda: self._book.lease(self.id, self._me, _LEASE, is_gone=whereabouts.is_gone))
        return done is not False

    async def release(self) -> None:
        """Let others ask."""
        await self._attempt(lambda: self._book.release(self.id, self._me))

    async def entry(self) -> Entry | None:
        """How it stands in the ledger, which another process may be writing."""
        return await self._attempt(lambda: self._book.entry(self.id))

    async def _note(self, **values: Any) -> None:
        await self._attempt(lambda: self._book.note(self.id, **values))

    async def _attempt(self, action: Callable[[], T]) -> T | None:
        # Also when this is cancelled: what the service said must not be lost between it and the disk.
        writing = asyncio.ensure_future(asyncio.to_thread(action))
        try:
            result = await asyncio.shield(writing)
        except (sqlite3.Error, OSError) as error:
            self.trouble = f"The ledger {self._book.path} cannot be written: {error}."
            _log.warning(self.trouble)
            return None
        except asyncio.CancelledError:
            with suppress(sqlite3.Error, OSError):
                await writing
            raise
        self.trouble = ""
        return result


async def order_of(task: VideoTask | str) -> Order | None:
    """What the ledger knows of a task, by its id; ``None`` if it knows nothing, or cannot be read."""
    task_id = task.id if isinstance(task, VideoTask) else task
    book = ledger()
    try:
        entry = await asyncio.to_thread(book.entry, task_id)
    except (sqlite3.Error, OSError) as error:
        _log.warning("The ledger %s cannot be read: %s", book.path, error)
        return None
    return Order(entry.id, book) if entry else None


async def open_order(client: AsyncClient, request: VideoRequest) -> Order:
    """Write an order down before it leaves, and reserve what it costs.

    Raises `OverBudget` where a budget does not cover it, and `LedgerError` where there is a budget but no ledger.
    """
    return await asyncio.to_thread(_open, client, request)


def _open(client: AsyncClient, request: VideoRequest) -> Order:
    budgets = limits.budgets()
    entry = _entry(client, request)
    order = Order(entry.id, ledger())
    try:
        ledger().open(entry, () if client.provider.is_simulated else budgets, quoted(client.provider, request))
    except (sqlite3.Error, OSError) as error:
        order.trouble = f"The ledger {ledger().path} cannot be written: {error}. This order is not in it."
        if budgets:
            raise LedgerError(f"{order.trouble} With a budget nothing is ordered that cannot be counted.") from error
        _log.warning(order.trouble)
    return order


def _entry(client: AsyncClient, request: VideoRequest) -> Entry:
    now = time.time()
    return Entry(
        id=f"ww-{uuid4().hex}",
        created_at=now,
        updated_at=now,
        place=whereabouts.place(),
        notebook=whereabouts.notebook(),
        provider=client.provider.name,
        base_url=client.base_url,
        region=client.provider.region,
        recipe=json.dumps(to_recipe(request), ensure_ascii=False),
        recipe_key=recipe_key(client, request),
        state=SENDING,
        seconds=float(request.duration),
        poller=whereabouts.process(),
        lease_until=now + _LEASE,
    )


def recipe_key(client: AsyncClient, request: VideoRequest) -> str:
    """The same for orders that would make the same clip: same service, same values, same content of files."""
    contents = [_content(place) for _, each in request.sources if isinstance(place := source_of(each), LocalFile)]
    recipe = to_recipe(request)
    text = json.dumps([client.provider.name, client.base_url, recipe, contents], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content(file: LocalFile) -> str:
    if file.path is None:
        return hashlib.sha256(file.data or b"").hexdigest()
    try:
        return _digest(file.path)
    except OSError:
        return str(file.path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _task_columns(task: VideoTask) -> dict[str, Any]:
    return {
        "progress": task.progress,
        "video_url": task.video_url,
        "expires_at": task.expires_at.timestamp() if task.expires_at else None,
        "error_code": task.error.code if task.error else None,
        "error_message": task.error.message if task.error else None,
    }
