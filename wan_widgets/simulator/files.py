"""The file host for clips and uploads. Like a real one it asks for no key: whoever knows an address gets the file."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.uploads import MEDIA_TYPES, PATH


class Files:
    """The handlers of ``/files``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route(PATH + "{name}", self.upload), Route("/files/{task_id}.mp4", self.clip)]

    async def clip(self, request: Request) -> Response:
        record = self._desk.store.find(request.path_params["task_id"])
        now = self._desk.now()
        if record is None or record.state(now).status != "completed":
            raise RefusalError(404, "file_not_found", "There is no such file.")
        if now >= record.expires_at:
            self._desk.store.clip(record).unlink(missing_ok=True)
            raise RefusalError(403, "file_expired", "The file has expired: clips are kept for 24 hours.")
        return FileResponse(await self._desk.clip(request, record), media_type="video/mp4")

    async def upload(self, request: Request) -> Response:
        path = self._desk.upload(request.path_params["name"])
        if path is None:
            raise RefusalError(404, "file_not_found", "There is no such file.")
        return FileResponse(path, media_type=MEDIA_TYPES[path.suffix.removeprefix(".")])
