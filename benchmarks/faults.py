"""How much each client loses, and pays twice, at a service that fails now and then.

python benchmarks/faults.py --tasks 500 --faults 0.2 --seed 1

Each client runs in a process of its own against the same faults on 127.0.0.1. See the README beside this file.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
# This file has the same name as a package of the tests, so its folder must not be on the path.
sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != HERE.resolve()]
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE / "clients")]

import services
from faults.protocols import Protocol
from faults.server import FaultServer
from tally import Row, read_ends, reasons, tally

_STALL = 1.0  # seconds of silence before a stalled connection is closed


@dataclass(frozen=True)
class Client:
    """A client that buys clips: its package, a script in clients/, and the protocol of its service."""

    package: str
    script: str
    protocol: type[Protocol]
    gives: str
    """``"file"``: it downloads the clip and meets the faults of the download. ``"url"``: its users download."""

    @property
    def version(self) -> str | None:
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


CLIENTS = (
    Client("wan_widgets", "run_wan_widgets.py", services.ToAPIs, "file"),
    Client("openai", "run_openai.py", services.OpenAIVideos, "file"),
    Client("replicate", "run_replicate.py", services.Replicate, "file"),
    Client("runwayml", "run_runwayml.py", services.Runway, "url"),
    Client("fal-client", "run_fal.py", services.Fal, "url"),
    Client("lumaai", "run_lumaai.py", services.Luma, "url"),
    Client("dashscope", "run_dashscope.py", services.DashScope, "url"),
)


class CrashedError(Exception):
    """A client's process ended with an error of its own, so there is nothing to count."""


def main() -> None:
    arguments = parser().parse_args()
    print(environment(arguments), flush=True)
    print(line(["client", "version", "gives", *Row.titles()]))
    print(line(["---", "---", "---", *["---:"] * len(Row.titles())]), flush=True)
    notes = []
    for client in CLIENTS:
        if arguments.only and client.package not in arguments.only:
            continue
        if client.version is None:
            print(line([client.package, "not installed", client.gives, *["-"] * len(Row.titles())]), flush=True)
            continue
        try:
            row, why = measured(client, arguments)
        except CrashedError as error:
            print(f"\n{client.package} crashed:\n{error}", file=sys.stderr)
            continue
        print(line([client.package, client.version, client.gives, *row.cells()]), flush=True)
        notes.append(f"{client.package}: {why}")
    if arguments.details:
        print("\nWhy, by fate and error:\n")
        print("\n".join(f"* {note}" for note in notes))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--tasks", type=int, default=500, help="orders of each client")
    made.add_argument("--faults", type=float, default=0.2, help="share of submissions, polls and downloads that fail")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--at-once", type=int, default=50, help="orders under way at the same time")
    made.add_argument("--seconds", type=float, nargs=2, default=(1.0, 3.0), help="how long a task takes, from and to")
    made.add_argument("--haste", type=float, default=1.0, help="divides all times, the clients' and the service's")
    made.add_argument("--limit", type=float, default=1200.0, help="seconds after which a client is stopped")
    made.add_argument("--only", nargs="+", metavar="CLIENT", help="leave the others out")
    made.add_argument("--details", action="store_true", help="also say which errors led to which losses")
    return made


def measured(client: Client, arguments: argparse.Namespace) -> tuple[Row, str]:
    """Run one client to its end. Returns its row, and how often each error led to each loss."""
    names = [f"order-{number:05}" for number in range(arguments.tasks)]
    rates = dict.fromkeys(("submit", "poll", "download"), arguments.faults)
    low, high, pause = (seconds / arguments.haste for seconds in (*arguments.seconds, _STALL))
    with (
        tempfile.TemporaryDirectory() as folder,
        FaultServer(client.protocol(), seed=arguments.seed, seconds=(low, high), stall=pause, **rates) as server,
    ):
        settings = {"url": server.url, "orders": names, "folder": folder}
        settings |= {"at_once": arguments.at_once, "haste": arguments.haste}
        begun = time.monotonic()
        ran_out = not run(client, json.dumps(settings), Path(folder), arguments.limit)
        took = time.monotonic() - begun
        ends = read_ends(Path(folder, "ends.jsonl"))
        why = ", ".join(f"{number} {reason}" for reason, number in reasons(server, names, ends).most_common())
        return tally(server, names, ends, took), why + " (stopped at the limit)" * ran_out


def run(client: Client, settings: str, folder: Path, limit: float) -> bool:
    """Run a client. Returns whether it ended within `limit` seconds; raises `CrashedError`.

    Its terminal output goes into a file, because some clients write very long errors.
    """
    surroundings = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    surroundings |= {"WAN_LEDGER": str(folder / "ledger.sqlite3"), "WAN_OUTPUTS": str(folder)}
    command = [sys.executable, str(HERE / "clients" / client.script), settings]
    with (folder / "terminal.txt").open("wb") as terminal:
        try:
            done = subprocess.run(
                command, env=surroundings, cwd=folder, stdout=terminal, stderr=terminal, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return False
    if done.returncode:
        raise CrashedError((folder / "terminal.txt").read_text("utf-8", "replace")[-2000:])
    return True


def environment(arguments: argparse.Namespace) -> str:
    asked = ["git", "-C", str(HERE), "describe", "--always", "--dirty"]
    described = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return (
        f"wan_widgets at {described or 'no revision'}; Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores\n"
        f"{arguments.tasks} orders, {arguments.at_once} at once, tasks of {arguments.seconds[0]:g} to "
        f"{arguments.seconds[1]:g} s, {arguments.faults:.0%} faults each on submit, poll and download, "
        f"seed {arguments.seed}, haste {arguments.haste:g}\n"
    )


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
