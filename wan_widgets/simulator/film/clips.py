"""Clips on demand: a clip is rendered at the first request and then kept."""

import threading
from collections import defaultdict
from pathlib import Path

import anyio.to_thread
import httpx

from wan_widgets.simulator.fetch import fetch_all
from wan_widgets.simulator.film.pictures import read_picture
from wan_widgets.simulator.film.render import render
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.store import Store
from wan_widgets.simulator.uploads import Uploads


class Clips:
    """The rendered clips of a store."""

    def __init__(self, store: Store, uploads: Uploads) -> None:
        self._store = store
        self._uploads = uploads
        # These are locks of threads, because one simulator may serve several event loops.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    async def rendered(self, record: Record, mounts: dict[str, httpx.AsyncBaseTransport]) -> Path:
        """Find the clip, or render it. `mounts` are transports for our own addresses, for clips made from clips."""
        path = self._store.clip(record)
        if not path.exists():
            sources = await self._gather(record.order.sources, mounts)
            await anyio.to_thread.run_sync(self._render_once, record, sources, path)
        return path

    async def _gather(self, addresses: tuple[str, ...], mounts: dict[str, httpx.AsyncBaseTransport]) -> list[bytes]:
        kept = {address: path.read_bytes() for address in addresses if (path := self._uploads.find(address))}
        elsewhere = [address for address in addresses if address not in kept]
        fetched = dict(zip(elsewhere, await fetch_all(elsewhere, mounts=mounts), strict=True))
        return [(kept | fetched)[address] for address in addresses]

    def _render_once(self, record: Record, sources: list[bytes], path: Path) -> None:
        with self._locks[record.id]:
            if not path.exists():
                render(record, [read_picture(source) for source in sources], path)
        self._locks.pop(record.id, None)
