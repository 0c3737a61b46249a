"""What comes from UniAll: documented replies, plausible ones, and everything else."""

from datetime import UTC, datetime

import pytest

from providers.answers import UNIALL_ACCEPTED as ACCEPTED
from providers.answers import UNIALL_COMPLETED as COMPLETED
from providers.shapes import URL, refusal, reply
from wan_widgets import (
    AuthenticationError,
    HTTPStatusError,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    TaskStatus,
    UnexpectedReply,
    VideoTask,
)
from wan_widgets.providers import UniAll

UNIALL = UniAll()


def test_the_pages_create_reply_is_a_task():
    assert UNIALL.decode_submit(reply(ACCEPTED)) == VideoTask(
        id="task_a1",
        status=TaskStatus.IN_PROGRESS,
        provider="uniall",
        model="wan2.6-video-1080p",
        progress=5,
        created_at=datetime(2026, 3, 20, 5, 21, 44, tzinfo=UTC),
    )


def test_the_pages_finished_task_is_a_task():
    assert UNIALL.decode_retrieve(reply(COMPLETED)) == VideoTask(
        id="task_a1",
        status=TaskStatus.COMPLETED,
        provider="uniall",
        model="wan2.6-video-1080p",
        progress=100,
        created_at=datetime(2026, 3, 20, 5, 21, 44, tzinfo=UTC),
        video_url=URL,
    )


@pytest.mark.parametrize(
    "shape",
    [
        {"id": "t"},
        {"task_id": "t", "status": "queued"},
        {"data": {"id": "t"}},
        {"code": "success", "message": "", "data": {"id": 17, "task_id": "t", "status": "SUBMITTED"}},
        {"code": 200, "data": [{"status": "submitted", "task_id": "t"}]},
        {"request_id": "r", "output": {"task_id": "t", "task_status": "PENDING"}},
    ],
)
def test_a_create_reply_is_understood_in_every_plausible_shape(shape):
    task = UNIALL.decode_submit(reply(shape))
    assert (task.id, task.status, task.note) == ("t", TaskStatus.QUEUED, None)


@pytest.mark.parametrize("shape", [{}, {"id": ""}, {"data": None}, {"data": []}, {"code": "success", "data": {}}])
def test_a_reply_without_an_id_says_so(shape):
    """The page of reference to video shows ``{}``."""
    error = refusal(UNIALL, shape, 200)
    assert type(error) is UnexpectedReply
    assert str(error) == "UniAll sent a reply without a task id."


@pytest.mark.parametrize(
    "places",
    [
        {"video_url": URL},
        {"result": {"video_url": URL}},
        {"result": {"outputs": [URL]}},
        {"result": {"outputs": [{"url": URL}]}},
        {"result": {"url": URL}},
        {"url": URL},
        {"metadata": {"url": URL}},
        {"video_url": "", "result": {"video_url": None, "outputs": []}, "url": URL},
        {"video_url": "file:///etc/passwd", "result": {"outputs": [URL]}},
    ],
)
def test_the_clips_address_is_found_and_kept_as_it_is(places):
    """Quirks 17 and 18."""
    assert UNIALL.decode_retrieve(reply({"id": "t", "status": "completed"} | places)).video_url == URL


def test_the_time_that_the_work_took_is_no_length():
    """Quirk 21: the sample of a sibling has 89, equal to its metadata's total_time."""
    sample = {
        "id": "gen_1",
        "status": "completed",
        "duration": 89,
        "metadata": {"total_time": 89.55},
        "video_url": URL,
        "thumbnail_url": None,
        "progress": 100,
    }
    assert UNIALL.decode_retrieve(reply(sample)) == VideoTask(
        id="gen_1", status=TaskStatus.COMPLETED, provider="uniall", progress=100, video_url=URL
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"error": {"message": "Rejected", "code": "x"}}, "Rejected"),
        ({"error": "Rejected"}, "Rejected"),
        ({"error": None, "fail_reason": "Rejected"}, "Rejected"),
        ({"error": None, "message": "Rejected"}, "Rejected"),
        ({"error": None}, "The service gave no reason."),
    ],
)
def test_a_failed_task_says_why(fields, message):
    task = UNIALL.decode_retrieve(reply(ACCEPTED | {"status": "failed"} | fields))
    assert (task.status, str(task.error.message)) == (TaskStatus.FAILED, message)


def test_an_unknown_word_is_no_end_and_is_noted():
    task = UNIALL.decode_retrieve(reply(ACCEPTED | {"status": "paused"}))
    assert (task.status, task.is_terminal) == (TaskStatus.IN_PROGRESS, False)
    assert str(task.note) == "UniAll reports “paused”, a status that is not known here."
    assert str(UNIALL.decode_retrieve(reply({"id": "t"})).note) == "UniAll reports no status."


ERRORS = [
    (401, {"error": {"message": "M", "type": "new_api_error", "code": ""}}, AuthenticationError, "new_api_error"),
    (403, {"error": {"message": "M", "code": "insufficient_user_quota"}}, PaymentRequired, "insufficient_user_quota"),
    (
        403,
        {"code": "insufficient_user_quota", "message": "M", "data": None},
        PaymentRequired,
        "insufficient_user_quota",
    ),
    (400, {"code": "invalid_request", "message": "M", "data": None}, HTTPStatusError, "invalid_request"),
    (400, {"code": "task_not_exist", "message": "M", "data": None}, NotFound, "task_not_exist"),
    (404, {"error": "M"}, NotFound, None),
    (429, {"message": "M"}, RateLimited, None),
    (502, b"<html><title>M</title></html>", ServerError, None),
    (200, {"error": {"message": "M", "code": "sold_out"}}, HTTPStatusError, "sold_out"),
]


@pytest.mark.parametrize(("status", "shape", "kind", "code"), ERRORS)
def test_errors_of_either_layer_are_told_apart(status, shape, kind, code):
    """Quirk 16; nothing of UniAll's own errors is documented."""
    error = refusal(UNIALL, shape, status)
    assert (type(error), error.status_code, error.code) == (kind, status, code)
    assert "M" in str(error.message)
