"""What it costs one process to follow 1,000 and 5,000 tasks, while none ends."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from benchmarks.report import Aim, at_most, table
from benchmarks.runs import AIOHTTP, HTTPX, OURS, Client, Run, middle, run

_SECONDS = 10.0
_WITHOUT = (("WAN_BENCHMARK_WITHOUT_AIOHTTP", "1"),)
_PLAIN = replace(OURS, name="wan_widgets over httpx", surroundings=_WITHOUT)
_QUICK = replace(OURS, name="wan_widgets over aiohttp")
_SELDOM = replace(HTTPX, name="httpx, the same loop of 5 s", surroundings=(("WAN_BENCHMARK_SECONDS", "5"),))
"""It asks not much more often than wan_widgets, so that as few questions share a turn of its event loop.

What is measured is a whole number of its rounds, because all questions of a round come together.
"""


def main() -> list[Aim]:
    """Print the table, and return whether the aims hold."""
    aims: list[Aim] = []
    aimed, light = [[_PLAIN], [HTTPX]], [client for client in (_QUICK, AIOHTTP) if client.version]
    # They take turns, so that other work of the machine slows all of them alike. Those that need little run together.
    for tasks, turns in ((1000, [*aimed, light, [_SELDOM], *aimed]), (5000, [[_PLAIN]])):
        found: dict[str, list[Run]] = {}
        for turn in turns:
            with ThreadPoolExecutor(max(1, len(turn))) as pool:
                for client, each in zip(turn, pool.map(partial(_measured, tasks=tasks), turn), strict=True):
                    found.setdefault(client.name, []).append(each)
        print(f"{tasks} tasks followed by one process for {_SECONDS:g} s\n")
        titles = ["client", "questions a second", "CPU ms a question", "writes a second", "connections", "stall ms"]
        table([*titles, "kB a task", "runs"], [_cells(name, runs) for name, runs in found.items()])
        aims += _aims(tasks, found)
    return aims


def _measured(client: Client, tasks: int) -> Run:
    return run(client, tasks, window=_SECONDS, limit=600.0)


def _cells(name: str, runs: list[Run]) -> list[str]:
    return [
        name,
        f"{middle(runs, lambda each: each.questions / _SECONDS):.0f}",
        f"{middle(runs, lambda each: each.cpu_ms_a_question):.2f}",
        f"{middle(runs, lambda each: each.counted.get('writes', 0) / _SECONDS):.1f}",
        f"{max(each.most_open for each in runs)}",
        f"{1000 * middle(runs, lambda each: each.stall):.0f}",
        f"{middle(runs, lambda each: each.memory):.0f}",
        str(len(runs)),
    ]


def _aims(tasks: int, found: dict[str, list[Run]]) -> list[Aim]:
    ours = found[_PLAIN.name]
    stall = 1000 * middle(ours, lambda each: each.stall)
    aims = [
        at_most(f"stall of the loop with {tasks} tasks", stall, 100.0, " ms"),
        at_most(f"ledger's writes a second with {tasks} tasks", middle(ours, _writes), 2.0),
    ]
    for other in (HTTPX, _SELDOM):
        if other.name in found:
            ratio = _cpu(ours) / max(1e-9, _cpu(found[other.name]))
            aims.append(
                at_most(f"CPU time a question with {tasks} tasks, as a share of that of {other.name}", ratio, 1.1)
            )
    return aims


def _writes(each: Run) -> float:
    return each.counted.get("writes", 0) / _SECONDS


def _cpu(runs: list[Run]) -> float:
    return middle(runs, lambda each: each.cpu_ms_a_question)
