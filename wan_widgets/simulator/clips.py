"""Clips on demand: rendered at the first request, then kept."""

import threading
from collections import defaultdict
from pathlib import Path

import anyio.to_thread

from wan_widgets.simulator.records import Record
from wan_widgets.simulator.render import render
from wan_widgets.simulator.store import Store


class Clips:
    """The rendered clips of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # Threads, not tasks: one simulator may serve several event loops.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    async def rendered(self, record: Record) -> Path:
        path = self._store.clip(record)
        if not path.exists():
            await anyio.to_thread.run_sync(self._render_once, record, path)
        return path

    def _render_once(self, record: Record, path: Path) -> None:
        with self._locks[record.id]:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                render(record, path)
        self._locks.pop(record.id, None)
