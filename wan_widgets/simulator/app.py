"""The HTTP app. It serves all protocols on one port, and each protocol answers on its own paths."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from wan_widgets.simulator import welcome
from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.discovery import Discovery
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.files import Files
from wan_widgets.simulator.protocols import all_protocols
from wan_widgets.simulator.protocols.openai_videos import Dialect

log = logging.getLogger(__name__)


def create_app(desk: Desk, dialect: Dialect) -> Starlette:
    """Make the app. `dialect` is the dialect of ``/v1/videos``."""
    protocols = all_protocols(desk, dialect)
    shared = [*Discovery(dialect).routes(), *Files(desk).routes(), welcome.ROUTE]

    def answering(turn: Callable[[Exception], RefusalError]) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def answer(request: Request, error: Exception) -> Response:
            path = request.url.path
            return max(protocols, key=lambda protocol: protocol.owns(path)).refuse(turn(error), request)

        return answer

    return Starlette(
        routes=[*(route for protocol in protocols for route in protocol.routes()), *shared],
        exception_handlers={
            RefusalError: answering(_as_it_is),
            HTTPException: answering(_no_route),
            Exception: answering(_apology),
        },
    )


def _as_it_is(error: Exception) -> RefusalError:
    assert isinstance(error, RefusalError)
    return error


def _no_route(error: Exception) -> RefusalError:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).name.lower()
    refusal = RefusalError(error.status_code, code, f"{error.detail}: there is no such route here.")
    refusal.headers.update(error.headers or {})
    return refusal


def _apology(error: Exception) -> RefusalError:
    log.error("The simulator failed", exc_info=error)
    return RefusalError(500, "internal_error", f"The simulator failed: {error!r}")
