"""What comes from Model Studio: every documented reply, and every code that means more than its status."""

import json
from datetime import UTC, datetime

import pytest

from providers.answers import (
    DASHSCOPE_ACCEPTED as ACCEPTED,
)
from providers.answers import (
    DASHSCOPE_ID as ID,
)
from providers.answers import (
    DASHSCOPE_OUTPUT as OUTPUT,
)
from providers.answers import (
    DASHSCOPE_URL as URL,
)
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
from wan_widgets.providers import DashScope, Reply

DASHSCOPE = DashScope()
NAME = "Alibaba Model Studio"
USAGES = {
    "2.6": {"duration": 10.0, "size": "1280*720", "input_video_duration": 5, "video_count": 1, "SR": 720},
    "2.6 i2v": {"duration": 10, "output_video_duration": 10, "video_count": 1, "SR": "720", "audio": True},
    "2.7": {"duration": 15, "input_video_duration": 5, "video_count": 1, "SR": 720, "ratio": "16:9"},
    "3.0": {"video_count": 1, "duration": 5.0, "input_video_duration": 0.0, "fps": 30, "SR": 720, "ratio": "16:9"},
    "none": None,
}


def reply(body, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


def read(body, status=200, **headers):
    return DASHSCOPE.decode_retrieve(reply(body, status, **headers))


def standing(**output):
    return read({"request_id": "a4de", "output": {"task_id": ID} | output})


def error(body, status=400, decode=DASHSCOPE.decode_submit, **headers):
    with pytest.raises(WanError) as caught:
        decode(reply(body, status, **headers))
    return caught.value


def test_an_accepted_order_is_a_queued_task():
    task = DASHSCOPE.decode_submit(reply(ACCEPTED))
    assert task == VideoTask(id=ID, status=TaskStatus.QUEUED, provider="dashscope")


@pytest.mark.parametrize("usage", USAGES.values(), ids=USAGES)
def test_a_finished_task_has_its_address_unchanged_and_its_end(usage):
    """Quirks 17 and 18; the times without a zone are left out, whatever zone they may be in."""
    task = read({"request_id": "caa6", "output": OUTPUT, "usage": usage})
    assert (task.status, task.video_url) == (TaskStatus.COMPLETED, URL)
    assert task.expires_at == datetime(2025, 11, 25, 3, 6, 40, tzinfo=UTC)
    assert (task.created_at, task.completed_at, task.progress, task.note) == (None, None, None, None)


@pytest.mark.parametrize(
    ("usage", "billed"),
    [
        *zip(USAGES.values(), [10.0, 10.0, 15.0, 5.0, None], strict=True),
        ({"video_duration": 5, "video_ratio": "832*480", "video_count": 1}, 5.0),  # up to 2.5
        ({"duration": "7.5"}, 7.5),
        ({"duration": "long", "video_duration": 5}, 5.0),
        *(({"duration": odd}, None) for odd in (0, -1, "", "inf", "nan", "1e999", None, True, [5], {}, 10**400)),
        ("10", None),
        ([{"duration": 5}], None),
    ],
)
def test_how_many_seconds_are_billed_is_read_from_whatever_type_of_number_it_is(usage, billed):
    """Quirk 21: of references it is what goes in and what comes out, together."""
    assert read({"request_id": "caa6", "output": OUTPUT, "usage": usage}).billed_seconds == billed


@pytest.mark.parametrize("word", ["PENDING", "RUNNING", "FAILED", "CANCELED", "UNKNOWN"])
def test_only_what_succeeded_is_billed(word):
    body = {"output": {"task_id": ID, "task_status": word}, "usage": {"duration": 5}}
    assert read(body).billed_seconds is None


@pytest.mark.parametrize(
    "url",
    [
        "https://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/xxx/video.mp4",
        "https://dashscope-a717.oss-accelerate.aliyuncs.com/xxx.mp4?xxxx",
        "https://x.aliyuncs.com/x.mp4?Expires=xxx",
        "https://x.aliyuncs.com/x.mp4?Expires=",
        "https://x.aliyuncs.com/x.mp4?Expires=1e999",
        "https://[x.aliyuncs.com/x.mp4?Expires=1764040000",
    ],
)
def test_an_address_that_does_not_tell_its_end_has_none(url):
    task = standing(task_status="SUCCEEDED", video_url=url)
    assert (task.video_url, task.expires_at) == (url, None)


@pytest.mark.parametrize(
    "output",
    [
        {"results": {"video_url": URL}},
        {"results": [{"url": URL}]},
        {"video_url": "", "results": {"video_url": URL}},
        {"video_url": ["x"], "results": [{"video_url": URL}]},
    ],
)
def test_other_video_models_put_the_address_elsewhere(output):
    assert standing(task_status="SUCCEEDED", **output).video_url == URL


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PENDING", TaskStatus.QUEUED),
        ("SUSPENDED", TaskStatus.QUEUED),
        ("RUNNING", TaskStatus.IN_PROGRESS),
        ("SUCCEEDED", TaskStatus.COMPLETED),
        ("FAILED", TaskStatus.FAILED),
        ("CANCELED", TaskStatus.CANCELLED),
    ],
)
def test_every_documented_word_is_known_in_any_case(word, status):
    for spelling in (word, word.lower(), f" {word.title()} "):
        task = standing(task_status=spelling)
        assert (task.status, task.note) == (status, None)


@pytest.mark.parametrize(("word", "note"), [("PAUSED", "“PAUSED”"), (None, "no status"), ([], "no status")])
def test_another_word_is_no_end_and_is_noted(word, note):
    task = standing(task_status=word)
    assert not task.is_terminal
    assert note in str(task.note)


def test_quirk_15_a_failure_comes_with_http_200_and_its_code():
    task = standing(task_status="FAILED", code="InvalidParameter", message="The size is not match")
    assert task.status is TaskStatus.FAILED
    assert (task.error.code, str(task.error.message)) == ("InvalidParameter", "The size is not match")


def test_a_failure_may_say_why_beside_the_output():
    body = {"output": {"task_id": ID, "task_status": "FAILED"}, "code": "InternalError", "message": "Oops"}
    assert read(body).error.code == "InternalError"


@pytest.mark.parametrize("reason", [{}, {"message": None}, {"message": ["x"], "code": {}}])
def test_a_failure_without_a_reason_says_so(reason):
    assert str(standing(task_status="FAILED", **reason).error.message) == "The service gave no reason."


@pytest.mark.parametrize("word", ["UNKNOWN", "unknown", " Unknown "])
def test_quirk_15_a_forgotten_task_comes_with_http_200_too(word):
    task = standing(task_status=word)
    assert (task.status, task.note, task.error.code) == (TaskStatus.FAILED, None, "expired")
    assert str(task.error.message) == (
        f"{NAME} does not know this task. It forgets every task, and its clip, 24 hours after it was submitted."
    )


def test_a_cancellation_is_only_heard():
    assert DASHSCOPE.decode_cancel(reply({"request_id": "45ac"})) is None


def test_what_has_begun_cannot_be_called_off():
    said = "Failed to cancel the task, please confirm if the task is in PENDING status."
    body = {"code": "UnsupportedOperation", "message": said, "request_id": "45ac"}
    caught = error(body, 400, DASHSCOPE.decode_cancel)
    assert type(caught) is HTTPStatusError
    assert (caught.status_code, caught.code, caught.request_id) == (400, "UnsupportedOperation", "45ac")
    assert "calls off only tasks that still wait" in str(caught)
    assert "that is billed" in str(caught)


CODES = [
    (401, "InvalidApiKey", AuthenticationError, "a key works in its own region only"),
    (403, "AccessDenied", AuthenticationError, "what the key and its workspace may do"),
    (403, "Model.AccessDenied", AuthenticationError, "what the key and its workspace may do"),
    (403, "Workspace.AccessDenied", AuthenticationError, "what the key and its workspace may do"),
    (403, "AccessDenied.Unpurchased", AuthenticationError, "Activate it"),
    (403, "AllocationQuota.FreeTierOnly", PaymentRequired, "free quota is used up"),
    (400, "Arrearage", PaymentRequired, "Top it up"),
    (400, "DataInspectionFailed", ContentRejected, "will be rejected again"),
    (400, "IPInfringementSuspect", ContentRejected, "will be rejected again"),
    (400, "CustomRoleBlocked", ContentRejected, "will be rejected again"),
    (400, "InvalidParameter.DataInspection", HTTPStatusError, "opens for anyone"),
    (400, "InvalidURL.ConnectionRefused", HTTPStatusError, "opens for anyone"),
    (400, "BadRequest.InputDownloadFailed", HTTPStatusError, "opens for anyone"),
    (400, "InvalidFile.Duration", HTTPStatusError, "Check its format"),
    (400, "InvalidImage.Resolution", HTTPStatusError, "Check its format"),
    (400, "InvalidParameter", HTTPStatusError, "found a field of the order not valid"),
    (400, "BadRequest.TooLarge", HTTPStatusError, "found a field of the order not valid"),
    (404, "ModelNotFound", NotFound, "Check its name and the region"),
    (404, "WorkSpaceNotFound", NotFound, "Check its id and the region"),
    (404, "NotFound", NotFound, "does not know that task or address"),
    (429, "Throttling", RateLimited, "Wait a minute"),
    (429, "Throttling.RateQuota", RateLimited, "Wait a minute"),
    (429, "Throttling.AllocationQuota", RateLimited, "Wait a minute"),
    (500, "InternalError.Timeout", ServerError, "Try again later"),
    (500, "SystemError", ServerError, "Try again later"),
    (503, "ModelUnavailable", ServerError, "Try again later"),
    (500, "ModelServingError", ServerError, "Try again later"),
]


@pytest.mark.parametrize(("status", "code", "kind", "advice"), CODES)
def test_each_code_has_its_error_and_its_advice(status, code, kind, advice):
    caught = error({"code": code, "message": "Because.", "request_id": "7438d53d"}, status, retry_after="7")
    assert type(caught) is kind
    assert (caught.status_code, caught.code, caught.request_id, caught.retry_after) == (status, code, "7438d53d", 7.0)
    assert "Because" in str(caught)
    assert advice in str(caught)
    assert str(caught).startswith(NAME)


def test_an_error_may_have_no_words_but_its_code():
    assert str(error({"code": "Arrearage"}, 400)) == (
        f"{NAME} says that the account is overdue. Top it up, then generate again. A refused order is not charged."
    )


def test_an_error_may_come_with_http_200():
    caught = error({"code": "InvalidApiKey", "message": "No API-key provided.", "request_id": "7"}, 200)
    assert type(caught) is AuthenticationError
    assert (caught.status_code, caught.request_id) == (200, "7")


@pytest.mark.parametrize(
    ("body", "status", "kind", "said"),
    [
        (b"<html><title>502 Bad Gateway</title>", 502, ServerError, "a web page (“502 Bad Gateway”)"),
        ({"code": [], "message": {}}, 404, NotFound, "does not know"),
        ({}, 200, UnexpectedReply, "without a task id"),
        ({"output": []}, 200, UnexpectedReply, "without a task id"),
        ({"output": {"task_id": ""}, "code": ""}, 200, UnexpectedReply, "without a task id"),
    ],
)
def test_what_is_not_the_protocols_is_named(body, status, kind, said):
    caught = error(body, status)
    assert type(caught) is kind
    assert said in str(caught)
