"""Compares what a client's callers got with the service's own records."""

import json
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

from faults.server import FaultServer
from orders import Order

NOT_BOUGHT = "not bought"
DELIVERED = "delivered"
WRONG = "wrong clip"
KEPT = "kept"
GIVEN_UP = "given up"
LOST = "lost"


@dataclass(frozen=True)
class Row:
    """The row of one client. The fates, from `lost` to `not_bought`, add up to `ordered`."""

    ordered: int
    bought: int
    """Orders that the service accepted and charges."""
    paid_twice: int
    """Orders that the service accepted more than once."""
    lost: int
    """Orders that were bought and not delivered. The caller has nothing that leads to the clip."""
    given_up: int
    """Orders that were bought and not delivered. The caller has the task's id and could write code that fetches it."""
    kept: int
    """Orders that were bought and are not delivered yet. The client itself has them on disk."""
    wrong_clip: int
    """Orders that the client says are delivered, but the clip is another one or missing."""
    delivered: int
    not_bought: int
    """Orders that were never accepted. Nothing was charged, and the caller got an error."""
    polls: float
    """Questions about tasks, for each bought order."""
    seconds: float

    @classmethod
    def titles(cls) -> list[str]:
        return [field.name.replace("_", " ") for field in fields(cls)]

    def cells(self) -> list[str]:
        values = [getattr(self, field.name) for field in fields(self)]
        return [f"{value:.1f}" if isinstance(value, float) else str(value) for value in values]


def read_ends(path: Path) -> dict[str, Order]:
    """How each order ended for its caller. Orders that had not ended when the client was stopped are missing."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    orders = [Order(**json.loads(line)) for line in lines]
    return {order.name: order for order in orders}


def fate(server: FaultServer, name: str, end: Order | None) -> str:
    """What became of an order."""
    tasks = server.truth.orders.get(name, [])
    end = end or Order(name, "", "", error="stopped")
    if not end.error:
        file = Path(end.path)
        if end.url:
            is_right = any(f"/{task.id}/" in end.url for task in tasks)
        else:
            is_right = file.exists() and server.truth.is_clip_of(name, file.read_bytes())
        return DELIVERED if is_right else WRONG
    if not tasks:
        return NOT_BOUGHT
    if end.kept:
        return KEPT
    return GIVEN_UP if end.task_id in {task.id for task in tasks} else LOST


def tally(server: FaultServer, names: list[str], ends: dict[str, Order], seconds: float) -> Row:
    fates = Counter(fate(server, name, ends.get(name)) for name in names)
    bought = len(server.truth.billed)
    return Row(
        ordered=len(names),
        bought=bought,
        paid_twice=len(server.truth.billed_twice),
        lost=fates[LOST],
        given_up=fates[GIVEN_UP],
        kept=fates[KEPT],
        wrong_clip=fates[WRONG],
        delivered=fates[DELIVERED],
        not_bought=fates[NOT_BOUGHT],
        polls=len(server.asked("poll")) / max(1, bought),
        seconds=seconds,
    )


def reasons(server: FaultServer, names: list[str], ends: dict[str, Order]) -> Counter[str]:
    """How often each fate had an error of each name. Delivered orders are not counted."""
    return Counter(
        f"{fate(server, name, ends.get(name))}: {ends[name].error.partition(':')[0] if name in ends else 'stopped'}"
        for name in names
        if fate(server, name, ends.get(name)) != DELIVERED
    )
