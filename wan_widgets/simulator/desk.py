"""What all protocols share: taking orders, finding tasks, and serving clips."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
from starlette.requests import Request

from wan_widgets.simulator import ids
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fetch import fetch
from wan_widgets.simulator.film.clips import Clips
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.records import Record, new_record
from wan_widgets.simulator.scripts import FAILURE, REJECTION, Script, prompt_script
from wan_widgets.simulator.store import Store
from wan_widgets.simulator.transport import InProcess
from wan_widgets.simulator.uploads import PATH, SCHEME, Uploads, read_data_url

MAX_SEED = 2**31 - 1


class Terms(NamedTuple):
    """How one protocol writes its task ids and its failures."""

    protocol: str
    new_id: Callable[[int], str]
    """Writes a number of 128 bits (see `ids`) as an id."""
    failure: tuple[str, str] = FAILURE
    """The code and message of a task whose prompt asks for a failure."""
    rejection: tuple[int, str, str] = REJECTION
    """The HTTP status, code and message of a refusal that a prompt asks for."""


class Desk:
    """The part of the service that all routes call."""

    def __init__(
        self, store: Store, *, clock: Callable[[], float], rng: Random, scripts: deque[Script], speed: float
    ) -> None:
        self.store = store
        self.now = clock
        self._uploads = Uploads(store)
        self._clips = Clips(store, self._uploads)
        self._rng = rng
        self._scripts = scripts
        self._speed = speed

    def accept(self, order: Order, terms: Terms, *, owner: str, fault: tuple[str, str] | None = None) -> Record:
        """Take an order. The next script says what becomes of it, or else its prompt.

        `fault` is the code and message of an error that is found only after the task has begun. It makes the task fail.
        """
        script = self._scripts.popleft() if self._scripts else prompt_script(order.prompt, terms.rejection)
        if script.refusal:
            status, code, message = script.refusal
            raise RefusalError(status, code, message, retry_after=script.retry_after)
        if fault:
            script = replace(script, ending="failed", error=fault)
        now = self.now()
        self.store.prune(now)
        seed = self._rng.randint(0, MAX_SEED)
        record = new_record(
            order,
            script,
            task_id=terms.new_id(self.new_number()),
            protocol=terms.protocol,
            owner=owner,
            now=now,
            seed=seed,
            failure=terms.failure,
            speed=self._speed,
        )
        self.store.add(record)
        return record

    def find(self, protocol: str, task_id: str, *, owner: str) -> Record | None:
        """Find a task of this protocol, by its id or by the caller's own id for it."""
        record = self.store.find(task_id) or self.store.find_named(protocol, owner, task_id)
        return record if record and record.protocol == protocol else None

    def newest_first(self, protocol: str, *, owner: str) -> Iterator[Record]:
        records = self.store.newest_first()
        return (record for record in records if (record.protocol, record.owner) == (protocol, owner))

    def cancel(self, record: Record) -> Record:
        record = record.cancel(self.now())
        self.store.save(record)
        return record

    def keep(self, data: bytes, *, number: int | None = None) -> str:
        """Keep an uploaded file and return its name, for `upload_url` or for an order as ``upload:<name>``."""
        return self._uploads.keep(data, number=self.new_number() if number is None else number)

    def keep_source(self, data: bytes) -> str:
        """Keep a file that came with an order, and return its address for the order."""
        return SCHEME + self.keep(data)

    def keep_data_url(self, url: str) -> str:
        """Keep the file in a ``data:`` URL, so that no record is megabytes long. Raises `ValueError`."""
        return self.keep_source(read_data_url(url))

    async def keep_from_web(self, request: Request, url: str) -> str:
        """Fetch a file and keep it. Raises `httpx.HTTPError` or `ValueError`."""
        return self.keep_source(await fetch(url, mounts=_our_own(request)))

    def upload(self, name: str) -> Path | None:
        return self._uploads.find(name)

    async def clip(self, request: Request, record: Record) -> Path:
        """The clip of a completed task. It is rendered now if it does not exist."""
        return await self._clips.rendered(record, _our_own(request))

    def new_number(self) -> int:
        """Make a unique number for an id. It contains the present time."""
        return ids.new_number(self.now(), self._rng)


def _our_own(request: Request) -> dict[str, httpx.AsyncBaseTransport]:
    """The transport for our own addresses."""
    return {str(request.base_url): InProcess(request.app)}


def clip_url(request: Request, record: Record) -> str:
    return f"{request.base_url}files/{record.id}.mp4"


def upload_url(request: Request, name: str) -> str:
    return f"{str(request.base_url).rstrip('/')}{PATH}{name}"
