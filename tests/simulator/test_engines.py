"""``/v1/videos`` as SGLang and vLLM-Omni speak it: what a client can see of the differences."""

import io
from uuid import UUID

import av
import pytest

from simulator.engines import I2V, MODEL, T2V, TINY, VIDEOS, create, picture
from wan_widgets.simulator import Script, Simulator

pytestmark = pytest.mark.anyio


async def probed(http, video_id: str) -> tuple[tuple[int, int], int, int]:
    answer = await http.get(f"{VIDEOS}/{video_id}/content")
    with av.open(io.BytesIO(answer.content)) as clip:
        (stream,) = clip.streams
        return (stream.width, stream.height), stream.frames, stream.average_rate


async def test_a_video_of_sglang(start, clock):
    http = await start("sglang")
    video = await create(http, model="whatever")
    assert UUID(video["id"])
    assert (video["model"], video["seconds"], video["quality"]) == ("whatever", "0", "standard")
    assert "prompt" not in video
    assert video["file_path"].endswith(f"{video['id']}.mp4")
    clock.now += 2.5
    assert (await http.get(f"{VIDEOS}/{video['id']}")).json()["progress"] == 50
    clock.now += 10
    done = (await http.get(f"{VIDEOS}/{video['id']}")).json()
    assert (done["status"], done["num_outputs"], done["expires_at"]) == ("completed", 1, None)
    assert await probed(http, video["id"]) == ((64, 48), 5, 16)


async def test_a_video_of_vllm_omni(start, clock):
    http = await start("vllm-omni")
    video = await create(http, size="70x50")
    assert video["id"].startswith("video_gen_")
    assert (video["model"], video["prompt"], video["size"], video["seconds"]) == (MODEL, "A lake", "70x50", "4")
    assert (video["fps"], video["num_frames"], video["duration_s"]) == (16.0, 5, 0.3125)
    clock.now += 2.5
    running = (await http.get(f"{VIDEOS}/{video['id']}")).json()
    assert (running["status"], running["progress"]) == ("in_progress", 0)
    clock.now += 10
    done = (await http.get(f"{VIDEOS}/{video['id']}")).json()
    assert (done["progress"], done["file_name"], done["expires_at"]) == (100, f"{video['id']}.mp4", None)
    assert await probed(http, video["id"]) == ((64, 48), 5, 16)


@pytest.mark.parametrize(
    ("engine", "fields", "expected"),
    [
        # Both assume 24 frames a second, whatever the model was trained for; frames come in fours after the first.
        ("sglang", {}, (1280, 704, 97, 24)),
        ("sglang", {"seconds": "2", "fps": "16"}, (1280, 704, 33, 16)),
        ("vllm-omni", {}, (832, 480, 81, 24)),
        ("vllm-omni", {"seconds": "2"}, (832, 480, 49, 24)),
        ("vllm-omni", {"num_frames": "80", "fps": "12.5"}, (832, 480, 81, 12.5)),
    ],
)
async def test_what_is_not_said_is_assumed(start, clock, monkeypatch, engine, fields, expected):
    orders = []
    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", lambda record, *_: orders.append(record.order))
    http = await start(engine)
    left_out = {"size": None, "num_frames": None, "fps": None}
    video = await create(http, **left_out | fields)
    clock.now += 20
    await http.get(f"{VIDEOS}/{video['id']}/content")
    (order,) = orders
    assert (*order.size, order.frames, order.rate) == expected


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"prompt": ""}, "prompt is required"),
        ({"size": "1280*720"}, "size must be formatted as positive WIDTHxHEIGHT"),
        ({"reference_url": "/etc/passwd"}, "Failed to process image source"),
        ({"extra_body": "{"}, "extra_body is not valid JSON"),
    ],
)
async def test_sglang_refuses_in_one_line(start, fields, detail):
    http = await start("sglang")
    answer = await http.post(VIDEOS, data=TINY | fields, files={"none": (None, "")})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(detail)


async def test_sglang_refuses_numbers_as_its_framework_does(start):
    http = await start("sglang")
    answer = await http.post(VIDEOS, data=TINY | {"seconds": "2.5"}, files={"none": (None, "")})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "seconds"]
    in_json = await http.post(VIDEOS, json={"prompt": "x", "seconds": 2.5})
    assert in_json.status_code == 400
    words = "Invalid request body: 1 validation error for VideoGenerationsRequest\nseconds\n  Input should be"
    assert in_json.json()["detail"].startswith(words)


async def test_sglang_takes_json_with_its_extras_unwrapped(start, tmp_path):
    http = await start("sglang")
    body = {"prompt": "x", "size": "64x48", "extra_body": {"num_frames": 9, "extra_params": {"fps": 8}}, "seed": [3, 4]}
    video = (await http.post(VIDEOS, json=body)).json()
    text = (tmp_path / "tasks" / f"{video['id']}.json").read_text()
    assert '"fps": 8' in text
    assert '"seed": 3' in text
    for wrong in ({}, {"prompt": "x", "input_reference": {"image_url": "https://a.test/x.png"}}):
        assert (await http.post(VIDEOS, json=wrong)).status_code == 400
    urlencoded = await http.post(VIDEOS, data=TINY)
    assert "\nprompt\n  Field required" in urlencoded.json()["detail"]


@pytest.mark.parametrize(
    ("model", "files", "words"),
    [
        (T2V, {"input_reference": picture()}, "input_reference is not supported for T2V models."),
        (I2V, {"none": (None, "")}, "Served model with task type 'I2V' requires an 'image_path' input"),
    ],
)
async def test_sglang_knows_whether_its_model_takes_a_picture(start, model, files, words):
    http = await start("sglang", model=model)
    answer = await http.post(VIDEOS, data=TINY, files=files)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(words)


@pytest.mark.parametrize(
    ("content", "words", "param"),
    [
        ({"json": TINY}, "Field required", "body.prompt"),
        ({"data": TINY | {"model": "other"}}, "Model mismatch: request specifies 'other' but server is", None),
        ({"data": TINY | {"size": "1280*720"}}, "size", "body.size"),
        ({"data": TINY | {"seconds": "2.5"}}, "String should match pattern", "body.seconds"),
        ({"data": TINY | {"input_reference": "x.png"}}, "Expected UploadFile", "body.input_reference"),
        ({"data": TINY | {"image_reference": "x.png"}}, "Invalid JSON in form field", None),
        ({"data": TINY | {"image_reference": '{"file_id": "f"}'}}, "not supported yet", None),
    ],
)
async def test_vllm_omni_refuses_with_numbers_as_codes(start, content, words, param):
    http = await start("vllm-omni")
    answer = await http.post(VIDEOS, **content)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"], error["param"]) == (400, 400, "Bad Request", param)
    assert words in error["message"]


async def test_a_failure_is_told_by_each_in_its_own_way(start, clock):
    failing = Script(ending="failed", error=("x", "Out of memory")), Script(ending="failed", error=("400", "Too dark"))
    sglang, vllm = await start("sglang", *failing), await start("vllm-omni", *failing)
    told = []
    for http in (sglang, vllm):
        ids = [(await create(http))["id"] for _ in failing]
        clock.now += 20
        told.append([await http.get(f"{VIDEOS}/{video_id}") for video_id in ids])
    (plain, _), (broken, bad) = told
    assert (plain.status_code, plain.json()["error"]) == (200, {"message": "Out of memory"})
    assert (broken.status_code, broken.json()["error"]) == (500, {"code": 500, "message": "Out of memory"})
    assert (bad.status_code, bad.json()["error"], bad.json()["object"]) == (
        400,
        {"code": 400, "message": "Too dark"},
        "video",
    )
    gone = await vllm.get(f"{VIDEOS}/{bad.json()['id']}/content")
    assert (gone.status_code, gone.json()["error"]["code"]) == (422, 422)
    assert (await sglang.get(f"{VIDEOS}/{plain.json()['id']}/content")).json()["detail"].endswith("not found")


async def test_variants_are_numbers_to_sglang_and_nothing_to_vllm_omni(start, clock):
    sglang, vllm = await start("sglang"), await start("vllm-omni")
    ids = [(await create(http))["id"] for http in (sglang, vllm)]
    for http, video_id, refusal in ((sglang, ids[0], "detail"), (vllm, ids[1], "error")):
        early = await http.get(f"{VIDEOS}/{video_id}/content")
        assert early.status_code == 404
        assert "Generation is still in-progress" in str(early.json()[refusal])
    clock.now += 2 * 86_400  # their clips do not expire
    url = f"{VIDEOS}/{ids[0]}/content"
    statuses = [(await sglang.get(url, params={"variant": name})).status_code for name in ("video", "1", "0")]
    assert statuses == [404, 404, 200]
    ignored = await vllm.get(f"{VIDEOS}/{ids[1]}/content", params={"variant": "video"})
    assert ignored.content[4:8] == b"ftyp"


async def test_deleting_is_answered_by_each_in_its_own_way(start):
    sglang, vllm = await start("sglang"), await start("vllm-omni")
    ids = [(await create(http))["id"] for http in (sglang, vllm)]
    deleted = (await sglang.delete(f"{VIDEOS}/{ids[0]}")).json()
    assert (deleted["id"], deleted["status"], deleted["object"]) == (ids[0], "deleted", "video")
    assert (await vllm.delete(f"{VIDEOS}/{ids[1]}")).json()["object"] == "video.deleted"
    assert (await sglang.get(f"{VIDEOS}/{ids[0]}")).json() == {"detail": "Video not found"}
    missing = (await vllm.get(f"{VIDEOS}/{ids[1]}")).json()
    assert missing == {"error": {"message": "Video not found", "type": "Not Found", "param": None, "code": 404}}


@pytest.mark.parametrize(("engine", "owner"), [("sglang", "sglang"), ("vllm-omni", "vllm")])
async def test_an_engine_lists_the_one_model_it_serves_to_anyone(start, engine, owner):
    http = await start(engine, model=T2V)
    (model,) = (await http.get("/v1/models")).json()["data"]
    assert (model["id"], model["owned_by"], model["root"]) == (T2V, owner, T2V)
    if engine == "sglang":
        assert (model["task_type"], model["supported_task_types"]) == ("T2V", ["T2V"])


@pytest.mark.parametrize("engine", ["sglang", "vllm-omni"])
async def test_engines_have_no_remix(start, engine):
    http = await start(engine)
    answer = await http.post(f"{VIDEOS}/x/remix", json={"prompt": "x"})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


async def test_lists_are_as_long_as_each_engine_has_them(start, clock):
    for engine, zero in (("sglang", 422), ("vllm-omni", 200)):
        clock.now += 1
        http = await start(engine)
        for _ in range(3):
            await create(http)
        assert len((await http.get(VIDEOS)).json()["data"]) == 3
        assert (await http.get(VIDEOS, params={"limit": 0})).status_code == zero


async def test_a_wrong_key_is_refused_by_engines_too(start):
    wrong = {"Authorization": "Bearer wrong"}
    answer = await (await start("vllm-omni")).get(VIDEOS, headers=wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    assert (await (await start("sglang")).get(VIDEOS, headers=wrong)).status_code == 401


@pytest.mark.parametrize("options", [{"engine": "comfy"}, {"engine": "sglang", "model": "sora-2"}])
def test_what_is_not_served_is_said_at_once(tmp_path, options):
    with pytest.raises(ValueError, match="is none of"):
        Simulator(tmp_path, **options).app  # noqa: B018
