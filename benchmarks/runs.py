"""Running one client in a process of its own against the service, and what came of it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.service import HERE, serving


@dataclass(frozen=True)
class Client:
    """A client that follows tasks: its package, its script in clients/, and the protocol of its service."""

    name: str
    package: str
    script: str
    protocol: str
    arguments: tuple[str, ...] = ()
    surroundings: tuple[tuple[str, str], ...] = ()
    """Environment variables of its process."""

    @property
    def version(self) -> str:
        """Empty if it is not installed."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return ""


def _other(package: str, script: str, protocol: str) -> Client:
    return Client(package, package, "follow_other.py", protocol, (script,))


OURS = Client("wan_widgets", "wan_widgets", "follow_wan_widgets.py", "ToAPIs")
HTTPX = Client("httpx, tuned loop of 1 s", "httpx", "follow_httpx.py", "ToAPIs")
AIOHTTP = Client("aiohttp, loop of 1 s", "aiohttp", "follow_aiohttp.py", "ToAPIs")
OTHERS = (
    _other("openai", "run_openai", "OpenAIVideos"),
    _other("dashscope", "run_dashscope", "DashScope"),
    _other("fal-client", "run_fal", "Fal"),
    _other("replicate", "run_replicate", "Replicate"),
    _other("runwayml", "run_runwayml", "Runway"),
    _other("lumaai", "run_lumaai", "Luma"),
)
ALL = (OURS, HTTPX, AIOHTTP, *OTHERS)


@dataclass(frozen=True)
class Run:
    """What came of one run."""

    tasks: int
    lags: list[float]
    """Seconds from the true end of a task to the moment when the caller knew, for each task of which it knew."""
    questions: int
    cpu: float
    """Seconds."""
    stall: float
    """The longest time, in seconds, for which the event loop did not come back."""
    connections: int
    most_open: int
    memory: float
    """kB a task."""
    errors: dict[str, str]
    counted: dict[str, int]

    @property
    def unknown(self) -> int:
        """How many ends the caller did not hear of."""
        return self.tasks - len(self.lags)

    @property
    def cpu_ms_a_question(self) -> float:
        return 1000 * self.cpu / max(1, self.questions)

    def lag(self, share: float) -> float:
        """The lag that this share of the tasks does not exceed; infinite if too few ends are known."""
        known = sorted(self.lags) + [float("inf")] * self.unknown
        return known[min(len(known) - 1, int(share * len(known)))]


def run(
    client: Client,
    tasks: int,
    *,
    seconds: tuple[float, float] = (2.0, 8.0),
    faults: float = 0.0,
    seed: int = 1,
    limit: float = 60.0,
    window: float | None = None,
) -> Run:
    """Let a client follow tasks of some seconds. It is stopped after `limit` seconds.

    With `window`, no task ends, and only this number of seconds is measured, after all tasks were ordered.
    """
    seconds = (3600.0, 7200.0) if window else seconds
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(client.protocol, seconds=seconds, seed=seed, faults=faults) as service,
    ):
        settings = {"url": service.url, "tasks": tasks, "limit": limit, "folder": folder, "window": window}
        result = _result(client, settings, Path(folder), limit)
        truth = service.truth()
    known = result.get("known", {})
    counts = truth["counts"]
    return Run(
        tasks=tasks,
        lags=[known[name] - task["done"] for name, task in truth["tasks"].items() if name in known],
        questions=result.get("questions", counts["questions"]),
        cpu=result.get("cpu", 0.0),
        stall=result.get("stall", 0.0),
        connections=counts["connections"],
        most_open=counts["most_open"],
        memory=result.get("memory", 0.0),
        errors=result.get("errors", {}),
        counted=result.get("counted", {}),
    )


def _result(client: Client, settings: dict[str, Any], folder: Path, limit: float) -> dict[str, Any]:
    surroundings = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    surroundings |= {
        "WAN_LEDGER": str(folder / "ledger.sqlite3"),
        "WAN_OUTPUTS": str(folder),
        "WAN_CHECKS": "0",  # no other client looks at its clips
        **dict(client.surroundings),
    }
    command = [sys.executable, str(HERE / "clients" / client.script), json.dumps(settings), *client.arguments]
    with (folder / "terminal.txt").open("wb") as terminal:
        subprocess.run(
            command, env=surroundings, stdout=terminal, stderr=terminal, timeout=limit + 120, check=False, cwd=folder
        )
    try:
        found: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    except OSError:
        found = {"errors": {"": (folder / "terminal.txt").read_text("utf-8", "replace")[-500:]}}
    return found


def middle(runs: Sequence[Run], value: Any) -> float:
    """The median over runs of what `value` returns for each."""
    return median(value(each) for each in runs)


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]
