"""Waiting for a sweep in a cell or a script: a line that says how far it is, and an interrupt that loses nothing."""

import os
import signal
import subprocess
import sys
import threading

import pytest

import wan_widgets as ww
from experiments.test_study import at, posts, selling
from shared.network import error
from shared.quick import QUICK
from wan_widgets.console.blocking import Interrupted
from wan_widgets.console.sweeping import Sweep
from wan_widgets.experiments.cells import CellState


def test_it_waits_with_a_line_and_a_failure_is_no_error(clip, outputs, capsys):
    service = selling(clip, orders=lambda request: error(422, "Not this.") if b"owl" in request.content else None)
    sweep = Sweep("A {animal}", animal=["fox", "owl", "cat"], provider=at(service))
    assert sweep.run() is sweep
    *_, last, reason = capsys.readouterr().out.splitlines()
    assert last.endswith(" · 2 of 3 · 1 refused")
    assert reason.startswith("1 × ")
    assert "Not this." in reason
    assert sweep.counts == {CellState.COMPLETED: 2, CellState.REFUSED: 1}


def test_each_reason_is_said_once_with_the_way_to_buy_again_what_failed(clip, outputs, capsys):
    service = selling(clip, state=lambda: "failed")
    Sweep("A fox", seed=range(5), provider=at(service)).run()
    *_, reason, remedy = capsys.readouterr().out.splitlines()
    assert reason.startswith("5 × The service could not make the clip")
    assert remedy == "To buy the 5 failed clips again:  sweep.run(retry=True)"


def test_what_stopped_it_is_said_once_with_how_to_go_on(clip, outputs, capsys):
    ww.set_budget(ww.Budget(clips=1))
    sweep = Sweep("A fox", seed=range(9), provider=at(selling(clip)), at_once=3).run()
    said = capsys.readouterr().out
    assert said.count("1 of 1 clips are used") == 1
    assert said.splitlines()[-1] == "8 clips are not ordered yet. To go on:  sweep.go_on()"
    assert sweep.counts[CellState.WAITING] == 8


def test_an_interrupt_stops_new_orders_and_says_how_to_go_on(clip, outputs, capsys):
    is_done = []
    service = selling(clip, state=lambda: "completed" if is_done else "queued")
    sweep = Sweep("A fox", seed=range(5), provider=at(service), at_once=2)
    running = lambda: sum(bool(cell.job and cell.job.step.task) for cell in sweep.cells)
    once = threading.Lock()

    def interrupt(_cell):
        if running() == 2 and once.acquire(blocking=False):
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    sweep.listener = interrupt
    with pytest.raises(Interrupted):
        sweep.run()
    sweep.listener = lambda _: None
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Nothing new is ordered. 2 clips that are ordered go on.",
        "To go on:  sweep.go_on(), or sweep.run() to wait for it",
    ]
    is_done.append(True)
    assert sweep.wait(60)
    assert sweep.counts == {CellState.COMPLETED: 2, CellState.WAITING: 3}
    assert posts(service) == 2
    sweep.run()
    assert sweep.counts == {CellState.COMPLETED: 5}
    assert posts(service) == 5


def test_in_a_script(tmp_path):
    """With nothing set up, and in another language."""
    script = f"""{QUICK}
wan_widgets.simulator.orders.USUAL_FPS = 1
from wan_widgets.console.sweeping import Sweep
sweep = Sweep(animal=["fox"], prompt=["FAIL {{animal}}", "A {{animal}}"], resolution="720p")
print(sweep.plan())
sweep.run()
"""
    settings = {"WAN_LEDGER": "ledger.sqlite3", "WAN_LANG": "ru", "WAN_SIMULATOR_DIR": str(tmp_path / "simulator")}
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = run.stdout.splitlines()
    assert lines[0] == "2 ролика: 1 × animal, 2 × prompt"
    *_, progress, reason, remedy = lines
    assert progress.endswith("1 из 2 · 1 с ошибкой")  # noqa: RUF001
    assert reason.startswith("1 × Сервис не смог")
    assert remedy.endswith("sweep.run(retry=True)")
    assert run.stderr == ""
