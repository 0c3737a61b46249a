"""Whatever an engine sends, reading it gives a task or one of our errors, and nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import WanError
from wan_widgets.providers import OpenAIVideos, Reply

PROVIDERS = (OpenAIVideos(), OpenAIVideos("sglang"), OpenAIVideos("vllm-omni"), OpenAIVideos("openai"))
S3 = "https://bucket.example.com/x.mp4?Signature=a%2Bb%3D"
TASK = {
    "id": "video_gen_0f",
    "object": "video",
    "model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
    "status": "completed",
    "progress": 100,
    "created_at": 1_768_380_224,
    "completed_at": 1_768_380_284,
    "expires_at": None,
    "error": None,
}
FIELDS = "id object status progress created_at expires_at url data b64_json error detail message code loc msg deleted"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["completed", "video", S3]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS.split()), inner, max_size=6),
    max_leaves=20,
)
HEADERS = st.dictionaries(st.sampled_from(["retry-after", "date", "x-request-id"]), st.text())


def outcome(content, status, headers):
    for provider in PROVIDERS:
        for decode in (provider.decode_submit, provider.decode_retrieve, provider.decode_cancel):
            try:
                task = decode(Reply(status, content, headers))
            except WanError as caught:
                texts = (caught.message,)
            else:
                assert task is None or task.id
                texts = (task.id, task.note or "", task.error.message if task.error else "") if task else ()
                if task and task.video_url:
                    assert task.video_url.lower().startswith(("http://", "https://", "/v1/videos/"))
            assert all(text.isprintable() for text in texts)
        assert isinstance(provider.decode_discover(Reply(status, content, headers)), OpenAIVideos)


@given(st.binary(), st.integers(100, 599), HEADERS)
def test_any_bytes_are_a_task_or_an_error(content, status, headers):
    outcome(content, status, headers)


@given(JSON, st.just(200) | st.integers(100, 599), HEADERS)
def test_any_json_is_a_task_or_an_error(body, status, headers):
    outcome(json.dumps(body).encode(), status, headers)


@given(st.sampled_from(sorted(TASK) + FIELDS.split()), JSON, st.sampled_from([200, 400, 500]))
def test_garbage_in_one_field_spoils_no_more_than_that_field(name, value, status):
    outcome(json.dumps(TASK | {name: value}).encode(), status, {})
