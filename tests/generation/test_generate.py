"""All of it: from a request to a file, against the simulator and its real clips."""

import asyncio
import sys
import threading

import httpx
import pytest
from PIL import Image

from shared.clips import files_in
from shared.network import FILE, KEY, TASK_ID, Service, error, task
from shared.orders import run
from wan_widgets import (
    AsyncClient,
    ConfigurationError,
    ConnectError,
    ContentRejected,
    ImageToVideo,
    InvalidRequest,
    ReferenceToVideo,
    TaskCancelled,
    TaskFailed,
    TextToVideo,
)
from wan_widgets.files.media import probe
from wan_widgets.files.pictures import poster
from wan_widgets.generation.buying import run_request
from wan_widgets.generation.following import follow
from wan_widgets.generation.resuming import resume
from wan_widgets.generation.step import last
from wan_widgets.ledger.orders import orders
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

REQUEST = TextToVideo(prompt="A kitten", resolution="720p", seed=7)


@pytest.fixture
def simulator(tmp_path, clock):
    return Simulator(tmp_path / "simulator", clock=clock)


@pytest.fixture
def client(simulator, clock):
    return AsyncClient("simulator", transport=simulator.transport(), timing=clock.timing)


async def test_a_prompt_becomes_a_clip_of_the_right_size_and_length(client, outputs):
    async with client:
        video = await client.generate(REQUEST)
    assert video.path == outputs / "a-kitten-7.mp4"
    assert (video.width, video.height, video.has_audio) == (1280, 720, True)
    assert video.duration == pytest.approx(5.0, abs=0.05)
    assert video.size == video.path.stat().st_size
    assert poster(video.path).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "request_",
    [
        ImageToVideo(image="http://127.0.0.1:9/cat.jpg", prompt="It runs", resolution="720p"),
        ReferenceToVideo(references=["http://127.0.0.1:9/cat.mp4"], resolution="720p", aspect_ratio="1:1"),
    ],
    ids=["image", "reference"],
)
async def test_the_other_modes_become_clips_too(client, tmp_path, request_):
    async with client:
        video = await client.generate(request_, tmp_path / "new" / "clip.mp4")
    assert probe(tmp_path / "new" / "clip.mp4").width == video.width
    assert video.duration == pytest.approx(5.0, abs=0.05)


class Nowhere(httpx.AsyncBaseTransport):
    """A network that takes nothing."""

    async def handle_async_request(self, request):
        raise httpx.ConnectError("no network", request=request)


WAYS = {
    "generate": AsyncClient.generate,
    "submit": AsyncClient.submit,
    "a card that orders again": lambda client, request: last(run_request(client, request)),
}


@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("way", WAYS)
async def test_a_file_of_the_user_is_read_on_no_thread_that_others_wait_for(outputs, tmp_path, clock, way, seed):
    """It may lie on a slow disk. All tasks wait for the thread of the loop, and for that of the ledger."""
    path, readers = tmp_path / "frame.png", set()
    Image.new("RGB", (640, 640)).save(path)
    here = threading.current_thread().name

    def note(event, args):
        if event == "open" and args[0] == str(path):
            readers.add(threading.current_thread().name)

    sys.addaudithook(note)
    request = ImageToVideo(image=path, resolution="720p", seed=seed)
    async with AsyncClient("toapis", api_key=KEY, transport=Nowhere(), timing=clock.timing) as client:
        with pytest.raises(ConnectError):
            await WAYS[way](client, request)
    assert readers
    assert not {name for name in readers if name == here or name.startswith("wan-")}


async def test_what_is_done_in_the_folder_of_the_clips_stops_no_event_loop(clip, outputs, clock):
    """It may lie on a disk that hangs. Where a clip will be saved is fixed by the call, which reads the mark."""
    threads, here = set(), threading.current_thread().name

    def note(event, args):
        if event in {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.scandir"}:
            path = str(args[0])
            if path.startswith(str(outputs)) and not path.endswith(".wan_widgets.json"):
                threads.add(threading.current_thread().name)

    sys.addaudithook(note)
    service = Service(task(), task("completed"), httpx.Response(200, content=clip))
    client = service.client(clock)
    video = await client.generate(REQUEST)
    assert {"wan-folder_0", "wan-arrival_0"} <= threads
    video.path.unlink()
    threads.clear()
    again = Service(task("completed"), httpx.Response(200, content=clip)).client(clock)
    await last(resume(again, orders()[0]))
    assert threads
    assert here not in threads


async def test_every_step_is_told_and_carries_the_request(clip, outputs, clock):
    answers = (task(), task("in_progress", progress=50), task("completed"), httpx.Response(200, content=clip))
    client = Service(*answers).client(clock)
    steps = [step async for step in run(client, REQUEST)]
    assert [step.task and step.task.status.value for step in steps] == [
        None,
        None,
        "queued",
        "in_progress",
        "completed",
        "completed",
    ]
    assert [step.video is not None for step in steps] == [False] * 5 + [True]
    assert [step.order is not None for step in steps] == [False] + [True] * 5, "said before it is sent"
    assert {step.request for step in steps} == {REQUEST}


async def test_one_order_is_one_post_whatever_happens_later(clip, outputs, clock):
    service = Service(task(), error(500), error(429), task("completed"), error(503), httpx.Response(200, content=clip))
    video = await service.client(clock).generate(REQUEST)
    assert service.methods == ["POST"] + ["GET"] * 5
    assert video.url == FILE


async def test_a_task_that_fails_raises_its_reason_and_fetches_nothing(client, simulator, outputs):
    simulator.script(Script(ending="failed", error=("too_dark", "It was too dark.")))
    with pytest.raises(TaskFailed, match=r"too dark.*video_.*\[too_dark\]") as caught:
        await client.generate(REQUEST)
    assert caught.value.task_id == caught.value.task.id
    assert list(outputs.iterdir()) == []


async def test_a_task_that_somebody_cancelled_raises_that(outputs, clock):
    with pytest.raises(TaskCancelled):
        await Service(task(), task("cancelled")).client(clock).generate(REQUEST)


async def test_a_refusal_raises_at_once(client, outputs):
    with pytest.raises(ContentRejected):
        await client.generate(TextToVideo(prompt="REJECT this"))
    with pytest.raises(InvalidRequest):
        await client.generate(TextToVideo(prompt="x", audio=False))


async def test_a_task_is_followed_to_its_file_by_its_id_alone(clip, outputs, clock):
    service = Service(task("completed"), httpx.Response(200, content=clip))
    video = await last(follow(service.client(clock), TASK_ID))
    assert video.path == outputs / "clip-m9w6pz.mp4"
    assert service.methods == ["GET", "GET"]


async def test_many_clips_at_once_stay_apart(clip, outputs, clock):
    """More than there are connections; each gets its own task and its own file."""
    numbers = iter(range(100))

    def answer(request):
        if request.method == "POST":
            return task(id=f"video_{next(numbers):04}")
        if request.url.host == "toapis.com":
            return task("completed", id=request.url.path.rsplit("/", 1)[1])
        return httpx.Response(200, content=clip)

    client = Service(answer).client(clock)
    videos = await asyncio.gather(*(client.generate(TextToVideo(prompt="x")) for _ in range(30)))
    assert len({video.task_id for video in videos}) == 30
    assert len({video.path for video in videos}) == len(files_in(outputs)) == 30


async def test_a_copy_works_in_another_loop_while_the_first_is_open(clip, tmp_path, clock):
    service = Service(task(), task("completed"), httpx.Response(200, content=clip))
    client = service.client(clock)
    await client.submit(REQUEST)
    twin = client.copy()

    async def following():
        async with twin:
            return await last(follow(twin, TASK_ID, tmp_path / "clip.mp4"))

    assert (await asyncio.to_thread(asyncio.run, following())).task_id == TASK_ID
    assert (twin.provider, twin.base_url) == (client.provider, client.base_url)
    keys = {request.headers["authorization"] for request in service.requests[:2]}
    assert len(keys) == 1
    await client.aclose()


@pytest.mark.parametrize("path", [None, "taken/clip.mp4"])
async def test_a_place_that_cannot_be_written_is_known_before_anything_is_paid(path, tmp_path, monkeypatch, clock):
    service = Service(task("queued"))
    (tmp_path / "taken").write_text("a file where a folder is wanted")
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "taken"))
    monkeypatch.chdir(tmp_path)

    async with service.client(clock) as client:
        with pytest.raises(ConfigurationError, match="Set WAN_OUTPUTS"):
            await client.generate(REQUEST, path)

    assert service.requests == []
