"""What the dialects of the engines have in common. Both are made with FastAPI, and keep their tasks in memory."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from starlette.requests import Request

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.protocols.openai_videos.dialect import VIDEOS, Dialect, Page
from wan_widgets.simulator.protocols.openai_videos.typed import typed_query
from wan_widgets.simulator.records import Record

NO_ROUTE = {"not_found": "Not Found", "method_not_allowed": "Method Not Allowed"}
"""What FastAPI answers where there is no route, by our codes."""


class Engine(Dialect):
    """A server with one model, which asks nobody for a key."""

    rejection: ClassVar[tuple[int, str, str]] = (400, "bad_request", "Rejected: the simulator was asked to.")
    paths: ClassVar[tuple[str, ...]] = (VIDEOS, "/v1/models", "/health", "/version", "/server_info")
    forgets: ClassVar[bool] = True
    limits: ClassVar[tuple[int, int | None]]
    """The smallest number of videos on a page of the list, and the usual one."""

    def page(self, request: Request) -> Page:
        query = typed_query(request)
        smallest, usual = self.limits
        limit = query.integer("limit", low=smallest, high=100)
        direction = query.choice("order", "asc", "desc") or "desc"
        return Page(query.text("after"), usual if limit is None else limit, direction)

    def listed(self, newest_first: Iterator[Record], direction: str) -> Iterable[Record]:
        """Sort by whole seconds. Those of one second stay in the order in which they came, in both directions."""
        oldest_first = [*newest_first][::-1]
        return sorted(oldest_first, key=lambda record: int(record.created_at), reverse=direction == "desc")

    def missing(self, video_id: str) -> RefusalError:
        return RefusalError(404, "missing", "Video not found")
