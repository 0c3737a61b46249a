"""Whatever Model Studio or its file store sends, reading it gives a task, an address or one of our errors."""

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import ImageToVideo, VideoTask, WanError
from wan_widgets.providers import DashScope, FilePart, Reply
from wan_widgets.wan.sources import Kind, LocalFile

DASHSCOPE = DashScope()
URL = "https://dashscope-result-sh.oss-accelerate.aliyuncs.com/x.mp4?Expires=1764040000"
OUTPUT = {
    "task_id": "17ed7e50-00cf-4509-aea1",
    "task_status": "SUCCEEDED",
    "submit_time": "2026-08-06 10:01:35.452",
    "end_time": "2026-08-06 10:13:33.838",
    "orig_prompt": "A kitten",
    "video_url": URL,
}
POLICY = {
    "policy": "eyJl",
    "signature": "g5K0=",
    "upload_dir": "dashscope-instant/9a",
    "upload_host": "https://dashscope-file-mgr.oss-cn-beijing.aliyuncs.com",
    "oss_access_key_id": "LTAI5t",
    "x_oss_object_acl": "private",
    "x_oss_forbid_overwrite": "true",
}
FIELDS = ["output", "task_id", "task_status", "video_url", "results", "url", "code", "message", "request_id", "usage"]
WORDS = ["SUCCEEDED", "FAILED", "UNKNOWN", "Arrearage", "Throttling.", ".", URL, "https://[", "https://x?Expires=9"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)
CODES = st.integers(100, 599)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "x-request-id", "content-type"]), st.text())


def outcome(content, status, headers):
    reply = Reply(status, content, headers)
    for decode in (DASHSCOPE.decode_submit, DASHSCOPE.decode_retrieve):
        try:
            task = decode(reply)
        except WanError as error:
            texts = (error.message,)
        else:
            assert isinstance(task, VideoTask)
            assert task.id
            assert status // 100 == 2
            texts = (task.id, task.note or "", task.error.message if task.error else "")
        assert all(text.isprintable() for text in texts)
    with contextlib.suppress(WanError):
        DASHSCOPE.decode_cancel(reply)


def sent(*replies):
    part = FilePart(LocalFile(data=b"x"), "image-1.png", "image/png", Kind.IMAGE)
    steps = DASHSCOPE.upload(part, ImageToVideo(image=b"x"))
    next(steps)
    message = ""
    try:
        for reply in replies:
            steps.send(reply)
    except StopIteration as done:
        address = done.value
    except WanError as error:
        address, message = None, error.message
    else:
        address = None
    assert address is None or address.startswith("oss://")
    assert message.isprintable()


@given(st.binary(), CODES | st.just(200), HEADERS)
def test_any_bytes_are_a_task_or_an_error(content, status, headers):
    outcome(content, status, headers)
    sent(Reply(status, content, headers))
    sent(Reply(200, json.dumps({"data": POLICY}).encode()), Reply(status, content, headers))


@given(JSON, CODES | st.just(200), HEADERS)
def test_any_json_is_a_task_or_an_error(body, status, headers):
    outcome(json.dumps(body).encode(), status, headers)


@given(st.sampled_from(sorted(OUTPUT) + FIELDS), JSON)
def test_garbage_in_one_field_spoils_no_more_than_that_field(name, value):
    outcome(json.dumps({"request_id": "1", "output": OUTPUT | {name: value}}).encode(), 200, {})
    outcome(json.dumps({"request_id": "1", "output": OUTPUT, name: value}).encode(), 200, {})


@given(st.sampled_from(sorted(POLICY)), JSON)
def test_garbage_in_a_policy_is_an_address_or_an_error(name, value):
    sent(Reply(200, json.dumps({"data": POLICY | {name: value}}).encode()), Reply(200, b""))
