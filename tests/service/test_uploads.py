"""Files on their way to the service: each once, before the order, in pieces, to the service alone."""

import asyncio
import hashlib
import json
from dataclasses import replace
from email import message_from_bytes

import httpx
import pytest

import wan_widgets as ww
from files.test_files import film, picture
from shared.network import KEY, Service, error, task
from shared.orders import run, the_row
from wan_widgets.generation import queue
from wan_widgets.providers import OpenAIVideos, Simulator
from wan_widgets.service.uploads import Upload

pytestmark = pytest.mark.anyio

PLACE = "https://files.toapis.com/uploads/1/a.png"


def uploaded(url=PLACE, **fields):
    return httpx.Response(200, json={"success": True, "message": "", "data": {"url": url}} | fields)


def form(request):
    """The parts of a multipart request: name -> (file name, type, content)."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + request.content).get_payload()
    return {
        part.get_param("name", header="content-disposition"): (
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in parts
    }


async def test_a_file_is_sent_first_and_its_address_ordered(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(picture())
    service = Service(uploaded(), task())
    request = ww.ImageToVideo(image=path, prompt="It runs", resolution="720p", seed=7)

    async with service.client() as client:
        ordered = await client.submit(request)

    first, second = service.requests
    name, kind, content = form(first)["file"]
    assert (first.url.path, kind, content) == ("/v1/uploads/images", "image/png", picture())
    assert name.startswith("image-")
    assert int(first.headers["content-length"]) == len(first.content)
    assert json.loads(second.content)["image_urls"] == [PLACE]
    assert ordered.request == request  # the recipe keeps the file, whose address will be gone tomorrow


async def test_of_a_file_that_goes_with_the_order_it_is_told_how_far_it_is(outputs):
    data = picture(size=(832, 480))  # the shape of the clip, so that it goes as it is
    service = Service(error(400))
    engine = OpenAIVideos("vllm-omni")
    client = ww.AsyncClient(engine, base_url="http://127.0.0.1:9", transport=service.transport)
    fields = {"model": "wan2.2-i2v-a14b", "resolution": "480p", "aspect_ratio": "16:9"}
    request = ww.ImageToVideo(image=data, prompt="It runs", audio=False, prompt_extend=False, **fields)
    steps = []

    async def buy():
        async for step in run(client, request):
            steps.append(step)  # noqa: PERF401  # those up to the error

    with pytest.raises(ww.HTTPStatusError):
        await buy()
    told = [(step.upload.sent, step.upload.size, step.upload.count) for step in steps if step.upload]
    assert told[-1] == (len(data), len(data), 1)
    assert all(step.order for step in steps if step.upload), "it is on its way then: nobody may say it was not bought"
    assert data in service.requests[0].content


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(200, json={"id": "video_1", "status": "queued"}), ("queued", "video_1")),
        (error(400), ("refused", None)),
        (error(500), ("unconfirmed", None)),
        (error(429, retry_after="60"), ("refused", None)),
    ],
)
async def test_what_came_of_an_order_is_written_down_also_when_nobody_waits_for_it_any_more(answer, state, outputs):
    """Closed at a step of the upload, when the reply is here already."""
    engine = OpenAIVideos("vllm-omni")
    client = ww.AsyncClient(engine, base_url="http://127.0.0.1:9", transport=Service(answer).transport)
    fields = {"model": "wan2.2-i2v-a14b", "resolution": "480p", "aspect_ratio": "16:9"}
    request = ww.ImageToVideo(image=picture(), prompt="It runs", audio=False, prompt_extend=False, **fields)
    steps = run(client, request)
    async for step in steps:
        if step.upload:
            await asyncio.sleep(0.1)
            break
    await steps.aclose()
    row = the_row()
    assert (row["state"], row["task_id"]) == state


async def test_the_same_file_is_sent_once_and_kinds_are_known_from_the_files(tmp_path):
    path = film(tmp_path / "anna.mp4")
    service = Service(uploaded("https://files.toapis.com/1"), task())
    request = ww.ReferenceToVideo(references=[path, "https://a.example/b.mp4", path], prompt="character1 waves")

    async with service.client() as client:
        ready = await client.upload(request)
        await client.post(ready, request)

    assert [each.url.path for each in service.requests] == ["/v1/uploads/videos", "/v1/videos/generations"]
    assert ready.references[0] == ww.VideoReference("https://files.toapis.com/1")
    sent = service.body["metadata"]["reference_urls"]
    assert sent == ["https://files.toapis.com/1", "https://a.example/b.mp4", "https://files.toapis.com/1"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"success": False, "message": "file too large"}),
        httpx.Response(400, json={"success": False, "message": "file too large"}),
        httpx.Response(200, json={"success": True, "data": {}}),
        httpx.ReadError("cut"),
        error(500),
        httpx.Response(200, html="<title>file too large</title>"),
    ],
    ids=["false", "400", "no address", "cut", "500", "page"],
)
async def test_an_upload_that_fails_orders_nothing_and_bills_nothing(answer):
    service = Service(answer)
    async with service.client() as client:
        with pytest.raises(ww.WanError) as caught:
            await client.submit(ww.ImageToVideo(image=picture(), resolution="720p"))

    assert not caught.value.maybe_billed
    assert len(service.requests) == 1
    assert service.requests[0].url.path == "/v1/uploads/images"


async def test_progress_is_told_to_the_last_byte(tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(picture() + bytes(1_000_000))
    told: list[Upload] = []
    service = Service(uploaded())

    async with service.client() as client:
        await client.upload(ww.ImageToVideo(image=path, resolution="720p"), told.append)

    assert [told[0].sent, told[-1].sent] == [0, path.stat().st_size]
    assert len(told) > 10
    assert {(each.name, each.size, each.number, each.count) for each in told} == {("large.png", told[-1].sent, 1, 1)}
    assert hashlib.sha256(form(service.requests[0])["file"][2]).digest() == hashlib.sha256(path.read_bytes()).digest()


async def test_uploading_is_a_step_of_a_generation(tmp_path, outputs):
    service = Service(uploaded(), task(), error(402))
    request = ww.ImageToVideo(image=picture(), resolution="720p", seed=7)
    steps = []
    async with service.client() as client:
        async for step in run(client, request):
            steps.append(step)
            if step.task:
                break

    uploads = [step.upload for step in steps if step.upload]
    assert uploads
    assert uploads[-1].sent == len(picture())
    assert steps[-1].task.request == request


async def test_the_key_goes_to_the_service_and_to_no_file_host():
    service = Service(uploaded(), task())
    async with service.client() as client:
        await client.submit(ww.ImageToVideo(image=picture(), resolution="720p"))
        host = Service(httpx.Response(200, json={}))
        client._connection._pools.current().kept = host.transport
        await client._connection.send(
            ww.Call("POST", "https://bucket.example.com/", form=(("file", ww.LocalFile(data=picture())),))
        )

    assert all(each.headers["authorization"] == f"Bearer {KEY}" for each in service.requests)
    assert "authorization" not in host.requests[0].headers


async def test_a_file_that_goes_away_after_the_check_is_an_error_with_words(tmp_path, monkeypatch):
    path = tmp_path / "cat.png"
    path.write_bytes(picture())
    service = Service(uploaded())
    monkeypatch.setattr("wan_widgets.service.service.check", lambda *_: path.unlink())

    async with service.client() as client:
        with pytest.raises(ww.WanError, match=r"could not be sent: .*Nothing was ordered") as caught:
            await client.upload(ww.ImageToVideo(image=path, resolution="720p"))

    assert not caught.value.maybe_billed
    assert service.requests == []


class TwoAtOnce(Simulator):
    """A service whose models run two at a time."""

    def offer(self, model, mode, like=None):
        return replace(super().offer(model, mode, like), max_running=2)


async def test_more_than_a_service_runs_wait_here_visibly_and_in_order(tmp_path, clock, outputs):
    others = set(queue._lines)  # generations of other tests that go on
    answers = iter(range(100))
    states: dict[str, int] = {}
    running: set[str] = set()
    most = 0
    all_are_here = asyncio.Event()

    def answer(request):
        nonlocal most
        if request.method == "POST":
            task_id = f"video_{next(answers)}"
            states[task_id] = 0
            running.add(task_id)
            most = max(most, len(running))
            return task(id=task_id)
        task_id = request.url.path.rpartition("/")[2]
        states[task_id] += all_are_here.is_set()  # until then nobody's turn is over
        if states[task_id] < 4:
            return task("in_progress", id=task_id)
        running.discard(task_id)
        return task("failed", id=task_id)

    service = Service(answer)
    seen: dict[int, list[int | None]] = {number: [] for number in range(5)}

    async def note(steps, waits):
        async for step in steps:
            waits.append(step.waiting)

    async def one(number):
        client = ww.AsyncClient(TwoAtOnce(), transport=service.transport, timing=clock.timing)
        async with client:
            with pytest.raises(ww.TaskFailed):
                await note(run(client, ww.TextToVideo(prompt=str(number))), seen[number])

    def standing():
        return sum(len(line) for name, line in list(queue._lines.items()) if name not in others)

    async with asyncio.timeout(60), asyncio.TaskGroup() as everyone:
        for number in range(5):  # one after the other: each writes into its ledger before it stands in the line
            everyone.create_task(one(number))
            while standing() <= number:  # noqa: ASYNC110  # the line knows of no events
                await asyncio.sleep(0.001)
        all_are_here.set()

    assert most == 2
    ordered = [json.loads(each.content)["prompt"] for each in service.requests if each.method == "POST"]
    assert set(ordered[:2]) == {"0", "1"}
    # Two whose turn comes at one moment may leave in either order; nobody overtakes more than that.
    assert ordered.index("2") <= 3 <= ordered.index("4")
    assert [max(filter(None, waits), default=0) for waits in seen.values()] == [0, 0, 1, 2, 3]
    assert set(queue._lines) <= others


async def test_a_place_is_given_up_by_those_who_leave():
    others = set(queue._lines)
    with queue.in_line("line", 1) as first:
        waiting = queue.in_line("line", 1)
        second = waiting.__enter__()
        with queue.in_line("line", 1) as third:
            assert [first.ahead, second.ahead, third.ahead] == [0, 1, 2]
            waiting.__exit__(None, None, None)
            assert third.ahead == 1
    with queue.in_line("line", None) as free, queue.in_line("line", None) as other:
        assert [free.ahead, other.ahead] == [0, 0]
    assert set(queue._lines) <= others
