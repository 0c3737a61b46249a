"""Status words that no page of a service lists: common ones are read as what they say, for every service."""

import json

import pytest

from wan_widgets import TaskStatus
from wan_widgets.providers import PROVIDERS, Reply

ENDS = {
    TaskStatus.FAILED: [
        *(
            "expired",
            "rejected",
            "timeout",
            "timed out",
            "Timed-Out",
            "terminated",
            "aborted",
            "error",
            "ERROR",
            "refused",
        ),
        *("blocked", "killed", "invalid", "timedOut", "Content Moderated", "TASK_STATUS_FAILED", "JOB_STATE_EXPIRED"),
        *("declined", "crashed", "failed."),
    ],
    TaskStatus.COMPLETED: ["done", "finished", "ready", "Complete", "succeed", "TASK_STATUS_SUCCEED", "Successful"],
    TaskStatus.CANCELLED: ["deleted", "revoked", "stopped", "cancelledByUser", "removed"],
    TaskStatus.QUEUED: ["waiting", "created", "scheduled", "IN_QUEUE", "Preparing", "throttled", "WAIT"],
    TaskStatus.IN_PROGRESS: ["generating", "started", "rendering", "dreaming", "InProgress", "cancelling", "RUN"],
}
"""Among them are the words of other services that make videos."""
NAMES = [name for name, provider in PROVIDERS.items() if not provider.is_simulated]
URL = "https://files.example.com/a.mp4"


def reply(name, word, *, error=None, url=None):
    """A reply about a task, as this service writes it."""
    if name == "dashscope":
        output = {"task_id": "t1", "task_status": word, "video_url": url, **(error or {})}
        body = {"request_id": "r1", "output": {key: value for key, value in output.items() if value is not None}}
    else:
        body = {"id": "t1", "object": "video", "status": word, "url": url, "error": error}
        body = {key: value for key, value in body.items() if value is not None}
    return Reply(200, json.dumps(body).encode())


@pytest.mark.parametrize(("status", "word"), [(status, word) for status, words in ENDS.items() for word in words])
@pytest.mark.parametrize("name", NAMES)
def test_a_common_word_is_read_as_what_it_says(name, status, word):
    task = PROVIDERS[name].decode_retrieve(reply(name, word))
    assert task.status is status
    if status is TaskStatus.FAILED:
        assert f"“{word}”" in str(task.error.message)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_beside_an_unknown_word_is_a_failure(name):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error={"code": "dark", "message": "Too dark."}))
    assert (task.status, str(task.error.message), task.error.code) == (TaskStatus.FAILED, "Too dark.", "dark")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_beside_an_unknown_word_is_a_clip(name):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", url=URL))
    assert (task.status, task.video_url) == (TaskStatus.COMPLETED, URL)


NO_ERRORS = [
    None,
    {},
    {"code": None, "message": ""},
    {"message": None},
    {"code": 0, "message": ""},
    {"code": "0", "message": "ok"},
    {"code": "success", "message": ""},
    {"code": 200, "message": "Success"},
    {"code": "", "message": "None"},
    {"code": "false", "message": "null"},
]


@pytest.mark.parametrize("error", [False, 0, "", "none", "null", [], "Success"])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "dashscope"])
def test_what_is_no_error_where_an_error_is_expected_ends_nothing(name, error):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error=error))
    assert (task.status, task.error) == (TaskStatus.IN_PROGRESS, None)
    failed = PROVIDERS[name].decode_retrieve(reply(name, "failed", error=error))
    assert str(failed.error.message) == "The service gave no reason."


@pytest.mark.parametrize(
    "error", ["Too dark.", {"msg": "Too dark."}, {"detail": "Too dark.", "code": 7}, [{"message": "Too dark."}]]
)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "dashscope"])
def test_an_error_in_another_form_is_a_failure_too(name, error):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error=error))
    assert (task.status, str(task.error.message)) == (TaskStatus.FAILED, "Too dark.")


@pytest.mark.parametrize("error", NO_ERRORS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_beside_an_unknown_word_is_no_end_and_is_noted(name, error):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error=error))
    assert task.status is TaskStatus.IN_PROGRESS
    assert "“meditating”" in str(task.note)
