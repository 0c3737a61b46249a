"""Connections that are kept for the next use, and when they must not be."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from shared.orders import an_entry
from wan_widgets.ledger import connections
from wan_widgets.ledger.ledger import Ledger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def opened(monkeypatch):
    """The paths that SQLite has opened."""
    connections.close_idle()
    paths, connect = [], sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: paths.append(path) or connect(path, **options))
    yield paths
    connections.close_idle()


def test_a_hundred_changes_open_the_file_once(path, opened):
    ledger = Ledger(path)
    for number in range(50):
        ledger.open(an_entry(id=f"ww-{number}"))
        ledger.note(f"ww-{number}", {"progress": number})
    assert len(ledger.entries()) == 50
    assert opened == [path]


def test_another_thread_takes_what_is_free(path, opened):
    Ledger(path).open(an_entry(id="here"))
    thread = threading.Thread(target=lambda: Ledger(path).open(an_entry(id="there")))
    thread.start()
    thread.join()
    assert {entry.id for entry in Ledger(path).entries()} == {"here", "there"}
    assert opened == [path]


def another_file(path):
    replacement = path.with_name("other.sqlite3")
    Ledger(replacement).open(an_entry(id="new"))
    connections.close_idle()
    replacement.replace(path)


def other_content(path):
    copy = path.with_name("other.sqlite3")
    Ledger(copy).open(an_entry(id="new", recipe="x" * 50_000))
    connections.close_idle()
    shutil.copyfile(copy, path)


@pytest.mark.parametrize("put", [another_file, other_content])
def test_a_file_that_somebody_puts_in_its_place_is_noticed(path, put):
    Ledger(path).open(an_entry(id="old"))
    connections.close_idle()
    Ledger(path).entries()
    kept = list(connections._idle)
    assert kept
    connections._idle.clear()  # not closed by what follows
    put(path)
    connections._idle[:] = kept
    assert [entry.id for entry in Ledger(path).entries()] == ["new"]


def test_a_file_that_is_gone_is_made_anew(path):
    Ledger(path).open(an_entry(id="old"))
    connections.close_idle()
    Ledger(path).entries()
    path.unlink()
    Ledger(path).open(an_entry(id="new"))
    assert [entry.id for entry in Ledger(path).entries()] == ["new"]


def test_a_fork_neither_uses_nor_closes_what_it_inherits(path, opened, monkeypatch):
    Ledger(path).open(an_entry())
    [kept] = connections._idle
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert len(Ledger(path).entries()) == 1
    assert opened == [path, path]
    assert connections._inherited == [kept]
    assert kept.db.execute("SELECT 1").fetchone() == (1,)
    connections.close_idle()
    monkeypatch.undo()
    connections._inherited.clear()
    kept.db.close()


def test_a_use_that_failed_leaves_no_connection_behind(path):
    ledger = Ledger(path)
    ledger.open(an_entry(id="one"))
    with pytest.raises(sqlite3.IntegrityError):
        ledger.open(an_entry(id="one"))
    assert connections._idle == []


def test_another_process_reads_and_writes_beside_a_kept_connection(path):
    Ledger(path).open(an_entry(id="here"))
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE orders SET progress = 50")
        other.commit()
    [entry] = Ledger(path).entries()
    assert entry.progress == 50
