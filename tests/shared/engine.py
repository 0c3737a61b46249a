"""An engine of one's own as a real process: the simulator in its dialect."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.network import Clock
from shared.quick import SIMULATOR
from wan_widgets import AsyncClient
from wan_widgets.providers import OpenAIVideos


@dataclass
class Engine:
    """A server that forgets everything when it is restarted."""

    arguments: list[str]
    folder: Path
    process: subprocess.Popen[str] | None = None
    base_url: str = ""
    starts: int = 0

    def start(self, port: int = 0) -> None:
        self.starts += 1
        own = ["--port", str(port), "--directory", str(self.folder / str(self.starts))]
        command = [sys.executable, "-c", SIMULATOR, *own, *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
        assert self.process.stdout is not None
        [self.base_url] = re.findall(r"The simulator is at (\S+)", self.process.stdout.readline())

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        with self.process:
            pass

    def restart(self) -> None:
        port = int(self.base_url.rpartition(":")[2])
        self.stop()
        self.start(port)

    def client(self, clock: Clock | None = None) -> AsyncClient:
        timing = clock.timing if clock else None
        return AsyncClient(OpenAIVideos(), base_url=self.base_url, timing=timing)


Start = Callable[..., Engine]


@contextmanager
def engines(folder: Path) -> Generator[Start, None, None]:
    started: list[Engine] = []

    def start(name: str, model: str = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers") -> Engine:
        engine = Engine(["--engine", name, "--model", model], folder / str(len(started)))
        started.append(engine)
        engine.start()
        return engine

    try:
        yield start
    finally:
        for engine in started:
            engine.stop()


@pytest.fixture
def start_engine(tmp_path: Path) -> Iterator[Start]:
    """Starts an engine: ``start_engine("sglang")``."""
    with engines(tmp_path / "engines") as start:
        yield start
