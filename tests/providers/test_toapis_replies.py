"""What comes from ToAPIs: documented replies, older ones, and everything else."""

import json
from datetime import UTC, datetime

import pytest

from providers.answers import TOAPIS_ACCEPTED as ACCEPTED
from providers.answers import TOAPIS_COMPLETED as COMPLETED
from providers.answers import TOAPIS_URL as URL
from wan_widgets import (
    AuthenticationError,
    ContentRejected,
    HTTPStatusError,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    TaskStatus,
    UnexpectedReply,
    VideoTask,
    WanError,
)
from wan_widgets.providers import Reply, ToAPIs

TOAPIS = ToAPIs()


def reply(body, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


def read(body, status=200, **headers):
    return TOAPIS.decode_retrieve(reply(body, status, **headers))


def error(body, status=400, **headers):
    with pytest.raises(WanError) as caught:
        read(body, status, **headers)
    return caught.value


def test_an_accepted_submission_is_a_queued_task():
    assert TOAPIS.decode_submit(reply(ACCEPTED)) == VideoTask(
        id="video_01J9HA7JPQ9A0Z6JZ3V8M9W6PZ",
        status=TaskStatus.QUEUED,
        provider="toapis",
        model="wan2.6",
        progress=0,
        created_at=datetime(2026, 1, 14, 8, 43, 44, tzinfo=UTC),
    )


def test_a_completed_task_has_its_times_and_its_address_unchanged():
    task = read(COMPLETED)
    assert (task.status, task.progress, task.video_url) == (TaskStatus.COMPLETED, 100, URL)
    assert task.completed_at == datetime(2026, 1, 14, 8, 48, 24, tzinfo=UTC)
    assert (task.expires_at - task.completed_at).total_seconds() == 86_400


def test_a_failed_task_says_why():
    task = read(ACCEPTED | {"status": "failed", "error": {"code": "generation_failed", "message": "Failed: policy"}})
    assert task.status is TaskStatus.FAILED
    assert (task.error.code, str(task.error.message)) == ("generation_failed", "Failed: policy")


@pytest.mark.parametrize("reason", [None, {}, [], "", {"message": None}, {"message": ["x"]}])
def test_a_failure_without_a_reason_says_so(reason):
    assert str(read(ACCEPTED | {"status": "failed", "error": reason}).error.message) == "The service gave no reason."


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("queued submitted pending", TaskStatus.QUEUED),
        ("in_progress processing running", TaskStatus.IN_PROGRESS),
        ("completed succeeded success", TaskStatus.COMPLETED),
        ("failed failure", TaskStatus.FAILED),
        ("cancelled canceled", TaskStatus.CANCELLED),
    ],
)
def test_status_words_and_their_synonyms_are_known_in_any_case(words, status):
    for word in words.split():
        for spelling in (word, word.upper(), f" {word.title()} "):
            task = read(ACCEPTED | {"status": spelling})
            assert (task.status, task.note) == (status, None)


@pytest.mark.parametrize("word", ["paused", "meditating", "失败", "None"])
def test_an_unknown_word_is_no_end_and_is_noted(word):
    task = read(ACCEPTED | {"status": word})
    assert not task.is_terminal
    assert f"“{word}”" in str(task.note)


@pytest.mark.parametrize("word", [None, "", [], {}])
def test_a_missing_status_is_no_end_and_is_noted(word):
    task = read(ACCEPTED | {"status": word})
    assert not task.is_terminal
    assert str(task.note) == "ToAPIs reports no status."


@pytest.mark.parametrize(
    ("sent", "progress"),
    [
        (0, 0),
        (30, 30),
        (30.9, 30),
        ("30%", 30),
        (" 30 % ", 30),
        (100, 100),
        (101, 100),
        (-1, 0),
        (None, None),
        ("half", None),
        (True, None),
        ([], None),
        ({}, None),
        (1e999, None),
        ("nan", None),
    ],
)
def test_progress_is_a_percentage_or_unknown(sent, progress):
    assert read(ACCEPTED | {"progress": sent}).progress == progress


@pytest.mark.parametrize("sent", [None, "", "soon", [], {}, True, -1, 1e308, 1e999, "nan", "-inf", 253402300799])
def test_a_time_that_is_none_is_left_out(sent):
    task = read(COMPLETED | {"created_at": sent, "completed_at": sent, "expires_at": sent})
    assert (task.created_at, task.completed_at, task.expires_at) == (None, None, None)


@pytest.mark.parametrize("sent", [1768380224, 1768380224.0, "1768380224"])
def test_a_time_may_be_a_number_or_its_text(sent):
    assert read(ACCEPTED | {"created_at": sent}).created_at == datetime(2026, 1, 14, 8, 43, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    "places",
    [
        {"url": URL},
        {"data": [{"url": URL}]},
        {"video_url": URL},
        {"result": {"data": []}, "url": URL},
        {"result": [], "video_url": URL},
        {"result": {"data": [{"url": ""}]}, "video_url": URL},
        {"result": {"data": [{"url": "file:///etc/passwd"}]}, "url": URL},
    ],
)
def test_the_clips_address_is_found_where_older_pages_put_it(places):
    task = read({name: value for name, value in COMPLETED.items() if name != "result"} | places)
    assert task.video_url == URL


@pytest.mark.parametrize("url", [None, "", 5, [], {"url": URL}, "file:///etc/passwd", "//files/x.mp4", "javascript:x"])
def test_an_address_that_cannot_be_fetched_is_none(url):
    assert read(COMPLETED | {"result": {"data": [{"url": url}]}}).video_url is None


@pytest.mark.parametrize(
    "body",
    [
        {"task_id": "tsk_1", "status": "queued"},
        {"code": 200, "data": [{"status": "submitted", "task_id": "tsk_1"}]},
        {"code": 200, "data": [{"status": "queued", "id": "tsk_1"}]},
    ],
)
def test_older_create_replies_are_understood(body):
    task = TOAPIS.decode_submit(reply(body))
    assert (task.id, task.status) == ("tsk_1", TaskStatus.QUEUED)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "without a task id."),
        ({"id": ""}, "without a task id."),
        ({"id": None, "data": []}, "without a task id."),
        ({"success": False, "message": "Out of stock"}, "Out of stock"),
        ({"error": {"message": "Out of stock"}}, "Out of stock"),
        ({"error": "Out of stock"}, "Out of stock"),
        ([], "other JSON"),
        ("queued", "other JSON"),
        (b"", "an empty reply"),
        (b"\xff\xfe\x00", "text that is not JSON"),
        (b'{"id": "video_1"', "text that is not JSON"),
        (b"[" * 100_000, "text that is not JSON"),
        (b"<html><head><title>504 Gateway\n Time-out</title>", "a web page (“504 Gateway Time-out”)"),
        (b"\n<!DOCTYPE html><body>", "a web page"),
    ],
)
def test_a_success_that_is_not_the_protocols_is_named(body, said):
    caught = error(body, status=200)
    assert type(caught) is UnexpectedReply
    assert said in str(caught)


STATUSES = [
    (400, HTTPStatusError, "refused the request"),
    (401, AuthenticationError, "Check the key"),
    (402, PaymentRequired, "Top it up"),
    (403, AuthenticationError, "what the key may do"),
    (404, NotFound, "Tasks are forgotten"),
    (409, HTTPStatusError, "refused the request"),
    (422, ContentRejected, "Reword the prompt"),
    (429, RateLimited, "Wait a little"),
    (500, ServerError, "Try again later"),
    (503, ServerError, "Try again later"),
    (504, ServerError, "Try again later"),
]


@pytest.mark.parametrize(("status", "kind", "advice"), STATUSES)
def test_each_status_has_its_error_and_its_advice(status, kind, advice):
    caught = error({"error": {"code": "some_word", "message": "Because."}}, status)
    assert type(caught) is kind
    assert (caught.status_code, caught.code) == (status, "some_word")
    assert "Because" in str(caught)
    assert advice in str(caught)


def test_a_code_that_is_a_number_gives_way_to_the_type():
    caught = error({"error": {"code": 401, "message": "Bad key", "type": "authentication_error"}}, 401)
    assert caught.code == "authentication_error"


@pytest.mark.parametrize("body", [{"message": "Flat"}, {"error": "Flat"}, {"error": {"message": "Flat"}}])
def test_an_error_may_be_flat(body):
    assert "Flat" in str(error(body, 400))


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("7", None, 7.0),
        (" 0.5 ", None, 0.5),
        ("Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", None, None),
        ("Wed, 21 Oct 2026 07:28:30 GMT", "yesterday", None),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:00", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("soon", None, None),
        ("-5", None, None),
        ("1e999", None, None),
        ("", None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, date, seconds):
    headers = {"retry_after": value} | ({"date": date} if date else {})
    assert error({}, 429, **headers).retry_after == seconds
