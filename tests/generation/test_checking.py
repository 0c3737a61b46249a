"""Clips that arrive are looked at: later, one at a time, and nothing waits for it."""

import asyncio
import json
import os
import threading
from concurrent.futures import Future

import pytest

import wan_widgets as ww
from experiments.test_study import at, selling
from files.reel import film
from shared.orders import on_disk, run, the_row, until
from wan_widgets.files.checks import measured
from wan_widgets.files.disk import digest_of
from wan_widgets.generation import checking
from wan_widgets.generation.checking import checked_soon, looked_at
from wan_widgets.generation.repeats import past_of
from wan_widgets.ledger.ledger import ledger

pytestmark = pytest.mark.anyio
REQUEST = ww.TextToVideo(prompt="A kitten", resolution="720p", seed=7)
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _looking(monkeypatch):
    monkeypatch.delenv("WAN_CHECKS")


def a_video(path, **fields):
    return ww.Video(path=path, width=320, height=180, duration=4, size=1, **fields)


async def test_what_is_found_in_a_clip_is_in_the_ledger(clip, outputs):
    client = at(selling(clip))
    steps = [step async for step in run(client, REQUEST)]
    check = await asyncio.wrap_future(steps[-1].checking)
    entry = ledger().entry(steps[-1].order)
    assert entry.check == check
    assert [text.key for text in check.findings] == ["files.check.length", "files.check.size"]
    noted = json.loads(the_row()["checks"])
    assert (noted["version"], noted["sha256"], noted["width"]) == (1, entry.sha256, 64)
    assert past_of([entry.recipe_key])[entry.recipe_key].video.check is not None


async def test_no_clip_and_no_order_waits_for_a_check(clip, outputs, monkeypatch):
    may_look = threading.Event()
    monkeypatch.setattr(checking, "measured", lambda *given: may_look.wait(PATIENCE) and measured(*given))
    client = at(selling(clip))
    async with asyncio.timeout(PATIENCE / 2):
        first = [step async for step in run(client, REQUEST)][-1]
        second = [step async for step in run(client, ww.TextToVideo(prompt="An owl", seed=1))][-1]
    assert first.video.path != second.video.path
    assert not first.checking.done()
    assert not second.checking.done()
    may_look.set()
    assert await asyncio.wrap_future(first.checking) is not None
    assert await asyncio.wrap_future(second.checking) is not None


async def test_clips_are_looked_at_one_after_the_other(tmp_path, monkeypatch):
    looking, most = [], []

    def look(*given):
        looking.append(given)
        most.append(len(looking))
        found = measured(*given)
        looking.remove(given)
        return found

    monkeypatch.setattr(checking, "measured", look)
    path = film(tmp_path / "a.mp4", seconds=0.5)
    found = [checked_soon(a_video(path), None) for _ in range(5)]
    assert all([await asyncio.wrap_future(each) for each in found])
    assert most == [1] * 5


async def test_a_check_that_fails_ends_no_other(tmp_path, monkeypatch, caplog):
    path = film(tmp_path / "a.mp4", seconds=0.5)
    with monkeypatch.context() as patch:
        patch.setattr(checking, "measured", lambda *_: 1 / 0)
        assert await asyncio.wrap_future(checked_soon(a_video(path), None)) is None
    assert "could not be checked" in caplog.text
    assert await asyncio.wrap_future(checked_soon(a_video(tmp_path / "gone.mp4"), None)) is None
    assert await asyncio.wrap_future(checked_soon(a_video(path), None)) is not None


async def test_its_thread_steps_back_behind_others(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "measured", lambda *_: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    path = film(tmp_path / "a.mp4", seconds=0.1)
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert await asyncio.wrap_future(checked_soon(a_video(path), None)) > mine


async def test_nobody_looks_twice_or_where_it_is_switched_off(tmp_path, monkeypatch):
    path = film(tmp_path / "a.mp4", seconds=0.5)
    assert checked_soon(a_video(path, check=measured(path)), None) is None
    assert isinstance(checked_soon(a_video(path), None), Future)
    monkeypatch.setenv("WAN_CHECKS", "0")
    assert checked_soon(a_video(path), None) is None


async def test_a_check_is_of_one_file(shop, outputs, clock):
    """Between looking and noting, the clip may have been fetched again as another file."""
    last = [step async for step in run(shop.client(clock), REQUEST)][-1]
    await asyncio.wrap_future(last.checking)
    before = the_row()["checks"]
    on_disk(last.video.path, film(last.video.path, "cut").read_bytes())
    assert looked_at(last.video.path, REQUEST, "toapis", last.order).cuts
    assert the_row()["checks"] == before
    ledger().note(last.order, {"sha256": digest_of(last.video.path)})
    assert ledger().entry(last.order).check is None
    looked_at(last.video.path, REQUEST, "toapis", last.order)
    assert ledger().entry(last.order).check.cuts


async def test_a_ledger_that_cannot_be_written_stops_no_check(shop, outputs, clock, monkeypatch, tmp_path):
    last = [step async for step in run(shop.client(clock), REQUEST)][-1]
    await asyncio.wrap_future(last.checking)
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path / "folder"))
    assert looked_at(last.video.path, REQUEST, "toapis", last.order) is not None


async def test_a_job_shows_the_check_when_it_is_there(shop, outputs, clock):
    from wan_widgets.generation.job import Job

    client = shop.client(clock)
    told = []
    job = Job(client, lambda: run(client, REQUEST), listener=lambda job: told.append(job.step.video))
    video = await job.start()
    assert video.check is None
    await until(lambda: job.step.video.check)
    assert told[-1].check == job.step.video.check
    assert video.check is None  # a value that was given to the user never changes
