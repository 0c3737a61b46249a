"""The routes of ``/v1/videos``. The dialect reads the requests and writes the answers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile, islice
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wan_widgets.simulator.desk import Desk, Terms
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.keys import owner_or_anyone
from wan_widgets.simulator.protocols.openai_videos.dialect import Dialect, Reference
from wan_widgets.simulator.protocols.openai_videos.sent import Sent
from wan_widgets.simulator.protocols.openai_videos.stills import spritesheet, thumbnail
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.records import Record
from wan_widgets.simulator.uploads import media_type_of

VIDEOS = "/v1/videos"
ONE = VIDEOS + "/{video_id}"


class OpenAIVideos(Protocol):
    """The handlers. A key is not required, because some engines have none, but a wrong key is still refused."""

    name: ClassVar[str] = "openai_videos"
    prefixes: ClassVar[tuple[str, ...]] = (VIDEOS,)

    def __init__(self, desk: Desk, dialect: Dialect) -> None:
        super().__init__(desk)
        self._dialect = dialect

    @property
    def terms(self) -> Terms:
        dialect = self._dialect
        return Terms(self.name, dialect.new_id, dialect.failure, dialect.rejection)

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route(VIDEOS, self.create, methods=["POST"]),
            Route(VIDEOS, self.list_videos),
            Route(ONE, self.retrieve),
            Route(ONE, self.delete, methods=["DELETE"]),
            Route(ONE + "/content", self.content),
            Route(ONE + "/remix", self.remix, methods=["POST"]),
        ]

    def refuse(self, refusal: RefusalError, request: Request) -> Response:
        return self._dialect.refuse(refusal)

    async def create(self, request: Request) -> Response:
        owner = owner_or_anyone(request)
        sent = await self._dialect.read(request)
        self._dialect.prompt(sent)
        _, weights = self._dialect.model(sent)
        reference = self._dialect.reference(sent)
        self._dialect.check_reference(reference, weights)
        order = self._dialect.order(sent, None)
        if reference:
            order = replace(order, first_frame=self._kept(reference, sent))
        return self._described(self.accept(order, owner=owner))

    async def list_videos(self, request: Request) -> Response:
        owner = owner_or_anyone(request)
        query = Sent(dict(request.query_params))
        usual, bounds = self._dialect.page
        limit = query.whole("limit", bounds)
        limit = usual if limit is None else limit
        after, order = query.text("after"), query.text("order") or "desc"
        if order not in {"asc", "desc"}:
            raise query.refused("order", f"{order!r} is neither 'asc' nor 'desc'")
        records = self.desk.newest_first(self.name, owner=owner)
        if order == "asc":
            records = iter([*records][::-1])
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
        if variant == "thumbnail":
            return Response(await thumbnail(path), media_type="image/webp")
        if variant == "spritesheet":
            return Response(await spritesheet(path), media_type="image/jpeg")
        return FileResponse(path, media_type="video/mp4", filename=path.name)

    async def remix(self, request: Request) -> Response:
        if not self._dialect.remixes:
            raise HTTPException(404)
        source = self._find(request)
        prompt = self._dialect.prompt(await self._dialect.read(request))
        if source.state(self.desk.now()).status != "completed":
            raise RefusalError(400, "invalid_value", "Only a completed video can be remixed.", param="video_id")
        wire = {**source.order.wire, "remixed_from_video_id": source.id}
        order = replace(source.order, prompt=prompt, seed=source.seed, wire=wire)
        return self._described(self.accept(order, owner=owner_or_anyone(request)))

    def _kept(self, reference: Reference, sent: Sent) -> str:
        """Keep the picture that the clip starts from, and return its address. A web address stays as it is."""
        content = reference.content
        if isinstance(content, bytes):
            if not media_type_of(content).startswith(("image/", "video/")):
                raise sent.refused(reference.name, "the file is neither an image nor a video")
            return self.desk.keep_source(content)
        if not content.startswith("data:"):
            return content
        try:
            return self.desk.keep_data_url(content)
        except ValueError as error:
            raise sent.refused(reference.name, str(error)) from error

    def _find(self, request: Request) -> Record:
        video_id = request.path_params["video_id"]
        record = self.desk.find(self.name, video_id, owner=owner_or_anyone(request))
        if record is None:
            raise self._dialect.missing(video_id)
        return record

    def _described(self, record: Record) -> Response:
        now = self.desk.now()
        return JSONResponse(self._dialect.describe(record, now), self._dialect.status_code(record, now))
