"""The example of a provider in docs is all that a service of one's own needs: it is run here, end to end."""

import asyncio
import json
from pathlib import Path
from runpy import run_path
from typing import ClassVar

import av
import httpx
import numpy as np
import pytest

import wan_widgets as ww
from shared.clips import as_sent
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers.conformance import ProviderConformance

EXAMPLE = Path(__file__).parents[2] / "docs" / "own_provider.py"
KEY = "lab-key-0123456789"


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """A real film of half a second."""
    path = tmp_path_factory.mktemp("lab") / "clip.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(4):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((48, 64, 3), 50 * number, np.uint8))))
        film.mux(stream.encode())
    return path.read_bytes()


class Laboratory:
    """The other side: one job, which is a little further each time somebody asks."""

    def __init__(self, film: bytes, *stages: dict) -> None:
        self.film = film
        self.stages = list(stages)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        match request.method, request.url.path:
            case "POST", "/jobs":
                return httpx.Response(202, json={"number": 17, "stage": "waiting"})
            case "GET", "/jobs/17":
                return httpx.Response(200, json={"number": 17} | self.stages.pop(0))
            case "GET", "/films/17.mp4":
                return httpx.Response(200, content=self.film)
        return httpx.Response(404, text="There is no such job.")

    def client(self) -> ww.AsyncClient:
        timing = Timing(now=lambda: 1_790_000_000.0 + sum(self.slept), sleep=self.sleep, random=lambda: 0.5)
        transport = httpx.MockTransport(self.answer)
        return ww.AsyncClient(example(), api_key=KEY, transport=transport, timing=timing)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    @property
    def order(self) -> dict:
        return json.loads(self.requests[0].content)


def example() -> ww.Provider:
    return run_path(str(EXAMPLE))["Lab"]()


def words(**fields):
    known = {"prompt": "A kitten", "model": "kitten-1", "resolution": "480p", "duration": 5, "audio": False}
    return ww.TextToVideo(**known | fields)


DRAWING = {"stage": "drawing", "percent": 40}
READY = {"stage": "ready", "percent": 100, "film": "/films/17.mp4"}


class TestLab(ProviderConformance):
    """What docs/own-provider.md does with it."""

    provider = example()
    accepted: ClassVar = {"number": 17, "stage": "waiting"}
    finished: ClassVar = {"number": 17} | READY


def test_it_can_be_read_at_one_sitting():
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 60


@pytest.mark.anyio
async def test_a_clip_is_ordered_followed_and_saved(clip, tmp_path):
    lab = Laboratory(clip, DRAWING, READY)
    async with lab.client() as client:
        task = await client.submit(words(seed=7, extra={"lens": "35mm"}))
        states = [state async for state in client.watch(task)]
        video = await client.download(states[-1], tmp_path / "clip.mp4")
    assert lab.order == {
        "engine": "kitten-1",
        "script": "A kitten",
        "pixels": [832, 480],
        "frames": 80,
        "dice": 7,
        "lens": "35mm",
    }
    assert [(state.id, state.status.value, state.progress) for state in states] == [
        ("17", "queued", None),
        ("17", "in_progress", 40),
        ("17", "completed", 100),
    ]
    assert (video.width, video.height, as_sent(video.path)) == (64, 48, clip)
    assert [request.url.path for request in lab.requests] == ["/jobs", "/jobs/17", "/jobs/17", "/films/17.mp4"]
    assert {request.headers["authorization"] for request in lab.requests} == {f"Bearer {KEY}"}
    assert all(0 < seconds <= 5.0 for seconds in lab.slept)


@pytest.mark.anyio
async def test_an_image_opens_the_clip(clip, tmp_path):
    lab = Laboratory(clip, READY)
    image = "https://example.com/cat.png"
    fields = {"prompt": "x", "model": "kitten-1", "resolution": "480p", "duration": 2, "audio": False}
    async with lab.client() as client:
        request = ww.ImageToVideo(image=image, aspect_ratio="9:16", **fields)
        video = await client.generate(request, tmp_path / "clip.mp4")
    assert (lab.order["opening"], lab.order["pixels"], lab.order["frames"]) == (image, [480, 832], 32)
    assert video.path.exists()


@pytest.mark.anyio
async def test_what_it_does_not_offer_never_leaves_the_machine(clip):
    lab = Laboratory(clip)
    async with lab.client() as client:
        with pytest.raises(ww.InvalidRequest) as caught:
            await client.submit(words(resolution="1080p", duration=15, audio=True, watermark=True, model="kitten-1"))
    assert {problem.field for problem in caught.value.problems} == {"resolution", "duration", "audio", "watermark"}
    assert lab.requests == []


@pytest.mark.anyio
async def test_its_failures_are_ours(clip):
    lab = Laboratory(clip, {"stage": "broken", "reason": "The kitten ran away."})
    async with lab.client() as client:
        with pytest.raises(ww.TaskFailed, match="The kitten ran away"):
            await client.generate(words())
        with pytest.raises(ww.NotFound, match="There is no such job"):
            await client.retrieve("18")


def test_it_needs_its_key(monkeypatch):
    with pytest.raises(ww.ConfigurationError, match="LAB_KEY"):
        ww.AsyncClient(example())
    monkeypatch.setenv("LAB_KEY", KEY)
    assert ww.AsyncClient(example()).base_url == "https://render.lab.example"
