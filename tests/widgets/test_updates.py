"""What the browser is told of the cards: what differs, seldom, and nothing where nothing changed."""

import asyncio
import json

import httpx
import pytest

import wan_widgets as ww
from wan_widgets.generation import worker
from wan_widgets.generation.step import Step
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.widgets.updates import Updates, differences

REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


def on_worker(function, *args):
    async def call():
        return function(*args)

    return worker.submit(call()).result(timeout=60)


def task(number, progress=0):
    return VideoTask(id=f"t{number}", provider="toapis", status=TaskStatus.IN_PROGRESS, progress=progress)


@pytest.fixture
def studio():
    transport = httpx.MockTransport(lambda request: httpx.Response(401))
    studio = ww.Studio(ww.AsyncClient("toapis", api_key="k", transport=transport))
    studio._taking_up.result(timeout=60)
    studio._heard = []
    studio.send = lambda content, buffers=None: studio._heard.append(content)
    return studio


@pytest.fixture
def jobs(studio):
    """Three hundred tasks that run."""
    steps = [Step(request=REQUEST, order=f"ww-{number}", task=task(number)) for number in range(300)]
    jobs = [studio._job(studio._client, None, step) for step in steps]

    def show():
        studio._jobs.update((job.key, job) for job in jobs)
        studio._show_all()
        studio._updates.flush()

    on_worker(show)
    return jobs


def advance(studio, job, progress):
    def change():
        job._take(Step(request=REQUEST, order=job.step.order, task=task(0, progress)))
        studio._updates.flush()

    on_worker(change)


def test_a_per_cent_of_one_task_sends_that_per_cent(studio, jobs):
    advance(studio, jobs[7], 41)

    whole, change = studio._heard
    assert len(whole["cards"]) == 300
    assert change["cards"] == [{"key": jobs[7].key, "progress": 41, "task_id": "t0"}]
    advance(studio, jobs[7], 42)
    assert studio._heard[-1]["cards"] == [{"key": jobs[7].key, "progress": 42}]
    assert len(json.dumps(studio._heard[-1])) < 200
    assert [message["number"] for message in studio._heard] == [1, 2, 3]


def test_where_nothing_changed_nothing_is_sent(studio, jobs):
    advance(studio, jobs[7], 0)
    studio._heard.clear()

    advance(studio, jobs[7], 0)
    on_worker(studio._show_all)
    on_worker(studio._updates.flush)

    assert studio._heard == []


def test_the_state_that_a_new_view_gets_has_all_changes(studio, jobs):
    advance(studio, jobs[7], 41)

    state = studio.get_state()
    assert state["_number"] == 2
    assert [card["progress"] for card in state["_cards"] if card["key"] == jobs[7].key] == [41]
    sent = []
    studio.send_state = sent.extend
    on_worker(studio._act, {"kind": "cards"})
    assert sent == ["_cards", "_number"]


async def _many(count):
    shown = []
    updates = Updates(shown.append)
    for number in range(count):
        updates.note(f"k{number}")
        await asyncio.sleep(0)
    updates.flush()
    return shown


def test_many_changes_are_told_at_once_and_then_together(monkeypatch):
    monkeypatch.setattr("wan_widgets.widgets.updates._PAUSE", 1000)

    first, rest = asyncio.run(_many(1000))

    assert "k0" in first
    assert first | rest == {f"k{number}" for number in range(1000)}


def test_a_new_card_is_told_whole_and_a_known_one_by_what_differs():
    shown = [{"key": "a", "phase": "queued", "upload": {"sent": 1}}]
    drawn = [{"key": "b", "phase": "queued"}, {"key": "a", "phase": "queued", "upload": {"sent": 2}}]

    assert differences(shown, drawn) == [{"key": "b", "phase": "queued"}, {"key": "a", "upload": {"sent": 2}}]
    assert differences(drawn, drawn) == []


def test_what_any_button_changes_is_shown(studio, jobs):
    """A card is drawn anew only if its job is noted, so whatever changes a card has to note it."""
    jobs[7].error = ww.TaskFailed("The owl flew away.", jobs[7].step.task)
    on_worker(studio._again, jobs[7], REQUEST, {"turn": 0, "way": "plain"})
    on_worker(studio._updates.flush)

    parts = [part for message in studio._heard for part in message["cards"]]
    assert [part.get("turn") for part in parts if part["key"] == jobs[7].key][-1] == 1
