"""Other processes, for real: several at once at the same work, and one that will be killed."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

PROCESSES = 4


def a_context() -> ForkServerContext:
    """New processes that have loaded the package already: each costs milliseconds, and none inherits our threads."""
    context = multiprocessing.get_context("forkserver")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), before]))
    context.set_forkserver_preload(["wan_widgets", "av", "client.orders"])
    from multiprocessing.forkserver import ensure_running

    ensure_running()
    os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return context


def in_processes(work: Callable[..., Any], *arguments: Any) -> dict[int, Any]:
    """The same work in several processes at once; what each returns. They get their number and a common start."""
    context = a_context()
    begin, answers = context.Barrier(PROCESSES), context.SimpleQueue()
    crowd: list[ForkServerProcess] = [
        context.Process(target=_one, args=(work, name, begin, answers, arguments)) for name in range(PROCESSES)
    ]
    for each in crowd:
        each.start()
    found = dict(answers.get() for _ in crowd)
    for each in crowd:
        each.join(30)
        each.close()
    errors = [answer for answer in found.values() if isinstance(answer, BaseException)]
    assert not errors, errors
    return found


def _one(work: Callable[..., Any], name: int, begin: Any, answers: Any, arguments: tuple[Any, ...]) -> None:
    try:
        answers.put((name, work(name, begin, *arguments)))
    except BaseException as error:  # noqa: BLE001  # told to the test
        begin.abort()
        answers.put((name, RuntimeError(repr(error))))
