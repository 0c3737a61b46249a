"""How long tasks took is in the ledger, and the next ones of their kind are asked about by it."""

import json
import time

import httpx
import pytest

from shared.network import FILE, START, TASK_ID, Clock, Service, task
from shared.orders import an_entry, followed, known, the_row
from wan_widgets import TextToVideo
from wan_widgets.ledger import durations
from wan_widgets.ledger.durations import durations_like
from wan_widgets.ledger.ledger import ledger
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.site import Site

pytestmark = pytest.mark.anyio
SITE = Site("toapis", "https://toapis.com")
REQUEST = TextToVideo(prompt="A kitten", resolution="720p", duration=5)


@pytest.fixture(autouse=True)
def _nothing_was_read():
    durations._read.clear()
    yield
    durations._read.clear()


def took(seconds, request=REQUEST, **fields):
    entry = an_entry(recipe=json.dumps(to_recipe(request)), took=seconds, state="completed", **fields)
    ledger().open(entry)


def test_tasks_of_the_same_kind_count_first():
    for number in range(6):
        took(100.0 + number)
        took(500.0 + number, TextToVideo(prompt="A dog", resolution="1080p", duration=15))
    assert sorted(durations_like(ledger(), SITE, REQUEST)) == [100.0 + number for number in range(6)]
    other_length = TextToVideo(prompt="A dog", resolution="720p", duration=10)
    assert max(durations_like(ledger(), SITE, other_length)) < 200, "the length counts less than the size"
    assert len(durations_like(ledger(), SITE, TextToVideo(prompt="x", model="wan9"))) == 12


def test_few_tasks_say_nothing_and_other_sites_neither():
    for number in range(4):
        took(100.0 + number)
    for _ in range(9):
        took(7.0, base_url="https://elsewhere.example")
        took(8.0, provider="uniall")
    assert durations_like(ledger(), SITE, REQUEST) == ()


def test_without_a_ledger_there_are_none_and_none_is_made():
    assert durations_like(ledger(), SITE, None) == ()
    assert not ledger().path.exists()


def test_what_another_program_wrote_does_no_harm():
    for number in range(9):
        took(100.0 + number)
    ledger().note("ww-x", {}, an_entry(id="ww-x", recipe="[]", took=5.0))
    ledger().note("ww-y", {}, an_entry(id="ww-y", recipe="{", took=5.0))
    assert len(durations_like(ledger(), SITE, REQUEST)) == 9


async def test_what_a_task_took_is_noted_at_its_end(clip, outputs, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: START)  # the moment of the order
    known(created_at=START)
    clock = Clock()

    def answer(request):
        if str(request.url) == FILE:
            return httpx.Response(200, content=clip)
        return task("completed" if clock.now - START >= 90 else "in_progress")

    await followed(Service(answer).client(clock))
    assert the_row()["took"] == pytest.approx(90, rel=0.1)


def test_those_that_other_processes_follow_are_counted():
    for number, poller in enumerate(["a:1:2:x", "a:1:2:y", "b:1:2:z", "a:11:2:z", None]):
        ledger().open(an_entry(poller=poller, lease_until=time.time() + 60, task_id=f"{TASK_ID}-{number}"))
    ledger().open(an_entry(poller="b:1:2:z", lease_until=time.time() - 1))
    ledger().open(an_entry(poller="b:1:2:z", lease_until=time.time() + 60, base_url="https://elsewhere.example"))
    assert ledger().followed_elsewhere(SITE.base_url, "a:1:2") == 2
