"""Other processes: two that run the same sweep at once, and one that is killed in the middle of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from experiments.shop import settings, sweep
from faults import menu
from faults.server import FaultServer
from shared.orders import rows
from shared.processes import a_context

COUNT = 12
CELL = """
import sys
sys.path.insert(0, {tests!r})
from experiments.shop import sweep_at
sweep = sweep_at({url!r}, {count})
sweep.run()
print("has", sweep.counts["completed"])
"""


@pytest.fixture
def server():
    # Whoever kills must know what is on its way: while the four that may run at once run, no other order leaves.
    with FaultServer(seconds=(1.0, 1.2), stall=60) as running:
        yield running


class Sweeping:
    """A process that runs the sweep."""

    def __init__(self, server, folder):
        context = a_context()
        self.said = context.SimpleQueue()
        self.process = context.Process(target=sweep, args=(server.url, folder, COUNT, self.said))
        self.process.start()

    def counts(self):
        """What it has in the end."""
        assert self.said._reader.poll(60), "it says nothing"
        found = self.said.get()
        self.process.join(60)
        return found

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(60)


def bought(server):
    return {name: len(tasks) for name, tasks in server.truth.orders.items()}


ONCE = {f"order-{number}": 1 for number in range(COUNT)}


def waits_for(server, count):
    deadline = time.monotonic() + 60
    while len(server.truth.orders) < count:
        assert time.monotonic() < deadline, f"only {bought(server)}"
        time.sleep(0.005)


def test_two_processes_that_run_the_same_sweep_buy_each_cell_once(server, tmp_path):
    both = [Sweeping(server, tmp_path) for _ in range(2)]
    for each in both:
        assert each.counts() == {"completed": COUNT}
    assert bought(server) == ONCE
    assert {row["state"] for row in rows(tmp_path / "ledger.sqlite3")} == {"completed"}


def test_a_sweep_that_is_killed_twice_is_complete_in_the_third_process(server, tmp_path):
    for count in (4, 8):
        one = Sweeping(server, tmp_path)
        waits_for(server, count)
        one.kill()
    assert Sweeping(server, tmp_path).counts() == {"completed": COUNT}
    assert bought(server) == ONCE


def test_a_cell_whose_order_is_lost_in_a_kill_is_a_row_and_not_bought_again(server, tmp_path):
    server.script("submit", menu.stall(), order="order-3")
    one = Sweeping(server, tmp_path)
    deadline = time.monotonic() + 60
    while not (server.asked("submit", "order-3") and len(server.truth.orders) == 3):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    one.kill()
    for _ in range(2):
        assert Sweeping(server, tmp_path).counts() == {"completed": COUNT - 1, "unconfirmed": 1}
        assert "order-3" not in bought(server)
    assert len(server.asked("submit", "order-3")) == 1


def test_a_kernel_that_is_killed_and_started_again_goes_on(server, tmp_path):
    """Run All in a real kernel, after one that died."""
    tests = str(Path(__file__).parents[1])
    code = CELL.format(tests=tests, url=server.url, count=COUNT)
    manager, client = start_new_kernel(env=os.environ | settings(tmp_path), cwd=str(tmp_path))
    try:
        client.execute(code)
        waits_for(server, 4)
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        for _ in range(2):
            said = []
            client.execute_interactive(code, timeout=60, output_hook=said.append)
            texts = "".join(message["content"].get("text", "") for message in said)
            assert f"has {COUNT}" in texts, said
        assert bought(server) == ONCE
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_command_that_counts_purchases_runs():
    """In its short form: benchmarks/sweeps.py."""
    command = [sys.executable, str(Path(__file__).parents[2] / "benchmarks" / "sweeps.py"), "--cells", "12"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert run.stderr == ""
    figures = [cell.strip() for cell in run.stdout.splitlines()[-1].split("|")]
    assert figures[1:7] == ["12", "12", "0", "10", "2", "0"]
