"""What every dialect of ``/v1/videos`` says: how it reads an order and how it writes its answers."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.openai_videos.models import Weights
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.scripts import FAILURE

VIDEOS = "/v1/videos"


class Taken(NamedTuple):
    """An accepted order. `fault` is the code and message of an error that ends its task."""

    order: Order
    fault: tuple[str, str] | None = None


class Page(NamedTuple):
    """Which part of the list of videos is asked for."""

    after: str | None
    limit: int | None
    direction: str
    """``asc`` or ``desc``."""


class Dialect(ABC):
    """How one service speaks at ``/v1/videos``. `models` are the models that the server has."""

    owned_by: ClassVar[str]
    failure: ClassVar[tuple[str, str]] = FAILURE
    rejection: ClassVar[tuple[int, str, str]]
    paths: ClassVar[tuple[str, ...]] = (VIDEOS,)
    """Errors on these paths have this dialect's form."""
    needs_key: ClassVar[bool] = False
    """Whether the list of models requires a key."""
    describes_one_model: ClassVar[bool] = True
    """Whether ``/v1/models/<name>`` exists."""
    remixes: ClassVar[bool] = False
    makes_stills: ClassVar[bool] = False
    """Whether the content can be had as a thumbnail or a spritesheet."""

    forgets: ClassVar[bool] = False
    """Whether a server that is started again has forgotten its tasks."""

    def __init__(self, models: tuple[Weights, ...]) -> None:
        self.models = models

    def new_id(self, number: int) -> str:
        return "video_" + ids.hexadecimal(number)

    # Reading requests

    @abstractmethod
    async def take(self, request: Request, desk: Desk) -> Taken:
        """Read an order, and keep its picture."""

    async def remix(self, request: Request) -> str:
        """Read the prompt of a remix, where the dialect has remixes."""
        raise NotImplementedError

    @abstractmethod
    def page(self, request: Request) -> Page: ...

    def listed(self, newest_first: Iterator[Record], direction: str) -> Iterable[Record]:
        return newest_first if direction == "desc" else [*newest_first][::-1]

    # Writing answers

    def pages(self) -> Mapping[str, Any]:
        """What the server says of itself, by path; ``None`` is an empty answer."""
        return {}

    @abstractmethod
    def refuse(self, refusal: RefusalError) -> Response: ...

    @abstractmethod
    def missing(self, video_id: str) -> RefusalError: ...

    def missing_model(self, name: str) -> RefusalError:
        message = f"The model {name[:80]!r} does not exist"
        return RefusalError(404, "model_not_found", message, param="model")

    def describe(self, record: Record, now: float) -> dict[str, Any]:
        status, progress = record.state(now)
        return {
            "id": record.id,
            "object": "video",
            "created_at": int(record.created_at),
            "status": status,
            "completed_at": int(record.ends_at) if record.state(now).is_terminal else None,
            "error": self.error(record) if status == "failed" else None,
            "expires_at": record.expires_at if status == "completed" else None,
            "model": record.order.model,
            "progress": progress,
            "prompt": record.order.prompt,
            "remixed_from_video_id": record.order.wire.get("remixed_from_video_id"),
            "seconds": record.order.wire["seconds"],
            "size": record.order.wire["size"],
        }

    def error(self, record: Record) -> dict[str, Any]:
        code, message = record.error or self.failure
        return {"code": code, "message": message}

    def status_code(self, record: Record, now: float) -> int:
        """The HTTP status of an answer that describes a video."""
        return 200

    def deleted(self, record: Record, now: float) -> dict[str, Any]:
        return {"id": record.id, "deleted": True, "object": "video.deleted"}

    @abstractmethod
    def check_content(self, record: Record, now: float, variant: str | None) -> None:
        """Refuse a download that is not possible, or not yet."""

    def card(self, weights: Weights) -> dict[str, Any]:
        """Describe a model for ``/v1/models``."""
        return {"id": weights.id, "object": "model", "created": 0, "owned_by": self.owned_by}
