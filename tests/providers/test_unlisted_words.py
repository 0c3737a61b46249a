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
        *("blocked", "killed", "invalid"),
    ],
    TaskStatus.COMPLETED: ["done", "finished", "ready", "Complete"],
    TaskStatus.CANCELLED: ["deleted", "revoked", "stopped"],
    TaskStatus.QUEUED: ["waiting", "created", "scheduled"],
    TaskStatus.IN_PROGRESS: ["generating", "started", "rendering"],
}
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
        assert f"“{word}”" in task.error.message


@pytest.mark.parametrize("name", NAMES)
def test_an_error_beside_an_unknown_word_is_a_failure(name):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error={"code": "dark", "message": "Too dark."}))
    assert (task.status, task.error.message, task.error.code) == (TaskStatus.FAILED, "Too dark.", "dark")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_beside_an_unknown_word_is_a_clip(name):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", url=URL))
    assert (task.status, task.video_url) == (TaskStatus.COMPLETED, URL)


@pytest.mark.parametrize("error", [None, {}, {"code": None, "message": ""}, {"message": None}])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_beside_an_unknown_word_is_no_end_and_is_noted(name, error):
    task = PROVIDERS[name].decode_retrieve(reply(name, "meditating", error=error))
    assert task.status is TaskStatus.IN_PROGRESS
    assert "“meditating”" in task.note
