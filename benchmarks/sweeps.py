"""A sweep with failures in it, whose process is killed twice: does it end complete, with one purchase a cell?

python benchmarks/sweeps.py --cells 200 --kills 2

The simulator runs in a process of its own and counts what was bought. One cell in ten is one that fails there. The
process that runs the sweep is killed with SIGKILL in the middle, and the same program is started again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
# A file beside this has the same name as a package of the tests, so this folder must not be on the path.
sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != HERE.resolve()]

SERVE = """
import wan_widgets.simulator.orders
wan_widgets.simulator.orders.USUAL_FPS = 1  # nobody looks at the clips
from wan_widgets.simulator.__main__ import main
main()
"""
SWEEP = """
import json, sys
import wan_widgets as ww
from wan_widgets.console.sweeping import Sweep

numbers = range(int(sys.argv[2]) // 2)
prompts = [("FAIL: a kitten" if number % 10 == 3 else "A kitten") + " number {number}" for number in numbers]
client = ww.AsyncClient("simulator", base_url=sys.argv[1])
sweep = Sweep(prompt=prompts, number=numbers, seed=[1, 2], together=("prompt", "number"),
              resolution="720p", provider=client, at_once=8)
sweep.run()
table = sweep.to_pandas()
assert len(table) == len(sweep.cells)
counts = {str(state): count for state, count in sweep.counts.items()}
print(json.dumps(counts | {"orders": [cell.order_id for cell in sweep.cells if cell.state == "unconfirmed"]}))
"""


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder, _simulator(Path(folder)) as url:
        begun = time.monotonic()
        found = _swept(Path(folder), url, arguments.cells, arguments.kills)
        _print(found | {"kills": arguments.kills, "seconds": round(time.monotonic() - begun)})
        sys.exit(0 if _is_right(found) else "not every cell was bought once")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--kills", type=int, default=2)
    return parser.parse_args()


def _swept(folder: Path, url: str, cells: int, kills: int) -> dict[str, int]:
    for kill in range(kills):
        process = _sweeping(folder, url, cells)
        _kill_at(process, folder, cells * (kill + 1) // (kills + 1))
    end = _end(_sweeping(folder, url, cells))
    dismissed = 0
    while end["orders"]:  # the kill came between the ledger and the service: a person looks whether it was bought
        dismissed += len(end["orders"])
        _dismiss(folder, end["orders"])
        end = _end(_sweeping(folder, url, cells))
    bought = _bought(folder)
    return {
        "cells": cells,
        "bought": len(bought),
        "bought twice": sum(count > 1 for count in bought.values()),
        "completed": end.get("completed", 0),
        "failed": end.get("failed", 0),
        "others": cells - end.get("completed", 0) - end.get("failed", 0),
        "looked up by hand": dismissed,
    }


def _is_right(found: dict[str, int]) -> bool:
    return found["bought"] == found["cells"] and not found["bought twice"] and not found["others"]


def _surroundings(folder: Path) -> dict[str, str]:
    return os.environ | {
        "WAN_LEDGER": str(folder / "ledger.sqlite3"),
        "WAN_OUTPUTS": str(folder / "outputs"),
        "WAN_SIMULATOR_SPEED": "10",
        "XDG_CONFIG_DIRS": str(folder / "site"),
    }


@contextmanager
def _simulator(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-c", SERVE, "--port", "0", "--directory", str(folder / "simulator")]
    surroundings = _surroundings(folder) | {"WAN_LANG": "en"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings)
    try:
        greeting = server.stdout.readline()
        yield next(word for word in greeting.replace(",", " ").split() if word.startswith("http://")).rstrip(".:")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _sweeping(folder: Path, url: str, cells: int) -> subprocess.Popen:
    command = [sys.executable, "-c", SWEEP, url, str(cells)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_surroundings(folder), cwd=folder)


def _kill_at(process: subprocess.Popen, folder: Path, count: int) -> None:
    """Kill it as soon as so many orders were taken."""
    while len(list((folder / "simulator" / "tasks").glob("*.json"))) < count:
        if process.poll() is not None:
            sys.exit(f"it ended before it was killed: {process.stdout.read()}")
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _end(process: subprocess.Popen) -> dict:
    said, _ = process.communicate()
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(said.splitlines()[-1])


def _dismiss(folder: Path, orders: list[str]) -> None:
    code = "import sys, wan_widgets as ww\nfor order in sys.argv[1:]: ww.dismiss(order)"
    subprocess.run([sys.executable, "-c", code, *orders], env=_surroundings(folder), cwd=folder, check=True)


def _bought(folder: Path) -> Counter:
    """What the simulator has taken, by prompt and seed."""
    from wan_widgets.simulator.store import Store  # noqa: PLC0415  # it is on the path by now

    return Counter((each.order.prompt, each.order.seed) for each in Store(folder / "simulator").newest_first())


def _print(found: dict[str, int]) -> None:
    print("| " + " | ".join(found) + " |")
    print("| " + " | ".join("---:" for _ in found) + " |")
    print("| " + " | ".join(map(str, found.values())) + " |")


if __name__ == "__main__":
    main()
