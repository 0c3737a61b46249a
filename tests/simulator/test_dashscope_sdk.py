"""The official client of DashScope against the simulator as a program: what neither of us wrote is the judge."""

import asyncio
import io
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import av
import dashscope
import httpx
import pytest
from dashscope.aigc.video_synthesis import AioVideoSynthesis, VideoSynthesis
from dashscope.common.error import InvalidTask, UploadFileException
from PIL import Image

MODEL = "wan2.6-t2v"
SHORT = {"prompt": "A lake", "duration": 2}
SMALL = {**SHORT, "size": "1280*720"}


@pytest.fixture(autouse=True)
def base(served, monkeypatch) -> str:
    base = served()
    monkeypatch.setattr(dashscope, "base_http_api_url", f"{base}/api/v1")
    monkeypatch.setattr(dashscope, "api_key", "sk-anything")
    return base


@pytest.fixture
def red(tmp_path: Path) -> Path:
    path = tmp_path / "a red page.png"
    Image.new("RGB", (640, 480), "#c02020").save(path)
    return path


def finished(submitted):
    """Wait without the client's own patience, which is a second at least."""
    while (answer := VideoSynthesis.fetch(submitted)).output.task_status in {"PENDING", "RUNNING"}:
        time.sleep(0.03)
    return answer


def frames_of(url: str) -> Iterator[av.VideoFrame]:
    with av.open(io.BytesIO(httpx.get(url, timeout=60).content)) as clip:
        yield from clip.decode(video=0)


def facts_of(url: str) -> tuple[int, int, float, bool]:
    """Width, height, seconds and whether there is sound."""
    with av.open(io.BytesIO(httpx.get(url, timeout=60).content)) as clip:
        video = clip.streams.video[0]
        return video.width, video.height, round(clip.duration / av.time_base, 1), bool(clip.streams.audio)


def is_red(url: str) -> bool:
    pixel = next(frames_of(url)).to_ndarray(format="rgb24")[-90, 90]
    return bool(pixel[0] > 150 and max(pixel[1:]) < 90)


def test_call_waits_and_the_clip_is_as_asked():
    answer = VideoSynthesis.call(MODEL, **SMALL, negative_prompt="people", seed=7, prompt_extend=False, watermark=True)
    assert (answer.status_code, answer.output.task_status) == (HTTPStatus.OK, "SUCCEEDED")
    assert answer.request_id
    assert answer.usage["SR"] == 720
    assert "?Expires=" in answer.output.video_url
    assert facts_of(answer.output.video_url) == (1280, 720, 2.0, True)


def test_the_steps_one_by_one():
    submitted = VideoSynthesis.async_call(MODEL, **SMALL)
    assert (submitted.status_code, submitted.output.task_status) == (HTTPStatus.OK, "PENDING")
    fetched = VideoSynthesis.fetch(submitted)
    assert fetched.output.task_id == submitted.output.task_id
    waited = VideoSynthesis.wait(submitted.output.task_id)
    assert waited.output.task_status == "SUCCEEDED"
    listed = VideoSynthesis.list(model_name=MODEL, status="SUCCEEDED", page_size=50)
    assert submitted.output.task_id in [task["task_id"] for task in listed.output["data"]]


def test_only_what_waits_is_cancelled():
    waiting = VideoSynthesis.async_call("wan2.6-t2v-us", prompt="SLOW sunrise", size="1280*720")
    assert VideoSynthesis.cancel(waiting).status_code == HTTPStatus.OK
    assert VideoSynthesis.wait(waiting).output.task_status == "CANCELED"
    again = VideoSynthesis.cancel(waiting)
    assert (again.status_code, again.code) == (HTTPStatus.BAD_REQUEST, "UnsupportedOperation")


def test_a_local_picture_is_uploaded_and_filmed(red):
    answer = VideoSynthesis.call(
        "wan2.6-i2v-flash", **SHORT, img_url=f"file://{red}", resolution="720P", shot_type="single", audio=False
    )
    assert answer.output.task_status == "SUCCEEDED"
    assert answer.usage["audio"] is False
    assert facts_of(answer.output.video_url) == (1104, 816, 2.0, False)
    assert is_red(answer.output.video_url)


def test_local_media_go_by_role(red):
    # Two threads, two certificates: the same name does not collide.
    media = [{"type": "first_frame", "url": str(red)}, {"type": "last_frame", "url": f"file://{red}"}]
    submitted = VideoSynthesis.async_call("wan3.0-video", **SHORT, media=media, resolution="480P", ratio="adaptive")
    answer = finished(submitted)
    assert answer.output.task_status == "SUCCEEDED"
    assert answer.usage["fps"] == 30
    assert is_red(answer.output.video_url)


def test_references_are_uploaded_or_passed_on(red):
    urls = [f"file://{red}", "https://files.invalid/a.mp4"]
    answer = finished(VideoSynthesis.async_call("wan2.6-r2v", **SMALL, reference_urls=urls, shot_type="multi"))
    assert answer.output.task_status == "SUCCEEDED"
    assert answer.usage["input_video_duration"] == 5


def test_first_and_last_frame_have_an_endpoint_of_their_own(red):
    frames = {"first_frame_url": str(red), "last_frame_url": str(red)}
    answer = finished(VideoSynthesis.async_call("wan2.2-kf2v-flash", prompt="A lake", **frames, resolution="480P"))
    assert answer.output.task_status == "SUCCEEDED"


def test_refusals_are_answers():
    answer = VideoSynthesis.async_call(MODEL, **SMALL, api_key="wrong")
    assert (answer.status_code, answer.code, answer.output) == (HTTPStatus.UNAUTHORIZED, "InvalidApiKey", None)
    answer = VideoSynthesis.async_call("wan9", **SMALL)
    assert (answer.status_code, answer.code) == (HTTPStatus.NOT_FOUND, "ModelNotFound")
    answer = VideoSynthesis.async_call(MODEL, prompt="A lake", duration=99)
    assert (answer.status_code, answer.code) == (HTTPStatus.BAD_REQUEST, "InvalidParameter")
    assert "parameters.duration" in answer.message
    with pytest.raises(InvalidTask, match="DataInspectionFailed"):
        VideoSynthesis.call(MODEL, prompt="REJECT")


def test_failures_are_tasks():
    answer = finished(VideoSynthesis.async_call(MODEL, prompt="A lake", size="10*10"))
    assert (answer.status_code, answer.output.task_status) == (HTTPStatus.OK, "FAILED")
    assert answer.output.code == "InvalidParameter"
    assert answer.output.message.startswith("The size is not match")
    assert VideoSynthesis.wait("6d4e1f3a-0000-4000-8000-000000000000").output.task_status == "UNKNOWN"


def test_an_upload_needs_a_key_and_a_model(red):
    with pytest.raises(UploadFileException, match="InvalidApiKey"):
        VideoSynthesis.async_call("wan2.6-i2v", **SHORT, img_url=str(red), api_key="wrong")
    with pytest.raises(UploadFileException, match="ModelNotFound"):
        VideoSynthesis.async_call("wan9", **SHORT, img_url=str(red))


def test_the_asynchronous_client_does_all_of_it(red):
    async def everything() -> None:
        called, submitted, waiting = await asyncio.gather(
            AioVideoSynthesis.call("wan2.6-i2v", **SHORT, img_url=f"file://{red}", resolution="720P"),
            AioVideoSynthesis.async_call("wan2.5-t2v-preview", prompt="A lake", size="832*480"),
            AioVideoSynthesis.async_call("wan2.5-t2v-preview", prompt="SLOW sunrise", size="832*480"),
        )
        assert called.output.task_status == "SUCCEEDED"
        assert is_red(called.output.video_url)
        fetched = await AioVideoSynthesis.fetch(submitted)
        assert fetched.output.task_id == submitted.output.task_id
        assert (await AioVideoSynthesis.cancel(waiting)).status_code == HTTPStatus.OK
        waited = await AioVideoSynthesis.wait(submitted)
        assert facts_of(waited.output.video_url) == (832, 480, 5.0, True)
        listed = await AioVideoSynthesis.list(model_name="wan2.5-t2v-preview", status="CANCELED")
        assert [task["task_id"] for task in listed.output["data"]] == [waiting.output.task_id]
        refused = await AioVideoSynthesis.async_call(MODEL, **SMALL, api_key="wrong")
        assert (refused.status_code, refused.code) == (HTTPStatus.UNAUTHORIZED, "InvalidApiKey")
        unknown = await AioVideoSynthesis.fetch("unknown")
        assert unknown.output.task_status == "UNKNOWN"
        # It outlives its loop otherwise, and complains when it is collected.
        await dashscope.close_shared_aio_session()

    asyncio.run(everything())


def test_the_newer_interface_of_the_client(base, red):
    with dashscope.Client(api_key="sk-anything", base_url=f"{base}/api/v1") as client:
        job = client.videos.generate(model="wan2.7-i2v", prompt="A lake", image_url=str(red), duration=2)
        assert (job.succeeded, job.usage.duration) == (True, 2)
        assert is_red(job.video_url)
