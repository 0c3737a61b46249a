"""Other processes, for real: several at once at the same work, and one that will be killed."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

PROCESSES = 4


def a_context() -> ForkServerContext:
    """New processes that have loaded the package already: each costs milliseconds, and none inherits our threads."""
    context = multiprocessing.get_context("forkserver")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), before]))
    context.set_forkserver_preload(["wan_widgets", "av", "shared.orders"])
    from multiprocessing.forkserver import ensure_running

    ensure_running()
    os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    return context


def in_processes(work: Callable[..., Any], *arguments: Any) -> dict[int, Any]:
    """The same work in several processes at once; what each returns. They get their number and a common start.

    The work is a function of a module that they can import: pytest gives its own modules names that only it knows.
    """
    context = a_context()
    begin = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, initializer=_set_start, initargs=(begin,)) as crowd:
        answers = {name: crowd.submit(_one, work, name, arguments) for name in range(PROCESSES)}
        return {name: answer.result() for name, answer in answers.items()}


_start: Any = None
"""In those processes: what they wait at for each other."""


def _set_start(begin: Any) -> None:
    global _start  # noqa: PLW0603  # how a pool hands something to its processes
    _start = begin


def _one(work: Callable[..., Any], name: int, arguments: tuple[Any, ...]) -> Any:
    try:
        return work(name, _start, *arguments)
    except BaseException:
        _start.abort()
        raise
