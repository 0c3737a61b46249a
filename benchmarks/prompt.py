"""How soon each client knows that a task is done, and what it asks for that: tasks of 2 to 8 s, all at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks.report import Aim, at_most, table
from benchmarks.runs import ALL, HTTPX, OURS, Client, Run, middle, run

_OFTEN = (OURS, HTTPX)
_FEW = {1: 1, 10: 2}
"""Numbers of tasks that keep no core busy, so that all clients run at the same time, and how often they run."""
_SWAMPED = {"fal-client", "replicate", "runwayml", "lumaai"}
"""With 1,000 tasks these hear of no end within the limit, also if each runs alone. So they run at the same time."""
_HEAVY = {OURS.name, HTTPX.name, "openai"}
"""With 1,000 tasks these keep a core busy, so that each runs alone."""
_LIMIT, _LIMIT_SWAMPED = 40.0, 15.0  # seconds
_FAULTS = 120
_LIMIT_FAULTS = 16.0
_AT_ONCE = 3
_Found = dict[tuple[str, int], list[Run]]  # by client and number of tasks


def main() -> list[Aim]:
    """Print the tables, and return whether the aims hold."""
    clients = [client for client in ALL if client.version]
    found = _few(clients) | _many(clients)
    print("Lag in seconds (half of the tasks / 95 of 100), questions a task, CPU time of the process a task\n")
    titles = ["client", "version"]
    for tasks in (1, 10, 100, 1000):
        titles += [f"N={tasks}: lag", "questions", "CPU ms"]
    table([*titles, "unknown at N=1000"], [_cells(client, found) for client in clients])
    return [*_aims(found), *_with_faults(clients)]


def _few(clients: list[Client]) -> _Found:
    found: _Found = {}
    for tasks, times in _FEW.items():
        for seed in range(times):
            with ThreadPoolExecutor(len(clients)) as pool:
                runs = pool.map(partial(_one, tasks=tasks, seed=seed), clients)
                for client, each in zip(clients, runs, strict=True):
                    found.setdefault((client.name, tasks), []).append(each)
    return found


def _many(clients: list[Client]) -> _Found:
    """What is compared closely runs alone, and twice with 100 tasks. Of the others several run at the same time."""
    found: _Found = {}
    others = [client for client in clients if client not in _OFTEN]
    swamped = [client for client in others if client.name in _SWAMPED]
    light = [client for client in others if client.name not in _SWAMPED | _HEAVY]
    found |= _together(others, 100, at_once=_AT_ONCE, limit=_LIMIT)
    found |= _together(swamped, 1000, at_once=len(_SWAMPED), limit=_LIMIT_SWAMPED)
    found |= _together(light, 1000, at_once=len(light), limit=_LIMIT)
    for client in (each for each in clients if each in _OFTEN):
        found[client.name, 100] = [_one(client, 100, seed=seed, limit=_LIMIT) for seed in range(2)]
    for client in (each for each in clients if each.name in _HEAVY):
        found[client.name, 1000] = [_one(client, 1000, limit=_LIMIT if client in _OFTEN else _LIMIT_SWAMPED)]
    return found


def _together(clients: list[Client], tasks: int, *, at_once: int, limit: float) -> _Found:
    with ThreadPoolExecutor(max(1, at_once)) as pool:
        runs = pool.map(partial(_one, tasks=tasks, limit=limit), clients)
        return {(client.name, tasks): [each] for client, each in zip(clients, runs, strict=True)}


def _one(client: Client, tasks: int, seed: int = 0, limit: float = 60.0, faults: float = 0.0) -> Run:
    return run(client, tasks, seed=seed + 1, limit=limit, faults=faults)


def _cells(client: Client, found: _Found) -> list[str]:
    cells = [client.name, client.version]
    for tasks in (1, 10, 100, 1000):
        runs = found[client.name, tasks]
        half, most = (middle(runs, lambda each, share=share: each.lag(share)) for share in (0.5, 0.95))
        questions = middle(runs, lambda each: each.questions / each.tasks)
        cpu = middle(runs, lambda each: 1000 * each.cpu / each.tasks)
        cells += [f"{half:.2f} / {most:.2f}", f"{questions:.1f}", f"{cpu:.0f}"]
    return [*cells, str(max(each.unknown for each in found[client.name, 1000]))]


def _aims(found: _Found) -> list[Aim]:
    def half(client: Client, tasks: int) -> float:
        return middle(found[client.name, tasks], lambda each: each.lag(0.5))

    def asked(client: Client) -> float:
        return middle(found[client.name, 100], lambda each: each.questions / each.tasks)

    return [
        at_most("lag of half of 100 quick tasks", half(OURS, 100), 0.15, " s"),
        at_most("... with questions, as a share of those of the loop of 1 s", asked(OURS) / asked(HTTPX), 1.0),
        at_most("lag at N=1000 as a multiple of that at N=10", half(OURS, 1000) / max(0.02, half(OURS, 10)), 2.0),
    ]


def _with_faults(clients: list[Client]) -> list[Aim]:
    """One question in ten is refused, with 429 (Retry-After: 2) or a 5xx."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        runs = pool.map(partial(_one, tasks=_FAULTS), clients)
        with_faults = pool.map(partial(_one, tasks=_FAULTS, faults=0.1, limit=_LIMIT_FAULTS), clients)
        plain = dict(zip(clients, runs, strict=True))
        refused = dict(zip(clients, with_faults, strict=True))
    rows = [
        [
            client.name,
            f"{plain[client].lag(0.95):.2f}",
            f"{refused[client].lag(0.5):.2f} / {refused[client].lag(0.95):.2f}",
            refused[client].unknown,
        ]
        for client in clients
    ]
    print(f"{_FAULTS} tasks with one question in ten refused: 429 with Retry-After 2 s, or 5xx\n")
    table(
        ["client", "lag without (95 of 100)", "lag with (half / 95 of 100)", f"ends unknown after {_LIMIT_FAULTS:g} s"],
        rows,
    )
    multiple = refused[OURS].lag(0.95) / max(0.05, plain[OURS].lag(0.95))
    unknown = refused[OURS].unknown
    return [
        at_most("lag (95 of 100) with 10 % of refusals, as a multiple of that without", multiple, 2.0),
        Aim(f"ends unknown after {_LIMIT_FAULTS:g} s with 10 % of refusals: none", str(unknown), not unknown),
    ]
