"""The benchmark beside this: what it counts is what happened."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from faults.clips import clip
from faults.server import FaultServer

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS / "clients"))
    return importlib.import_module


@pytest.fixture
def server():
    with FaultServer() as running:
        yield running


@pytest.mark.parametrize(
    ("end", "counted"),
    [
        ({"path": "right.mp4"}, "delivered"),
        ({"path": "wrong.mp4"}, "wrong clip"),
        ({"path": "missing.mp4"}, "wrong clip"),
        ({"url": "http://x/files/video_order-1_1/1.mp4"}, "delivered"),
        ({"url": "http://x/files/video_order-2_1/1.mp4"}, "wrong clip"),
        ({"error": "ReadError"}, "lost"),
        ({"error": "ReadError", "task_id": "video_order-1_1"}, "given up"),
        ({"error": "ReadError", "task_id": "video_order-2_1"}, "lost"),
        ({"error": "ReadError", "kept": True}, "kept"),
        (None, "lost"),
    ],
    ids=str,
)
def test_a_bought_order_has_one_fate(bench, server, tmp_path, end, counted):
    tally, orders = bench("tally"), bench("orders")
    server.truth.accept("order-1")
    (tmp_path / "right.mp4").write_bytes(clip("order-1"))
    (tmp_path / "wrong.mp4").write_bytes(clip("order-2"))
    if end is not None:
        known = {"name": "order-1", "prompt": "", "path": ""} | end
        end = orders.Order(**known | {"path": str(tmp_path / known["path"])})
    assert tally.fate(server, "order-1", end) == counted


def test_an_order_that_was_never_accepted_costs_nothing(bench, server):
    tally, orders = bench("tally"), bench("orders")
    failed = orders.Order("order-1", "", "", error="ConnectError", kept=True)
    assert tally.fate(server, "order-1", failed) == "not bought"
    assert tally.fate(server, "order-1", None) == "not bought"


def test_paying_twice_is_counted_beside_the_fates(bench, server):
    tally, orders = bench("tally"), bench("orders")
    tasks = [server.truth.accept(name) for name in ("order-1", "order-1", "order-2")]
    ends = {"order-1": orders.Order("order-1", "", "", url=f"http://x/files/{tasks[1].id}/1.mp4")}
    row = tally.tally(server, ["order-1", "order-2", "order-3"], ends, 1.0)
    assert (row.ordered, row.bought, row.paid_twice) == (3, 2, 1)
    assert (row.delivered, row.lost, row.not_bought) == (1, 1, 1)


def test_it_runs():
    command = [sys.executable, str(BENCHMARKS / "faults.py"), "--tasks", "4", "--faults", "0", "--haste", "10"]
    ran = subprocess.run([*command, "--only", "wan_widgets"], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stderr == ""
    cells = [cell.strip() for cell in ran.stdout.splitlines()[-1].split("|")]
    assert cells[1:2] + cells[3:12] == ["wan_widgets", "file", "4", "4", "0", "0", "0", "0", "0", "4"]
