"""The short form of the benchmark of following: ours and a bare httpx loop. It counts, and looks at no clock."""

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TASKS = 60


@pytest.fixture(scope="module")
def runs():
    """What came of one run of each client, in processes of their own against a service in another."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(ROOT))
        found = importlib.import_module("benchmarks.runs")
        ours = replace(found.OURS, surroundings=(("WAN_BENCHMARK_WITHOUT_AIOHTTP", "1"),))
        clients = (ours, found.HTTPX)
        yield {client.name: found.run(client, TASKS, seconds=(1.0, 3.0), limit=60.0) for client in clients}


@pytest.fixture
def ours(runs):
    return runs["wan_widgets"]


def test_every_end_is_known_to_every_client(runs):
    assert {name: (each.unknown, each.errors) for name, each in runs.items()} == dict.fromkeys(runs, (0, {}))


def test_questions_share_ten_connections(ours):
    """An order and a download have a connection each, which is closed after it."""
    kept, at_once, counting = 10, 4, 1
    assert ours.most_open <= kept + at_once + counting
    assert ours.connections <= 2 * TASKS + 4 * kept


def test_a_task_costs_few_questions_and_few_uses_of_the_ledger(ours):
    assert ours.questions / TASKS <= 20
    assert ours.counted["writes"] / TASKS <= 12
    assert ours.counted["reads"] / TASKS <= 2


def test_every_subject_of_the_benchmark_can_be_run(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    main = importlib.import_module("benchmarks.__main__")
    subjects = [name for name in main.SUBJECTS if (ROOT / "benchmarks" / f"{name}.py").is_file()]
    assert {"prompt", "scale", "kernel"} <= set(subjects)
    for name in subjects:
        assert callable(importlib.import_module(f"benchmarks.{name}").main)
    assert "benchmarks.service" in sys.modules
