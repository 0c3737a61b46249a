"""What a server says of itself: ``/v1/models``, which ToAPIs and the engines share, and what engines have beside it.

With a ``type`` in the query the list of models is ToAPIs', else it is OpenAI's.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wan_widgets.simulator.keys import owner_of, owner_or_anyone
from wan_widgets.simulator.protocols.openai_videos import Dialect
from wan_widgets.simulator.protocols.toapis import model_list


class Discovery:
    """The handlers of ``/v1/models`` and of the pages that an engine has."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def routes(self) -> list[Route]:
        one = [Route("/v1/models/{model:path}", self.retrieve)] if self._dialect.describes_one_model else []
        return [
            Route("/v1/models", self.list_models),
            *one,
            *(Route(path, answering(body)) for path, body in self._dialect.pages().items()),
        ]

    async def list_models(self, request: Request) -> Response:
        kind = request.query_params.get("type")
        if kind is not None:
            owner_of(request)
            return JSONResponse(model_list(kind))
        self._check_key(request)
        return JSONResponse({"object": "list", "data": [self._dialect.card(model) for model in self._dialect.models]})

    async def retrieve(self, request: Request) -> Response:
        self._check_key(request)
        name = request.path_params["model"]
        for model in self._dialect.models:
            if model.id == name:
                return JSONResponse(self._dialect.card(model))
        raise self._dialect.missing_model(name)

    def _check_key(self, request: Request) -> None:
        check = owner_of if self._dialect.needs_key else owner_or_anyone
        check(request)


def answering(body: Any) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        return Response() if body is None else JSONResponse(body)

    return answer
