"""Whatever a service sends, reading it gives a task or one of our errors, and nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import VideoTask, WanError
from wan_widgets.providers import Reply, ToAPIs

TOAPIS = ToAPIs()
URL = "https://files.toapis.com/videos/x/y.mp4"
TASK = {
    "id": "video_01J9HA7JPQ9A0Z6JZ3V8M9W6PZ",
    "object": "generation.task",
    "model": "wan2.6",
    "status": "completed",
    "progress": 100,
    "created_at": 1768380224,
    "completed_at": 1768380504,
    "expires_at": 1768466904,
    "result": {"type": "video", "data": [{"url": URL, "format": "mp4"}]},
}
FIELDS = (
    "id task_id status progress created_at completed_at expires_at result data url video_url error message model code"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["completed", URL]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS.split()), inner, max_size=6),
    max_leaves=20,
)
CODES = st.integers(100, 599)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "x-request-id", "content-type"]), st.text())


def outcome(content, status, headers):
    for decode in (TOAPIS.decode_submit, TOAPIS.decode_retrieve):
        try:
            task = decode(Reply(status, content, headers))
        except WanError as error:
            texts = (error.message,)
        else:
            assert isinstance(task, VideoTask)
            assert task.id
            assert status // 100 == 2
            texts = (task.id, task.note or "", task.error.message if task.error else "")
        assert all(text.isprintable() for text in texts)


@given(st.binary(), CODES, HEADERS)
def test_any_bytes_are_a_task_or_an_error(content, status, headers):
    outcome(content, status, headers)


@given(JSON, CODES | st.just(200), HEADERS)
def test_any_json_is_a_task_or_an_error(body, status, headers):
    outcome(json.dumps(body).encode(), status, headers)


@given(st.sampled_from(sorted(TASK) + FIELDS.split()), JSON)
def test_garbage_in_one_field_spoils_no_more_than_that_field(name, value):
    outcome(json.dumps(TASK | {name: value}).encode(), 200, {})
