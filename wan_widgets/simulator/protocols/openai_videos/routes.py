"""The routes of ``/v1/videos``. The dialect reads the requests and writes the answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import dropwhile, islice
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator.desk import Desk, Terms
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.keys import owner_or_anyone
from wan_widgets.simulator.protocols.openai_videos.dialect import VIDEOS, Dialect
from wan_widgets.simulator.protocols.openai_videos.stills import spritesheet, thumbnail
from wan_widgets.simulator.protocols.protocol import Protocol, longest
from wan_widgets.simulator.records import Record

ONE = VIDEOS + "/{video_id}"
STILLS = {"thumbnail": (thumbnail, "image/webp"), "spritesheet": (spritesheet, "image/jpeg")}


class OpenAIVideos(Protocol):
    """The handlers. A key is not required, because some engines have none, but a wrong key is still refused."""

    name: ClassVar[str] = "openai_videos"

    def __init__(self, desk: Desk, dialect: Dialect) -> None:
        super().__init__(desk)
        self._dialect = dialect
        self._remembers_from = desk.now() if dialect.forgets else 0.0

    @property
    def terms(self) -> Terms:
        dialect = self._dialect
        return Terms(self.name, dialect.new_id, dialect.failure, dialect.rejection)

    def owns(self, path: str) -> int:
        return longest(self._dialect.paths, path)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(VIDEOS, self.create, methods=["POST"]),
            only_get(VIDEOS, self.list_videos),
            only_get(ONE, self.retrieve),
            Route(ONE, self.delete, methods=["DELETE"]),
            only_get(ONE + "/content", self.content),
            *([Route(ONE + "/remix", self.remix, methods=["POST"])] if self._dialect.remixes else []),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        return self._dialect.refuse(refusal)

    async def create(self, request: Request) -> Response:
        owner = owner_or_anyone(request)
        order, fault = await self._dialect.take(request, self.desk)
        record = self.desk.accept(order, self.terms, owner=owner, fault=fault)
        return self._described(record)

    async def list_videos(self, request: Request) -> Response:
        owner = owner_or_anyone(request)
        after, limit, direction = self._dialect.page(request)
        remembered = filter(self._remembers, self.desk.newest_first(self.name, owner=owner))
        records = iter(self._dialect.listed(remembered, direction))
        if after:
            records = islice(dropwhile(lambda record: record.id != after, records), 1, None)
        found = [*islice(records, None if limit is None else limit + 1)]
        page = found[:limit]
        return JSONResponse(
            {
                "object": "list",
                "data": [self._dialect.describe(record, self.desk.now()) for record in page],
                "first_id": page[0].id if page else None,
                "last_id": page[-1].id if page else None,
                "has_more": len(found) > len(page),
            }
        )

    async def retrieve(self, request: Request) -> Response:
        return self._described(self._find(request))

    async def delete(self, request: Request) -> Response:
        """Forget a video. This also cancels a video that is not finished."""
        record = self._find(request)
        answer = self._dialect.deleted(record, self.desk.now())
        self.desk.store.delete(record)
        return JSONResponse(answer)

    async def content(self, request: Request) -> Response:
        record = self._find(request)
        variant = request.query_params.get("variant")
        self._dialect.check_content(record, self.desk.now(), variant)
        path = await self.desk.clip(request, record)
        if self._dialect.makes_stills and variant in STILLS:
            make, media_type = STILLS[variant]
            return Response(await make(path), media_type=media_type)
        return FileResponse(path, media_type="video/mp4", filename=path.name)

    async def remix(self, request: Request) -> Response:
        source = self._find(request)
        prompt = await self._dialect.remix(request)
        if source.state(self.desk.now()).status != "completed":
            raise RefusalError(400, "invalid_value", "Only a completed video can be remixed.", param="video_id")
        wire = {**source.order.wire, "remixed_from_video_id": source.id}
        order = replace(source.order, prompt=prompt, seed=source.seed, wire=wire)
        return self._described(self.accept(order, owner=owner_or_anyone(request)))

    def _find(self, request: Request) -> Record:
        video_id = request.path_params["video_id"]
        record = self.desk.find(self.name, video_id, owner=owner_or_anyone(request))
        if record is None or not self._remembers(record):
            raise self._dialect.missing(video_id)
        return record

    def _remembers(self, record: Record) -> bool:
        return record.created_at >= self._remembers_from

    def _described(self, record: Record) -> Response:
        now = self.desk.now()
        return JSONResponse(self._dialect.describe(record, now), self._dialect.status_code(record, now))


def only_get(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """A route that answers GET alone. FastAPI, with which the engines are made, answers HEAD with 405."""
    route = Route(path, endpoint, methods=["GET"])
    route.methods = {"GET"}
    return route
