"""The ledger's file: how it is kept on which disk, and its versions."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from shared.orders import an_entry, rows
from wan_widgets import Budget
from wan_widgets.ledger import schema as ledger_schema
from wan_widgets.ledger.connections import close_idle
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.ledger.schema import journal_mode


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "ledger.sqlite3"


@pytest.fixture
def ledger(path):
    return Ledger(path)


@pytest.fixture(autouse=True)
def _disks_are_looked_at_anew():
    ledger_schema._file_system.cache_clear()
    yield
    ledger_schema._file_system.cache_clear()


def test_local_disks_have_a_log_beside_the_file_that_readers_need_not_wait_for(ledger, path):
    ledger.open(an_entry())
    assert rows(path, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM orders")
        assert len(ledger.within(0).entries()) == 1


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("ext4", "WAL"), ("apfs", "WAL"), ("overlay", "WAL"), ("tmpfs", "WAL"), ("fuseblk", "WAL")]
    + [
        (kind, "DELETE")
        for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.gcsfuse", "lustre", "virtiofs")
    ],
)
def test_on_other_machines_disks_it_has_a_rollback_journal(monkeypatch, tmp_path, kind, mode):
    read = Path.read_text
    mounts = f"disk / ext4 rw 0 0\nserver:/x {str(tmp_path).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    monkeypatch.setattr(
        Path, "read_text", lambda path, *a, **k: mounts if path.name == "mounts" else read(path, *a, **k)
    )
    assert journal_mode(tmp_path / "far" / "ledger.sqlite3") == mode
    assert journal_mode(Path("/elsewhere/ledger.sqlite3")) == "WAL"
    ledger = Ledger(tmp_path / "far" / "ledger.sqlite3")
    ledger.open(an_entry())
    assert rows(ledger.path, "PRAGMA journal_mode") == [{"journal_mode": mode.lower()}]
    assert len(ledger.entries()) == 1


def test_of_two_disks_at_one_place_the_later_counts(monkeypatch, tmp_path):
    mounts = f"a / ext4 rw 0 0\nb {tmp_path} nfs4 rw 0 0\nc {tmp_path} ext4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *a, **k: mounts)
    assert journal_mode(tmp_path / "ledger.sqlite3") == "WAL"


VERSION_1 = ledger_schema._MIGRATIONS[0]


def at_version(path, number, *, more=""):
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(f"{VERSION_1}; {more}; PRAGMA user_version = {number}")


def test_an_older_file_is_brought_to_the_newest_version_with_all_that_is_in_it(ledger, path):
    columns = (
        "id, created_at, updated_at, place, notebook, provider, base_url, region, recipe, recipe_key, state, seconds"
    )
    values = "1, 1, '/films', 'n', 'simulator', 'http://simulator.invalid', '', '{}', 'k', 'completed', 5"
    at_version(path, 1, more=f"INSERT INTO orders ({columns}) VALUES ('old', {values})")
    [entry] = ledger.entries()
    assert (entry.id, entry.is_simulated) == ("old", 1)
    ledger.open(an_entry(id="new"))
    assert {entry.id for entry in ledger.entries()} == {"old", "new"}
    newest = len(ledger_schema._MIGRATIONS)
    assert rows(path, "PRAGMA user_version") == [{"user_version": newest}]


def test_orders_of_the_second_version_come_along_and_their_rates_are_not_known(ledger, path):
    path.parent.mkdir(parents=True)
    columns = (
        "id, created_at, updated_at, place, notebook, provider, base_url, region, recipe, recipe_key, state, seconds"
    )
    values = "1, 1, '/films', 'n', 'toapis', 'https://toapis.com', '', '{}', 'k', 'queued', 5"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("; ".join(ledger_schema._MIGRATIONS[:2]))
        db.execute(f"INSERT INTO orders ({columns}, money, currency) VALUES ('old', {values}, 3000000, 'CNY')")
        db.execute("PRAGMA user_version = 2")
    [entry] = ledger.entries()
    assert (entry.id, entry.money, entry.per_second, entry.billed_seconds) == ("old", 3_000_000, None, None)
    assert rows(path, "PRAGMA user_version") == [{"user_version": len(ledger_schema._MIGRATIONS)}]


def test_each_version_leads_to_the_next_whole_or_not_at_all(ledger, path, monkeypatch):
    at_version(path, 1)
    broken = (*ledger_schema._MIGRATIONS, "CREATE TABLE more (x); CREATE TABLE more (x)")
    with monkeypatch.context() as patched:
        patched.setattr(ledger_schema, "_MIGRATIONS", broken)
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            ledger.entries()
    assert rows(path, "PRAGMA user_version") == [{"user_version": 1}]
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'more'") == []
    ledger.open(an_entry())


def test_a_file_of_a_later_version_is_used_as_far_as_it_goes(ledger, path):
    Ledger(path).open(an_entry(id="old"))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("ALTER TABLE orders ADD COLUMN stars INTEGER DEFAULT 5; PRAGMA user_version = 99")
    ledger.open(an_entry(id="new"), [Budget(clips=2)])
    assert {entry.id for entry in ledger.entries()} == {"old", "new"}
    assert rows(path, "PRAGMA user_version") == [{"user_version": 99}]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ALTER TABLE orders RENAME COLUMN recipe TO recipes")
    with pytest.raises(sqlite3.OperationalError, match="recipe"):
        ledger.open(an_entry())


def test_what_a_later_version_has_reached_meanwhile_is_not_taken_back(path, monkeypatch):
    """Two versions of the package begin together; the later one is quicker."""
    at_version(path, 0)
    answers = iter([0, 99])
    real = ledger_schema._version
    monkeypatch.setattr(ledger_schema, "_version", lambda db: next(answers, None) or real(db))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")
        ledger_schema.migrate(db, path)
    assert rows(path, "PRAGMA user_version") == [{"user_version": 99}]


def test_the_folder_is_made_and_no_stray_files_stay_after_the_process(ledger, path):
    ledger.open(an_entry())
    ledger.entries()
    close_idle()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert stat.S_ISREG(path.stat().st_mode)
