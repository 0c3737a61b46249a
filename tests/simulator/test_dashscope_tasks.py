"""DashScope: tasks from submission to oblivion."""

import pytest

from simulator.studio import API, CLIP, FRAMES, IMAGE, OTHER, TEXT, UUID, VIDEO
from wan_widgets.simulator import Script

pytestmark = pytest.mark.anyio


async def test_a_task_runs_its_course(studio, clock):
    task_id = await studio.start(size="1280*720", duration=5)
    assert UUID.fullmatch(task_id)
    submitted = {"task_id": task_id, "submit_time": "2026-09-21 22:13:20.000"}
    assert await studio.task(task_id) == {"output": submitted | {"task_status": "PENDING"}}
    clock.now += 1.5
    running = submitted | {"task_status": "RUNNING", "scheduled_time": "2026-09-21 22:13:21.000"}
    assert await studio.task(task_id) == {"output": running}
    clock.now += 2.5
    assert await studio.task(task_id) == {
        "output": running
        | {
            "task_status": "SUCCEEDED",
            "end_time": "2026-09-21 22:13:24.000",
            "orig_prompt": "A kitten",
            "video_url": f"http://sim.test/files/{task_id}.mp4?Expires=1790086404",
        },
        "usage": {
            "duration": 5,
            "size": "1280*720",
            "input_video_duration": 0,
            "output_video_duration": 5,
            "video_count": 1,
            "SR": 720,
        },
    }


@pytest.mark.parametrize(
    ("model", "inputs", "parameters", "usage"),
    [
        (
            "wan2.6-r2v-flash",
            {"reference_urls": [CLIP, IMAGE]},
            {"size": "832*1088"},
            {"duration": 10.0, "input_video_duration": 5, "output_video_duration": 5, "SR": 720, "size": "832*1088"},
        ),
        (
            "wan2.6-i2v-flash",
            {"img_url": IMAGE},
            {"audio": False, "duration": 3},
            {"duration": 3, "input_video_duration": 0, "output_video_duration": 3, "SR": 1080, "audio": False},
        ),
        (
            "wan2.6-i2v",
            {"img_url": IMAGE},
            {"resolution": "720P"},
            {"duration": 5, "input_video_duration": 0, "output_video_duration": 5, "SR": 720},
        ),
        ("wan2.5-t2v-preview", {}, {"size": "832*480"}, {"video_duration": 5, "video_ratio": "832*480"}),
        ("wan2.2-i2v-flash", {"img_url": IMAGE}, {}, {"duration": 5, "SR": 720}),
        ("wan2.2-kf2v-flash", {"first_frame_url": IMAGE}, {"resolution": "480P"}, {"video_duration": 5, "SR": 480}),
        (
            "wan2.7-t2v",
            {},
            {"ratio": "4:3"},
            {"duration": 5, "input_video_duration": 0, "output_video_duration": 5, "SR": 1080, "ratio": "4:3"},
        ),
        (
            "wan2.7-i2v",
            {"media": [{"type": "first_frame", "url": IMAGE}]},
            {},
            {"duration": 5, "input_video_duration": 0, "output_video_duration": 5, "SR": 1080},
        ),
        (
            "wan2.7-r2v",
            {"media": [{"type": "reference_video", "url": CLIP}] * 2},
            {"duration": 10},
            {"duration": 15, "input_video_duration": 5, "output_video_duration": 10, "SR": 1080, "ratio": "16:9"},
        ),
        (
            "wan3.0-video",
            {},
            {"resolution": "480P"},
            {
                "duration": 5.0,
                "input_video_duration": 0.0,
                "output_video_duration": 5.0,
                "SR": 480,
                "ratio": "16:9",
                "fps": 30,
            },
        ),
    ],
)
async def test_usage_is_in_the_words_of_the_family(studio, clock, model, inputs, parameters, usage):
    path = FRAMES if "kf2v" in model else VIDEO
    task_id = await studio.start(model, TEXT | inputs, path=path, **parameters)
    clock.now += 60
    assert (await studio.task(task_id))["usage"] == usage | {"video_count": 1}


async def test_older_models_show_the_prompt_as_rewritten(studio, clock):
    tasks = [
        await studio.start("wan2.5-t2v-preview"),
        await studio.start("wan2.5-t2v-preview", prompt_extend=False),
        await studio.start("wan2.6-t2v"),
    ]
    clock.now += 60
    outputs = [(await studio.output(task_id)) for task_id in tasks]
    assert ["actual_prompt" in output for output in outputs] == [True, False, False]
    assert outputs[0]["orig_prompt"] == "A kitten"


async def test_a_prompt_can_ask_for_a_failure(studio, clock):
    task_id = await studio.start(inputs={"prompt": "FAIL please"})
    clock.now += 4
    output = await studio.output(task_id)
    assert (output["task_status"], output["code"]) == ("FAILED", "InternalError.Algo")
    assert "Take FAIL from the start" in output["message"]


async def test_a_prompt_can_ask_for_a_rejection(studio):
    answer = await studio.submit(inputs={"prompt": "REJECT"})
    assert (answer.status_code, answer.json()["code"]) == (400, "DataInspectionFailed")
    assert "Take REJECT from the start" in answer.json()["message"]


async def test_a_prompt_can_ask_for_patience(studio, clock):
    task_id = await studio.start(inputs={"prompt": "SLOW sunrise"})
    clock.now += 59
    assert (await studio.output(task_id))["task_status"] == "RUNNING"
    clock.now += 1
    assert (await studio.output(task_id))["task_status"] == "SUCCEEDED"


async def test_scripts_can_refuse_and_fail(studio, simulator, clock):
    failing = Script(ending="failed", error=("IPInfringementSuspect", "Input data is suspected."))
    simulator.script(Script(refusal=(503, "ModelUnavailable", "Later."), retry_after=3), failing)
    answer = await studio.submit()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert (answer.json()["code"], answer.json()["message"]) == ("ModelUnavailable", "Later.")
    task_id = await studio.start()
    clock.now += 4
    assert (await studio.output(task_id))["code"] == "IPInfringementSuspect"


@pytest.mark.parametrize("task_id", ["x", "01a1fe57-f95f-b341-9912-776d67c1981d", "..%2f..%2fx"])
async def test_an_unknown_task_is_no_error(studio, task_id):
    output = (await studio.task(task_id.replace("%2f", "-")))["output"]
    assert output == {"task_id": task_id.replace("%2f", "-"), "task_status": "UNKNOWN"}


async def test_tasks_are_forgotten_a_day_after_they_ended(studio, clock):
    task_id = await studio.start()
    clock.now += 4 + 86_399
    assert (await studio.output(task_id))["task_status"] == "SUCCEEDED"
    clock.now += 1
    assert (await studio.output(task_id)) == {"task_id": task_id, "task_status": "UNKNOWN"}


async def test_tasks_belong_to_their_account_and_protocol(studio, service):
    task_id = await studio.start()
    assert (await studio.output(task_id, headers=OTHER))["task_status"] == "UNKNOWN"
    assert (await studio.http.post(f"{API}/tasks/{task_id}/cancel", headers=OTHER)).status_code == 400
    for path in ("/v1/videos/generations", "/v1/videos", "/uniall/v1/videos"):
        assert (await studio.http.get(f"{path}/{task_id}")).status_code == 404
    assert (await studio.http.get(f"/newapi/v1/videos/{task_id}")).json()["code"] == "task_not_exist"
    elsewhere = (await service.submit()).json()["id"]
    assert (await studio.output(elsewhere))["task_status"] == "UNKNOWN"
    assert (await studio.http.get(f"{API}/tasks")).json()["total"] == 1


async def test_only_what_waits_can_be_cancelled(studio, clock):
    waiting, running = await studio.start(), await studio.start()
    answer = await studio.http.post(f"{API}/tasks/{waiting}/cancel")
    assert answer.status_code == 200
    assert answer.json().keys() == {"request_id"}
    clock.now += 1
    for task_id in (waiting, running, "unknown"):
        answer = await studio.http.post(f"{API}/tasks/{task_id}/cancel")
        assert (answer.status_code, answer.json()["code"]) == (400, "UnsupportedOperation")
        assert "please confirm if the task is in PENDING status" in answer.json()["message"]
    output = await studio.output(waiting)
    assert (output["task_status"], output["end_time"]) == ("CANCELED", "2026-09-21 22:13:20.000")
    assert (await studio.http.get(f"/files/{waiting}.mp4")).status_code == 404


async def test_five_tasks_of_a_model_may_be_under_way(studio, clock):
    for _ in range(5):
        await studio.start()
    answer = await studio.submit()
    assert (answer.status_code, answer.json()["code"]) == (429, "Throttling.RateQuota")
    assert (await studio.submit(model="wan2.6-t2v-us")).status_code == 200
    assert (await studio.submit(headers=OTHER)).status_code == 200
    assert (await studio.submit(duration=99)).status_code == 400
    clock.now += 4
    assert (await studio.submit()).status_code == 200


async def test_older_models_are_limited_to_two(studio):
    answers = [await studio.submit(model="wan2.2-t2v-plus") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer wrong"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", VIDEO),
        ("GET", f"{API}/tasks"),
        ("GET", f"{API}/tasks/x"),
        ("POST", f"{API}/tasks/x/cancel"),
        ("GET", f"{API}/uploads"),
    ],
)
async def test_a_key_is_needed(studio, header, method, path):
    answer = await studio.http.request(method, path, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "InvalidApiKey")
    assert answer.json().keys() == {"code", "message", "request_id"}


async def test_other_paths_and_methods_are_answered_in_the_same_shape(studio):
    answer = await studio.http.get(f"{API}/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")
    answer = await studio.http.get(VIDEO)
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter")


async def test_a_fault_of_ours_is_answered_in_the_same_shape(studio, tmp_path, caplog):
    task_id = await studio.start()
    (tmp_path / "tasks" / f"{task_id}.json").write_text("{")
    answer = await studio.http.get(f"{API}/tasks/{task_id}")
    assert (answer.status_code, answer.json()["code"]) == (500, "InternalError")


async def test_records_never_hold_the_key(studio):
    record = studio.record(await studio.start(headers={"Authorization": "Bearer sk-secret"}))
    assert "sk-secret" not in str(record)
    assert record["protocol"] == "dashscope"
