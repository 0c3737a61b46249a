"""The Studio and the task view without a browser: what their cards say, and what a message does."""

import asyncio
import dataclasses
import threading
import time

import httpx
import pytest
from PIL import Image

import wan_widgets as ww
from shared.network import Clock
from wan_widgets.generation import worker
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.ledger import orders
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import OpenAIVideos
from wan_widgets.providers.openai_videos.models import Served
from wan_widgets.service.uploads import Upload
from wan_widgets.simulator import Script, Simulator
from wan_widgets.wan.tasks import TaskFailed, unknown_task
from wan_widgets.widgets.cards import phase
from widgets.test_code import run

PATIENCE = 60
VIDEO = {"id": "video_1", "object": "video", "status": "in_progress", "model": "m", "created_at": 1768380224}


def until(condition):
    """Wait for the worker to get somewhere."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def until_ordered(studio):
    """Wait until the newest card shows a task, which is a moment after the task is there."""
    until(lambda: studio._cards and studio._cards[0]["task_id"])


@pytest.fixture(autouse=True)
def _outputs(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))


@pytest.fixture
def simulator(tmp_path):
    return Simulator(tmp_path / "simulator")


@pytest.fixture
def studio(simulator):
    client = ww.AsyncClient("simulator", transport=simulator.transport())
    studio = ww.Studio(client, resolution="720p")
    studio.threads = set()
    studio.observe(lambda change: studio.threads.add(threading.current_thread().name), "_cards")
    return studio


def quick(**values):
    return Script(queued=0, running=0, **values)


def say(board, **content):
    board._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def scripted(monkeypatch, *steps):
    """What `generation.run` goes through, up to the last step, with which it stays."""

    async def run(client, prepared):
        for step in steps:
            yield Step(request=prepared.request, **step)
        await asyncio.Event().wait()

    monkeypatch.setattr("wan_widgets.generation.buying.run", run)


REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


def test_a_submission_becomes_a_card_and_a_file(studio, simulator, tmp_path):
    simulator.script(quick())
    studio.submit(REQUEST)

    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")
    [card] = studio._cards
    assert card["clip"]["path"] == str(tmp_path / "outputs" / "an-owl-1.mp4")
    assert card["facts"] == ["1280×720", "5 s", "seed 1", "wan2.6 · t2v"]
    assert studio.tasks[0].status is ww.TaskStatus.COMPLETED
    assert studio.videos[0].path.exists()
    assert run(card["code"]) == (REQUEST, None)


def test_only_the_worker_writes_the_cards(studio, simulator):
    simulator.script(quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")

    assert studio.threads == {"wan_widgets"}


def test_two_submissions_are_two_cards_newest_first(studio, simulator):
    simulator.script(quick(ending="failed"), quick(ending="failed"))
    studio.submit(REQUEST)
    studio.submit(ww.TextToVideo(prompt="A fox", resolution="720p"))

    until(lambda: len(studio._cards) == 2)
    assert [card["prompt"] for card in studio._cards] == ["A fox", "An owl"]


def test_a_failed_task_is_explained(studio, simulator):
    simulator.script(quick(ending="failed", error=("generation_failed", "The owl flew away.")))
    studio.submit(REQUEST)

    until(lambda: studio._cards and studio._cards[0]["phase"] == "failed")
    assert "The owl flew away." in studio._cards[0]["message"]
    assert studio._cards[0]["billing"] == "free"
    assert studio._cards[0]["detail"] == "generation_failed"


@pytest.mark.parametrize("status", [ww.TaskStatus.FAILED, ww.TaskStatus.CANCELLED])
def test_a_card_does_not_say_that_it_failed_before_it_says_why(studio, status):
    task = unknown_task("video_1", "simulator")
    job = Job(studio._client, lambda: None, Step(task=dataclasses.replace(task, status=status)))
    assert phase(job) == "in_progress"
    job.error = TaskFailed("The owl flew away.", task)
    assert phase(job) == "failed"


def test_an_invalid_request_makes_no_card(studio):
    with pytest.raises(ww.InvalidRequest):
        studio.submit(ww.TextToVideo(prompt="x", duration=7))

    assert studio._cards == []


def test_cancel_ends_it(studio, simulator):
    simulator.script(Script(queued=0, running=60))
    studio.submit(REQUEST)
    until_ordered(studio)

    say(studio, kind="cancel", key=studio._cards[0]["key"])

    until(lambda: studio._cards[0]["phase"] == "cancelled")
    assert (studio._cards[0]["message"], studio._cards[0]["billing"]) == ("", "free")
    assert studio._cards[0]["ended"] is not None


def test_again_orders_once_with_another_seed(studio, simulator):
    simulator.script(quick(), quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")

    for _ in range(3):
        say(studio, kind="again", key=studio._cards[-1]["key"], turn=0, way="new")

    until(lambda: len(studio._cards) == 2)
    again, first = (step.request for step in studio._present_steps())
    assert dataclasses.replace(again, seed=1) == first
    assert again.seed != 1


def test_a_view_that_offers_what_is_no_longer_offered_orders_nothing(studio, simulator, monkeypatch):
    """A view may be older than the job: the order was found meanwhile, say."""
    scripted(monkeypatch, {"task": ww.VideoTask(id="t1", provider="simulator", status=ww.TaskStatus.IN_PROGRESS)})
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "in_progress")
    [job] = studio._jobs.values()

    for way in ("new", "same", "plain", "unconfirmed", "", None, ["plain"]):
        say(studio, kind="again", key=job.key, turn=0, way=way)
    worker.submit(asyncio.sleep(0)).result(PATIENCE)  # after these: the worker takes them in turn

    assert list(studio._jobs.values()) == [job]


@pytest.mark.parametrize("content", [{}, {"kind": "cancel"}, {"kind": "fetch", "key": "?"}, {"kind": 5, "key": []}])
def test_messages_for_no_card_do_nothing(studio, content):
    say(studio, **content)
    say(studio, kind="chunk-here", wish="nobody's")

    assert studio._cards == []


def test_a_clip_goes_to_the_browser_in_confirmed_chunks(studio, simulator):
    sent = []
    studio._clips._send = lambda content, buffers: sent.append((content, buffers))
    simulator.script(quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")

    say(studio, kind="fetch", key=studio._cards[0]["key"], wish="w1")

    size = studio.videos[0].size
    until(lambda: sum(len(buffers[0]) for content, buffers in sent if content["kind"] == "chunk") == size)
    assert sent[0][0]["kind"] == "poster"
    content = b"".join(buffers[0] for content, buffers in sent if content["kind"] == "chunk")
    assert content == studio.videos[0].path.read_bytes()
    assert sent[0][1][0].startswith(b"\xff\xd8")


def test_a_clip_whose_file_is_gone_is_reported(studio, simulator):
    sent = []
    studio._clips._send = lambda content, buffers: sent.append(content)
    simulator.script(quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")
    studio.videos[0].path.unlink()

    say(studio, kind="fetch", key=studio._cards[0]["key"], wish="w1")

    until(lambda: sent)
    assert sent[0]["kind"] == "clip-gone"
    assert sent[0]["path"].endswith("an-owl-1.mp4")


# Services that answer badly


def replies(*responses):
    """A client for a service that gives these answers, the last one for ever, and no time passes."""
    rest = list(responses)

    async def no_time(seconds):
        await asyncio.sleep(0)  # a loop that never lets go would hold up every other test

    def answer(request):
        response = rest.pop(0) if len(rest) > 1 else rest[0]
        if isinstance(response, Exception):
            raise response
        return response() if callable(response) else response

    transport = httpx.MockTransport(answer)
    return ww.AsyncClient("toapis", api_key="sk-planted-0123456789", transport=transport, timing=Timing(sleep=no_time))


def body(**values):
    return lambda: httpx.Response(200, json={"id": "t1", "status": "queued", **values})


@pytest.mark.parametrize(
    ("answer", "phase", "words"),
    [
        (lambda: httpx.Response(401, json={"error": {"code": 401, "message": "no"}}), "refused", "key"),
        (
            lambda: httpx.Response(402, json={"error": {"code": "insufficient_quota", "message": "x"}}),
            "refused",
            "balance",
        ),
        (lambda: httpx.Response(422, json={"error": {"code": "c", "message": "x"}}), "refused", "Reword"),
        (lambda: httpx.Response(429, headers={"Retry-After": "5"}, json={}), "refused", "Wait"),
        (lambda: httpx.Response(500, json={}), "unconfirmed", "may have"),
        (lambda: httpx.Response(503, text="<html><title>Down</title>"), "unconfirmed", "Down"),
        (lambda: httpx.Response(200, text="<html><title>Hi</title>"), "unconfirmed", "web page"),
        (httpx.ReadError("cut"), "unconfirmed", "may have"),
        (httpx.ConnectError("no route"), "refused", "could not be reached"),
        (RuntimeError("a bug"), "unconfirmed", "may have"),
    ],
)
def test_a_submission_that_goes_wrong_ends_in_a_clear_card(answer, phase, words):
    studio = ww.Studio(replies(answer))
    studio.submit(REQUEST)

    until(lambda: studio._cards and studio._cards[0]["phase"] != "sending")
    assert studio._cards[0]["phase"] == phase
    assert words in studio._cards[0]["message"]
    assert studio._cards[0]["billing"] == ("nothing" if phase == "refused" else "")
    assert "planted" not in repr(studio._cards)


def test_a_poll_that_fails_shows_and_ends_nothing(monkeypatch):
    monkeypatch.setattr("wan_widgets.widgets.updates._PAUSE", 0)  # each note is shown, not only the last
    trouble = [lambda: httpx.Response(500), httpx.ReadError("cut"), lambda: httpx.Response(200, text="<html>")]
    done = body(status="failed", error={"code": "c", "message": "the end"})
    studio = ww.Studio(replies(body(), *trouble, body(status="paused"), body(status="in_progress", progress=5), done))
    notes = []
    studio.observe(lambda change: notes.extend(card["note"] for card in change["new"] if card["note"]), "_cards")
    studio.submit(REQUEST)

    until(lambda: studio._cards and studio._cards[0]["phase"] == "failed")
    assert "the end" in studio._cards[0]["message"]
    assert len(notes) == 4
    assert "asked again" in notes[0]
    assert "paused" in notes[3]


def test_a_service_without_cancelling_is_no_longer_followed_and_may_be_again():
    answers = [body(), body(status="in_progress")]
    client = replies(*answers)
    client._timing = Timing(sleep=lambda seconds: asyncio.Event().wait())  # the next question never comes
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until_ordered(studio)
    key = studio._cards[0]["key"]
    assert studio._cards[0]["can_cancel"] is False

    say(studio, kind="cancel", key=key)
    until(lambda: studio._cards[0]["phase"] == "stopped")
    say(studio, kind="follow", key=key)

    until(lambda: studio._cards[0]["phase"] == "in_progress")
    say(studio, kind="cancel", key=key)
    until(lambda: studio._cards[0]["phase"] == "stopped")


def test_what_is_not_followed_can_be_let_go_and_is_not_shown_again():
    client = replies(body(), body(status="in_progress"))
    client._timing = Timing(sleep=lambda seconds: asyncio.Event().wait())
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until_ordered(studio)
    key = studio._cards[0]["key"]
    say(studio, kind="cancel", key=key)
    until(lambda: studio._cards[0]["phase"] == "stopped")

    say(studio, kind="let-go", key=key)

    until(lambda: studio._cards[0]["phase"] == "let_go")
    assert ww.tasks()[0].state == "let_go"
    assert ww.Studio(client)._taking_up.result(timeout=60) is None
    assert orders.unfinished(time.time() + 1) == []
    say(studio, kind="follow", key=key)
    until(lambda: studio._cards[0]["phase"] == "in_progress")
    until(lambda: ww.tasks()[0].state == "in_progress")


def test_where_cancelling_fails_one_can_stop_following():
    def answer(request):
        return httpx.Response(503) if request.method == "DELETE" else httpx.Response(200, json=VIDEO)

    provider = OpenAIVideos("vllm-omni", served=[Served("Wan-AI/Wan2.1-T2V-1.3B-Diffusers")])
    timing = Timing(sleep=lambda seconds: asyncio.Event().wait())
    transport = httpx.MockTransport(answer)
    studio = ww.Studio(ww.AsyncClient(provider, base_url="http://127.0.0.1:9", transport=transport, timing=timing))
    studio.submit(ww.TextToVideo("A", model="wan2.1-t2v-1.3b", resolution="480p", audio=False))
    until(lambda: studio._cards and studio._cards[0]["can_cancel"])
    key = studio._cards[0]["key"]

    say(studio, kind="cancel", key=key)
    until(lambda: "could not be cancelled" in studio._cards[0]["note"])
    assert studio._cards[0]["can_cancel"] is False
    assert "has not cancelled it" in studio._cards[0]["stop_note"]
    say(studio, kind="cancel", key=key)
    until(lambda: studio._cards[0]["phase"] == "stopped")


def test_a_clip_that_could_not_be_fetched_can_be_saved_again():
    files = [lambda: httpx.Response(503)]

    async def no_time(seconds):
        await asyncio.sleep(0)

    def answer(request):
        done = body(status="completed", url="https://files.example/a.mp4")
        return files[0]() if request.url.host == "files.example" else done()

    timing = Timing(sleep=no_time)
    studio = ww.Studio(ww.AsyncClient("toapis", api_key="k", transport=httpx.MockTransport(answer), timing=timing))
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unsaved")
    assert "is not saved" in studio._cards[0]["message"]
    files[0] = lambda: httpx.Response(200, json={})

    say(studio, kind="save", key=studio._cards[0]["key"])

    until(lambda: "unusable" in studio._cards[0]["message"])  # now it is JSON: no video, and said so


def test_a_task_view_follows_a_task_by_its_id(simulator):
    client = ww.AsyncClient("simulator", transport=simulator.transport())
    simulator.script(quick())
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until_ordered(studio)

    view = ww.TaskView(studio.tasks[0].id, client)

    until(lambda: view.video)
    assert view.task.status is ww.TaskStatus.COMPLETED
    until(lambda: studio.videos)
    assert view.video.path == studio.videos[0].path, "one clip is fetched once"


def test_a_task_view_survives_a_service_that_does_not_answer_at_first():
    done = body(status="failed", error={"code": "c", "message": "the end"})
    view = ww.TaskView("t1", replies(lambda: httpx.Response(503), httpx.ConnectError("no"), body(), done))

    until(lambda: view._cards and view._cards[0]["phase"] == "failed")
    assert view.task.id == "t1"


def test_a_task_view_of_an_unknown_id_says_so_and_speaks_of_no_money():
    view = ww.TaskView("t1", replies(lambda: httpx.Response(404, json={"error": {"code": 404, "message": "unknown"}})))

    until(lambda: view._cards and view._cards[0]["phase"] == "stopped")
    assert view._cards[0]["task_id"] == "t1"
    assert "does not know that task" in view._cards[0]["message"]
    assert view._cards[0]["billing"] == ""


def test_a_card_that_cannot_be_drawn_ends_nothing(studio, simulator, monkeypatch, caplog):
    monkeypatch.setattr("wan_widgets.widgets.cards._facts", lambda *_: 1 / 0)
    simulator.script(quick())
    studio.submit(REQUEST)

    until(lambda: studio.videos)
    until(lambda: "could not be drawn" in caplog.text)


def sent_in_small_chunks(studio, simulator, monkeypatch):
    """The kinds of the messages with which a finished clip will be sent."""
    monkeypatch.setattr("wan_widgets.widgets.clip_sending._CHUNK", 1000)
    sent = []
    studio._clips._send = lambda content, buffers: sent.append(content["kind"])
    simulator.script(quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")
    return sent


def test_a_browser_that_stops_taking_chunks_is_not_told_that_the_file_is_gone(studio, simulator, monkeypatch):
    monkeypatch.setattr("wan_widgets.widgets.clip_sending._PATIENCE", 0.05)
    sent = sent_in_small_chunks(studio, simulator, monkeypatch)

    say(studio, kind="fetch", key=studio._cards[0]["key"], wish="w1")

    until(lambda: sent and not studio._clips._windows)
    assert set(sent) == {"poster", "chunk"}


# Before the order


def upload(sent=10, number=1, count=2):
    return Upload(name="cat.png", sent=sent, size=100, number=number, count=count)


def test_the_sending_of_files_is_shown_and_can_be_called_off(studio, monkeypatch):
    scripted(monkeypatch, {}, {"upload": upload()})
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "uploading")
    [card] = studio._cards
    assert card["upload"] == {"name": "cat.png", "sent": 10, "size": 100, "number": 1, "count": 2}
    assert card["can_cancel"] is True
    assert card["task_id"] == ""

    say(studio, kind="cancel", key=card["key"])

    until(lambda: studio._cards[0]["phase"] == "cancelled")
    assert studio._cards[0]["billing"] == "free"
    assert studio._cards[0]["ended"] is not None
    assert not any(job.is_running for job in studio._jobs.values())


def test_the_remaining_time_is_sent_as_numbers_while_the_task_runs(studio, monkeypatch):
    estimate = ww.Estimate(100.0, 120.0, 190.0)
    running = ww.VideoTask(id="v", status=ww.TaskStatus.IN_PROGRESS, provider="simulator", estimate=estimate)
    ready = dataclasses.replace(running, status=ww.TaskStatus.COMPLETED)
    scripted(monkeypatch, {"task": running})
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "in_progress")
    assert studio._cards[0]["estimate"] == {"low": 100.0, "likely": 120.0, "high": 190.0, "is_late": False}
    scripted(monkeypatch, {"task": ready})
    studio.submit(REQUEST)
    until(lambda: len(studio._cards) == 2)
    until(lambda: studio._cards[0]["phase"] == "saving")
    assert studio._cards[0]["estimate"] is None


def test_the_queue_on_our_side_is_shown_and_nothing_is_bought_by_leaving_it(monkeypatch):
    scripted(monkeypatch, {"waiting": 3})
    studio = ww.Studio(ww.AsyncClient("toapis", api_key="k"))
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "waiting")
    assert studio._cards[0]["queue"] == {"ahead": 3, "service": "ToAPIs", "limit": None}

    say(studio, kind="cancel", key=studio._cards[0]["key"])

    until(lambda: studio._cards[0]["phase"] == "cancelled")
    assert studio._cards[0]["billing"] == "nothing"


def test_what_may_be_on_its_way_cannot_be_called_off(studio, monkeypatch):
    scripted(monkeypatch, {"upload": upload(sent=100, number=2)})
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "uploading")
    assert studio._cards[0]["can_cancel"] is False

    say(studio, kind="cancel", key=studio._cards[0]["key"])

    time.sleep(0.1)
    assert studio._cards[0]["phase"] == "uploading"


@pytest.mark.parametrize("before", [{"waiting": 1}, {"upload": upload(sent=10)}])
def test_nor_can_what_had_to_wait_and_is_now_being_ordered(before, monkeypatch):
    scripted(monkeypatch, before, {"order": "ww-1"})
    studio = ww.Studio(ww.AsyncClient("toapis", api_key="k"))
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["order"] == "ww-1")
    assert (studio._cards[0]["phase"], studio._cards[0]["can_cancel"]) == ("sending", False)

    say(studio, kind="cancel", key=studio._cards[0]["key"])

    time.sleep(0.1)
    assert (studio._cards[0]["phase"], studio._cards[0]["billing"]) == ("sending", "")


# Several services


def test_each_clip_stays_with_the_service_that_it_was_bought_from(studio, simulator, monkeypatch):
    simulator.script(Script(queued=0, running=60))
    studio.submit(REQUEST)
    until_ordered(studio)
    assert studio._cards[0]["elsewhere"] == ""
    bought = []

    async def run(client, prepared):
        bought.append(client.provider.name)
        yield Step(request=prepared.request)
        await asyncio.Event().wait()

    monkeypatch.setattr("wan_widgets.generation.buying.run", run)
    studio.form.use(ww.AsyncClient("toapis", api_key="k"))
    studio.submit(REQUEST)

    until(lambda: len(studio._cards) == 2)
    assert bought == ["toapis"]
    until(lambda: [card["elsewhere"] for card in studio._cards] == ["", "Simulator"])
    say(studio, kind="cancel", key=studio._cards[1]["key"])  # the simulator can, ToAPIs could not
    until(lambda: studio._cards[1]["phase"] == "cancelled")


def test_again_asks_the_same_service_again(studio, simulator, monkeypatch):
    simulator.script(quick(ending="failed"), quick(ending="failed"))
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "failed")
    studio.form.use(ww.AsyncClient("toapis", api_key="k"))

    say(studio, kind="again", key=studio._cards[0]["key"], turn=0, way="plain")

    until(lambda: len(studio._cards) == 2)
    assert {card["elsewhere"] for card in studio._cards} == {"Simulator"}


def test_without_seeds_again_is_the_same_again():
    refuse = httpx.MockTransport(lambda _: httpx.Response(402, json={"error": {"code": "insufficient_quota"}}))
    studio = ww.Studio(ww.AsyncClient("toapis", api_key="k", transport=refuse, timing=Clock().timing))
    request = ww.ImageToVideo(image="https://a.example/i.png", model="wan2.6-flash")
    studio.submit(request)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "refused")
    assert "takes no seed" in studio._cards[0]["facts"]

    say(studio, kind="again", key=studio._cards[0]["key"], turn=0, way="plain")

    until(lambda: len(studio._cards) == 2)
    assert [step.request for step in studio._present_steps()] == [request, request]


def test_a_request_from_memory_goes_back_into_the_form_as_a_file(studio, monkeypatch, tmp_path):
    scripted(monkeypatch, {})
    image = Image.new("RGB", (300, 300), "red")
    studio.submit(ww.ImageToVideo(image=image, prompt="It moves"))
    until(lambda: studio._cards)
    assert studio._cards[0]["can_edit"] is True

    say(studio, kind="edit", key=studio._cards[0]["key"])

    assert studio.form.mode == "i2v"
    assert studio.form.image.startswith(str(tmp_path / "outputs" / "inputs"))


def test_a_card_goes_back_into_the_form_as_far_as_the_service_has_it(studio, monkeypatch, tmp_path):
    scripted(monkeypatch, {})
    (tmp_path / "r.mp4").write_bytes(b"x")
    references = [ww.VideoReference("https://a.example/9f3a"), str(tmp_path / "r.mp4")]
    studio._buy(ww.ReferenceToVideo(references=references, extra={"a": [1]}))
    until(lambda: studio._cards)

    say(studio, kind="edit", key=studio._cards[0]["key"])
    assert (studio.form.mode, studio.form.references, studio.form.extra) == ("r2v", references, {"a": [1]})
    studio.form.use(ww.AsyncClient("newapi", base_url="http://127.0.0.1:9", api_key="k"))
    say(studio, kind="edit", key=studio._cards[0]["key"])

    assert studio.form.mode == "t2v", "it has no references"
    assert {problem["field"] for problem in studio.form._problems} <= {"prompt"}


@pytest.mark.parametrize("folder", ["{}", "{}/elsewhere"])
def test_the_place_of_a_clip_at_the_server_is_told_with_its_poster(studio, simulator, tmp_path, folder):
    sent = []
    studio._clips._send = lambda content, buffers: sent.append((content, buffers))
    simulator.script(quick())
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "completed")
    key, path = studio._cards[0]["key"], studio.videos[0].path
    file = path.stat()
    place = {"path": "outputs/an-owl-1.mp4", "size": file.st_size, "modified": int(file.st_mtime)}

    say(studio, kind="places", keys=[key, "nobody", {}], folder=folder.format(tmp_path))
    until(lambda: sent)
    path.unlink()
    say(studio, kind="places", keys=[key], folder=folder.format(tmp_path))
    until(lambda: len(sent) == 2)

    here, gone = sent
    assert here[0] == {"kind": "place", "key": key, "place": place if folder == "{}" else None}
    assert [each[:2] for each in here[1]] == [b"\xff\xd8"]
    assert gone == ({"kind": "place", "key": key, "place": None}, [])


def test_the_place_that_is_waited_for_is_told_first(studio, simulator):
    """Each place comes with a poster, which takes its time; the others are for whoever scrolls on."""
    sent = []
    studio._clips._send = lambda content, buffers: sent.append(content["key"])
    for _ in range(2):
        simulator.script(quick())
        studio.submit(REQUEST)
    until(lambda: [each["phase"] for each in studio._cards] == ["completed"] * 2)
    newest, oldest = (each["key"] for each in studio._cards)

    say(studio, kind="places", keys=[newest, [], oldest, newest], folder="/")

    until(lambda: len(sent) == 2)
    assert sent == [newest, oldest]


def test_a_clip_that_is_not_on_the_screen_any_more_is_sent_no_further(studio, simulator, monkeypatch):
    sent = sent_in_small_chunks(studio, simulator, monkeypatch)
    say(studio, kind="fetch", key=studio._cards[0]["key"], wish="w1", poster=False)
    until(lambda: len(sent) == 16)

    say(studio, kind="enough", wish="w1")

    until(lambda: not studio._clips._windows)
    assert sent == ["chunk"] * 16
