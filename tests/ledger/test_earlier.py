"""How long tasks took and how their progress went is in the ledger, and the next ones of their kind are asked by it."""

import json
import time

import httpx
import pytest

from shared.network import FILE, START, TASK_ID, Clock, Service, task
from shared.orders import an_entry, followed, known, the_row
from wan_widgets import TextToVideo
from wan_widgets.ledger import earlier
from wan_widgets.ledger.earlier import earlier_like
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.values import course_from
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.site import Site

pytestmark = pytest.mark.anyio
SITE = Site("toapis", "https://toapis.com")
REQUEST = TextToVideo(prompt="A kitten", resolution="720p", duration=5)


@pytest.fixture(autouse=True)
def _nothing_was_read():
    earlier._read.clear()
    yield
    earlier._read.clear()


def took(seconds, request=REQUEST, **fields):
    entry = an_entry(recipe=json.dumps(to_recipe(request)), took=seconds, state="completed", **fields)
    ledger().open(entry)


def test_tasks_of_the_same_kind_count_first():
    for number in range(6):
        took(100.0 + number)
        took(500.0 + number, TextToVideo(prompt="A dog", resolution="1080p", duration=15))
    assert sorted(earlier_like(ledger(), SITE, REQUEST).durations) == [100.0 + number for number in range(6)]
    other_length = TextToVideo(prompt="A dog", resolution="720p", duration=10)
    assert max(earlier_like(ledger(), SITE, other_length).durations) < 200, "the length counts less than the size"
    assert len(earlier_like(ledger(), SITE, TextToVideo(prompt="x", model="wan9")).durations) == 12


def test_few_tasks_say_nothing_and_other_sites_neither():
    for number in range(4):
        took(100.0 + number)
    for _ in range(9):
        took(7.0, base_url="https://elsewhere.example")
        took(8.0, provider="uniall")
    assert earlier_like(ledger(), SITE, REQUEST).durations == ()


def test_without_a_ledger_there_are_none_and_none_is_made():
    assert earlier_like(ledger(), SITE, None).durations == ()
    assert not ledger().path.exists()


def test_what_another_program_wrote_does_no_harm():
    for number in range(9):
        took(100.0 + number)
    ledger().note("ww-x", {}, an_entry(id="ww-x", recipe="[]", took=5.0))
    ledger().note("ww-y", {}, an_entry(id="ww-y", recipe="{", took=5.0))
    assert len(earlier_like(ledger(), SITE, REQUEST).durations) == 9


async def test_what_a_task_took_and_how_its_progress_went_is_noted_at_its_end(clip, outputs, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: START)  # the moment of the order
    known(created_at=START)
    clock = Clock()

    def answer(request):
        if str(request.url) == FILE:
            return httpx.Response(200, content=clip)
        age = clock.now - START
        return task("completed" if age >= 90 else "in_progress", progress=min(99, int(99 * age / 63)))

    await followed(Service(answer).client(clock))
    assert the_row()["took"] == pytest.approx(90, rel=0.1)
    course = course_from(the_row()["course"])
    assert 5 < len(course) <= 14
    assert course[-1] == (99, pytest.approx(0.7, abs=0.08))


def test_the_courses_of_tasks_of_the_same_kind_are_known():
    for number in range(6):
        took(100.0 + number, course="10 0.2 99 0.7" if number else None)
    found = earlier_like(ledger(), SITE, REQUEST)
    assert found.courses == (((10, 0.2), (99, 0.7)),) * 5
    assert len(found.durations) == 6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5 0.1 6",
        "a b",
        "5 nan",
        "5 inf",
        "5 0.5 4 0.6",
        "5 0.5 6 0.4",
        "5 0.5 5 0.6",
        "0 0.1",
        "101 0.1",
        b"5",
        7,
        None,
    ],
)
def test_a_course_that_another_program_wrote_does_no_harm(text):
    assert course_from(text) == ()


def test_those_that_other_processes_follow_are_counted():
    for number, poller in enumerate(["a:1:2:x", "a:1:2:y", "b:1:2:z", "a:11:2:z", None]):
        ledger().open(an_entry(poller=poller, lease_until=time.time() + 60, task_id=f"{TASK_ID}-{number}"))
    ledger().open(an_entry(poller="b:1:2:z", lease_until=time.time() - 1))
    ledger().open(an_entry(poller="b:1:2:z", lease_until=time.time() + 60, base_url="https://elsewhere.example"))
    assert ledger().followed_elsewhere(SITE.base_url, "a:1:2") == 2
