"""What was ordered before: listed, taken up where it stands, and used again instead of bought again."""

import json
import os
import time

import httpx
import pytest

import wan_widgets as ww
from shared.network import KEY, TASK_ID, Clock, Service, error, task
from shared.orders import REQUEST, a_task, an_entry, known, on_disk, the_row
from wan_widgets import LedgerError, NotFound, TaskFailed, Unconfirmed, WanError
from wan_widgets.client import client_for
from wan_widgets.console.tasks import Tasks, tasks
from wan_widgets.files.disk import digest_of
from wan_widgets.generation.following import ELSEWHERE
from wan_widgets.generation.resuming import resume
from wan_widgets.ledger.ledger import ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def film(tmp_path, clip):
    """A clip that is here, as the ledger notes it."""
    return on_disk(tmp_path / "clip.mp4", clip)


async def resumed(client, entry, path=None):
    return [step async for step in resume(client, entry, path)]


async def test_a_task_that_was_left_running_is_taken_up_to_its_clip(clip, outputs, clock):
    entry = known(state="in_progress", video_url="https://files.example.com/ran-out.mp4")
    service = Service(task("in_progress"), task("completed"), httpx.Response(200, content=clip))
    steps = await resumed(service.client(clock), entry)
    assert service.methods == ["GET"] * 3
    assert steps[-1].video.path == outputs / "a-kitten-7.mp4"
    assert {step.order for step in steps} == {entry.id}
    assert {step.request for step in steps} == {REQUEST}
    assert (the_row()["state"], the_row()["sha256"]) == ("completed", digest_of(steps[-1].video.path))


async def test_a_clip_that_was_finished_meanwhile_is_fetched(clip, outputs, clock):
    entry = known()
    service = Service(task("completed"), httpx.Response(200, content=clip))
    assert (await resumed(service.client(clock), entry))[-1].video.recipe.size == len(clip)


async def test_a_clip_that_is_here_is_here(film, clock, tmp_path):
    entry = known(**film)
    service = Service(error(500))
    [step] = await resumed(service.client(clock), entry)
    assert str(step.video.path) == film["path"]
    assert (step.video.task_id, step.video.width) == (TASK_ID, 64)
    [step] = await resumed(service.client(clock), entry, tmp_path / "copy.mp4")
    assert step.video.path == tmp_path / "copy.mp4"
    assert service.requests == []


@pytest.mark.parametrize("fate", ["deleted", "replaced", "cut"])
async def test_a_clip_whose_file_is_gone_or_another_is_fetched_anew(film, fate, clip, outputs, clock, tmp_path):
    entry = known(**film)
    place = tmp_path / "clip.mp4"
    {
        "deleted": place.unlink,
        "replaced": lambda: place.write_bytes(clip[:-1] + b"x"),
        "cut": lambda: os.truncate(place, 50),
    }[fate]()
    service = Service(task("completed"), httpx.Response(200, content=clip))
    assert (await resumed(service.client(clock), entry))[-1].video.path == outputs / "a-kitten-7.mp4"
    assert the_row()["path"] == str(outputs / "a-kitten-7.mp4")


@pytest.mark.parametrize(
    ("state", "kind"), [("failed", TaskFailed), ("cancelled", ww.TaskCancelled), ("refused", WanError)]
)
async def test_what_ended_without_a_clip_says_so_again_and_nobody_is_asked(state, kind, clock):
    task_id = None if state == "refused" else TASK_ID
    entry = known(state=state, error_message="It was too dark.", task_id=task_id)
    service = Service(error(500))
    with pytest.raises(kind, match=r"dark|cancelled"):
        await resumed(service.client(clock), entry)
    assert service.requests == []
    assert the_row()["state"] == state


@pytest.mark.parametrize("state", ["sending", "unconfirmed"])
async def test_an_order_of_unknown_outcome_is_looked_for_and_its_clip_fetched(state, clip, outputs, clock):
    entry = known(state=state, task_id=None)
    service = Service(error(404), task("completed"), task("completed"), httpx.Response(200, content=clip))
    steps = await resumed(service.client(clock), entry)
    assert service.methods == ["GET"] * 4
    assert service.requests[0].url.path.endswith(entry.id)
    assert steps[-1].video.recipe.size == len(clip)
    assert (the_row()["state"], the_row()["task_id"]) == ("completed", TASK_ID)


@pytest.mark.parametrize("state", ["sending", "unconfirmed"])
async def test_one_that_cannot_be_found_is_kept_and_never_sent(state, clock):
    entry = known(state=state, task_id=None)
    service = Service(error(404))
    for _ in range(2):
        with pytest.raises(Unconfirmed) as caught:
            await resumed(service.client(clock), entry)
        assert caught.value.ledger_id == entry.id
    assert set(service.methods) == {"GET"}
    assert (the_row()["state"], the_row()["poller"]) == ("unconfirmed", None)


async def test_one_that_another_is_sending_is_left_to_that_until_it_has_come_to_something(clip, outputs):
    entry = known(state="sending", task_id=None, poller="elsewhere:1:1", lease_until=time.time() + 60)

    class Accepting(Clock):
        async def sleep(self, seconds):
            await super().sleep(seconds)
            if len(self.slept) == 2:
                ledger().note(entry.id, {"state": "queued", "task_id": TASK_ID, "poller": None, "lease_until": None})

    service = Service(task("completed"), httpx.Response(200, content=clip))
    steps = await resumed(service.client(Accepting()), entry)
    assert [(step.task, step.is_lookup, step.note) for step in steps[:2]] == [(None, True, ELSEWHERE)] * 2
    assert steps[-1].video.recipe.size == len(clip)
    assert service.methods == ["GET", "GET"], "nobody looked for it"


async def test_a_clip_that_is_here_is_copied_to_no_place_that_can_have_none(film, clock, tmp_path):
    entry = known(**film)
    for path in (tmp_path, tmp_path / ("x" * 300)):
        with pytest.raises(ww.ConfigurationError, match="cannot be saved as"):
            await resumed(Service(error(500)).client(clock), entry, path)


async def test_one_that_was_dismissed_in_error_is_found_when_it_is_asked_about(clip, outputs, clock):
    entry = known(state="unconfirmed", task_id=None)
    assert ledger().dismiss(entry.id)
    with pytest.raises(Unconfirmed, match="said here, not by the service"):
        await resumed(Service(error(404)).client(clock), entry)
    assert the_row()["state"] == "refused", "it takes more than not to be found"
    service = Service(task("completed"), task("completed"), httpx.Response(200, content=clip))
    assert (await resumed(service.client(clock), entry))[-1].video.recipe.size == len(clip)
    assert (the_row()["state"], the_row()["task_id"]) == ("completed", TASK_ID)


async def test_one_that_another_was_refused_meanwhile_is_said_to_be_refused(clock):
    entry = known(state="sending", task_id=None)
    ledger().note(entry.id, {"state": "refused", "error_message": "The account is empty."})
    with pytest.raises(WanError, match="account is empty"):
        await resumed(Service(error(500)).client(clock), entry)
    assert the_row()["state"] == "refused"


async def test_an_entry_that_is_out_of_date_is_read_anew(film, clock):
    stale = known()
    ledger().note(stale.id, film)
    [step] = await resumed(Service(error(500)).client(clock), stale)
    assert str(step.video.path) == film["path"]


HOSTILE = [
    "",
    "{",
    "null",
    "[]",
    "5",
    '"x"',
    "{}",
    '{"mode": "t2v"}',
    '{"mode": "t2v", "prompt": {"a": 1}}',
    "[" * 100_000,
]
HOSTILE += [
    '{"mode": "r2v", "references": {"kind": 1, "source": 2}}',
    '{"mode": "i2v", "image": {"file": []}}',
    "\udcff",
]
HOSTILE += [
    '{"mode": "t2v", "prompt": "x", "model": ["x"]}',
    b"\xff\xfe",
    5,
    1.5,
    '{"mode": "i2v", "image": {"file": "a\\u0000"}}',
]


@pytest.mark.parametrize("recipe", HOSTILE, ids=lambda each: ascii(each)[:40])
async def test_a_recipe_that_is_none_breaks_neither_the_list_nor_what_goes_on(recipe, clip, outputs, clock):
    running, lost = known(recipe=recipe), known(recipe=recipe, state="unconfirmed", task_id=None)
    assert len(tasks(everywhere=True)) == 2
    assert "<table>" in tasks(everywhere=True)._repr_html_()
    service = Service(task("completed"), httpx.Response(200, content=clip))
    assert (await resumed(service.client(clock), running))[-1].video.recipe.size == len(clip)
    with pytest.raises((Unconfirmed, NotFound)):
        await resumed(Service(error(404)).client(clock), lost)
    assert ledger().entry(lost.id).state == "unconfirmed"


@pytest.mark.parametrize(
    "fields",
    [
        *({"created_at": 1e300}, {"created_at": "soon"}, {"expires_at": float("inf")}, {"expires_at": "x"}),
        {"state": "napping"},
        {"per_second": "dear", "billed_seconds": "long"},
        {"path": "\0"},
        {"path": "x" * 9000},
        {"poller": ":²:"},
        {"poller": "elsewhere:1:1", "lease_until": "x"},
        {"size": "x"},
    ],
    ids=str,
)
async def test_whatever_else_stands_in_a_row_breaks_nothing_either(fields, clip, outputs, clock):
    entry = a_task(**fields)
    ledger().open(entry)
    assert "<table>" in tasks(everywhere=True)._repr_html_()
    service = Service(task("completed"), httpx.Response(200, content=clip))
    steps = await resumed(service.client(clock), ledger().entry(entry.id))
    assert steps[-1].video.recipe.size == len(clip)


def test_the_list_is_this_folders_or_all_and_newest_first(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for number, place in enumerate((str(tmp_path), "/elsewhere", str(tmp_path))):
        ledger().open(an_entry(id=f"{number}", place=place, created_at=float(number)))
    assert [entry.id for entry in tasks()] == ["2", "0"]
    assert [entry.id for entry in tasks(everywhere=True)] == ["2", "1", "0"]


def test_the_list_as_text_is_a_line_each():
    request = {"mode": "t2v", "prompt": "A kitten\nruns\x1b[2J", "model": "wan2.6", "seed": 0}
    entries = [a_task(recipe=json.dumps(request), task_id="video_1", state="queued"), an_entry(id="ww-2")]
    lines = repr(Tasks(entries)).split("\n")
    assert len(lines) == 2
    assert "· queued · A kitten runs" in lines[0]
    assert lines[0].endswith("· seed 0 · wan2.6 · toapis · video_1")
    assert lines[1].endswith("ww-2")
    assert "\x1b" not in lines[0]
    assert repr(Tasks()) == "No orders."


def test_the_list_as_a_table_shows_words_as_words():
    evil = "<script>alert(1)</script>&\"'"
    recipe = json.dumps({"mode": "t2v", "prompt": evil, "model": evil})
    entry = a_task(recipe=recipe, error_message=evil, task_id=evil, path=f"/{evil}", provider=evil, state=evil)
    html = Tasks([entry, an_entry(recipe=json.dumps({"mode": "t2v", "prompt": "x", "seed": 5}))])._repr_html_()
    assert "<th>seed</th>" in html
    assert "<td>5</td>" in html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5
    assert html.count("<tr>") == 3
    assert Tasks()._repr_html_().startswith("<table>")


def test_a_ledger_that_cannot_be_read_is_an_error_with_its_place(monkeypatch, tmp_path):
    for name in ("folder", "noise"):
        monkeypatch.setenv("WAN_LEDGER", str(tmp_path / name))
        (tmp_path / name).mkdir() if name == "folder" else (tmp_path / name).write_bytes(b"no database at all" * 99)
        with pytest.raises(LedgerError, match=name):
            tasks()


def test_a_client_is_made_for_the_service_that_was_ordered_from(monkeypatch):
    monkeypatch.setenv("WAN_API_KEY", KEY)
    assert client_for(an_entry()).base_url == "https://toapis.com"
    singapore = ww.AsyncClient("dashscope", api_key=KEY, region="singapore")
    entry = an_entry(provider="dashscope", base_url=singapore.base_url, region="singapore")
    assert (client_for(entry).base_url, client_for(entry).provider.region) == (singapore.base_url, "singapore")
    with pytest.raises(ww.ConfigurationError):
        client_for(an_entry(provider="unheard-of"))
    lan = ww.AsyncClient("toapis", api_key=KEY, base_url="http://10.0.0.5:8000", insecure_http=True)
    assert client_for(an_entry(base_url="http://10.0.0.5:8000"), lan).base_url == "http://10.0.0.5:8000"
    engine = an_entry(provider="openai-videos", base_url="http://127.0.0.1:30000")
    with pytest.raises(ww.ConfigurationError, match="no key is sent there"):
        client_for(engine)
    monkeypatch.delenv("WAN_API_KEY")
    assert client_for(engine).base_url == "http://127.0.0.1:30000"


@pytest.mark.parametrize(
    ("fields", "home"),
    [
        ({}, True),
        ({"base_url": "https://evil.example"}, False),
        ({"base_url": "https://toapis.com.evil.example"}, False),
        ({"base_url": "https://mine.example"}, True),
        ({"base_url": "http://127.0.0.1:8000"}, False),
        ({"base_url": "http://127.0.0.1.evil.example"}, False),
        ({"base_url": "", "provider": "unheard-of"}, False),
        ({"base_url": "http://[broken"}, False),
        ({"provider": "dashscope", "base_url": "https://dashscope-intl.aliyuncs.com"}, True),
        ({"provider": "dashscope", "base_url": "https://toapis.com"}, False),
    ],
)
def test_a_key_is_led_only_where_it_was_used_before(fields, home, monkeypatch):
    """A ledger may be shared; what others write into it must not lead a key to a place of their choice."""
    monkeypatch.setenv("WAN_PROVIDER", "toapis")
    monkeypatch.setenv("WAN_BASE_URL", "https://mine.example/")
    monkeypatch.setenv("WAN_API_KEY", KEY)
    entry = an_entry(**fields)
    if home:
        assert client_for(entry).base_url == entry.base_url
    else:
        with pytest.raises(ww.ConfigurationError):
            client_for(entry)


@pytest.mark.parametrize("given", ["https://gate.example", "https://gate.example/v1", "https://gate.example/v1/"])
def test_an_address_of_the_environment_is_trusted_with_its_prefix_and_without(given, monkeypatch):
    monkeypatch.setenv("WAN_PROVIDER", "newapi")
    monkeypatch.setenv("WAN_BASE_URL", given)
    monkeypatch.setenv("NEWAPI_API_KEY", KEY)
    client = ww.AsyncClient()
    entry = a_task(provider="newapi", base_url=client.base_url)
    assert client_for(entry).site == entry.site
