"""What the user's kernel notices of 1,000 tasks that are followed in it: a cell's round trip, and a computation."""

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from jupyter_client.manager import KernelManager

from benchmarks.report import Aim, at_most, table
from benchmarks.runs import p95
from benchmarks.service import serving

_TASKS = 1000
_ROUNDS, _CELLS, _COMPUTATIONS = 5, 300, 3
_Measured = tuple[float, float, float]  # seconds of half of the cells and of 95 of 100, share of the CPU time
_BEGIN = """
import asyncio, time
import wan_widgets as ww
from wan_widgets.generation import buying, worker
from wan_widgets.generation.prepared import prepare
from wan_widgets.service import sharing

sharing.is_loopback = lambda host: False  # the limits of the real service hold, although this one is on this machine

client = ww.AsyncClient("toapis", base_url={url!r}, api_key="benchmark-key")

async def follow(number):
    request = ww.TextToVideo(prompt=f"A lighthouse at dusk, order-{{number}}")
    async for step in buying.run(client, prepare(client, request), f"{{number}}.mp4"):
        pass

followed = [worker.submit(follow(number)) for number in range({tasks})]
"""
_COMPUTE = """
before, own = time.process_time(), time.thread_time()
for number in range(6_000_000):
    pass
own = time.thread_time() - own
print((time.process_time() - before) / own)
"""


def main() -> list[Aim]:
    """Print the table, and return whether the aims hold."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("ToAPIs", seconds=(3600, 7200)) as service,
        _kernel(folder) as idle,
        _kernel(folder) as following,
    ):
        _run(idle, "import time")
        _run(following, _BEGIN.format(url=service.url, tasks=_TASKS))
        while service.truth()["counts"]["orders"] < _TASKS:
            time.sleep(1)
        time.sleep(10)
        rounds = [_round(idle, following) for _ in range(_ROUNDS)]
    print(f"A kernel that follows {_TASKS} tasks beside an idle one; ToAPIs allows 50 questions a second\n")
    names = ("idle", "following")
    rows = [[name, *_medians(pair[number] for pair in rounds)] for number, name in enumerate(names)]
    table(["kernel", "round trip ms (half of the cells)", "95 of 100", "CPU time of all threads"], rows)
    print(f"Medians of {_ROUNDS} rounds. The last column is the CPU time of all threads during a computation, as a")
    print("multiple of its own.\n")
    trip, slower = (median(with_it[at] / without[at] for without, with_it in rounds) for at in (1, 2))
    return [
        at_most("a cell's round trip (95 of 100), as a multiple of an idle kernel's", trip, 1.1),
        at_most("CPU time during a computation, as a multiple of that in an idle kernel", slower, 1.03),
    ]


def _round(idle: Any, following: Any) -> list[_Measured]:
    """What one round finds of both kernels.

    They take turns, so that other work of the machine slows both alike. The computations come after the cells: between
    them, they slow the next cell of one kernel only, and two idle kernels seemed to differ by 4 %.
    """
    kernels = (idle, following)
    trips = [[_trip(kernel) for kernel in kernels] for _ in range(_CELLS)]
    shares = [[float(_run(kernel, _COMPUTE)) for kernel in kernels] for _ in range(_COMPUTATIONS)]
    return [
        (median(mine), p95(mine), median(computed))
        for mine, computed in zip(zip(*trips, strict=True), zip(*shares, strict=True), strict=True)
    ]


def _medians(rounds: Iterable[_Measured]) -> list[str]:
    half, most, share = (median(each) for each in zip(*rounds, strict=True))
    return [f"{1000 * half:.1f}", f"{1000 * most:.1f}", f"{share:.3f}"]


@contextmanager
def _kernel(folder: str) -> Iterator[Any]:
    surroundings = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    surroundings |= {"WAN_LEDGER": f"{folder}/ledger.sqlite3", "WAN_OUTPUTS": folder}
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=surroundings, cwd=folder)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _trip(client: Any) -> float:
    begun = time.perf_counter()
    _run(client, "1 + 1")
    return time.perf_counter() - begun


def _run(client: Any, code: str) -> str:
    """Run a cell and return what it printed."""
    printed = ""
    asked = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != asked:
            continue
        content = message["content"]
        if message["msg_type"] == "stream":
            printed += content["text"]
        elif message["msg_type"] == "error":
            raise RuntimeError("\n".join(content["traceback"]))
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            client.get_shell_msg(timeout=120)
            return printed
