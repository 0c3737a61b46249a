"""What engines behind `/v1/videos` answer: documented replies of all three, and anything else."""

import json
from datetime import UTC, datetime

import pytest

from providers.answers import AT_OMNI, AT_OPENAI, AT_SGLANG, CREATED
from wan_widgets import (
    AuthenticationError,
    ContentRejected,
    HTTPStatusError,
    NotFound,
    RateLimited,
    ServerError,
    TaskStatus,
    UnexpectedReply,
    UnknownTask,
    VideoTask,
    WanError,
)
from wan_widgets.providers import OpenAIVideos, Reply

SGLANG, OMNI, OPENAI = OpenAIVideos("sglang"), OpenAIVideos("vllm-omni"), OpenAIVideos("openai")
MOMENT = datetime(2026, 1, 14, 8, 43, 44, tzinfo=UTC)
S3 = "https://bucket.example.com/x.mp4?Signature=a%2Bb%3D"
ENGINES = [(SGLANG, AT_SGLANG), (OMNI, AT_OMNI), (OPENAI, AT_OPENAI), (OpenAIVideos(), AT_SGLANG)]


def reply(body, status=200, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


def read(body, status=200, provider=OMNI):
    assert provider.decode_submit(reply(body, status)) == provider.decode_retrieve(reply(body, status))
    return provider.decode_retrieve(reply(body, status))


def error(body, status=400, provider=OMNI, **headers):
    with pytest.raises(WanError) as caught:
        provider.decode_submit(reply(body, status, **headers))
    with pytest.raises(type(caught.value)):
        provider.decode_retrieve(reply(body, status, **headers))
    return caught.value


@pytest.mark.parametrize(("provider", "body"), ENGINES)
def test_an_accepted_order_is_a_queued_task(provider, body):
    assert read(body, provider=provider) == VideoTask(
        id=body["id"],
        status=TaskStatus.QUEUED,
        provider="openai-videos",
        model=body["model"],
        progress=None,
        created_at=MOMENT,
    )


@pytest.mark.parametrize(("provider", "body"), ENGINES)
def test_a_finished_clip_is_fetched_from_the_server_itself(provider, body):
    done = body | {"status": "completed", "progress": 100, "completed_at": CREATED + 60, "expires_at": CREATED + 3600}
    task = read(done, provider=provider)
    assert (task.status, task.progress) == (TaskStatus.COMPLETED, 100)
    assert task.video_url == f"/v1/videos/{body['id']}/content"
    assert (task.completed_at - task.created_at).total_seconds() == 60
    assert (task.expires_at - task.created_at).total_seconds() == 3600


def test_a_clip_that_was_stored_elsewhere_is_fetched_there():
    stored = AT_SGLANG | {"status": "completed", "url": S3, "urls": [S3], "file_path": None}
    assert read(stored, provider=SGLANG).video_url == S3


@pytest.mark.parametrize("url", [None, "", "/v1/files/x.mp4", "file:///data/out/x.mp4", 5, [S3], {"url": S3}])
def test_a_place_on_the_servers_disk_is_no_address(url):
    task = read(AT_SGLANG | {"status": "completed", "url": url}, provider=SGLANG)
    assert task.video_url == f"/v1/videos/{AT_SGLANG['id']}/content"


def test_there_is_no_address_before_the_end():
    for status in ("queued", "in_progress", "failed"):
        assert read(AT_SGLANG | {"status": status, "url": S3}).video_url is None


def test_a_strange_id_stays_one_part_of_the_clips_path():
    assert read(AT_OMNI | {"id": "../a?b", "status": "completed"}).video_url == "/v1/videos/..%2Fa%3Fb/content"


@pytest.mark.parametrize(
    ("sent", "progress"), [(0, None), (1, 1), (37, 37), (99, 99), (None, None), ("40%", 40), ([], None), (True, None)]
)
def test_progress_is_optional_and_none_until_something_is_known(sent, progress):
    assert read(AT_SGLANG | {"status": "in_progress", "progress": sent}).progress == progress
    body = {name: value for name, value in AT_SGLANG.items() if name != "progress"}
    assert read(body | {"status": "in_progress"}).progress is None


@pytest.mark.parametrize("status", [500, 400, 422, 503, 200])
def test_a_failed_task_is_one_whatever_the_http_status_says(status):
    failed = AT_OMNI | {"status": "failed", "error": {"code": status, "message": "CUDA out of memory"}}
    task = read(failed, status)
    assert (task.id, task.status) == ("video_gen_0f", TaskStatus.FAILED)
    assert (task.error.code, str(task.error.message)) == (str(status), "CUDA out of memory")


@pytest.mark.parametrize(
    ("fault", "message", "code"),
    [
        ({"message": "OOM"}, "OOM", None),
        ({"code": "moderation_blocked", "message": "No."}, "No.", "moderation_blocked"),
        ("OOM", "OOM", None),
        (None, "The service gave no reason.", None),
        ({}, "The service gave no reason.", None),
        ({"code": 500}, "The service gave no reason.", "500"),
        ([], "The service gave no reason.", None),
    ],
)
def test_a_failed_task_says_why_in_any_of_the_shapes(fault, message, code):
    task = read(AT_SGLANG | {"status": "failed", "error": fault}, provider=SGLANG)
    assert (str(task.error.message), task.error.code) == (message, code)


@pytest.mark.parametrize("word", ["paused", "processing-2", None, "", 5, []])
def test_an_unknown_word_is_no_end_and_is_noted(word):
    task = read(AT_OMNI | {"status": word})
    assert not task.is_terminal
    assert task.note


@pytest.mark.parametrize(
    ("body", "status", "kind", "said", "code"),
    [
        ({"detail": "prompt is required"}, 400, HTTPStatusError, "prompt is required", None),
        ({"detail": "size must be formatted as positive WIDTHxHEIGHT"}, 400, HTTPStatusError, "WIDTHxHEIGHT", None),
        (
            {"detail": [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required", "input": None}]},
            400,
            HTTPStatusError,
            "prompt: Field required",
            None,
        ),
        (
            {"detail": [{"loc": ["body", "size"], "msg": "Bad"}, {"loc": ["body", "a", 0], "msg": "Worse"}, "odd", 5]},
            422,
            HTTPStatusError,
            "size: Bad; a.0: Worse; odd; 5",
            None,
        ),
        ({"detail": "Video not found"}, 404, UnknownTask, "restarted", None),
        ({"detail": "Not Found"}, 404, NotFound, "base URL", None),
        ({"error": "The scheduler has died"}, 503, ServerError, "The scheduler has died", None),
        (
            {"error": {"message": "Model mismatch", "type": "BadRequestError", "param": None, "code": 400}},
            400,
            HTTPStatusError,
            "Model mismatch",
            "BadRequestError",
        ),
        ({"error": "Unauthorized"}, 401, AuthenticationError, "Unauthorized", None),
        (
            {"error": {"message": "Wrong key", "type": "invalid_request_error", "code": "invalid_api_key"}},
            401,
            AuthenticationError,
            "Wrong key",
            "invalid_api_key",
        ),
        ({"error": {"message": "Slower", "code": "429", "type": "tokens"}}, 429, RateLimited, "Slower", "tokens"),
        ({"error": {"message": "Against the rules", "code": "policy"}}, 422, ContentRejected, "rules", "policy"),
        ({"object": "error", "message": "Flat", "type": "Bad", "code": 400}, 400, HTTPStatusError, "Flat", "Bad"),
        (b"<html><title>502 Bad Gateway</title>", 502, ServerError, "502 Bad Gateway", None),
        (b"Internal Server Error", 500, ServerError, "text that is not JSON", None),
        (b"", 500, ServerError, "HTTP 500", None),
        ({"detail": "Cancellation in progress."}, 409, HTTPStatusError, "Cancellation in progress", None),
    ],
)
def test_every_engines_errors_are_read(body, status, kind, said, code):
    caught = error(body, status)
    assert type(caught) is kind
    assert (caught.status_code, caught.code) == (status, code)
    assert said in str(caught)


def test_a_field_that_was_not_understood_is_no_judgement_of_the_prompt():
    assert "Reword" not in str(error({"detail": [{"loc": ["body", "fps"], "msg": "Bad"}]}, 422))


def test_what_support_and_pacing_need_is_kept():
    caught = error({"error": {"message": "x"}}, 429, retry_after="7", x_request_id="req-1")
    assert (caught.retry_after, caught.request_id) == (7.0, "req-1")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "without a task id"),
        ({"object": "video", "status": "queued"}, "without a task id"),
        ({"id": "", "error": {"message": "Full"}}, "Full"),
        ({"detail": "Not here"}, "Not here"),
        (b"\x00\x00\x00 ftypisom", "text that is not JSON"),
    ],
)
def test_a_success_that_is_not_the_protocols_is_named(body, said):
    caught = error(body, status=200)
    assert type(caught) is UnexpectedReply
    assert said in str(caught)


def test_an_engine_may_answer_the_order_with_the_finished_clip():
    done = {"id": "video_7", "object": "video", "model": "Wan2.1", "status": "completed", "created": CREATED}
    task = OpenAIVideos().decode_submit(reply(done | {"data": [{"url": S3, "b64_json": None}]}))
    assert (task.status, task.video_url, task.created_at) == (TaskStatus.COMPLETED, S3, MOMENT)


def test_a_clip_inside_the_reply_is_not_taken_and_the_remedy_is_told():
    done = {"id": "video_7", "object": "video", "status": "completed", "data": [{"b64_json": "AAAA", "url": None}]}
    caught = error(done, 200)
    assert type(caught) is UnexpectedReply
    assert 'extra={"response_format": "url"}' in str(caught)
    assert caught.task_id == "video_7"


@pytest.mark.parametrize(
    "body",
    [
        {"id": "video_gen_0f", "deleted": True, "object": "video.deleted"},
        AT_SGLANG | {"status": "deleted", "id": "video_gen_0f"},
    ],
)
def test_both_shapes_of_a_deletion_are_cancelled_tasks(body):
    task = OMNI.decode_cancel(reply(body))
    assert (task.id, task.status) == ("video_gen_0f", TaskStatus.CANCELLED)


def test_a_deletion_may_be_silent_or_unsure():
    assert OMNI.decode_cancel(reply(b"", 204)).status is TaskStatus.CANCELLED
    assert OMNI.decode_cancel(reply({"id": "v", "deleted": False, "object": "video.deleted"})) is None
    assert OMNI.decode_cancel(reply({})) is None
    assert OMNI.decode_cancel(reply(AT_OMNI | {"status": "completed"})).status is TaskStatus.COMPLETED


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (409, HTTPStatusError), (500, ServerError)])
def test_a_refused_deletion_raises(status, kind):
    with pytest.raises(kind):
        OMNI.decode_cancel(reply({"detail": "No."}, status))
