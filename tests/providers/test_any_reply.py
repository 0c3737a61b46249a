"""Whatever a service sends, reading it gives a task or one of our errors, and nothing else: of random replies.

What the conformance suite tries is always the same; here it is anything, and it is judged in the same way.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import answers
from wan_widgets.providers import DashScope, NewAPI, OpenAIVideos, Provider, Reply, ToAPIs, UniAll
from wan_widgets.providers.conformance import ProviderConformance
from wan_widgets.wan.errors import WanError

URL = "https://files.example.com/x/y.mp4?Expires=9"
STATUSES = st.just(200) | st.integers(100, 599)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "x-request-id", "content-type"]), st.text())


@dataclass
class Reader:
    """A provider, replies that it reads, and the names and words that mean something to it."""

    provider: Provider
    good: list[dict]
    names: str
    words: str

    @cached_property
    def json(self):
        """Any JSON whose objects have these names and whose texts are often these words."""
        texts = st.text() | st.sampled_from([URL, "https://[", *self.words.split()])
        return st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | texts,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(self.a_name, inner, max_size=6),
            max_leaves=20,
        )

    @cached_property
    def a_name(self):
        return st.sampled_from(sorted({*self.names.split(), *(name for body in self.good for name in body)}))

    def withstands(self, content, status=200, headers=None):
        suite = ProviderConformance()
        suite.provider = self.provider
        reply = Reply(status, content, headers or {})
        for decode in (self.provider.decode_submit, self.provider.decode_retrieve, self.provider.decode_cancel):
            task = suite._read(decode, reply, "any reply")
            # vLLM-Omni tells of a failed task with HTTP 500 or 4xx and the whole task.
            assert task is None or status // 100 == 2 or isinstance(self.provider, OpenAIVideos)
        with suppress(WanError):
            assert isinstance(self.provider.decode_discover(reply), type(self.provider))


TOAPIS = Reader(
    ToAPIs(),
    [answers.TOAPIS_ACCEPTED, answers.TOAPIS_COMPLETED],
    "id task_id status progress created_at completed_at expires_at result data url video_url error message model code",
    "completed failed",
)
UNIALL = Reader(
    UniAll(),
    [answers.UNIALL_ACCEPTED, answers.UNIALL_COMPLETED],
    "id task_id status task_status progress created_at result outputs video_url url error message data output code "
    "metadata fail_reason model expires_at",
    "completed failed success",
)
DASHSCOPE = Reader(
    DashScope(),
    [answers.DASHSCOPE_ACCEPTED, answers.DASHSCOPE_FINISHED],
    "output task_id task_status video_url results url code message request_id usage duration",
    "SUCCEEDED FAILED UNKNOWN Arrearage Throttling. .",
)
DASHSCOPE_OUTPUTS = replace(DASHSCOPE, good=[answers.DASHSCOPE_OUTPUT])
NEWAPI = Reader(
    NewAPI(),
    [answers.NEWAPI_OBJECT, answers.NEWAPI_TASK, answers.NEWAPI_FLAT],
    "id task_id status progress fail_reason result_url submit_time finish_time created_at completed_at expires_at "
    "url video_url metadata error message code type data output model",
    "completed FAILURE success fail_to_fetch_task ali_api_error {}",
)
ENGINES = {
    f"openai-videos, {dialect}": Reader(
        OpenAIVideos(dialect),
        [good | {"status": "completed"}],
        "id object status progress created_at expires_at url data b64_json error detail message code loc msg deleted",
        "completed video",
    )
    for dialect, good in (
        (None, answers.AT_SGLANG),
        ("sglang", answers.AT_SGLANG),
        ("vllm-omni", answers.AT_OMNI),
        ("openai", answers.AT_OPENAI),
    )
}
READERS = {"toapis": TOAPIS, "uniall": UNIALL, "dashscope": DASHSCOPE, "newapi": NEWAPI} | ENGINES
EACH = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


@EACH
@given(content=st.binary(), status=STATUSES, headers=HEADERS)
def test_any_bytes_are_a_task_or_an_error(reader, content, status, headers):
    reader.withstands(content, status, headers)


@EACH
@given(data=st.data(), status=STATUSES, headers=HEADERS)
def test_any_json_is_a_task_or_an_error(reader, data, status, headers):
    reader.withstands(json.dumps(data.draw(reader.json)).encode(), status, headers)


@EACH
@given(data=st.data(), status=st.sampled_from([200, 200, 200, 400, 500]))
def test_garbage_in_one_field_spoils_no_more_than_that_field(reader, data, status):
    body = data.draw(st.sampled_from(reader.good)) | {data.draw(reader.a_name): data.draw(reader.json)}
    reader.withstands(json.dumps(body).encode(), status)


@pytest.mark.parametrize(
    ("reader", "wrap"),
    [
        (NEWAPI, lambda task: {"code": "success", "message": "", "data": task}),
        (DASHSCOPE_OUTPUTS, lambda output: {"request_id": "1", "output": output}),
    ],
    ids=["newapi", "dashscope"],
)
@given(data=st.data())
def test_garbage_in_one_field_of_what_is_wrapped_spoils_no_more(reader, wrap, data):
    task = data.draw(st.sampled_from(reader.good)) | {data.draw(reader.a_name): data.draw(reader.json)}
    reader.withstands(json.dumps(wrap(task)).encode())
