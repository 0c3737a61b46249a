"""What a reader of the pages reaches: the services, an engine, a laboratory. Nothing here leaves the machine."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx

from wan_widgets.simulator import Simulator
from wan_widgets.simulator.transport import InProcess

WEIGHTS = "Wan-AI/Wan2.2-T2V-A14B-Diffusers"
_original = InProcess.handle_async_request


class Internet:
    """Answers for hosts by their names. Behind the services' is the simulator, which has every clip ready: `film`."""

    def __init__(self, folder: Path, film: bytes) -> None:
        self._film = film
        services = Simulator(folder / "services", speed=50)
        engine = Simulator(folder / "engine", speed=50, engine="sglang", model=WEIGHTS)
        self._hosts: dict[str, Callable[[httpx.Request], httpx.Response] | httpx.AsyncBaseTransport] = {
            "toapis.com": services.transport(),
            "class-server": services.transport(),
            "engine.example.com": engine.transport(),
            "api.uniall.ai": _cut,
            "render.lab.example": self._laboratory,
        }

    async def answer(self, request: httpx.Request) -> httpx.Response:
        match self._hosts.get(request.url.host):
            case None:
                raise httpx.ConnectError(f"{request.url.host} is not known")
            case httpx.AsyncBaseTransport() as transport:
                return await transport.handle_async_request(request)
            case host:
                return host(request)

    async def answer_of_simulator(self, transport: InProcess, request: httpx.Request) -> httpx.Response:
        """As the simulator answers, but for clips, each of which would take it two seconds to paint."""
        path = request.url.path
        if request.method == "GET" and (path.startswith("/files/") or path.endswith("/content")):
            return self._clip()
        return await _original(transport, request)

    def _laboratory(self, request: httpx.Request) -> httpx.Response:
        """The other side of docs/own_provider.py."""
        if request.url.path == "/films/17.mp4":
            return self._clip()
        job = {"number": 17, "stage": "waiting"}
        if request.method == "GET":
            job |= {"stage": "ready", "percent": 100, "film": "/films/17.mp4"}
        return httpx.Response(200, content=json.dumps(job))

    def _clip(self) -> httpx.Response:
        return httpx.Response(200, content=self._film, headers={"content-type": "video/mp4"})


def _cut(_request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("the connection was cut")
