"""Services forget after a day: then an order has failed as expired, and not before."""

import time

import httpx
import pytest

from shared.network import KEY, TASK_ID, Clock, Service, error, task
from shared.orders import DAY, followed, known, the_row
from wan_widgets import (
    AsyncClient,
    AuthenticationError,
    DownloadError,
    HTTPStatusError,
    NotFound,
    TaskFailed,
    TaskStatus,
)
from wan_widgets.generation.following import follow
from wan_widgets.generation.resuming import resume
from wan_widgets.generation.step import last
from wan_widgets.ledger.ledger import ledger
from wan_widgets.words import loaded

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ((error(404),), "24 hours"),
        ((task("completed", completed_at=1, expires_at=2), error(403)), "24 hours"),
        ((task("completed", completed_at=1, expires_at=2), error(404)), "24 hours"),
    ],
    ids=["task", "address", "file"],
)
async def test_what_ran_out_has_failed_as_expired_and_says_so_each_time(answers, message, clock):
    known(created_at=time.time() - DAY - 60)
    for _ in range(2):
        with pytest.raises(TaskFailed, match=message) as caught:
            await followed(Service(*answers).client(clock))
        assert caught.value.task.error.code == "expired"
        assert "could not make" not in str(caught.value)
        row = the_row()
        assert (row["state"], row["error_code"], row["poller"]) == ("failed", "expired", None)
        assert "24 hours" in str(loaded(row["error_message"]))


async def test_what_is_not_found_before_its_time_is_over_has_not_failed(clock):
    """As a rule it is asked for with another key."""
    known(created_at=time.time() - DAY + 60)
    with pytest.raises(NotFound):
        await followed(Service(error(404)).client(clock))
    assert (the_row()["state"], the_row()["poller"]) == ("queued", None)


@pytest.mark.parametrize("status", [403, 404, 410])
@pytest.mark.parametrize("ends", [{"expires_at": 0}, {"completed_at": 1, "expires_at": 2}])
async def test_an_address_that_is_said_to_have_ended_is_asked_for_anew(status, ends, clock, clip, outputs):
    """The service's clock or this machine's may be wrong; the clip is paid for."""
    known(created_at=time.time() - 60)
    done = task("completed", **ends)
    service = Service(done, error(status), done, httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)
    assert the_row()["state"] == "completed"


async def test_where_it_stays_so_the_order_is_not_given_up_before_its_day_is_over(clock):
    known(created_at=time.time() - 3600)
    done = task("completed", completed_at=1, expires_at=2)
    with pytest.raises(DownloadError, match="can no longer be fetched"):
        await followed(Service(done, *[error(404), done] * 10).client(clock))
    assert (the_row()["state"], the_row()["error_code"]) == ("in_progress", None)


ODD = {
    "a portal": httpx.Response(302, headers={"location": "https://portal.example"}),
    "a page": httpx.Response(404, text="<html>"),
    "400": error(400),
    "409": error(409),
    "418": error(418),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_after_a_restart_one_odd_answer_ends_nothing(odd, clock, clip, outputs):
    entry = known(created_at=time.time() - 60)
    service = Service(odd, task("completed"), httpx.Response(200, content=clip))
    steps = [step async for step in resume(service.client(clock), entry)]
    assert "It is asked again." in str(steps[0].task.note)
    assert steps[-1].video.recipe.size == len(clip)


@pytest.mark.parametrize("code", ["Throttling", "SystemBusy", "InternalError"])
async def test_nor_does_a_word_that_comes_with_http_200(code, clock):
    entry = known(created_at=time.time() - 60, provider="dashscope", base_url="https://dashscope.aliyuncs.com")
    failed = {"output": {"task_id": TASK_ID, "task_status": "FAILED", "code": "X", "message": "No"}}
    busy = {"code": code, "message": "Oh", "request_id": "x"}
    service = Service(httpx.Response(200, json=busy), httpx.Response(200, json=failed))
    client = AsyncClient("dashscope", api_key=KEY, transport=service.transport, timing=clock.timing)
    with pytest.raises(TaskFailed, match="No"):
        [step async for step in resume(client, entry)]
    assert len(service.requests) == 2


@pytest.mark.parametrize("status", [400, 402, 410])
async def test_a_refusal_that_stays_is_believed(status, clock):
    entry = known(created_at=time.time() - 60)
    service = Service(error(status))
    with pytest.raises(HTTPStatusError) as caught:
        [step async for step in resume(service.client(clock), entry)]
    assert caught.value.status_code == status
    assert 5 < len(service.requests) < 10
    assert sum(clock.slept) > 60
    assert the_row()["state"] == "queued", "nobody said that it failed"


async def test_but_a_key_that_is_not_accepted_does_until_there_is_another(clock):
    entry = known(created_at=time.time() - 60)
    with pytest.raises(AuthenticationError):
        [step async for step in resume(Service(error(401)).client(clock), entry)]
    assert the_row()["state"] == "queued"


async def test_one_404_a_day_later_is_not_believed(clock, clip, outputs):
    known(created_at=time.time() - DAY - 60)
    service = Service(error(404), error(404), task("completed"), task("completed"), httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)
    assert the_row()["state"] == "completed"


async def test_several_over_a_minute_are(clock):
    known(created_at=time.time() - DAY - 60)
    with pytest.raises(TaskFailed, match="24 hours"):
        await followed(Service(error(404)).client(clock))
    assert sum(clock.slept) > 60


async def test_trouble_meanwhile_is_no_word_on_the_task(clock, clip, outputs):
    known(created_at=time.time() - DAY - 60)
    service = Service(error(404), error(502), task("completed"), httpx.Response(200, content=clip))
    assert (await followed(service.client(clock)))[-1].video.recipe.size == len(clip)


def forgotten():
    return httpx.Response(200, json={"output": {"task_id": TASK_ID, "task_status": "UNKNOWN"}})


def at_model_studio(*answers, clock=None):
    transport = Service(*answers).transport
    return AsyncClient("dashscope", api_key=KEY, transport=transport, timing=(clock or Clock()).timing)


async def test_model_studio_forgets_without_a_404_and_is_believed_only_when_it_is_time(clock):
    client = at_model_studio(forgotten())
    entry = known(provider="dashscope", base_url=client.base_url)
    with pytest.raises(NotFound, match="another key"):
        await followed(client)
    assert the_row()["state"] == "queued"
    ledger().note(entry.id, {"created_at": time.time() - DAY - 60})
    with pytest.raises(TaskFailed, match="24 hours"):
        await followed(client)
    assert (the_row()["state"], the_row()["error_code"]) == ("failed", "expired")


async def test_a_live_task_that_is_unknown_for_a_moment_goes_on(clock):
    running = httpx.Response(200, json={"output": {"task_id": TASK_ID, "task_status": "RUNNING"}})
    failed = httpx.Response(200, json={"output": {"task_id": TASK_ID, "task_status": "FAILED", "message": "x"}})
    client = at_model_studio(running, forgotten(), running, failed, clock=clock)
    states = [state async for state in client.watch(TASK_ID)]
    assert [state.status.value for state in states] == ["in_progress", "in_progress", "in_progress", "failed"]
    assert "asked again" in str(states[1].note)


async def test_a_machine_that_slept_for_a_day_over_it_learns_that_it_is_too_late(clock):
    entry = known(created_at=time.time() - DAY - 60)
    service = Service(task("in_progress"), error(404))
    client = service.client(clock)
    steps = follow(client, TASK_ID)
    assert (await anext(steps)).task.status is TaskStatus.IN_PROGRESS
    clock.now += DAY
    with pytest.raises(TaskFailed, match="24 hours"):
        await last(steps)
    assert ledger().entry(entry.id).error_code == "expired"
