"""The simulator as one object. It imports its server and encoder only when it is used."""

import os
import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Literal

import httpx
import platformdirs

from wan_widgets.simulator.scripts import Script
from wan_widgets.simulator.store import Store
from wan_widgets.simulator.transport import InProcess

if TYPE_CHECKING:
    from starlette.applications import Starlette

Engine = Literal["openai", "sglang", "vllm-omni"]


class Simulator:
    """A video service that keeps its data in a directory. Simulators on the same directory see the same tasks."""

    def __init__(
        self,
        directory: Path | str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        rng: Random | None = None,
        speed: float | None = None,
        engine: Engine = "openai",
        model: str | None = None,
    ) -> None:
        """`speed`, else ``WAN_SIMULATOR_SPEED``, divides the usual times. It does not change the times of a `Script`.

        `engine` is the engine whose dialect ``/v1/videos`` speaks, and `model` is the model that the engine serves.
        An engine does not know the tasks of simulators that were made before it, as it forgets them in a restart.
        """
        self.directory = Path(directory) if directory else default_directory()
        self._clock = clock
        self._rng = rng or SystemRandom()
        self._speed = speed or default_speed()
        self._scripts: deque[Script] = deque()
        self._engine = engine
        self._model = model

    @cached_property
    def app(self) -> "Starlette":
        """The ASGI app."""
        # These import a server and a video encoder, which is slow.
        from wan_widgets.simulator.app import create_app  # noqa: PLC0415
        from wan_widgets.simulator.desk import Desk  # noqa: PLC0415
        from wan_widgets.simulator.protocols.openai_videos import dialect_of  # noqa: PLC0415

        store = Store(self.directory)
        desk = Desk(store, clock=self._clock, rng=self._rng, scripts=self._scripts, speed=self._speed)
        return create_app(desk, dialect_of(self._engine, self._model))

    def transport(self) -> httpx.AsyncBaseTransport:
        """Make a transport for ``httpx.AsyncClient(transport=...)``. The simulator then answers within this process."""
        return InProcess(self.app)

    def script(self, *scripts: Script) -> None:
        """Let the next valid orders follow these scripts, one script each."""
        self._scripts.extend(scripts)


def default_speed() -> float:
    try:
        return max(0.01, float(os.environ.get("WAN_SIMULATOR_SPEED") or 1))
    except ValueError:
        return 1.0


def default_directory() -> Path:
    chosen = (os.environ.get("WAN_SIMULATOR_DIR") or "").strip()
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("wan_widgets") / "simulator"
