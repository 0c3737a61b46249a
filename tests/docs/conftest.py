"""A reader of the pages: with a key for every service, an empty folder, and an internet of their own."""

import asyncio
import getpass
from collections.abc import Iterator
from pathlib import Path

import httpx
import ipywidgets
import pytest

import wan_widgets as ww
from docs.internet import Internet
from wan_widgets.simulator import Simulator
from wan_widgets.simulator.transport import InProcess


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A clip as the simulator makes it."""
    folder = tmp_path_factory.mktemp("film")
    simulator = Simulator(folder, speed=50)

    async def made() -> ww.Video:
        request = ww.TextToVideo(prompt="A kitten runs", resolution="720p", seed=7)
        async with ww.AsyncClient("simulator", transport=simulator.transport()) as client:
            return await client.generate(request, folder / "film.mp4")

    return asyncio.run(made()).path.read_bytes()


@pytest.fixture
def reader(tmp_path: Path, film: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Their folder."""
    internet = Internet(tmp_path / "internet", film)

    async def handle(_transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await internet.answer(request)

    async def simulate(transport: InProcess, request: httpx.Request) -> httpx.Response:
        return await internet.answer_of_simulator(transport, request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    monkeypatch.setattr(InProcess, "handle_async_request", simulate)
    for provider in ww.providers.PROVIDERS.values():
        monkeypatch.setattr(type(provider), "pace", ww.Pace(usual=0.2, questions=500))
        for variable in provider.key_variables:
            monkeypatch.setenv(variable, "the-readers-key")
    monkeypatch.setenv("LAB_KEY", "the-readers-key")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("WAN_SIMULATOR_SPEED", "50")
    monkeypatch.setenv("WAN_SIMULATOR_DIR", str(tmp_path / "simulator"))
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "the-readers-key")
    monkeypatch.setattr("builtins.input", lambda _prompt: "no")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    yield folder
    ipywidgets.Widget.close_all()
    ww.set_budget()
    ww.set_price("toapis", "wan2.6", None)
    ww.logout("toapis")
