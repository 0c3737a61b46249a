"""UniAll: what may be asked of each model, and what is answered."""

import io
import json

import av
import pytest

from wan_widgets.simulator import Script
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.uniall.orders import parse_order

pytestmark = pytest.mark.anyio

CREATE = "/uniall/v1/video/generations"
TEXT = "wan2.6-video-720p"
FRAME = "wan2.6-i2v-flash-1080p-silent"
REFERENCES = "wan2.6-r2v-flash-720p-audio"
IMAGE = "https://files.test/a.png"
CLIP = "https://files.test/a.mp4"
SOUND = "https://files.test/a.mp3"


def parse(model=TEXT, **fields) -> Order:
    return parse_order({"model": model, "prompt": "A bottle", "duration": 5, **fields})


async def submit(service, model=TEXT, **fields):
    return await service.http.post(CREATE, json={"model": model, "prompt": "A bottle", "duration": 5, **fields})


async def started(service, *args, **fields) -> str:
    answer = await submit(service, *args, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def task(service, task_id) -> dict:
    answer = await service.http.get(f"/uniall/v1/videos/{task_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": None}, "model: it is required"),
        ({"model": "wan2.6"}, "model: 'wan2.6' is not available"),
        ({"model": "wan2.6-i2v-flash-720p"}, "model: 'wan2.6-i2v-flash-720p' is not available"),
        ({"prompt": None}, "prompt: it is required"),
        ({"prompt": " "}, "prompt: it is required"),
        ({"duration": None}, "duration: it is required; use one of 5, 10, 15"),
        ({"duration": 7}, "duration: 7 is not available"),
        ({"duration": "5"}, "duration: it must be an integer"),
        ({"model": FRAME, "image": IMAGE, "duration": 4}, "duration: 4 is not available; use one of 5, 6, 7"),
        ({"model": FRAME, "image": IMAGE, "duration": 16}, "duration: 16 is not available"),
        ({"model": REFERENCES, "images": [IMAGE], "duration": 15}, "use one of 5, 10"),
        ({"model": FRAME}, "image: it is required"),
        ({"model": FRAME, "image": "a.png"}, "image: 'a.png' is not a public"),
        ({"model": FRAME, "image": "data:image/png;base64,YQ=="}, "is not a public"),
        ({"image": "https://[::1"}, "is not a public"),
        ({"model": REFERENCES}, "images: there must be at least one reference"),
        ({"model": REFERENCES, "images": IMAGE}, "images: it must be an array"),
        ({"model": REFERENCES, "videos": [CLIP] * 4}, "videos: 4 are too many"),
        ({"model": REFERENCES, "images": [IMAGE] * 3, "videos": [CLIP] * 3}, "there may be 5 references"),
        ({"model": REFERENCES, "videos": ["x"]}, "videos: 'x' is not a public"),
        ({"size": "1920*1080"}, "size: 1920*1080 is 1080p, but the model makes 720p"),
        ({"size": "1280x720"}, "size: '1280x720' is not available"),
        ({"size": "960*960"}, "size: '960*960' is not available"),
        ({"model": FRAME, "image": IMAGE, "size": "720*1280"}, "size: 720*1280 is 720p"),
        ({"extra_body": []}, "extra_body: it must be an object"),
        ({"extra_body": {"seed": -2}}, "extra_body.seed: -2 is out of range"),
        ({"extra_body": {"audio": True}}, "extra_body.audio: it must be a string"),
        ({"extra_body": {"audio": "a.mp3"}}, "audio: 'a.mp3' is not a public"),
        ({"extra_body": {"shot_type": "two"}}, "extra_body.shot_type: 'two' is not available"),
        ({"model": REFERENCES, "images": [IMAGE], "extra_body": {"enable_prompt_expansion": 1}}, "true or false"),
    ],
)
def test_every_broken_rule_is_named(fields, words):
    with pytest.raises(RefusalError) as caught:
        parse(**fields)
    assert words in caught.value.message
    assert caught.value.status == 400


def test_a_name_says_tier_and_sound():
    plain = parse()
    assert (plain.resolution, plain.size, plain.audio, plain.mode) == ("720p", (1280, 720), True, "t2v")
    assert parse("wan2.6-video-1080p", size="1080*1920").size == (1080, 1920)
    silent = parse(FRAME, image=IMAGE, duration=7)
    assert (silent.resolution, silent.size, silent.audio, silent.mode) == ("1080p", None, False, "i2v")
    assert parse(image=IMAGE, size="720*1280").size is None
    assert parse("wan2.6-r2v-1080p", videos=[CLIP], duration=10).audio is True


def test_references_are_images_then_videos():
    assert parse(REFERENCES, videos=[CLIP], images=[IMAGE]).references == (IMAGE, CLIP)
    assert parse(videos=[CLIP], images=[IMAGE]).references == ()
    assert parse(REFERENCES, images=[IMAGE], image="nonsense").first_frame is None


def test_only_nested_extras_count():
    extra = {"negative_prompt": "b" * 600, "shot_type": "multi", "seed": 42, "audio": SOUND}
    order = parse(extra_body=extra)
    assert (order.shot_type, order.seed, order.guide_audio, len(order.negative_prompt)) == ("multi", 42, SOUND, 500)
    assert parse(**extra) == parse()
    assert parse(extra_body={"seed": -1}).seed is None
    assert parse(FRAME, image=IMAGE, extra_body=extra).guide_audio is None


def test_prompts_of_references_are_rewritten_on_demand():
    expanded = parse(REFERENCES, images=[IMAGE], extra_body={"enable_prompt_expansion": True})
    assert [parse(REFERENCES, images=[IMAGE]).prompt_extend, expanded.prompt_extend] == [False, True]
    assert len(parse(prompt="猫" * 1600).prompt) == 1500


async def test_an_accepted_submission(service, clock):
    body = (await submit(service)).json()
    assert body["id"] == body["task_id"]
    assert body.pop("id").startswith("task_")
    body.pop("task_id")
    assert body == {
        "object": "video.generation.job",
        "model": TEXT,
        "status": "queued",
        "progress": 0,
        "created_at": int(clock.now),
    }


async def test_a_task_runs_its_course(service, clock):
    task_id = await started(service)
    assert (await task(service, task_id))["status"] == "queued"
    clock.now += 2.5
    running = await task(service, task_id)
    assert (running["status"], running["progress"], running["video_url"], running["result"]) == (
        "in_progress",
        50,
        None,
        None,
    )
    clock.now += 2
    url = f"http://sim.test/files/{task_id}.mp4"
    assert await task(service, task_id) == {
        "id": task_id,
        "task_id": task_id,
        "object": "video.generation.job",
        "model": TEXT,
        "prompt": "A bottle",
        "status": "completed",
        "progress": 100,
        "duration": 4,
        "metadata": {"total_time": 4.0},
        "video_url": url,
        "thumbnail_url": None,
        "created_at": 1_790_000_000,
        "error": None,
        "result": {"video_url": url, "outputs": [url]},
    }


async def test_silent_names_make_silent_clips(service, clock):
    fields = {"images": [IMAGE], "size": "1280*720"}
    tasks = [await started(service, f"wan2.6-r2v-flash-720p-{sound}", **fields) for sound in ("audio", "silent")]
    clock.now += 10
    heard = []
    for task_id in tasks:
        clip = await service.http.get((await task(service, task_id))["video_url"])
        with av.open(io.BytesIO(clip.content)) as container:
            heard.append(len(container.streams.audio))
            assert (container.streams.video[0].width, container.streams.video[0].height) == (1280, 720)
    assert heard == [1, 0]


async def test_prompts_can_ask_for_an_outcome(service, clock):
    failing, slow = await started(service, prompt="FAIL"), await started(service, prompt="SLOW sunrise")
    refused = await submit(service, prompt="REJECT")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "content_policy_violation")
    clock.now += 59
    failed = await task(service, failing)
    assert (failed["status"], failed["error"]["code"], failed["video_url"]) == ("failed", "generation_failed", None)
    assert (await task(service, slow))["status"] == "in_progress"


async def test_errors_have_one_shape(service, simulator):
    simulator.script(Script(refusal=(429, "rate_limit_exceeded", "Slow down."), retry_after=2))
    limited = await submit(service)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "2")
    answers = [
        limited,
        await submit(service, size="1*1"),
        await service.http.get("/uniall/v1/videos/task_x"),
        await service.http.get("/uniall/v1/nothing"),
        await service.http.post(CREATE, content=b"{"),
        await service.http.post(CREATE, json=[]),
        await service.http.post(CREATE, headers={"Authorization": "Bearer wrong"}),
    ]
    assert [answer.status_code for answer in answers] == [429, 400, 404, 404, 400, 400, 401]
    assert {frozenset(answer.json()["error"]) for answer in answers} == {
        frozenset({"message", "type", "param", "code"})
    }
    assert answers[1].json()["error"]["param"] == "size"


async def test_there_is_no_way_to_cancel_and_no_key_in_the_record(service, tmp_path):
    task_id = await started(service)
    assert (await service.http.post(f"/uniall/v1/videos/{task_id}/cancel")).status_code == 404
    assert (await service.http.delete(f"/uniall/v1/videos/{task_id}")).status_code == 405
    record = json.loads((tmp_path / "tasks" / f"{task_id}.json").read_text())
    assert record["protocol"] == "uniall"


async def test_no_other_protocol_knows_the_task(service):
    task_id = await started(service)
    for path in ("/v1/videos/generations", "/v1/videos"):
        assert (await service.http.get(f"{path}/{task_id}")).status_code == 404
    unknown = (await service.http.get(f"/api/v1/tasks/{task_id}")).json()["output"]
    assert unknown["task_status"] == "UNKNOWN"
    assert (await service.http.get(f"/newapi/v1/videos/{task_id}")).json()["code"] == "task_not_exist"
    elsewhere = (await service.submit()).json()["id"]
    assert (await service.http.get(f"/uniall/v1/videos/{elsewhere}")).status_code == 404
