"""Waiting in a cell or a script: the task is the service's, only the waiting is ours."""

import asyncio
import io
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest

import wan_widgets as ww
from files.test_files import picture
from shared.network import TASK_ID, Clock, Service, error, task
from wan_widgets.console.blocking import route
from wan_widgets.console.statusline import StatusLine, describe
from wan_widgets.generation import worker
from wan_widgets.generation.step import Step
from wan_widgets.words import say

IMAGE, CLIP = "https://example.com/cat.jpg", "https://example.com/cat.mp4"


@pytest.fixture
def bought(clip, clock):
    """A service that sells one clip, quickly."""
    return Service(task(), task("completed"), httpx.Response(200, content=clip))


def test_a_prompt_becomes_a_clip(bought, clock, outputs, capsys):
    video = ww.generate("A kitten runs", resolution="720p", seed=7, provider=bought.client(clock))
    assert video.path.name == "a-kitten-runs-7.mp4"
    assert (video.width, video.path.parent) == (64, outputs)
    assert bought.methods == ["POST", "GET", "GET"]


def test_a_clip_that_is_used_again_says_that_it_was_not_ordered_again(bought, clock, outputs, capsys):
    for _ in range(2):
        capsys.readouterr()
        ww.generate("A kitten runs", seed=7, provider=bought.client(clock))
    assert capsys.readouterr().out.endswith("a-kitten-runs-7.mp4 · ordered before, not ordered again\n")
    assert bought.methods.count("POST") == 1


def test_that_it_was_ordered_before_is_said_when_the_clip_is_there(capsys):
    """Until then it is not known, and the remaining time needs the place."""
    line = StatusLine(say("console.step.ordered_before"))
    line.show(step("in_progress", progress=40))
    assert capsys.readouterr().out == "0:00 · video_1 · in progress 40 %\n"


def test_a_clip_lands_where_one_says(bought, clock, tmp_path):
    video = ww.generate("A kitten", provider=bought.client(clock), path=tmp_path / "mine.mp4")
    assert video.path == tmp_path / "mine.mp4"


def test_the_simulator_answers_where_nothing_is_set_up(outputs):
    """For real: no key, no service, no driven clock."""
    with pytest.raises(ww.ContentRejected, match="Simulator"):
        ww.generate("REJECT this")


@pytest.mark.parametrize(
    ("given", "request_"),
    [
        ({}, ww.TextToVideo(prompt="It runs")),
        ({"image": IMAGE}, ww.ImageToVideo(prompt="It runs", image=IMAGE)),
        ({"references": [CLIP]}, ww.ReferenceToVideo(prompt="It runs", references=[CLIP])),
        ({"references": CLIP}, ww.ReferenceToVideo(prompt="It runs", references=[CLIP])),
        ({"aspect_ratio": "9:16", "duration": 10}, ww.TextToVideo(prompt="It runs", aspect_ratio="9:16", duration=10)),
    ],
)
def test_what_is_given_chooses_the_mode_as_the_service_does(given, request_):
    assert route("It runs", **given) == request_


def test_a_request_is_taken_as_it_is():
    request = ww.TextToVideo(prompt="It runs")
    assert route(request) is request
    for more in ({"image": IMAGE}, {"references": [CLIP]}, {"duration": 10}):
        with pytest.raises(TypeError, match="not both"):
            route(request, **more)


@pytest.mark.parametrize("references", [[CLIP], [], "", ()])
@pytest.mark.parametrize("image", [IMAGE, ""])
def test_an_image_and_references_exclude_each_other(bought, clock, image, references):
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.generate("x", image=image, references=references, provider=bought.client(clock))
    [problem] = caught.value.problems
    assert str(problem.remedy) == "Leave out image= or references=."
    assert bought.requests == []


@pytest.mark.parametrize(("name", "empty"), [("image", ""), ("references", []), ("references", "")])
def test_an_input_that_came_out_empty_does_not_buy_another_mode(bought, clock, name, empty):
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.generate("x", **{name: empty}, provider=bought.client(clock))
    assert caught.value.problems[0].field == name
    assert bought.requests == []


def test_what_the_service_refuses_is_refused_before_anything_is_sent(bought, clock):
    with pytest.raises(ww.InvalidRequest):
        ww.generate("x", audio=False, provider=bought.client(clock))
    assert bought.requests == []


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((error(402),), ww.PaymentRequired),
        ((task("failed", error={"message": "No"}),), ww.TaskFailed),
        ((task("completed"), error(403)), ww.DownloadError),
        ((httpx.ReadTimeout("slow"),), ww.Unconfirmed),
    ],
)
def test_errors_come_as_they_are(answers, kind, clock, outputs):
    with pytest.raises(kind):
        ww.generate("x", provider=Service(*answers).client(clock))


def test_a_task_is_waited_for_by_its_id_or_as_it_is(clip, clock, outputs, capsys):
    for handle in (
        TASK_ID,
        f" '{TASK_ID}'\n",
        ww.VideoTask(id=TASK_ID, status=ww.TaskStatus.QUEUED, provider="toapis"),
    ):
        service = Service(task("completed"), httpx.Response(200, content=clip))
        assert ww.wait(handle, provider=service.client(clock)).task_id == TASK_ID
        assert service.methods == ["GET", "GET"]
        assert "'" not in capsys.readouterr().out


@pytest.mark.parametrize("fresh", ["no", "", 1, None])
def test_to_buy_anew_is_said_with_a_plain_word(fresh, bought, clock):
    with pytest.raises(ww.InvalidRequest, match="fresh"):
        ww.generate("x", seed=7, provider=bought.client(clock), fresh=fresh)
    assert bought.requests == []


@pytest.mark.parametrize("embed", ["no", "", 1, None])
def test_whether_the_notebook_has_the_clip_is_said_with_a_plain_word(embed, bought, clock):
    with pytest.raises(ww.InvalidRequest, match="embed"):
        ww.generate("x", seed=7, provider=bought.client(clock), embed=embed)
    assert bought.requests == []


def test_a_clip_that_is_to_be_inside_the_notebook_is(outputs, bought, clock):
    video = ww.generate("x", seed=7, provider=bought.client(clock), embed=True)
    again = ww.generate("x", seed=7, provider=bought.client(clock))
    assert video.embed
    assert 'src="data:video/mp4;base64,' in video._repr_html_()
    assert "data:video" not in again._repr_html_()
    video.path.unlink()
    assert "This clip cannot be played here." in video._repr_html_()


def test_a_task_knows_which_service_to_ask(outputs):
    """Without a key there: it must not be looked for at the simulator."""
    with pytest.raises(ww.ConfigurationError, match="ToAPIs needs a key"):
        ww.wait(ww.VideoTask(id=TASK_ID, status=ww.TaskStatus.QUEUED, provider="toapis"))


def test_the_worker_does_not_wait_for_itself(bought, clock):
    async def inside():
        return ww.generate("x", provider=bought.client(clock))

    with pytest.raises(RuntimeError, match="await client"):
        worker.submit(inside()).result(timeout=60)
    assert bought.requests == []


def test_it_works_inside_a_running_loop_as_in_a_notebook(bought, clock, outputs):
    async def cell():
        return ww.generate("A kitten", provider=bought.client(clock))

    assert asyncio.run(cell()).task_id == TASK_ID


SCRIPT = """
import sys
from pathlib import Path
import wan_widgets as ww
from wan_widgets.simulator import Script, Simulator
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
simulator = Simulator()
simulator.script(Script(queued=1.0, running=0.2))
client = ww.AsyncClient("simulator", transport=simulator.transport())
try:
    ww.generate("A kitten", resolution="720p", seed=7, provider=client)
except KeyboardInterrupt:
    print("interrupted")
print(eval(input()).path.name)
print(len(list(Path(sys.argv[1]).glob('*.mp4'))))
"""


def test_an_interrupt_ends_the_waiting_and_not_the_task(tmp_path):
    """A real interrupt; then exactly what the message says is typed."""
    environ = os.environ | {"WAN_OUTPUTS": str(tmp_path / "out"), "WAN_SIMULATOR_DIR": str(tmp_path / "simulator")}
    command = [sys.executable, "-u", "-P", "-c", SCRIPT, str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        for line in process.stdout:
            if "queued" in line:
                break
        process.send_signal(signal.SIGINT)
        message = "".join(itertools.takewhile(lambda line: line != "interrupted\n", process.stdout))
        come_back = re.search(r"ww\.wait\('video_\w+'\)", message)[0]
        said, complaints = process.communicate(f"{come_back}\n", timeout=30)
    assert "The task goes on" in message
    assert "a-kitten-7.mp4" in said.splitlines()
    assert said.splitlines()[-1] == "1", "it was fetched once"
    assert complaints == ""
    assert process.returncode == 0


class Interrupting(io.StringIO):
    """An output at whose first word of a queued task the user presses the interrupt key."""

    def __init__(self):
        super().__init__()
        self.pressed = threading.Event()

    def write(self, text):
        if "queued" in text and not self.pressed.is_set():
            self.pressed.set()
            raise KeyboardInterrupt
        return super().write(text)


class Waiting(Clock):
    """Time that stands still until somebody has been interrupted."""

    def __init__(self, until):
        super().__init__()
        self._until = until

    async def sleep(self, seconds):
        assert await asyncio.to_thread(self._until.wait, 10)
        await super().sleep(seconds)


def test_what_failed_in_the_background_is_tried_again_when_it_is_waited_for_again(clip, tmp_path, monkeypatch):
    """A full disk can be emptied, and the clip is paid for."""
    space = []

    def files(request):
        if request.method == "POST":
            return task()
        if request.url.host == "toapis.com":
            return task("completed")
        return httpx.Response(200, content=clip) if space else error(403)

    output, service, path = Interrupting(), Service(files), tmp_path / "mine.mp4"
    monkeypatch.setattr(sys, "stdout", output)
    with pytest.raises(KeyboardInterrupt):
        ww.generate("A kitten", provider=service.client(Waiting(output.pressed)), path=path)
    message = output.getvalue()
    assert f"its clip will land in {path}" in message
    assert f"ww.wait('{TASK_ID}')" in message
    with pytest.raises(ww.DownloadError):
        ww.wait(TASK_ID, provider=service.client())
    space.append("enough")
    assert ww.wait(TASK_ID, provider=service.client()).path == path
    assert service.methods.count("POST") == 1


def test_where_a_task_was_ordered_is_in_the_ledger(clip, clock, outputs, monkeypatch):
    """Neither its id nor the message that tells it says the address."""
    monkeypatch.setattr("wan_widgets.console.blocking._left", {})  # as in another process
    service = Service(task(), task("completed"), httpx.Response(200, content=clip))
    asyncio.run(service.client(clock).submit(ww.TextToVideo(prompt="A kitten", seed=3)))

    with pytest.raises(ww.ConfigurationError, match="ToAPIs needs a key"):
        ww.wait(TASK_ID)
    monkeypatch.setattr("wan_widgets.console.blocking.client_for", lambda entry: service.client(clock))
    assert ww.wait(TASK_ID).path.name == "a-kitten-3.mp4"
    assert ww.wait(ww.tasks()[0].id).path.name == "a-kitten-3.mp4"
    assert service.methods == ["POST", "GET", "GET"]


def step(status, **fields):
    return Step(task=ww.VideoTask(id="video_1", status=ww.TaskStatus(status), provider="toapis", **fields))


@pytest.mark.parametrize("status", ww.TaskStatus)
def test_every_status_has_its_words(status):
    assert describe(step(status)).startswith("video_1 · ")
    assert describe(step("in_progress", progress=30)).endswith("in progress 30 %")
    assert describe(step("queued", note="Odd.")).endswith("queued · Odd.")
    assert describe(Step()) == "preparing", "nothing is sent before there is an order"
    assert describe(Step(order="ww-1")) == "sending"


def test_where_lines_stay_only_changes_are_written(capsys):
    line = StatusLine()
    for now in (Step(), Step(order="ww-1"), step("queued"), step("queued"), step("in_progress", progress=5)):
        line.show(now)
    line.close()
    assert capsys.readouterr().out.splitlines() == [
        "0:00 · preparing",
        "0:00 · sending",
        "0:00 · video_1 · queued",
        "0:00 · video_1 · in progress 5 %",
    ]


def test_the_remaining_time_is_shown_where_the_line_is_renewed_and_only_there(monkeypatch, capsys):
    end = time.time() + 120.4
    task = step("in_progress", progress=5, estimate=ww.Estimate(end - 20, end, end + 70))
    StatusLine().show(task)
    assert capsys.readouterr().out == "0:00 · video_1 · in progress 5 %\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    StatusLine().show(task)
    written = capsys.readouterr().out
    assert written.endswith("0:00 · video_1 · in progress 5 % · about 2 min left (1:40 to 3:10)")


def test_on_a_terminal_one_line_is_renewed_and_taken_away(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    line = StatusLine()
    line.show(step("queued"))
    line.show(step("queued", note="x" * 500))
    line.say("Bye.")
    written = capsys.readouterr().out
    assert written.endswith("\r\x1b[KBye.\n")
    shown = written.removesuffix("Bye.\n").split("\r\x1b[K")
    assert shown[1] == "0:00 · video_1 · queued"
    assert len(shown[2]) == 39, "a line that wraps could not be taken back"
    assert "\n" not in "".join(shown)


def test_on_a_terminal_the_last_line_can_stay_whole(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    line = StatusLine()
    line.show(step("queued"))
    line.keep()
    line.close()
    assert capsys.readouterr().out.split("\r\x1b[K")[1:] == ["0:00 · video_1 · qu", "0:00 · video_1 · queued\n"]


def test_on_a_terminal_chinese_letters_take_two_columns(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    StatusLine().show(step("queued", note="一只猫在雨夜的霓虹灯下的城市街道上奔跑"))
    assert capsys.readouterr().out == "\r\x1b[K0:00 · video_1 · queued · 一只猫在雨夜"


def test_what_delays_it_is_shown_to_who_waits(capsys):
    wait, taken = error(429, retry_after="400"), task("failed", error={"message": "No"})
    with pytest.raises(ww.TaskFailed):
        ww.generate(ww.TextToVideo(prompt="A kitten"), provider=Service(wait, taken).client(Slow()))
    assert "sending · " in (out := capsys.readouterr().out)
    assert "Nothing was bought; it is tried again in 400 s." in out


class Slow(Clock):
    """Long enough for a look."""

    async def sleep(self, seconds):
        await asyncio.sleep(0.5)
        await super().sleep(seconds)


def test_an_interrupt_before_anything_is_ordered_withdraws_it(monkeypatch, capsys, tmp_path):
    """While a file is being sent, or in the line of one's own tasks: nobody has bought anything yet."""
    sending, released = threading.Event(), threading.Event()

    def hold(request):
        sending.set()
        released.wait(60)
        return httpx.Response(200, json={"success": True, "data": {"url": "https://files.toapis.com/a.png"}})

    def press(_line, _step):
        if sending.is_set():
            threading.Timer(0.3, released.set).start()
            raise KeyboardInterrupt

    monkeypatch.setattr(StatusLine, "show", press)
    service = Service(hold, task())
    with pytest.raises(KeyboardInterrupt):
        ww.generate("It runs", image=picture(), resolution="720p", provider=service.client(Clock()))
    assert capsys.readouterr().out == "Stopped. Nothing was ordered.\n"
    time.sleep(0.2)
    assert len(service.requests) == 1, "the file, and no order"
    assert ww.tasks() == []


def test_an_interrupt_in_the_first_moment_orders_nothing(monkeypatch, capsys):
    """It may come when the work is handed over and nobody waits for it yet."""
    service, submit = Service(task()), worker.submit
    cut = []

    def submit_and_press(coroutine):
        future = submit(coroutine)
        if not cut:
            cut.append(future)
            raise KeyboardInterrupt
        return future

    monkeypatch.setattr(worker, "submit", submit_and_press)
    with pytest.raises(KeyboardInterrupt):
        ww.generate("It runs", resolution="720p", provider=service.client(Clock()))
    time.sleep(0.2)
    said = capsys.readouterr().out
    if service.requests:
        assert "ww.wait(" in said, "it was too late, and the way back is told"
    else:
        assert said == "Stopped. Nothing was ordered.\n"
        assert {entry.state for entry in ww.tasks()} <= {"refused"}


def test_a_name_that_no_request_has_is_answered_with_what_was_meant():
    for fields, hint in (
        ({"aspect": "9:16"}, "has no aspect=. Did you mean aspect_ratio=?"),
        ({"base_url": "http://127.0.0.1:1"}, "provider=ww.AsyncClient(…, base_url=…)"),
        ({"zzz": 1}, "There are: aspect_ratio, audio, duration"),
    ):
        with pytest.raises(TypeError, match=re.escape(hint)):
            ww.generate("A kitten", provider="newapi", **fields)


def test_an_interrupt_before_there_is_a_task_says_what_goes_on(monkeypatch, capsys):
    pressed = []

    def press(step):
        if step.order is not None and not pressed:
            pressed.append(step.order)
            raise KeyboardInterrupt

    monkeypatch.setattr(StatusLine, "show", lambda _, step: press(step))
    service = Service(error(429, retry_after="400"), task("failed", error={"message": "No"}))
    with pytest.raises(KeyboardInterrupt):
        ww.generate(ww.TextToVideo(prompt="A kitten"), provider=service.client(Slow()))
    said = capsys.readouterr().out
    assert "Stopped waiting. The order (sending" in said
    assert f"ww.wait({pressed[0]!r})" in said
    with pytest.raises(ww.TaskFailed):
        ww.wait(pressed[0])
    assert service.methods == ["POST", "POST"], "it went on, once"


def test_without_its_ledger_wait_asks_who_is_named_and_nobody_else(monkeypatch, tmp_path):
    monkeypatch.setenv("WAN_LEDGER", str(tmp_path))
    with pytest.raises(ww.LedgerError, match=r"cannot be read.*ww\.wait\('video_1', provider=…\) asks the service"):
        ww.wait("video_1")
    service = Service(task("failed", error={"message": "No"}))
    with pytest.raises(ww.TaskFailed):
        ww.wait("video_1", provider=service.client(Clock()))


def test_generate_names_every_fault_of_request_and_service():
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.generate("x" * 2000, resolution="480p", aspect_ratio="2:1", seed=-4, duration=7)

    fields = [problem.field for problem in caught.value.problems]
    assert sorted(fields) == ["aspect_ratio", "duration", "prompt", "resolution", "seed"]
