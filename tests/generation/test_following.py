"""A task is asked about by one alone; the others read in the ledger what that one hears."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace

import httpx
import pytest

from faults.server import FaultServer
from shared.clips import as_sent, files_in
from shared.network import FILE, KEY, TASK_ID, Clock, Service, error, task
from shared.orders import at, followed, known, on_disk, rows, the_row, until
from wan_widgets import AsyncClient, DownloadError, TaskFailed, TaskStatus, TextToVideo, Video, VideoTask
from wan_widgets.files import processes
from wan_widgets.files.disk import digest_of
from wan_widgets.generation import following
from wan_widgets.generation.following import follow
from wan_widgets.ledger import order as book
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order, order_of
from wan_widgets.pacing.timing import Timing

pytestmark = pytest.mark.anyio
AWAY = "another-machine:4711:1"


def hold(entry, follower=AWAY, seconds=60.0):
    assert ledger().lease(entry.id, follower, seconds, is_gone=lambda _: False)


def order_in_ledger(client, task):
    return ledger().of_task(task.id, client.site.base_url)


async def test_what_a_script_follows_and_downloads_by_itself_is_in_the_ledger(outputs, tmp_path):
    with FaultServer(seconds=(0.1, 0.1)) as server:
        async with AsyncClient("toapis", base_url=server.url, api_key=KEY) as client:
            ordered = await client.submit(TextToVideo(prompt="A kitten, order-1"))
            *_, state = [each async for each in client.watch(ordered)]
            assert order_in_ledger(client, ordered).video_url == state.video_url, "the clip is not lost yet"
            video = await client.download(replace(state, request=None), tmp_path / "first.mp4")
            assert video.request == ordered.request, "the ledger knows it, where the task comes from another kernel"
            await client.download(state, tmp_path / "copy.mp4")
    entry = order_in_ledger(client, ordered)
    assert (entry.path, entry.sha256) == (str(video.path), digest_of(video.path))
    assert (entry.width, entry.price) == (video.width, video.price)


async def test_a_failure_that_a_script_hears_of_is_in_the_ledger(outputs):
    client = Service(task("queued"), task("failed")).client()
    ordered = await client.submit(TextToVideo(prompt="A kitten"))
    await client.retrieve(ordered)
    assert order_in_ledger(client, ordered).state == "failed"


async def test_a_question_by_the_way_leaves_the_end_to_the_follower(outputs):
    client = Service(task("queued"), task("completed", video_url=FILE)).client()
    ordered = await client.submit(TextToVideo(prompt="A kitten"))
    hold(order_in_ledger(client, ordered))
    assert (await client.retrieve(ordered)).is_terminal
    assert order_in_ledger(client, ordered).state == "queued"


async def test_two_followers_of_one_task_ask_for_one_and_have_one_clip(outputs):
    marked = TextToVideo(prompt="A kitten, order-1")
    with FaultServer(seconds=(0.3, 0.3)) as server:
        timing = Timing(now=time.time, sleep=lambda _: asyncio.sleep(0.02))
        slow = AsyncClient("toapis", base_url=server.url, api_key=KEY, timing=timing)
        async with slow as first, at(server) as second:
            order = await first.submit(marked)
            one = asyncio.ensure_future(followed(first, order))
            await until(lambda: server.asked("poll"))
            other = await followed(second, order.id)
            mine = (await one)[-1].video
        assert len(server.asked("download")) == 1
    assert other[-1].video == replace(mine, expires_at=other[-1].video.expires_at)
    assert files_in(outputs) == [mine.path]
    assert {step.task.note for step in other[:-1]} == {following.ELSEWHERE}
    assert (the_row()["state"], the_row()["poller"]) == ("completed", None)


class Elsewhere(Clock):
    """Another machine does something each time that we sleep."""

    def __init__(self, *acts):
        super().__init__()
        self.acts = list(acts)

    async def sleep(self, seconds):
        await super().sleep(seconds)
        if self.acts:
            await asyncio.to_thread(self.acts.pop(0))


async def test_while_another_asks_its_news_is_shown_and_the_service_is_left_alone(clip, tmp_path):
    entry = known()
    hold(entry)
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip)

    def finish():
        done = {"state": "completed", "path": str(file), "size": len(clip), "sha256": digest_of(file)}
        ledger().note(entry.id, done)

    def progress(percent):
        return lambda: ledger().note(entry.id, {"state": "in_progress", "progress": percent})

    clock = Elsewhere(progress(30), progress(60), finish, lambda: ledger().release(entry.id, AWAY))
    service = Service(error(500))
    steps = await followed(service.client(clock))
    assert [(step.task.status.value, step.task.progress) for step in steps] == [
        ("queued", None),
        ("in_progress", 30),
        ("in_progress", 60),
        ("completed", 60),
    ]
    assert steps[-1].video.path == file
    assert service.requests == []


async def test_what_another_came_to_is_put_where_it_is_wanted(clip, tmp_path):
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip)
    known(state="completed", path=str(file), size=len(clip), sha256=digest_of(file))
    service = Service(error(500))
    steps = await followed(service.client(), path=tmp_path / "new" / "mine.mp4")
    assert steps[-1].video.path == tmp_path / "new" / "mine.mp4"
    assert as_sent(steps[-1].video.path) == clip
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine.mp4"]
    assert service.requests == []


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_an_end_without_a_clip_that_another_saw_is_told_here_too(state):
    entry = known()
    hold(entry)
    end = {"state": state, "error_message": "It was too dark.", "error_code": "too_dark"}
    clock = Elsewhere(lambda: ledger().note(entry.id, end), lambda: ledger().release(entry.id, AWAY))
    service = Service(error(500))
    with pytest.raises(TaskFailed, match=r"dark|cancelled"):
        await followed(service.client(clock))
    assert service.requests == []


@pytest.mark.parametrize("how", ["given back", "run out", "dead"])
async def test_when_the_other_is_gone_the_asking_goes_on_here(how, clip, outputs):
    entry = known()
    dead = f"{socket.gethostname()}:{os.getpid()}:12345:abc"  # another process had this number
    hold(entry, dead if how == "dead" else AWAY)
    acts = {
        "given back": [lambda: ledger().release(entry.id, AWAY)],
        "run out": [lambda: ledger().note(entry.id, {"lease_until": time.time() - 1})],
        "dead": [],
    }
    clock = Elsewhere(*acts[how])
    service = Service(task("completed"), httpx.Response(200, content=clip))
    steps = await followed(service.client(clock))
    assert steps[-1].video.recipe.size == len(clip)
    assert clock.slept == ([] if how == "dead" else [2.0])
    assert the_row()["state"] == "completed"


async def test_a_living_process_of_this_machine_is_waited_for_and_one_of_its_number_is_not_it():
    living = processes.process()
    assert living.split(":")[1] == str(os.getpid())
    assert not processes.is_gone(living)
    assert not processes.is_gone(processes.follower())
    host, pid, _ = living.split(":")
    assert processes.is_gone(f"{host}:{pid}:1")
    assert processes.is_gone(f"{host}:{pid}:1:abcdef01")
    for other in (AWAY, f"elsewhere:{pid}:1", "", ":", "::", host, f"{host}:²:1", f"{host}::"):
        assert not processes.is_gone(other)


async def test_a_dead_process_that_nobody_has_buried_is_gone():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
    name = f"{socket.gethostname()}:{child.pid}:{processes._begun(child.pid)}"
    assert not processes.is_gone(name)
    child.kill()
    await until(lambda: processes.is_gone(name))
    child.communicate()


async def test_the_lease_is_taken_anew_while_the_following_lasts(monkeypatch):
    monkeypatch.setattr(book, "LEASE", 0.1)
    known()
    timing = Timing(now=time.time, sleep=lambda _: asyncio.sleep(0.05))
    client = AsyncClient("toapis", api_key=KEY, transport=Service(task()).transport, timing=timing)
    following_it, seen = asyncio.ensure_future(followed(client)), set()
    await until(lambda: the_row()["poller"])
    await until(lambda: seen.add((the_row()["poller"], the_row()["lease_until"])) or len(seen) > 4)
    following_it.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following_it
    assert len({poller for poller, _ in seen}) == 1
    for _ in range(2):
        assert the_row()["poller"] is None, "what was given back is not taken again"
        await asyncio.sleep(0.1)


async def test_who_slept_longer_than_the_lease_reads_what_the_other_came_to(monkeypatch, clip, tmp_path):
    monkeypatch.setattr(book, "LEASE", 0.03)
    entry, done = known(), on_disk(tmp_path / "clip.mp4", clip)

    def taken_over(_request):
        ledger().note(entry.id, {"poller": AWAY, "lease_until": time.time() + 60})
        return task("in_progress", progress=50)

    async def sleep(_seconds):
        await asyncio.sleep(0.1)  # so that the lease is taken anew, or cannot be

    def finished(_request):
        ledger().note(entry.id, done)
        ledger().release(entry.id, AWAY)
        return task("failed")

    service = Service(task("in_progress", progress=10), taken_over, finished)
    timing = Timing(now=time.time, sleep=sleep)
    client = AsyncClient("toapis", api_key=KEY, transport=service.transport, timing=timing)
    steps = await followed(client)
    assert str(steps[-1].video.path) == done["path"]
    assert (the_row()["state"], the_row()["poller"], the_row()["error_code"]) == ("completed", None, None)


async def test_a_clip_that_is_here_stays_so_when_its_task_is_called_off_at_the_service(clip, tmp_path):
    entry = known(provider="dashscope", base_url="https://dashscope.aliyuncs.com")
    ledger().note(entry.id, on_disk(tmp_path / "clip.mp4", clip))
    order = Order(entry.id, ledger())
    await order.seen(VideoTask(id=TASK_ID, status=TaskStatus.CANCELLED, provider="dashscope"))
    assert the_row()["state"] == "completed"


async def test_followers_within_one_process_are_told_apart():
    entry = known()
    one, other = Order(entry.id, ledger()), Order(entry.id, ledger())
    async with one.held():
        assert await one.lease()
        assert not await other.lease()
        async with one.held():
            assert await one.lease()
        assert not await other.lease(), "the inner end is not the end"
    assert await other.lease()


async def test_whatever_is_said_of_it_is_on_disk_before_it_is_told(clip, outputs):
    known()
    answers = [task("in_progress", progress=7), task("completed"), httpx.Response(200, content=clip)]
    seen = []
    async for step in follow(Service(*answers).client(), TASK_ID):
        row = the_row()
        seen.append((step.task.status.value, row["state"], row["progress"]))
    assert seen == [
        ("in_progress", "in_progress", 7),
        ("completed", "in_progress", None),
        ("completed", "completed", 100),
    ]
    assert the_row()["video_url"] == FILE


async def test_a_task_of_which_the_ledger_knows_nothing_is_followed_all_the_same(clip, outputs):
    service = Service(task("completed"), httpx.Response(200, content=clip))
    steps = await followed(service.client())
    assert steps[-1].order is None
    assert rows(ledger().path) == []


async def test_a_task_is_looked_for_at_its_own_service():
    known(base_url="https://elsewhere.example")
    client = Service(task()).client()
    assert await order_of(client.site, TASK_ID, ledger()) is None
    entry = known(id="ours")
    assert (await order_of(client.site, TASK_ID, ledger())).id == entry.id


async def test_questions_that_fail_end_nothing(clock, clip, outputs):
    known()
    trouble = [
        error(500),
        error(404),
        error(401),
        httpx.ReadError("cut"),
        httpx.ConnectError("x"),
        error(429),
        error(403),
    ]
    service = Service(task("queued"), *trouble * 3, task("completed"), httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)


async def test_a_download_that_fails_leaves_the_order_to_be_taken_up_again(clock, clip, outputs):
    known()
    with pytest.raises(DownloadError):
        await followed(Service(task("completed"), error(403)).client(clock))
    assert (the_row()["state"], the_row()["poller"]) == ("in_progress", None)
    service = Service(task("completed"), httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)


async def test_a_clip_without_an_address_is_told_as_a_failure_and_stays_to_be_asked_about(clock, clip, outputs):
    known()
    nowhere = task("completed", result={"type": "video", "data": []})
    with pytest.raises(TaskFailed, match="no address") as caught:
        await followed(Service(nowhere).client(clock))
    assert caught.value.task.error.code == "no_video_url"
    assert (the_row()["state"], the_row()["error_code"], the_row()["poller"]) == ("in_progress", None, None)
    service = Service(task("completed"), httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)


async def test_a_clip_that_is_moved_away_at_once_is_delivered_all_the_same(clock, clip, outputs, monkeypatch):
    def gone(path):
        path.unlink()
        raise FileNotFoundError(path)

    monkeypatch.setattr(book, "digest_of", gone)
    known()
    steps = await followed(Service(task("completed"), httpx.Response(200, content=clip)).client(clock))
    assert steps[-1].video.size > len(clip)
    assert (the_row()["state"], the_row()["sha256"]) == ("completed", None)


async def test_at_a_service_that_fails_often_every_row_tells_the_truth(outputs):
    with FaultServer(submit=0.4, poll=0.4, download=0.4, stall=0.02, seed=5) as server:
        async with at(server) as client:
            wanted = [TextToVideo(prompt=f"A kitten, order-{number}") for number in range(20)]
            ends = await asyncio.gather(*(client.generate(each) for each in wanted), return_exceptions=True)
        delivered = {end.task_id for end in ends if isinstance(end, Video)}
        for row in rows(ledger().path):
            paid = server.truth.orders[ledger().entry(row["id"]).request.prompt.split(", ")[1]]
            assert len(paid) <= 1
            assert row["task_id"] in (None, *(task.id for task in paid))
            assert (row["state"] == "completed") is (row["task_id"] in delivered)
            assert (row["state"] == "refused") <= (not paid)
        assert len(delivered) > 10
