"""Following tasks with the real client: how soon after its end a task is known to have ended, in the clock's time."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from pacing.simulated import Task, tasks
from shared.network import START, TASK_ID, Clock, Service, error
from shared.network import task as reply
from wan_widgets import TaskStatus
from wan_widgets.files import here
from wan_widgets.service.sharing import questions_of

pytestmark = pytest.mark.anyio


class Truth:
    """A service that works on one task, and knows when it really ended."""

    def __init__(self, task: Task, clock: Clock, failing: float = 0.0) -> None:
        self.task, self.clock, self.failing = task, clock, failing
        self.chance = random.Random(task.seconds)
        self.service = Service(self.answer)

    def answer(self, _request) -> httpx.Response:
        age = self.clock.now - START
        if self.chance.random() < self.failing:
            return error(503)
        if age >= self.task.seconds:
            return reply("completed")
        state = self.task.answer(age)
        return reply(str(state.status), progress=state.progress)


async def watched(task, failing=0.0, **more):
    clock = Clock()
    truth = Truth(task, clock, failing)
    states = [state async for state in truth.service.client(clock).watch(TASK_ID, known=True, since=START, **more)]
    assert states[-1].status is TaskStatus.COMPLETED
    return states, clock.now - START - task.seconds, len(truth.service.requests)


def middle(values):
    return sorted(values)[len(values) // 2]


@pytest.mark.parametrize(
    ("kind", "failing", "median"), [("exact", 0.0, 0.3), ("exact", 0.1, 0.5), ("absent", 0.0, 3.0)]
)
async def test_a_task_alone_is_known_to_have_ended_at_once(kind, failing, median):
    ends = [await watched(each, failing) for each in tasks(kind, 12)]
    assert middle([lag for _, lag, _ in ends]) <= median
    assert max(asked for _, _, asked in ends) < 90


async def test_a_quick_task_is_asked_about_a_few_times():
    ends = [await watched(each) for each in tasks("exact", 40, (2, 8))]
    assert middle([lag for _, lag, _ in ends]) <= 0.15
    assert sum(asked for _, _, asked in ends) / len(ends) <= 5.3


async def test_earlier_durations_say_when_to_ask_first():
    durations = [100.0 + number for number in range(20)]
    _, lag, _ = await watched(replace(tasks("absent", 1)[0], seconds=110.0), durations=durations)
    assert lag <= 2.0


async def test_after_some_tasks_an_even_and_wrong_progress_tells_the_end():
    ended = [(await watched(each))[0][-1] for each in tasks("misleading", 12, seed=3)]
    courses = [each.course for each in ended]
    lags = []
    for each in tasks("misleading", 12):
        states, lag, asked = await watched(each, courses=courses)
        ranges = [state.estimate for state in states if state.estimate]
        assert all(estimate.low <= START + each.seconds <= estimate.high for estimate in ranges)
        assert asked < 90
        lags.append(lag)
    assert middle(lags) <= 1.0


async def test_how_long_a_task_took_is_known_within_a_tenth():
    for each in tasks("exact", 10):
        states, _, _ = await watched(each)
        assert states[-1].took == pytest.approx(each.seconds, rel=0.1)


async def test_what_a_task_took_is_the_services_word_if_nobody_was_there(clock):
    clock.now = START + 50_000
    times = {"created_at": int(START), "completed_at": int(START) + 90}
    client = Service(reply("completed", **times)).client(clock)
    [state] = [state async for state in client.watch(TASK_ID, since=START)]
    assert state.took == 90.0
    assert state.completed_at == datetime.fromtimestamp(int(START) + 90, UTC)
    client = Service(reply("completed")).client(clock)
    assert [state.took async for state in client.watch(TASK_ID, since=START)] == [None]


async def test_clients_of_one_key_share_their_questions_and_others_do_not(clock):
    service = Service(reply())
    one, same, other = service.client(clock), service.client(clock), service.client(clock, api_key="another-key-0123")
    assert one.questions is same.questions
    shared = one.questions
    assert other.questions is not shared
    assert service.client(clock, base_url="https://elsewhere.example").questions is not shared
    assert questions_of(one._settings, one.timing) is shared


async def test_a_server_on_this_machine_has_no_limit_of_the_service(clock):
    there, here = (Service(reply()).client(clock, base_url=url) for url in ("https://toapis.com", "http://127.0.0.1:9"))
    assert there.questions.rate < 50
    assert here.questions.rate > 100


async def test_a_kernel_asks_no_service_so_often_that_its_user_notices(clock, monkeypatch):
    script = Service(reply()).client(clock).questions
    monkeypatch.setattr(here, "kernel_shell", object)
    urls = ("https://elsewhere.example", "http://127.0.0.1:9")
    there, simulated = (Service(reply()).client(clock, base_url=url).questions for url in urls)
    assert there.rate < script.rate / 2
    assert simulated.rate > script.rate
