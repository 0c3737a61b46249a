"""What comes from a New API gateway: the replies of its builds, old and new, and everything else."""

from datetime import UTC, datetime

import pytest

from providers.answers import (
    NEWAPI_FLAT as FLAT,
)
from providers.answers import (
    NEWAPI_OBJECT as OBJECT,
)
from providers.answers import (
    NEWAPI_TASK as TASK,
)
from providers.answers import (
    newapi_envelope as envelope,
)
from providers.shapes import URL, refusal, reply
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
)
from wan_widgets.providers import NewAPI

NEWAPI = NewAPI()
BOTH = pytest.mark.parametrize("provider", [NEWAPI, NewAPI(style="videos")], ids=lambda provider: provider.style)
CREATED = datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
ENDED = datetime(2026, 9, 21, 14, 16, 40, tzinfo=UTC)
HANDED_OUT = "/v1/videos/task_a1/content"


def read(body):
    return NEWAPI.decode_retrieve(reply(body))


@BOTH
def test_a_submission_is_answered_with_openais_object(provider):
    assert provider.decode_submit(reply(OBJECT)) == VideoTask(
        id="task_a1",
        status=TaskStatus.QUEUED,
        provider="newapi",
        model="wan2.6-i2v",
        progress=0,
        created_at=CREATED,
    )


@pytest.mark.parametrize("shape", [{"id": "task_a1"}, {"task_id": "task_a1", "status": "queued"}, OBJECT])
def test_older_create_replies_are_understood(shape):
    task = NEWAPI.decode_submit(reply(shape))
    assert (task.id, task.status, task.note) == ("task_a1", TaskStatus.QUEUED, None)


@BOTH
def test_the_envelope_is_opened(provider):
    """The number of the gateway's row in its own table is no id to ask for."""
    assert provider.decode_retrieve(reply(envelope())) == VideoTask(
        id="task_a1",
        status=TaskStatus.COMPLETED,
        provider="newapi",
        progress=100,
        created_at=CREATED,
        completed_at=ENDED,
        video_url=URL,
    )


@BOTH
def test_openais_object_is_read_on_either_path(provider):
    finished = OBJECT | {
        "status": "completed",
        "progress": 100,
        "completed_at": 1790000200,
        "expires_at": 1790086400,
        "metadata": {"url": URL},
    }
    assert provider.decode_retrieve(reply(finished)) == VideoTask(
        id="task_a1",
        status=TaskStatus.COMPLETED,
        provider="newapi",
        model="wan2.6-i2v",
        progress=100,
        created_at=CREATED,
        completed_at=ENDED,
        expires_at=datetime(2026, 9, 22, 14, 13, 20, tzinfo=UTC),
        video_url=URL,
    )


@BOTH
def test_the_flat_object_of_the_public_pages_is_read(provider):
    assert provider.decode_retrieve(reply(FLAT)) == VideoTask(
        id="task_a1", status=TaskStatus.COMPLETED, provider="newapi", video_url=URL
    )
    failed = {"task_id": "task_a1", "status": "failed", "error": {"code": 1003, "message": "Too dark"}}
    task = provider.decode_retrieve(reply(failed))
    assert (task.status, task.error.code, str(task.error.message)) == (TaskStatus.FAILED, "1003", "Too dark")


@pytest.mark.parametrize(
    ("word", "percents", "status"),
    [
        ("NOT_START", "0%", TaskStatus.QUEUED),
        ("SUBMITTED", "10%", TaskStatus.QUEUED),
        ("QUEUED", "20%", TaskStatus.QUEUED),
        ("IN_PROGRESS", "30%", TaskStatus.IN_PROGRESS),
    ],
)
def test_the_gateways_own_words_and_percents_are_known(word, percents, status):
    task = read(envelope(status=word, progress=percents, result_url=None, finish_time=0, data=None))
    assert (task.status, task.progress, task.note) == (status, int(percents[:-1]), None)
    assert (task.video_url, task.completed_at) == (None, None)


@pytest.mark.parametrize(
    "shape", [OBJECT | {"status": "unknown"}, envelope(status="UNKNOWN", result_url=None, data=None)]
)
def test_an_unknown_word_is_no_end_and_is_noted(shape):
    task = read(shape)
    assert (task.status, task.is_terminal, task.video_url) == (TaskStatus.IN_PROGRESS, False, None)
    assert "a status that is not known here" in str(task.note)


def test_the_time_of_the_last_change_is_not_that_of_the_end():
    running = OBJECT | {"status": "in_progress", "completed_at": 1790000100, "metadata": {"url": ""}}
    task = read(running)
    assert (task.completed_at, task.video_url, task.note) == (None, None, None)


def test_old_builds_hide_the_address_in_the_reason_for_failure():
    """Quirk 17."""
    old = {name: value for name, value in TASK.items() if name not in ("result_url", "data")}
    task = read({"code": "success", "message": "", "data": old | {"fail_reason": URL}})
    assert (task.status, task.video_url, task.error) == (TaskStatus.COMPLETED, URL, None)


@pytest.mark.parametrize(
    ("shape", "url"),
    [
        (envelope(), URL),
        (envelope(result_url=""), "https://other.example.com/x.mp4"),
        (envelope(result_url="", data=None), HANDED_OUT),
        (envelope(result_url="file:///etc/passwd", data=None), HANDED_OUT),
        (envelope(result_url=f"http://localhost:3000{HANDED_OUT}"), HANDED_OUT),
        (OBJECT | {"status": "completed"}, HANDED_OUT),
        (OBJECT | {"status": "completed", "metadata": {"url": ""}}, HANDED_OUT),
        (OBJECT | {"status": "completed", "id": "a/b", "task_id": "a/b"}, "/v1/videos/a%2Fb/content"),
    ],
)
def test_a_clip_without_an_address_is_handed_out_by_the_gateway(shape, url):
    """Quirks 17 and 18; an operator who never set the gateway's address has it at localhost."""
    assert read(shape).video_url == url


FAILED = OBJECT | {"status": "failed"}
BEHIND = {"output": {"code": "X", "message": "y"}}


@pytest.mark.parametrize(
    ("shape", "message", "code"),
    [
        (FAILED | {"error": {"message": "Too dark", "code": "InvalidParameter"}}, "Too dark", "InvalidParameter"),
        (FAILED, "The service gave no reason.", None),
        (envelope(status="FAILURE", fail_reason="Too dark", data=None), "Too dark", None),
        (envelope(status="FAILURE", fail_reason="Too dark", data=BEHIND), "Too dark", "X"),
        (envelope(status="FAILURE", fail_reason="", data=BEHIND), "y", "X"),
    ],
)
def test_a_failed_task_says_why(shape, message, code):
    task = read(shape)
    assert (task.status, str(task.error.message), task.error.code) == (TaskStatus.FAILED, message, code)
    assert task.video_url is None


def flat(code, message="M"):
    return {"code": code, "message": message, "data": None}


def layered(code, message="M", kind="new_api_error"):
    return {"error": {"message": message, "type": kind, "code": code}}


ERRORS = [
    (400, flat("invalid_request"), HTTPStatusError, "invalid_request", "found a field of the order not valid"),
    (400, flat("invalid_size"), HTTPStatusError, "invalid_size", "found a field of the order not valid"),
    (400, flat("task_not_exist"), NotFound, "task_not_exist", "does not know that task"),  # quirk 15
    (403, flat("insufficient_user_quota"), PaymentRequired, "insufficient_user_quota", "Top it up"),
    (403, layered("insufficient_user_quota"), PaymentRequired, "insufficient_user_quota", "Top it up"),
    (403, layered("pre_consume_token_quota_failed"), PaymentRequired, "pre_consume_token_quota_failed", "Top it up"),
    (401, layered(""), AuthenticationError, "new_api_error", "Check the key"),
    (403, layered(None), AuthenticationError, "new_api_error", "what the key may do"),
    (404, layered(None, kind="invalid_request_error"), NotFound, "invalid_request_error", "does not know"),
    (429, flat("fail_to_fetch_task"), RateLimited, "fail_to_fetch_task", "Wait a little"),
    (500, flat("do_request_failed"), ServerError, "do_request_failed", "Try again later"),
    (503, layered("model_not_found"), ServerError, "model_not_found", "Ask its operator which models"),
    (502, b"<html><title>M</title></html>", ServerError, None, "a web page"),
    (500, b"", ServerError, None, "is in trouble"),
]


@pytest.mark.parametrize(("status", "shape", "kind", "code", "advice"), ERRORS)
def test_the_errors_of_both_layers_are_told_apart(status, shape, kind, code, advice):
    """Quirk 16."""
    error = refusal(NEWAPI, shape, status)
    assert (type(error), error.status_code, error.code) == (kind, status, code)
    assert advice in str(error.message)
    assert not shape or "M" in str(error.message)


PASSED_ON = [
    (400, '{"code":"DataInspectionFailed","message":"M","request_id":"r"}', ContentRejected, "DataInspectionFailed"),
    (400, '{"code":"InvalidParameter","message":"M"}', HTTPStatusError, "InvalidParameter"),
    (400, '{"error":{"code":"bad","message":"M"}}', HTTPStatusError, "bad"),
    (401, '{"code":"InvalidApiKey","message":"M"}', HTTPStatusError, "InvalidApiKey"),
    (403, "M", HTTPStatusError, "fail_to_fetch_task"),
    (403, '{"message":"M"}', HTTPStatusError, "fail_to_fetch_task"),
]


@pytest.mark.parametrize(("status", "message", "kind", "code"), PASSED_ON)
def test_the_service_behind_is_quoted_without_its_braces(status, message, kind, code):
    """A key that the service behind does not accept is the operator's, not the user's."""
    error = refusal(NEWAPI, flat("fail_to_fetch_task", message), status)
    assert (type(error), error.code) == (kind, code)
    assert ": M." in str(error.message)
    assert "{" not in str(error.message)
    assert ("operator" in str(error.message)) == (status in (401, 403))


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        ("DataInspectionFailed: Not that", ContentRejected, "DataInspectionFailed"),
        ("Throttling.RateQuota: Not that", HTTPStatusError, "Throttling.RateQuota"),
        ("Not that", HTTPStatusError, "ali_api_error"),
    ],
)
def test_a_refusal_that_comes_with_http_200_is_one(message, kind, code):
    """Quirk 15."""
    error = refusal(NEWAPI, flat("ali_api_error", message), 200)
    assert (type(error), error.status_code, error.code) == (kind, 200, code)
    assert "Not that" in str(error.message)


@pytest.mark.parametrize("shape", [{}, {"code": "success", "message": "", "data": None}, {"id": ""}, {"data": [[]]}])
def test_a_reply_without_an_id_says_so(shape):
    """The second is what the gateway writes in place of an empty reply."""
    error = refusal(NEWAPI, shape, 200)
    assert type(error) is UnexpectedReply
    assert str(error) == "New API sent a reply without a task id."


def test_the_request_id_is_kept_for_the_operator():
    assert refusal(NEWAPI, flat("invalid_request"), 400, x_oneapi_request_id="req-1").request_id == "req-1"
