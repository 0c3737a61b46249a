"""The threads of the background: one thing is done once, and a folder that hangs stops nothing else."""

import asyncio
import threading
from pathlib import Path

import pytest

from wan_widgets.files.threads import on_thread

pytestmark = pytest.mark.anyio


async def test_a_folder_that_hangs_stops_neither_another_one_nor_the_ledger():
    hangs = threading.Event()
    waiting = asyncio.ensure_future(on_thread(Path("hangs"), hangs.wait, 60))
    later = asyncio.ensure_future(on_thread(Path("hangs"), str, "late"))
    assert await on_thread(Path("works"), str, "one") == "one"
    assert await on_thread("ledger", str, "two") == "two"
    assert not later.done()
    hangs.set()
    assert await waiting
    assert await later == "late"


async def test_what_no_thread_could_be_started_for_is_done_at_once_and_only_once(monkeypatch):
    """Python keeps such work for the next thread, and a piece of a clip would be written twice."""
    done, folder = [], Path("no thread yet")

    def refuse(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        await on_thread(folder, done.append, "first")
    assert done == ["first"]
    await on_thread(folder, done.append, "second")
    assert done == ["first", "second"]


async def test_what_was_given_up_before_its_turn_is_not_done():
    begins, done, folder = threading.Event(), [], Path("busy")
    busy = asyncio.ensure_future(on_thread(folder, begins.wait, 60))
    given_up = asyncio.ensure_future(on_thread(folder, done.append, "too late"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait({given_up})
    begins.set()
    await busy
    await on_thread(folder, done.append, "next")
    assert done == ["next"]


async def test_errors_come_to_whoever_waits():
    with pytest.raises(ZeroDivisionError):
        await on_thread("ledger", lambda: 1 / 0)
    with pytest.raises(RuntimeError, match="StopIteration"):  # a future takes none, and would wait for ever
        await on_thread("ledger", next, iter([]))
