"""The job that brings a clip: it takes up the order of the same clip, if there is one, and buys only otherwise."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wan_widgets.files.destination import destination
from wan_widgets.generation import buying, resuming
from wan_widgets.generation.following import destination_of
from wan_widgets.generation.job import Job
from wan_widgets.generation.prepared import Prepared
from wan_widgets.ledger.entry import Entry, Once
from wan_widgets.ledger.orders import last_row
from wan_widgets.service.service import Service

_MEANWHILE = 60.0  # seconds that may pass between the time of an order and its row in the ledger
Listener = Callable[[Job], object]


@dataclass(frozen=True)
class Look:
    """When somebody looked into the ledger, by the clock and by the ledger's rows."""

    at: float
    row: int | None

    @classmethod
    def now(cls) -> "Look":
        """A look that begins now. Blocks."""
        return cls(time.time(), last_row())


def once_after(look: Look, *, with_failed: bool = False) -> Once:
    """What stands in for an order that the ledger did not have at a look."""
    return Once(look.at - _MEANWHILE, look.row, with_failed)


def job_for(
    service: Service,
    prepared: Prepared,
    known: Entry | None = None,
    path: Path | str | None = None,
    *,
    once: Once | None = None,
    listener: Listener = lambda _: None,
) -> Job:
    """A job for a clip. It takes up `known`, the order that made it or is making it; without one, it buys.

    `buying.run` says what `once` does.
    """
    if known is not None:
        return job_of(service, known, path, listener=listener)
    return Job(
        service,
        lambda: buying.run(service, prepared, path, once=once),
        wanted=destination(path),
        listener=listener,
    )


def job_of(
    service: Service, entry: Entry, path: Path | str | None = None, *, listener: Listener = lambda _: None
) -> Job:
    """A job that takes up an order of the ledger."""
    return Job(
        service,
        lambda: resuming.resume(service, entry, path),
        resuming.initial_step(entry),
        wanted=destination_of(entry, path),
        listener=listener,
    )
