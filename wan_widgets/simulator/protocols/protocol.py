"""What a protocol consists of: its routes, its ids, and the form of its refusals."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Desk, Terms
from wan_widgets.simulator.errors import RefusalError, not_found
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.records import Record


class Protocol(ABC):
    """One way of speaking to the simulator. A task of one protocol is unknown to all others."""

    name: ClassVar[str]
    prefixes: ClassVar[tuple[str, ...]] = ()
    """Errors on these paths have this protocol's form. The longest matching prefix of all protocols decides."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def terms(self) -> Terms:
        return Terms(self.name, lambda number: "video_" + ids.ulid(number))

    @abstractmethod
    def routes(self) -> Sequence[BaseRoute]:
        """List the routes, with their whole paths."""

    @abstractmethod
    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        """Give a refusal the documented form."""

    def accept(self, order: Order, *, owner: str) -> Record:
        return self.desk.accept(order, self.terms, owner=owner)

    def find(self, task_id: str, *, owner: str) -> Record:
        record = self.desk.find(self.name, task_id, owner=owner)
        if record is None:
            raise not_found(f"Task {task_id[:80]!r} was not found.")
        return record

    def owns(self, path: str) -> int:
        """The length of our longest prefix of this path; -1 if there is none."""
        return longest(self.prefixes, path)


def longest(prefixes: Iterable[str], path: str) -> int:
    """The length of the longest of these prefixes that the path has; -1 if it has none."""
    return max((len(prefix) for prefix in prefixes if f"{path}/".startswith(f"{prefix}/")), default=-1)
