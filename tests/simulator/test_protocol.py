import json
from pathlib import Path

import httpx
import pytest

from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio

TASKS = "/v1/videos/generations"
KEY = {"Authorization": "Bearer any"}


async def test_an_accepted_submission_has_the_documented_shape(service, clock):
    answer = await service.submit(aspect_ratio="9:16")
    assert answer.status_code == 200
    task = answer.json()
    assert task.pop("id").startswith("video_")
    assert task == {
        "object": "generation.task",
        "model": "wan2.6",
        "status": "queued",
        "progress": 0,
        "created_at": int(clock.now),
        "metadata": {"aspect_ratio": "9:16"},
    }


async def test_a_task_runs_its_course_as_time_passes(service, clock):
    task_id = (await service.submit()).json()["id"]
    seen = []
    for _ in range(5):
        task = await service.task(task_id)
        seen.append((task["status"], task["progress"]))
        clock.now += 1
    queued, *running, completed = seen
    assert queued == ("queued", 0)
    assert running == [("in_progress", 0), ("in_progress", 33), ("in_progress", 66)]
    assert completed == ("completed", 100)


@pytest.mark.parametrize(("duration", "seconds"), [(5, 4), (10, 5), (15, 7)])
async def test_longer_clips_take_longer(service, clock, duration, seconds):
    task_id = (await service.submit(duration=duration)).json()["id"]
    clock.now += seconds - 0.01
    assert (await service.task(task_id))["status"] == "in_progress"
    clock.now += 0.01
    assert (await service.task(task_id))["status"] == "completed"


async def test_a_completed_task_has_the_documented_shape(service, clock):
    task_id = (await service.submit()).json()["id"]
    clock.now += 100
    assert await service.task(task_id) == {
        "id": task_id,
        "object": "generation.task",
        "model": "wan2.6",
        "status": "completed",
        "progress": 100,
        "created_at": 1_790_000_000,
        "completed_at": 1_790_000_004,
        "expires_at": 1_790_086_404,
        "result": {
            "type": "video",
            "data": [{"url": f"http://sim.test/files/{task_id}.mp4", "format": "mp4"}],
        },
    }


async def test_a_prompt_can_ask_for_a_failure(service, clock):
    task_id = (await service.submit(prompt="FAIL please")).json()["id"]
    clock.now += 3.9
    assert (await service.task(task_id))["status"] == "in_progress"
    clock.now += 0.1
    task = await service.task(task_id)
    assert task["status"] == "failed"
    assert task["progress"] == 0
    assert task["error"]["code"] == "generation_failed"
    assert "FAIL" in task["error"]["message"]
    assert "result" not in task
    assert (await service.http.get(f"/files/{task_id}.mp4")).status_code == 404


async def test_a_prompt_can_ask_for_a_rejection(service):
    answer = await service.submit(prompt="REJECT")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "content_policy_violation"


async def test_a_prompt_can_ask_for_patience(service, clock):
    task_id = (await service.submit(prompt="SLOW sunrise")).json()["id"]
    clock.now += 59
    assert (await service.task(task_id))["progress"] == 98
    clock.now += 1
    assert (await service.task(task_id))["status"] == "completed"


async def test_only_whole_words_in_front_script_the_outcome(service, clock):
    ids = [(await service.submit(prompt=prompt)).json()["id"] for prompt in ("FAILURE is an option", "No REJECT")]
    clock.now += 4
    assert [(await service.task(task_id))["status"] for task_id in ids] == ["completed", "completed"]


async def test_scripts_are_followed_in_order_then_things_are_as_usual(service, simulator, clock):
    simulator.script(Script(queued=10, running=20), Script(ending="failed", error=("no_gpu", "No machine was free.")))
    slow, failing, usual = [(await service.submit()).json()["id"] for _ in range(3)]
    clock.now += 9.9
    assert (await service.task(slow))["status"] == "queued"
    assert (await service.task(failing))["error"] == {"code": "no_gpu", "message": "No machine was free."}
    assert (await service.task(usual))["status"] == "completed"
    clock.now += 10.1
    assert (await service.task(slow))["progress"] == 50


async def test_a_script_can_refuse(service, simulator):
    simulator.script(Script(refusal=(429, "rate_limit_exceeded", "Slow down."), retry_after=7))
    answer = await service.submit()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.json() == {"error": {"code": "rate_limit_exceeded", "message": "Slow down."}}
    assert (await service.submit()).status_code == 200


async def test_an_invalid_submission_uses_up_no_script(service, simulator):
    simulator.script(Script(refusal=(503, "rate_limit_unavailable", "Later.")))
    assert (await service.submit(duration=6)).status_code == 400
    assert (await service.submit()).status_code == 503


async def test_a_task_that_takes_no_time_is_completed_at_once(service, simulator):
    simulator.script(Script(queued=0, running=0))
    assert (await service.submit()).json()["status"] == "completed"


async def test_tasks_outlive_the_process_with_their_scripts(service, simulator, clock, tmp_path):
    simulator.script(Script(running=50, ending="failed", error=("x", "y")))
    task_id = (await service.submit(client_business_id="cell-1", seed=5)).json()["id"]
    other = Simulator(tmp_path, clock=clock)
    headers = {"Authorization": "Bearer key"}
    async with httpx.AsyncClient(transport=other.transport(), base_url="http://sim.test", headers=headers) as client:
        clock.now += 26
        assert (await client.get(f"{TASKS}/cell-1")).json()["progress"] == 50
        clock.now += 25
        assert (await client.get(f"{TASKS}/{task_id}")).json()["error"] == {"code": "x", "message": "y"}
        assert (await client.get(f"{TASKS}/{task_id}")).json() == await service.task(task_id)


async def test_the_callers_own_id_is_echoed_and_found_with_the_same_key_only(service):
    task_id = (await service.submit(client_business_id="nb/../cell 17")).json()["id"]
    second = (await service.submit(metadata={"client_business_id": "meta"})).json()["id"]
    task = await service.task("meta")
    assert (task["id"], task["client_business_id"]) == (second, "meta")
    assert (await service.task("nb%2F..%2Fcell%2017"))["id"] == task_id
    stranger = await service.http.get(f"{TASKS}/meta", headers={"Authorization": "Bearer other"})
    assert stranger.status_code == 404


async def test_cancelling_ends_a_task(service, clock):
    task_id = (await service.submit()).json()["id"]
    clock.now += 2.5
    answer = await service.http.post(f"{TASKS}/{task_id}/cancel")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["progress"]) == ("cancelled", 50)
    clock.now += 60
    assert (await service.task(task_id))["status"] == "cancelled"
    assert (await service.http.get(f"/files/{task_id}.mp4")).status_code == 404


@pytest.mark.parametrize("prompt", ["done", "FAIL"])
async def test_what_has_ended_cannot_be_cancelled(service, clock, prompt):
    task_id = (await service.submit(prompt=prompt)).json()["id"]
    clock.now += 4
    answer = await service.http.post(f"{TASKS}/{task_id}/cancel")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "task_not_cancellable"
    assert (await service.task(task_id))["status"] in {"completed", "failed"}


async def test_cancelling_twice_is_refused(service):
    task_id = (await service.submit()).json()["id"]
    assert (await service.http.post(f"{TASKS}/{task_id}/cancel")).status_code == 200
    assert (await service.http.post(f"{TASKS}/{task_id}/cancel")).status_code == 409


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic abc", "Bearer wrong"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", TASKS), ("GET", f"{TASKS}/x"), ("POST", f"{TASKS}/x/cancel"), ("GET", "/v1/models")],
)
async def test_a_key_is_needed(service, header, method, path):
    answer = await service.http.request(method, path, headers={"Authorization": header})
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["type"]) == (401, "authentication_error")
    assert "API key" in error["message"]


@pytest.mark.parametrize("path", [f"{TASKS}/video_0", f"{TASKS}/unknown", "/v1/video/generations", "/tasks"])
async def test_what_is_not_there_is_answered_in_json(service, path):
    answer = await service.http.get(path)
    assert answer.status_code == 404
    assert (answer.json()["error"]["code"], answer.json()["error"]["type"]) == (404, "not_found_error")


async def test_a_wrong_method_is_answered_in_json(service):
    answer = await service.http.put(TASKS)
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"


async def test_a_record_of_another_version_is_no_task(service, clock, tmp_path):
    task_id = (await service.submit()).json()["id"]
    path = tmp_path / "tasks" / f"{task_id}.json"
    path.write_text(json.dumps({"id": task_id, "owner": "o", "submission": {"prompt": "x"}}))
    assert (await service.http.get(f"{TASKS}/{task_id}")).status_code == 404
    assert (await service.http.get(f"/files/{task_id}.mp4")).status_code == 404
    clock.now += 30 * 86_400
    assert (await service.submit()).status_code == 200
    assert not path.exists()


async def test_a_fault_of_ours_is_answered_in_json(service, simulator, tmp_path, caplog):
    task_id = (await service.submit()).json()["id"]
    (tmp_path / "tasks" / f"{task_id}.json").write_text("{")
    answer = await service.http.get(f"{TASKS}/{task_id}")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"


async def test_old_records_are_forgotten(service, clock, tmp_path: Path):
    old = (await service.submit(client_business_id="old")).json()["id"]
    renamed = (await service.submit(client_business_id="kept")).json()["id"]
    clock.now += 30 * 86_400
    new = (await service.submit(client_business_id="kept")).json()["id"]
    assert {path.stem for path in (tmp_path / "tasks").iterdir()} == {new}
    assert len(list((tmp_path / "names").iterdir())) == 1
    for name in (old, renamed, "old"):
        assert (await service.http.get(f"{TASKS}/{name}")).status_code == 404
    assert (await service.task("kept"))["id"] == new


async def test_records_never_hold_the_key(service, tmp_path):
    answer = await service.http.post(
        TASKS, json={"model": "wan2.6", "prompt": "x"}, headers={"Authorization": "Bearer sk-secret"}
    )
    text = (tmp_path / "tasks" / f"{answer.json()['id']}.json").read_text()
    assert "sk-secret" not in text
    assert json.loads(text)["order"]["resolution"] == "1080p"


def test_the_directory_can_be_chosen_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("WAN_SIMULATOR_DIR", str(tmp_path / "here"))
    assert Simulator().directory == tmp_path / "here"
    monkeypatch.setenv("WAN_SIMULATOR_DIR", "")
    assert Simulator().directory.parts[-2:] == ("wan_widgets", "simulator")


async def test_speed_divides_the_usual_times_and_leaves_scripted_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_SIMULATOR_SPEED", "4")
    now = [1.79e9]
    simulator = Simulator(tmp_path, clock=lambda: now[0])
    async with httpx.AsyncClient(transport=simulator.transport(), base_url="http://s", headers=KEY) as http:
        body = {"model": "wan2.6", "prompt": "x"}
        usual = (await http.post(TASKS, json=body)).json()["id"]
        simulator.script(Script(queued=2, running=9))
        scripted = (await http.post(TASKS, json=body)).json()["id"]
        now[0] += 1.01

        assert (await http.get(f"{TASKS}/{usual}")).json()["status"] == "completed"
        assert (await http.get(f"{TASKS}/{scripted}")).json()["status"] == "queued"
