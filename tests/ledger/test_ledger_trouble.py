"""A ledger that is locked, read-only, full or broken: without a budget it is said, with one nothing is ordered."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import httpx
import pytest

from shared.network import TASK_ID, Service, task
from shared.orders import REQUEST, an_entry, known, rows, run, the_row
from wan_widgets import Budget, LedgerError, TextToVideo, generate, set_budget, tasks
from wan_widgets.experiments import gallery
from wan_widgets.experiments.history import history
from wan_widgets.ledger import order as book
from wan_widgets.ledger.connections import close_idle
from wan_widgets.ledger.ledger import Ledger
from wan_widgets.money import budgets as limits

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _no_budget(monkeypatch):
    monkeypatch.setattr(limits, "_own", [])


@pytest.fixture
def place(tmp_path, monkeypatch):
    path = tmp_path / "data" / "ledger.sqlite3"
    monkeypatch.setenv("WAN_LEDGER", str(path))
    path.parent.mkdir()
    return path


@contextmanager
def locked(path):
    """Another process writes, and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("ROLLBACK")


def noise(path):
    path.write_bytes(os.urandom(20_000))


def half(path):
    """As after a crash of the disk: the first page is sound."""
    Ledger(path).open(an_entry(recipe="x" * 50_000))
    close_idle()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))


def foreign(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE orders (milk INTEGER)")


def of_the_future(path):
    Ledger(path).open(an_entry())
    with closing(sqlite3.connect(path)) as db:
        db.execute("ALTER TABLE orders RENAME TO purchases")
        db.execute("PRAGMA user_version = 99")


def folder(path):
    path.mkdir()


def no_folder(path):
    path.parent.rmdir()
    path.parent.write_bytes(b"")


BROKEN = [noise, half, foreign, of_the_future, folder, no_folder]


def shop(clip):
    return Service(task(), task("in_progress"), task("completed"), httpx.Response(200, content=clip))


@pytest.mark.parametrize("broken", BROKEN)
async def test_without_a_budget_it_says_so_and_goes_on(broken, place, clip, outputs, clock, caplog):
    broken(place)
    service = shop(clip)
    steps = [step async for step in run(service.client(clock), REQUEST)]
    assert steps[-1].video.recipe.size == len(clip)
    assert service.methods == ["POST", "GET", "GET", "GET"]
    notes = {step.note for step in steps if step.task}
    assert len(notes) == 1, "one trouble, said at each step"
    assert f"The ledger {place} cannot be written" in str(notes.pop())
    assert len([record for record in caplog.records if "cannot be written" in str(record.message)]) == 1


@pytest.mark.parametrize("broken", BROKEN)
async def test_with_a_budget_nothing_is_ordered(broken, place, clock):
    broken(place)
    set_budget(Budget(clips=1000))
    service = Service(task())
    with pytest.raises(LedgerError, match="nothing is ordered that cannot be counted") as caught:
        await service.client(clock).submit(REQUEST)
    assert str(place) in str(caught.value)
    assert not caught.value.maybe_billed
    assert service.requests == []


@pytest.mark.parametrize("broken", BROKEN)
def test_in_a_cell_it_is_not_in_the_way_either(broken, place, clip, outputs, clock):
    broken(place)
    by_chance = TextToVideo(prompt="A kitten")
    assert generate(by_chance, provider=shop(clip).client(clock)).recipe.size == len(clip)
    assert generate(REQUEST, provider=shop(clip).client(clock), fresh=True).recipe.size == len(clip)


@pytest.mark.parametrize("broken", [noise, half, foreign, of_the_future])
def test_a_clip_that_it_may_know_is_not_bought_in_a_cell_without_being_told_to(broken, place, clip, clock):
    broken(place)
    service = shop(clip)
    with pytest.raises(LedgerError, match=r"ordered before is not known; fresh=True buys it") as caught:
        generate(REQUEST, provider=service.client(clock))
    assert str(place) in str(caught.value)
    assert service.requests == []


def test_nor_is_one_that_another_kernel_may_have_bought_by_now(place, clip, outputs, clock, monkeypatch):
    monkeypatch.setattr(book, "LONG_PATIENCE", 0.05)
    known(id="another", task_id="another")
    service = shop(clip)
    with locked(place), pytest.raises(LedgerError, match="to be bought only once is not ordered as long as") as caught:
        generate(REQUEST, provider=service.client(clock))
    assert not caught.value.maybe_billed
    assert service.requests == []
    assert generate(REQUEST, provider=service.client(clock)).recipe.size == len(clip)


@pytest.mark.parametrize("nothing", [folder, no_folder, lambda path: None])
def test_what_is_no_file_knows_of_no_clip(nothing, place, clip, outputs, clock):
    nothing(place)
    assert generate(REQUEST, provider=shop(clip).client(clock)).recipe.size == len(clip)


async def test_a_file_that_may_only_be_read_says_so_and_stops_nothing(place, clip, outputs, clock):
    """For root too: SQLite is told to look and not to touch."""
    known()
    close_idle()
    connect = sqlite3.connect

    def looking(path, **options):
        return connect(f"file:{path}?mode=ro", uri=True, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite3, "connect", looking)
        steps = [step async for step in run(shop(clip).client(clock), REQUEST)]
    assert steps[-1].video.recipe.size == len(clip)
    assert all("readonly" in str(step.note) for step in steps if step.task)
    assert the_row()["state"] == "queued"


def test_text_that_is_none_is_the_ledgers_trouble_and_nobody_elses(place):
    known()
    with closing(sqlite3.connect(place)) as db:
        db.execute("UPDATE orders SET notebook = CAST(x'ff' AS TEXT)")
        db.commit()
    with pytest.raises(LedgerError, match="cannot be read"):
        tasks(everywhere=True)


def test_what_can_only_be_read_is_read_so_that_nothing_is_bought_again(place, clip, outputs, clock, monkeypatch):
    """On a disk that is full or read-only SQLite cannot even make the files that it wants beside a ledger."""
    service = shop(clip)
    bought = generate(REQUEST, provider=service.client(clock))
    close_idle()  # the session that bought it does this at its end
    connect = sqlite3.connect

    def connect_read_only(path, **options):
        if "immutable" not in str(path):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return connect(path, **options)

    monkeypatch.setattr(sqlite3, "connect", connect_read_only)
    assert generate(REQUEST, provider=service.client(clock)) == bought
    assert service.methods.count("POST") == 1
    other = TextToVideo(prompt="Another", resolution="720p", seed=8)
    with pytest.raises(LedgerError, match="Whether this clip was ordered before is not known; fresh=True buys it"):
        generate(other, provider=service.client(clock))
    assert [item.status for item in gallery.page().items] == ["completed"]
    assert list(history().status) == ["completed"]
    assert service.methods.count("POST") == 1, "a run before this one may have bought it, and could not write it down"
    chance = TextToVideo(prompt="Another", resolution="720p")
    assert generate(chance, provider=shop(clip).client(clock)).recipe.size == len(clip)


async def test_a_lock_held_for_long_stalls_no_order_for_more_than_a_few_seconds(place, clip, outputs, clock):
    known()
    service = shop(clip)
    with locked(place):
        begun = time.monotonic()
        steps = [step async for step in run(service.client(clock), REQUEST)]
        took = time.monotonic() - begun
    assert took < 9, "not at every line that is written"
    assert steps[-1].video.recipe.size == len(clip)
    assert all("locked" in str(step.note) for step in steps if step.task)


async def test_what_could_not_be_written_is_written_as_soon_as_it_can_be(place, clip, outputs, clock, monkeypatch):
    """The order itself, its task's id, and all that was learnt meanwhile."""
    monkeypatch.setattr(book, "PATIENCE", 0.05)
    monkeypatch.setattr(book, "_PATIENCE_AFTER_TROUBLE", 0.01)
    known(id="another", task_id="another")
    steps = []
    with locked(place):
        running = run(shop(clip).client(clock), REQUEST)
        async for step in running:
            steps.append(step)
            if step.task and step.task.status == "in_progress":
                break
    assert "This order is not in it" in str(steps[-1].note)
    rest = [step async for step in running]
    assert [step.note for step in rest] == ["", ""]
    [row] = [row for row in rows(place) if row["id"] != "another"]
    assert (row["state"], row["task_id"], row["id"]) == ("completed", TASK_ID, rest[-1].order)
    assert row["poller"] is None


async def test_the_id_is_not_lost_to_a_lock_that_comes_after_the_order(place, clock, monkeypatch):
    monkeypatch.setattr(book, "PATIENCE", 0.05)
    monkeypatch.setattr(book, "_PATIENCE_AFTER_TROUBLE", 0.01)
    locks = []

    def answer(request):
        db = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        db.execute("BEGIN IMMEDIATE")
        locks.append(db)
        return task()

    real = book.Order._write

    async def freed_later(order, action):
        done = await real(order, action)
        while locks:
            locks.pop().close()
        return done

    monkeypatch.setattr(book.Order, "_write", freed_later)
    await Service(answer).client(clock).submit(REQUEST)
    assert (the_row()["state"], the_row()["task_id"]) == ("queued", TASK_ID)


async def test_a_ledger_that_is_deleted_on_the_way_stops_nothing_and_is_told(place, clip, outputs, clock):
    def deleted(_request):
        for path in place.parent.iterdir():
            path.unlink()
        return task("in_progress")

    service = Service(task(), deleted, task("completed"), httpx.Response(200, content=clip))
    steps = [step async for step in run(service.client(clock), REQUEST)]
    assert steps[-1].video.recipe.size == len(clip)
    assert "has lost this order" in str(steps[-1].note)


async def test_with_a_budget_a_short_lock_is_waited_for(place, clock):
    known(id="another")
    set_budget(Budget(clips=3))
    with locked(place) as db:
        ordering = asyncio.ensure_future(Service(task()).client(clock).submit(REQUEST))
        await asyncio.sleep(0.3)
        assert not ordering.done()
        db.execute("COMMIT")
        db.execute("BEGIN")
    assert (await ordering).id == TASK_ID


FULL = """
import asyncio, resource
import httpx
import wan_widgets as ww
from wan_widgets.generation import buying as generation
from wan_widgets.ledger.ledger import ledger

posts = []
def service(request):
    posts.append(request.method)
    return httpx.Response(200, json={"id": f"video_{len(posts)}", "status": "queued"})

client = ww.AsyncClient("toapis", api_key="x" * 20, transport=httpx.MockTransport(service))
request = ww.TextToVideo(prompt="A kitten " * 100)

async def run():
    await client.submit(request)
    size = max(path.stat().st_size for path in ledger().path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    for _ in range(30):
        order = (await client.submit(request)).id
    print("bought", len(posts))
    ww.set_budget(ww.Budget(clips=1000))
    try:
        await client.submit(request)
    except ww.LedgerError as error:
        print(error)
    print("bought", len(posts))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await client.submit(request)
    print("rows", len(ledger().entries()))

asyncio.run(run())
"""


def test_a_disk_that_takes_no_more_stops_nothing_but_what_must_be_counted(place):
    """A real limit of the operating system, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-P", "-c", FULL],
        cwd=place.parent,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 0, run.stderr
    bought, refusal, still, kept = run.stdout.splitlines()
    assert (bought, still) == ("bought 31", "bought 31")
    assert "nothing is ordered that cannot be counted" in refusal
    assert 2 <= int(kept.split()[1]) < 32
