"""The official OpenAI client against the simulator as a program: a witness that neither side wrote for the other."""

import io
from collections.abc import Iterator

import av
import openai
import pytest
from PIL import Image

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning")

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
TINY = {"prompt": "A lake", "size": "64x48", "extra_body": {"num_frames": 5, "fps": 16}}
UNKNOWN = "video_" + "0" * 32


def client_of(base: str, key: str = "any") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{base}/v1", api_key=key, max_retries=0)


@pytest.fixture
def client(served) -> Iterator[openai.OpenAI]:
    with client_of(served()) as client:
        yield client


@pytest.fixture
def made(client) -> openai.types.Video:
    return client.videos.create_and_poll(**TINY, poll_interval_ms=20)


def check_clip(data: bytes, size: tuple[int, int] = (64, 48), frames: int = 5) -> None:
    with av.open(io.BytesIO(data)) as clip:
        (stream,) = clip.streams
        assert (stream.width, stream.height, stream.average_rate) == (*size, 16)
        assert sum(1 for _ in clip.decode(stream)) == stream.frames == frames


def picture(color: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(buffer, "PNG")
    return buffer.getvalue()


def test_every_method_of_videos_is_deprecated_by_its_makers(client):
    with pytest.deprecated_call(match="The Sora API is scheduled"):
        client.videos.list()


def test_a_video_is_made_followed_and_downloaded(client):
    video = client.videos.create(**TINY | {"prompt": "Кот и 猫", "model": MODEL, "seconds": "4"})
    assert video.status in ("queued", "in_progress")  # it is quick, and a busy machine is late
    assert video.object == "video"
    assert (video.model, video.prompt, video.size, video.seconds) == (MODEL, "Кот и 猫", "64x48", "4")
    video = client.videos.poll(video.id, poll_interval_ms=20)
    assert (video.status, video.progress, video.error) == ("completed", 100, None)
    assert video.created_at <= video.completed_at < video.expires_at
    assert client.videos.retrieve(video.id) == video
    check_clip(client.videos.download_content(video.id).read())


def test_a_clip_can_be_streamed_to_a_file(client, made, tmp_path):
    with client.videos.with_streaming_response.download_content(made.id, variant="video") as answer:
        assert answer.headers["Content-Type"] == "video/mp4"
        answer.stream_to_file(tmp_path / "clip.mp4")
    check_clip((tmp_path / "clip.mp4").read_bytes())


def test_stills_can_be_downloaded(client, made):
    with Image.open(io.BytesIO(client.videos.download_content(made.id, variant="thumbnail").read())) as still:
        assert still.size == (64, 48)


def test_a_list_turns_its_pages_by_itself(served):
    with client_of(served(), key="lists") as client:
        ids = [client.videos.create(**TINY).id for _ in range(5)]
        page = client.videos.list(limit=2)
        assert [video.id for video in page.data] == [ids[4], ids[3]]
        assert page.has_more is True
        assert [video.id for video in page] == ids[::-1]
        assert [video.id for video in client.videos.list(limit=2, order="asc")] == ids


def test_a_deleted_video_is_gone(client, made):
    running = client.videos.create(**TINY | {"prompt": "SLOW"})
    for video in (made, running):
        answer = client.videos.delete(video.id)
        assert (answer.id, answer.deleted, answer.object) == (video.id, True, "video.deleted")
        with pytest.raises(openai.NotFoundError):
            client.videos.retrieve(video.id)


def test_a_remix_is_made_from_a_video(client, made):
    remix = client.videos.remix(made.id, prompt="In the rain")
    assert (remix.remixed_from_video_id, remix.prompt) == (made.id, "In the rain")
    remix = client.videos.poll(remix.id, poll_interval_ms=20)
    check_clip(client.videos.download_content(remix.id).read())


def test_a_clip_starts_from_the_picture_that_was_uploaded(client):
    file = ("dark.png", picture((20, 40, 60)), "image/png")
    video = client.videos.create_and_poll(
        **TINY | {"size": "320x240"}, model=MODEL, input_reference=file, poll_interval_ms=20
    )
    data = client.videos.download_content(video.id).read()
    check_clip(data, (320, 240))
    with av.open(io.BytesIO(data)) as clip:
        first = next(clip.decode(video=0)).to_ndarray(format="rgb24")
    assert abs(first[200:, 200:].mean(axis=(0, 1)) - (20, 40, 60)).max() < 8


def test_a_failure_ends_the_polling_and_says_why(client):
    video = client.videos.create_and_poll(**TINY | {"prompt": "FAIL"}, poll_interval_ms=20)
    assert (video.status, video.error.code) == ("failed", "generation_failed")
    assert "FAIL" in video.error.message
    with pytest.raises(openai.NotFoundError):
        client.videos.download_content(video.id)


def test_errors_arrive_as_what_they_are(client, served):
    with client_of(served(), key="wrong") as stranger, pytest.raises(openai.AuthenticationError) as refused:
        stranger.videos.create(**TINY)
    assert refused.value.code == "invalid_api_key"
    with pytest.raises(openai.BadRequestError) as bad:
        client.videos.create(prompt="x", size="1280*720")
    assert (bad.value.code, bad.value.param, bad.value.type) == ("invalid_value", "size", "invalid_request_error")
    with pytest.raises(openai.BadRequestError) as rejected:
        client.videos.create(prompt="REJECT")
    assert rejected.value.code == "moderation_blocked"
    with pytest.raises(openai.NotFoundError) as unknown:
        client.videos.retrieve(UNKNOWN)
    assert (unknown.value.code, unknown.value.param) == ("not_found", "video_id")
    with pytest.raises(openai.NotFoundError, match="still in-progress"):
        client.videos.download_content(client.videos.create(**TINY | {"prompt": "SLOW"}).id)


def test_models_are_listed(client):
    models = client.models.list().data
    assert MODEL in {model.id for model in models}
    assert {model.owned_by for model in models} == {"simulator"}
    assert client.models.retrieve(MODEL).id == MODEL


@pytest.mark.parametrize("engine", ["sglang", "vllm-omni"])
def test_the_client_gets_along_with_the_engines(served, engine):
    with client_of(served("--engine", engine)) as client:
        video = client.videos.create_and_poll(**TINY, poll_interval_ms=20)
        assert video.status == "completed"
        check_clip(client.videos.download_content(video.id).read())
        deleted = client.videos.delete(video.id)
        assert (deleted.id, getattr(deleted, "deleted", None)) == (video.id, None if engine == "sglang" else True)


def test_the_client_sees_a_failure_of_sglang_without_a_code_and_one_of_vllm_omni_as_a_fault(served):
    failing = TINY | {"prompt": "FAIL", "poll_interval_ms": 20}
    with client_of(served("--engine", "sglang")) as client:
        video = client.videos.create_and_poll(**failing)
        assert (video.status, getattr(video.error, "code", None)) == ("failed", None)
    with client_of(served("--engine", "vllm-omni")) as client, pytest.raises(openai.InternalServerError) as fault:
        client.videos.create_and_poll(**failing)
    assert fault.value.response.json()["status"] == "failed"
