"""``/v1/models``, which ToAPIs and the engines share. With a ``type`` in the query it is ToAPIs', else OpenAI's."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.keys import owner_of, owner_or_anyone
from wan_widgets.simulator.protocols.openai_videos import Dialect
from wan_widgets.simulator.protocols.toapis import model_list


class Discovery:
    """The handlers of ``/v1/models``."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def routes(self) -> list[Route]:
        return [Route("/v1/models", self.list_models), Route("/v1/models/{model:path}", self.retrieve)]

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
        raise RefusalError(404, "model_not_found", f"The model {name[:80]!r} does not exist.")

    def _check_key(self, request: Request) -> None:
        check = owner_of if self._dialect.needs_key else owner_or_anyone
        check(request)
