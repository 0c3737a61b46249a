"""What the ledger keeps of a clip, so that a list need not read the file."""

import time

import pytest

import wan_widgets as ww
from shared.network import Service, error, task
from shared.orders import REQUEST, known, on_disk, run, the_row
from wan_widgets.ledger import orders
from wan_widgets.ledger.ledger import ledger

FACTS = ("width", "height", "duration", "has_audio")


def facts():
    return tuple(the_row()[name] for name in FACTS)


@pytest.mark.anyio
@pytest.mark.usefixtures("outputs")
async def test_a_clip_that_is_saved_is_described(shop, clock):
    before = time.time()
    [*_, last] = [step async for step in run(shop.client(clock), REQUEST)]
    assert facts() == (64, 48, last.video.duration, 1)
    entry = ledger().entries()[0]
    assert (entry.width, entry.has_audio) == (64, True)
    assert before <= entry.finished_at <= time.time()


@pytest.mark.anyio
async def test_an_order_that_is_refused_has_ended(clock):
    with pytest.raises(ww.WanError):
        [step async for step in run(Service(error(400)).client(clock), REQUEST)]
    assert the_row()["state"] == "refused"
    assert the_row()["finished_at"] is not None


@pytest.mark.anyio
@pytest.mark.usefixtures("outputs")
async def test_a_task_that_goes_on_has_not(clock):
    service = Service(task("queued"), task("in_progress"))
    steps = run(service.client(clock), REQUEST)
    async for step in steps:
        if step.task and step.task.status is ww.TaskStatus.IN_PROGRESS:
            break
    assert the_row()["finished_at"] is None
    await steps.aclose()


def test_a_clip_of_an_older_version_is_described_when_it_is_looked_at(tmp_path, clip):
    entry = known(**on_disk(tmp_path / "a.mp4", clip), updated_at=1234.5)
    assert facts() == (None,) * 4
    video = orders.saved_video(entry)
    assert facts() == (64, 48, video.duration, 1)
    assert (the_row()["finished_at"], the_row()["updated_at"]) == (1234.5, 1234.5)


def test_a_ledger_that_cannot_be_written_hides_no_clip(tmp_path, clip):
    entry = known(**on_disk(tmp_path / "a.mp4", clip))
    with ledger().transaction():
        begun = time.monotonic()
        assert orders.saved_video(entry).width == 64
    assert time.monotonic() - begun < 2
    assert facts() == (None,) * 4


def test_a_list_reads_no_file(tmp_path, clip):
    known(**on_disk(tmp_path / "a.mp4", clip), width=64, height=48, duration=1.0)
    (tmp_path / "a.mp4").unlink()
    assert list(ww.history(everywhere=True).width) == [64]
