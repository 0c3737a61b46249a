"""New API: its two ways to describe a task, its layers of errors, and the file itself."""

import io
import json

import av
import pytest

from wan_widgets.simulator import Script

pytestmark = pytest.mark.anyio

OLDER = "/newapi/v1/video/generations"
VIDEOS = "/newapi/v1/videos"
MODEL = "wan2.6-t2v"
IMAGE = "https://files.test/a.png"


async def submit(service, path=VIDEOS, model=MODEL, **fields):
    return await service.http.post(path, json={"model": model, "prompt": "A kitten", **fields})


async def started(service, *args, **fields) -> str:
    answer = await submit(service, *args, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def task(service, task_id, path=VIDEOS) -> dict:
    answer = await service.http.get(f"{path}/{task_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("path", [OLDER, VIDEOS])
async def test_an_accepted_submission(service, clock, path):
    body = (await submit(service, path)).json()
    assert body["id"] == body["task_id"]
    assert body.pop("id").startswith("task_")
    body.pop("task_id")
    assert body == {
        "object": "video",
        "model": MODEL,
        "status": "queued",
        "progress": 0,
        "created_at": int(clock.now),
    }


async def test_a_task_as_openai_describes_it(service, clock):
    task_id = await started(service)
    video = {
        "id": task_id,
        "task_id": task_id,
        "object": "video",
        "model": MODEL,
        "status": "queued",
        "progress": 20,
        "created_at": 1_790_000_000,
        "completed_at": 1_790_000_000,
        "metadata": {"url": ""},
    }
    assert await task(service, task_id) == video
    clock.now += 2.5
    assert await task(service, task_id) == video | {
        "status": "in_progress",
        "progress": 30,
        "completed_at": 1_790_000_001,
    }
    clock.now += 2
    assert await task(service, task_id) == video | {
        "status": "completed",
        "progress": 100,
        "completed_at": 1_790_000_004,
        "metadata": {"url": f"http://sim.test/files/{task_id}.mp4?Expires=1790086404"},
    }


async def test_a_task_in_its_envelope(service, clock):
    task_id = await started(service, OLDER, size="1280*720")
    waiting = (await task(service, task_id, OLDER))["data"]
    assert (waiting["status"], waiting["progress"], waiting["start_time"]) == ("QUEUED", "20%", 0)
    assert "result_url" not in waiting
    clock.now += 2
    assert (await task(service, task_id, OLDER))["data"]["progress"] == "30%"
    clock.now += 2
    body = await task(service, task_id, OLDER)
    data = body.pop("data")
    upstream = data.pop("data")
    url = f"http://sim.test/files/{task_id}.mp4?Expires=1790086404"
    assert body == {"code": "success", "message": ""}
    assert data == {
        "task_id": task_id,
        "action": "textGenerate",
        "status": "SUCCESS",
        "fail_reason": "",
        "submit_time": 1_790_000_000,
        "start_time": 1_790_000_001,
        "finish_time": 1_790_000_004,
        "progress": "100%",
        "result_url": url,
    }
    assert upstream["output"]["task_status"] == "SUCCEEDED"
    assert upstream["output"]["video_url"] == url
    assert upstream["output"]["task_id"].replace("-", "") == task_id.removeprefix("task_")
    assert upstream["usage"]["SR"] == 720


async def test_a_failure_is_told_in_either_way(service, clock):
    task_id = await started(service, prompt="FAIL")
    clock.now += 10
    video = await task(service, task_id)
    assert (video["status"], video["error"]["code"]) == ("failed", "InternalError.Algo")
    data = (await task(service, task_id, OLDER))["data"]
    assert (data["status"], data["progress"]) == ("FAILURE", "100%")
    assert data["fail_reason"].startswith("task failed, code: InternalError.Algo , message: inference internal error")


async def test_faults_come_from_behind(service, clock):
    task_id = await started(service, size="10*10")
    clock.now += 10
    assert (await task(service, task_id))["error"]["message"].startswith("The size is not match")


async def test_prompts_can_ask_for_patience_or_a_rejection(service, clock):
    slow = await started(service, prompt="SLOW sunrise")
    answer = await submit(service, prompt="REJECT")
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (400, "fail_to_fetch_task", None)
    assert json.loads(answer.json()["message"])["code"] == "DataInspectionFailed"
    clock.now += 59
    assert (await task(service, slow))["status"] == "in_progress"


async def test_what_is_refused_behind_is_passed_on_as_it_was(service):
    for fields, status, code in (
        ({"duration": 99}, 400, "InvalidParameter"),
        ({"model": "wan2.6-i2v"}, 400, "InvalidParameter"),
        ({"model": "wan2.6-r2v"}, 400, "InvalidParameter"),
        ({"model": "wan2.2-kf2v-flash"}, 400, "InvalidParameter"),
        ({"model": "wan2.6-i2v", "image": "oss://dashscope-instant/a"}, 400, "InvalidParameter.DataInspection"),
    ):
        answer = await submit(service, **fields)
        assert (answer.status_code, answer.json()["code"]) == (status, "fail_to_fetch_task")
        upstream = json.loads(answer.json()["message"])
        assert upstream.keys() == {"code", "message", "request_id"}
        assert upstream["code"] == code


async def test_errors_of_a_task_are_flat(service, simulator):
    simulator.script(Script(refusal=(429, "fail_to_fetch_task", "{}")))
    answers = {
        429: await submit(service),
        500: await submit(service, size="720p"),
        400: await service.http.post(VIDEOS, content=b"{"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.json().keys() == {"code", "message", "data"}
    assert answers[429].json()["message"].startswith("当前分组上游负载已饱和")
    assert answers[400].json()["code"] == "invalid_json"
    for body in ([], {"model": MODEL, "prompt": 5}, {"model": MODEL, "prompt": "x", "seconds": 5}):
        answer = await service.http.post(OLDER, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("path", [OLDER, VIDEOS])
async def test_an_unknown_task_is_a_bad_request(service, path):
    answer = await service.http.get(f"{path}/task_x")
    assert answer.status_code == 400
    assert answer.json() == {"code": "task_not_exist", "message": "task_not_exist", "data": None}


async def test_errors_before_there_is_a_task_are_nested(service, simulator):
    simulator.script(Script(refusal=(403, "insufficient_user_quota", "The quota is used up.")))
    answers = [
        (await submit(service), 403, "insufficient_user_quota"),
        (await submit(service, model="wan9"), 503, "model_not_found"),
        (await service.http.get(f"{VIDEOS}/x", headers={"Authorization": ""}), 401, ""),
        (await service.http.get(f"{VIDEOS}/x/content", headers={"Authorization": "Bearer wrong"}), 401, ""),
        (await service.http.get("/newapi/v1/nothing"), 404, ""),
        (await service.http.put(VIDEOS), 405, ""),
    ]
    for answer, status, code in answers:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["type"]) == (status, code, "new_api_error")
        assert "(request id: " in error["message"]


async def test_the_content_is_streamed_to_its_owner(service, clock):
    task_id = await started(service, metadata={"parameters": {"duration": 2}})
    path = f"{VIDEOS}/{task_id}/content"
    early = await service.http.get(path)
    assert early.status_code == 400
    assert early.json() == {
        "error": {"message": "Task is not completed yet, current status: QUEUED", "type": "invalid_request_error"}
    }
    clock.now += 4
    answer = await service.http.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "video/mp4")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    with av.open(io.BytesIO(answer.content)) as clip:
        assert round(clip.duration / av.time_base, 1) == 2
    part = await service.http.get(path, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, answer.content[4:8])
    stranger = await service.http.get(path, headers={"Authorization": "Bearer other"})
    assert (stranger.status_code, stranger.json()["error"]["message"]) == (404, "Task not found")
    clock.now += 86_400
    gone = await service.http.get(path)
    assert (gone.status_code, gone.json()["error"]["type"]) == (502, "server_error")


async def test_a_form_will_do_but_its_files_are_lost(service):
    metadata = json.dumps({"input": {"img_url": IMAGE}})
    form = {"model": "wan2.6-i2v", "prompt": "A kitten", "seconds": "3", "metadata": metadata}
    answer = await service.http.post(VIDEOS, files=[(name, (None, value)) for name, value in form.items()])
    assert answer.status_code == 200, answer.text
    picture = {"input_reference": ("a.png", b"x")}
    answer = await service.http.post(VIDEOS, data=form | {"metadata": ""}, files=picture)
    assert json.loads(answer.json()["message"])["message"] == "Field required: input.img_url"


async def test_the_action_says_whether_there_are_pictures(service):
    task_id = await started(service, model="wan2.6-i2v", image=IMAGE)
    assert (await task(service, task_id, OLDER))["data"]["action"] == "generate"


async def test_no_other_protocol_and_no_other_user_knows_the_task(service):
    task_id = await started(service)
    for path in ("/v1/videos/generations", "/v1/videos", "/uniall/v1/videos"):
        assert (await service.http.get(f"{path}/{task_id}")).status_code == 404
    unknown = (await service.http.get(f"/api/v1/tasks/{task_id}")).json()["output"]
    assert unknown["task_status"] == "UNKNOWN"
    stranger = await service.http.get(f"{VIDEOS}/{task_id}", headers={"Authorization": "Bearer other"})
    assert stranger.json()["code"] == "task_not_exist"
