"""kill -9 at every stage, and the same cell again in a new process: nothing is bought twice, nothing paid is lost."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from faults import menu
from faults.menu import Ending, Fault
from faults.server import FaultServer
from generation.victim import HERE, PLACES, order, settings
from shared.network import KEY
from shared.orders import MARKED, rows
from shared.processes import a_context
from wan_widgets.files.disk import digest_of

HALF = Fault("half a clip, then nothing", lambda scene: iter([scene.reply.raw[:20_000], 60.0, Ending.CLOSE]))


@dataclass(frozen=True)
class Stage:
    """Where a process is killed, and what must be true then and after the next one."""

    name: str
    state: str
    """Of the order, when the dead process is found."""
    has_id: bool
    posts: int
    outcome: str
    kind: str = ""
    """The request that is met by `fault`, if it is the service that holds it up."""
    fault: Fault | None = None
    silent: bool = False


STAGES = [
    Stage("before the order leaves", "sending", False, 0, "unconfirmed"),
    Stage("in it, and it is lost", "sending", False, 1, "unconfirmed", "submit", menu.stall()),
    Stage("in it, and it is taken", "sending", False, 1, "clip", "submit", menu.stall(acts=True)),
    Stage(
        "in it, nobody can be asked", "sending", False, 1, "unconfirmed", "submit", menu.stall(acts=True), silent=True
    ),
    Stage("before the reply is written down", "sending", False, 1, "clip"),
    Stage("before the first question", "queued", True, 1, "clip"),
    Stage("in a question", "queued", True, 1, "clip", "poll", menu.stall()),
    Stage("in the download", "in_progress", True, 1, "clip", "download", HALF),
    Stage("before the clip is written down", "in_progress", True, 1, "clip"),
    Stage("at the end", "completed", True, 1, "clip"),
]


@pytest.fixture
def server():
    with FaultServer(seconds=(0.02, 0.05), stall=60) as running:
        yield running


class Cell:
    """A process that runs the cell."""

    def __init__(self, server, folder, stop="", silent=False):
        context = a_context()
        self.said = context.SimpleQueue()
        self.process = context.Process(target=order, args=(server.url, folder, self.said, stop, silent))
        self.process.start()

    def hears(self):
        """What it says next."""
        assert self.said._reader.poll(20), "it says nothing"
        return self.said.get()

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(60)
        assert self.process.exitcode == -signal.SIGKILL


def waits_for(server, kind):
    deadline = time.monotonic() + 60
    while not server.asked(kind):
        assert time.monotonic() < deadline, f"no {kind} came"
        time.sleep(0.01)


def killed(stage, server, folder):
    """A process that is killed at a stage."""
    if stage.fault:
        server.script(stage.kind, stage.fault)
    cell = Cell(server, folder, stage.name, silent=stage.silent)
    if stage.fault:
        waits_for(server, stage.kind)
    elif stage.name in PLACES:
        assert cell.hears() == HERE
    else:
        assert cell.hears()[0] == "clip"
    cell.kill()


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_after_a_kill_the_same_cell_buys_nothing_twice_and_loses_nothing(stage, server, tmp_path):
    killed(stage, server, tmp_path)
    [row] = rows(tmp_path / "ledger.sqlite3")
    assert (row["state"], row["task_id"] is not None) == (stage.state, stage.has_id)
    for _ in range(2):  # and once more, as it will be tried
        outcome, what = Cell(server, tmp_path, silent=stage.silent).hears()
        assert outcome == stage.outcome, what
        assert len(server.asked("submit")) == stage.posts
        assert not server.truth.billed_twice
        [row] = rows(tmp_path / "ledger.sqlite3")
        assert row["poller"] is None
        if outcome == "unconfirmed":
            assert (row["state"], row["id"], row["task_id"]) == ("unconfirmed", what, None)
        else:
            assert server.truth.is_clip_of("order-1", Path(what).read_bytes())
            assert (row["state"], row["path"], row["sha256"]) == ("completed", what, digest_of(Path(what)))
            assert row["task_id"] == server.truth.orders["order-1"][0].id
    assert len(server.asked("download")) <= 2
    assert all(path.stat().st_size for path in tmp_path.rglob("*.mp4")), "no name without a clip"


CELL = f"""
import asyncio
import wan_widgets as ww
from wan_widgets.pacing.timing import Timing

async def hurry(seconds):
    await asyncio.sleep(min(seconds, 0.02))

client = ww.AsyncClient("toapis", timing=Timing(sleep=hurry))
video = ww.generate({MARKED.prompt!r}, seed=7, provider=client)
print("the clip is", video.path)
"""


def test_a_kernel_that_is_killed_and_started_again_has_its_clip(server, tmp_path):
    """A real kernel, with everything that Jupyter brings, in the middle of the waiting."""
    surroundings = settings(tmp_path) | {"WAN_PROVIDER": "toapis", "WAN_BASE_URL": server.url, "WAN_API_KEY": KEY}
    server.script("poll", menu.stall())
    manager, client = start_new_kernel(env=os.environ | surroundings, cwd=str(tmp_path))
    try:
        client.execute(CELL)
        waits_for(server, "poll")
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        assert rows(tmp_path / "ledger.sqlite3")[0]["state"] == "queued"
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=30)
        said = []
        reply = client.execute_interactive(CELL, timeout=30, output_hook=said.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        [path] = [
            Path(line.removeprefix("the clip is ").strip())
            for message in said
            for line in message["content"].get("text", "").splitlines()
            if line.startswith("the clip is")
        ]
        assert server.truth.is_clip_of("order-1", path.read_bytes())
        assert len(server.asked("submit")) == 1
        assert rows(tmp_path / "ledger.sqlite3")[0]["state"] == "completed"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


ENDING = """
import asyncio, atexit, itertools, time
import httpx
import wan_widgets as ww
from wan_widgets.generation import worker
from wan_widgets.pacing.timing import Timing

@atexit.register
def slowly():  # threads cannot be started any more, and the loop still runs
    before = ww.tasks()[0].updated_at
    time.sleep(0.5)
    print("written down" if ww.tasks()[0].updated_at > before else "forgotten")

words = itertools.cycle(["queued", "in_progress"])  # mere progress may be lost in the last second

def service(request):
    return httpx.Response(200, json={"id": "video_1", "status": next(words), "progress": 7})

timing = Timing(sleep=lambda seconds: asyncio.sleep(0.001))
client = ww.AsyncClient("toapis", api_key="x" * 20, transport=httpx.MockTransport(service), timing=timing)
worker.submit(client.generate(ww.TextToVideo(prompt="A kitten")))
while not any(entry.progress for entry in ww.tasks()):
    time.sleep(0.01)
"""


def test_what_a_script_hears_while_it_ends_is_written_down(tmp_path):
    run = subprocess.run(
        [sys.executable, "-P", "-c", ENDING],
        cwd=tmp_path,
        env=os.environ | settings(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "written down\n", "")
    [row] = rows(tmp_path / "ledger.sqlite3")
    assert row["state"] in ("queued", "in_progress")
    assert row["task_id"] == "video_1"
