"""OpenAI's videos over plain HTTP, as the simulator speaks them unless an engine is named."""

import base64
import io
import json

import av
import httpx
import pytest
from PIL import Image

from wan_widgets.simulator import Script

pytestmark = pytest.mark.anyio

VIDEOS = "/v1/videos"
MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
T2V = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"
I2V = "Wan-AI/Wan2.2-I2V-A14B-Diffusers"
TINY = {"prompt": "A lake", "size": "64x48", "num_frames": "5", "fps": "16"}


def encoded(color: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(buffer, "PNG")
    return buffer.getvalue()


DATA_URL = "data:image/png;base64," + base64.b64encode(encoded("#102030")).decode()


@pytest.fixture
def http(service) -> httpx.AsyncClient:
    return service.http


async def create(http, **fields) -> dict:
    answer = await http.post(VIDEOS, data=TINY | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def completed(http, clock, **fields) -> str:
    video_id = (await create(http, **fields))["id"]
    clock.now += 20
    return video_id


def error(answer: httpx.Response) -> tuple[int, str, str | None, str]:
    body = answer.json()["error"]
    assert set(body) == {"message", "type", "param", "code"}
    return answer.status_code, body["type"], body["param"], body["code"]


async def test_a_video_has_every_documented_field_while_it_is_made(http, clock):
    video = await create(http, seconds="4", num_frames="", fps="")
    video_id = video.pop("id")
    assert video_id.startswith("video_")
    assert video == {
        "object": "video",
        "created_at": 1_790_000_000,
        "status": "queued",
        "completed_at": None,
        "error": None,
        "expires_at": None,
        "model": MODEL,
        "progress": 0,
        "prompt": "A lake",
        "remixed_from_video_id": None,
        "seconds": "4",
        "size": "64x48",
    }
    clock.now += 2.5
    running = (await http.get(f"{VIDEOS}/{video_id}")).json()
    assert (running["status"], running["progress"]) == ("in_progress", 50)
    clock.now += 10
    done = (await http.get(f"{VIDEOS}/{video_id}")).json()
    assert (done["status"], done["progress"]) == ("completed", 100)
    assert (done["completed_at"], done["expires_at"]) == (1_790_000_004, 1_790_086_404)


@pytest.mark.parametrize(
    "content",
    [
        {"data": TINY},
        {"files": {name: (None, value) for name, value in TINY.items()}},
        {"json": TINY | {"num_frames": 5, "fps": 16}},
        {"json": TINY | {"num_frames": None, "seconds": 1}},
    ],
)
async def test_a_clip_is_as_ordered_however_the_order_is_spelled(http, clock, content):
    video_id = (await http.post(VIDEOS, **content)).json()["id"]
    clock.now += 10
    answer = await http.get(f"{VIDEOS}/{video_id}/content")
    assert answer.headers["Content-Type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content)) as clip:
        (stream,) = clip.streams
        assert (stream.width, stream.height, stream.average_rate) == (64, 48, 16)
        assert stream.frames == (5 if content.get("json", TINY)["num_frames"] else 16)


async def test_without_a_word_of_it_a_clip_is_as_the_model_was_trained(http, tmp_path):
    await http.post(VIDEOS, data={"prompt": "x", "model": T2V, "negative_prompt": "fog", "guidance_scale": "3.5"})
    (path,) = (tmp_path / "tasks").iterdir()
    order = json.loads(path.read_text())["order"]
    assert (order["size"], order["fps"], order["duration"], order["audio"]) == ([832, 480], 16, 4, False)
    assert (order["negative_prompt"], order["wire"]["tuning"]) == ("fog", {"guidance_scale": 3.5})


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"prompt": ""}, "prompt", "missing_required_parameter"),
        ({"model": "sora-2"}, "model", "invalid_value"),
        ({"size": "1280*720"}, "size", "invalid_value"),
        ({"size": "0x0"}, "size", "invalid_value"),
        ({"size": "9999x64"}, "size", "invalid_value"),
        ({"seconds": "2.5"}, "seconds", "invalid_value"),
        ({"seconds": "abc"}, "seconds", "invalid_type"),
        ({"seconds": "0"}, "seconds", "invalid_value"),
        ({"fps": "true"}, "fps", "invalid_type"),
        ({"num_frames": "100000"}, "num_frames", "invalid_value"),
        ({"seed": "one"}, "seed", "invalid_type"),
        ({"guidance_scale": "NaN"}, "guidance_scale", "invalid_type"),
        ({"num_inference_steps": "500"}, "num_inference_steps", "invalid_value"),
        ({"input_reference": "a.png"}, "input_reference", "invalid_value"),
        ({"input_reference": '{"file_id": "file-1"}'}, "input_reference", "invalid_value"),
        ({"reference_url": "ftp://a.test/x.png"}, "reference_url", "invalid_value"),
        ({"reference_url": "data:image/png;base64,###"}, "reference_url", "invalid_value"),
        ({"model": T2V, "reference_url": "https://a.test/x.png"}, "reference_url", "invalid_value"),
        ({"model": I2V}, "input_reference", "missing_required_parameter"),
    ],
)
async def test_what_is_wrong_with_an_order_is_named(http, fields, param, code):
    assert error(await http.post(VIDEOS, data=TINY | fields)) == (400, "invalid_request_error", param, code)


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"prompt": 5}', b'{"prompt": "x", "seed": true}'])
async def test_json_is_checked_too(http, content):
    answer = await http.post(VIDEOS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "content",
    [
        {"files": {"input_reference": ("a.png", encoded("#102030"), "image/png")}},
        {"data": {"reference_url": DATA_URL}},
        {"data": {"image_reference": json.dumps({"image_url": DATA_URL})}},
        {"data": {"input_reference[image_url]": DATA_URL}},
        {"json": {"input_reference": {"image_url": DATA_URL}}},
    ],
)
async def test_a_clip_starts_from_the_picture_it_was_given(http, clock, monkeypatch, content):
    seen = []
    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", lambda record, pictures, path: seen.extend(pictures))
    kind = "json" if "json" in content else "data"
    video_id = (await http.post(VIDEOS, **content | {kind: TINY | content.get(kind, {})})).json()["id"]
    clock.now += 20
    await http.get(f"{VIDEOS}/{video_id}/content")
    assert [picture.getpixel((5, 5)) for picture in seen] == [(16, 32, 48)]


async def test_a_file_that_is_no_picture_is_refused(http):
    answer = await http.post(VIDEOS, data=TINY, files={"input_reference": b"text"})
    assert error(answer) == (400, "invalid_request_error", "input_reference", "invalid_value")


async def test_content_can_be_had_in_parts_and_as_stills(http, clock):
    video_id = await completed(http, clock)
    url = f"{VIDEOS}/{video_id}/content"
    whole = await http.get(url, params={"variant": "video"})
    part = await http.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(whole.content)}"
    thumbnail, sheet = [await http.get(url, params={"variant": name}) for name in ("thumbnail", "spritesheet")]
    with Image.open(io.BytesIO(thumbnail.content)) as still, Image.open(io.BytesIO(sheet.content)) as grid:
        assert (still.format, still.size) == ("WEBP", (64, 48))
        assert (grid.format, grid.size) == ("JPEG", (256, 192))
    assert error(await http.get(url, params={"variant": "0"}))[2:] == ("variant", "invalid_value")


async def test_there_is_no_content_too_early_or_too_late_or_after_a_failure(http, clock):
    early, failed = await create(http), await create(http, prompt="FAIL")
    assert error(await http.get(f"{VIDEOS}/{early['id']}/content"))[0] == 404
    clock.now += 20
    assert (await http.get(f"{VIDEOS}/{early['id']}/content")).status_code == 200
    task = (await http.get(f"{VIDEOS}/{failed['id']}")).json()
    assert (task["status"], task["error"]["code"]) == ("failed", "generation_failed")
    assert error(await http.get(f"{VIDEOS}/{failed['id']}/content"))[0] == 404
    clock.now += 86_400
    assert error(await http.get(f"{VIDEOS}/{early['id']}/content"))[0] == 404


async def test_lists_are_pages_of_the_callers_own_videos(http, clock):
    made = []
    for _ in range(5):
        made.append((await create(http))["id"])
        clock.now += 1
    await http.post(VIDEOS, data=TINY, headers={"Authorization": "Bearer other"})
    await http.post("/v1/videos/generations", json={"model": "wan2.6", "prompt": "x"})
    first = (await http.get(VIDEOS, params={"limit": 2})).json()
    assert first["object"] == "list"
    assert [video["id"] for video in first["data"]] == [made[4], made[3]]
    assert (first["first_id"], first["last_id"], first["has_more"]) == (made[4], made[3], True)
    rest = (await http.get(VIDEOS, params={"after": made[3]})).json()
    assert [video["id"] for video in rest["data"]] == made[2::-1]
    assert rest["has_more"] is False
    upward = (await http.get(VIDEOS, params={"order": "asc", "limit": 3, "after": made[0]})).json()
    assert [video["id"] for video in upward["data"]] == made[1:4]
    nothing = (await http.get(VIDEOS, params={"after": "unknown"})).json()
    assert nothing == {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"order": "up"}])
async def test_a_page_that_cannot_be_is_refused(http, query):
    assert error(await http.get(VIDEOS, params=query))[:3] == (400, "invalid_request_error", next(iter(query)))


async def test_deleting_forgets_a_video_and_cancels_one_that_is_made(http, clock, tmp_path):
    done = await completed(http, clock)
    await http.get(f"{VIDEOS}/{done}/content")
    running = (await create(http))["id"]
    for video_id in (done, running):
        answer = await http.delete(f"{VIDEOS}/{video_id}")
        assert answer.json() == {"id": video_id, "deleted": True, "object": "video.deleted"}
        assert error(await http.get(f"{VIDEOS}/{video_id}"))[0] == 404
        assert error(await http.delete(f"{VIDEOS}/{video_id}"))[0] == 404
    assert list((tmp_path / "clips").iterdir()) == []


async def test_a_remix_is_a_new_video_that_knows_its_source(http, clock):
    source = await completed(http, clock)
    answer = await http.post(f"{VIDEOS}/{source}/remix", json={"prompt": "In the rain"})
    video = answer.json()
    assert (video["remixed_from_video_id"], video["prompt"], video["size"]) == (source, "In the rain", "64x48")
    too_early = await http.post(f"{VIDEOS}/{video['id']}/remix", json={"prompt": "x"})
    assert error(too_early) == (400, "invalid_request_error", "video_id", "invalid_value")
    assert error(await http.post(f"{VIDEOS}/{source}/remix", json={}))[2] == "prompt"
    assert error(await http.post(f"{VIDEOS}/unknown/remix", json={"prompt": "x"}))[0] == 404


async def test_prompts_and_scripts_decide_here_as_well(http, simulator, clock):
    rejected = await http.post(VIDEOS, data=TINY | {"prompt": "REJECT"})
    assert error(rejected) == (400, "invalid_request_error", None, "moderation_blocked")
    simulator.script(
        Script(refusal=(429, "rate_limit_exceeded", "Slow down."), retry_after=7),
        Script(ending="failed", error=("no_gpu", "No machine was free.")),
    )
    limited = await http.post(VIDEOS, data=TINY)
    assert (error(limited)[0], error(limited)[3], limited.headers["Retry-After"]) == (429, "rate_limit_exceeded", "7")
    video_id = await completed(http, clock)
    failed = (await http.get(f"{VIDEOS}/{video_id}")).json()
    assert failed["error"] == {"code": "no_gpu", "message": "No machine was free."}
    slow = await completed(http, clock, prompt="SLOW")
    assert (await http.get(f"{VIDEOS}/{slow}")).json()["status"] == "in_progress"


async def test_no_key_is_needed_and_a_wrong_one_is_refused(http):
    assert (await http.get(VIDEOS, headers={"Authorization": ""})).status_code == 200
    for method, path in (("POST", VIDEOS), ("GET", VIDEOS), ("GET", f"{VIDEOS}/x"), ("DELETE", f"{VIDEOS}/x")):
        answer = await http.request(method, path, headers={"Authorization": "Bearer wrong"})
        assert error(answer) == (401, "invalid_request_error", None, "invalid_api_key")


async def test_tasks_of_one_protocol_are_unknown_to_the_other(service, http):
    video, task = await create(http), (await service.submit()).json()
    assert (await http.get(f"/v1/videos/generations/{video['id']}")).json()["error"]["code"] == 404
    assert error(await http.get(f"{VIDEOS}/{task['id']}")) == (404, "invalid_request_error", "video_id", "not_found")


@pytest.mark.parametrize(("method", "path"), [("PUT", VIDEOS), ("GET", f"{VIDEOS}/x/y"), ("POST", f"{VIDEOS}/x")])
async def test_what_is_no_route_is_refused_in_the_same_shape(http, method, path):
    assert error(await http.request(method, path))[0] in {404, 405}


async def test_models_are_listed_for_both(http):
    listed = (await http.get("/v1/models")).json()
    assert listed["object"] == "list"
    assert listed["data"][0] == {"id": MODEL, "object": "model", "created": 0, "owned_by": "simulator"}
    assert {T2V, I2V} < {model["id"] for model in listed["data"]}
    assert (await http.get(f"/v1/models/{T2V}")).json()["id"] == T2V
    assert (await http.get("/v1/models/sora-2")).status_code == 404
    for kind, count in (("video", 2), ("all", 2), ("text", 0)):
        answer = (await http.get("/v1/models", params={"type": kind})).json()
        assert (answer["success"], answer["object"], len(answer["data"])) == (True, "list", count)
