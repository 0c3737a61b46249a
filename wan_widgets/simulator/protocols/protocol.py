"""What a protocol is made of: its routes, its ids, and the shape of its refusals."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
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
    """One way of speaking to the simulator. A task that came in by one is unknown to all others."""

    name: ClassVar[str]
    prefixes: ClassVar[tuple[str, ...]]
    """The paths whose errors are answered in this protocol's shape: of all protocols' prefixes the longest counts."""

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
        """Give a refusal the documented shape."""

    def accept(self, order: Order, *, owner: str) -> Record:
        return self.desk.accept(order, self.terms, owner=owner)

    def find(self, task_id: str, *, owner: str) -> Record:
        record = self.desk.find(self.name, task_id, owner=owner)
        if record is None:
            raise not_found(f"Task {task_id[:80]!r} was not found.")
        return record

    def owns(self, path: str) -> int:
        """Say how much of a path is ours: the length of the longest prefix."""
        ours = (prefix for prefix in self.prefixes if f"{path}/".startswith(f"{prefix}/"))
        return max(map(len, ours), default=-1)
