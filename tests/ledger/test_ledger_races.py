"""Real processes on one file: a budget is never overspent, a file is begun once, a task is asked about by one."""

import os
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from ledger.racers import ask, begin_files, follow, spend
from shared.orders import a_task, rows
from shared.processes import PROCESSES, in_processes
from wan_widgets.ledger import schema as ledger_schema
from wan_widgets.ledger.ledger import Ledger


@pytest.fixture
def quick_disk(tmp_path):
    """In memory where there is such: thousands of writes are waited for."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.parametrize("quarter", range(4))
def test_in_a_thousand_races_of_four_processes_for_one_budget_it_is_never_overspent(quick_disk, quarter):
    path, rounds = quick_disk / "ledger.sqlite3", 250
    bought = in_processes(spend, path, rounds)
    by_turn = Counter()
    for row in rows(path):
        by_turn[int(row["id"].partition("-")[0])] += row["money"]
    spent = [sum(by_turn[turn] for turn in range(last + 1)) for last in range(rounds)]
    assert all(money <= (turn + 1) * 1_000_000 for turn, money in enumerate(spent))
    assert sum(bought.values()) == len(rows(path))
    assert rounds * 1_000_000 - spent[-1] < 2_000_000, "it is used up to less than one clip"
    assert all(bought.values()), "nobody was kept out"


@pytest.mark.parametrize("version", [None, 0, 1, 2])
def test_a_file_is_begun_and_brought_up_to_date_once_however_many_do(version, quick_disk):
    rounds = 15
    for turn in range(rounds if version is not None else 0):
        with closing(sqlite3.connect(quick_disk / f"{turn}.sqlite3", isolation_level=None)) as db:
            db.executescript("; ".join([*ledger_schema._MIGRATIONS[:version], f"PRAGMA user_version = {version}"]))
    in_processes(begin_files, quick_disk, rounds)
    for turn in range(rounds):
        path = quick_disk / f"{turn}.sqlite3"
        assert sorted(row["id"] for row in rows(path)) == [str(name) for name in range(PROCESSES)]
        assert rows(path, "PRAGMA user_version") == [{"user_version": len(ledger_schema._MIGRATIONS)}]
        assert version or rows(path, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]


def test_of_all_who_want_to_ask_about_a_task_one_does(quick_disk):
    path, rounds = quick_disk / "ledger.sqlite3", 50
    for turn in range(rounds):
        Ledger(path).open(a_task(id=f"{turn}"))
    mine = in_processes(ask, path, rounds)
    assert sorted(turn for turns in mine.values() for turn in turns) == list(range(rounds))


def test_what_all_write_at_once_all_can_read(quick_disk):
    path = quick_disk / "ledger.sqlite3"
    for name in range(PROCESSES):
        Ledger(path).open(a_task(id=f"{name}"))
    in_processes(follow, path, 40)
    assert {row["progress"] for row in rows(path)} == {39}
