"""A clip made once, a clock and a folder for what is downloaded."""

from fractions import Fraction
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from shared.network import FILE, START, TASK_ID, Clock, Service, task
from wan_widgets import TaskStatus, VideoTask


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> bytes:
    """A real film of one second, 64×48, with sound, small enough to be cut at every byte."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as film:
        video = film.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = film.add_stream("aac", rate=44_100)
        for number in range(12):
            picture = np.full((48, 64, 3), number * 20, np.uint8)
            film.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(video.encode())
        for number in range(43):
            samples = (np.sin(np.arange(1024) / 9 + number) * 8000).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
            frame.rate, frame.pts, frame.time_base = 44_100, number * 1024, Fraction(1, 44_100)
            film.mux(audio.encode(frame))
        film.mux(audio.encode())
    return path.read_bytes()


@pytest.fixture
def shop(clip: bytes) -> Service:
    """A service that sells clips, quickly."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host.startswith("files"):
            return httpx.Response(200, content=clip)
        return task("queued" if request.method == "POST" else "completed")

    return Service(answer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "outputs"
    monkeypatch.setenv("WAN_OUTPUTS", str(folder))
    return folder


@pytest.fixture
def done() -> VideoTask:
    """A task whose clip can be fetched."""
    return VideoTask(
        id=TASK_ID, status=TaskStatus.COMPLETED, provider="toapis", video_url=FILE, expires_at=None, created_at=None
    )


@pytest.fixture
def started() -> float:
    return START
