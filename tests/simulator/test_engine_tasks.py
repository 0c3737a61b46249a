"""What becomes of orders at SGLang and vLLM-Omni: pictures that are none, clips that are too large, a restart."""

from random import Random

import pytest

from simulator.engines import I2V, TINY, VIDEOS, create, picture
from wan_widgets.simulator.ids import new_number, ulid

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("engine", ["sglang", "vllm-omni"])
@pytest.mark.parametrize("fields", [{"size": "20000x64"}, {"num_frames": "2000"}])
async def test_what_no_gpu_could_make_is_taken_and_fails(start, clock, engine, fields):
    http = await start(engine)
    video = await create(http, **fields)
    clock.now += 20
    failed = (await http.get(f"{VIDEOS}/{video['id']}")).json()
    assert failed["status"] == "failed"
    assert failed["error"]["message"].startswith("Out of memory")


async def test_sglang_takes_a_gif_for_a_video_and_opens_a_picture_only_when_the_task_runs(start, clock, tmp_path):
    http = await start("sglang")
    videos = []
    for name in ("a.gif", "a.png"):
        answer = await http.post(VIDEOS, data=TINY, files={"input_reference": (name, b"neither")})
        videos.append(answer.json()["id"])
    clock.now += 20
    gif, png = [(await http.get(f"{VIDEOS}/{video_id}")).json() for video_id in videos]
    assert (gif["status"], png["status"], png["error"]["message"]) == (
        "completed",
        "failed",
        "cannot identify image file",
    )


@pytest.mark.parametrize(
    ("engine", "field", "pattern"),
    [("sglang", "reference_url", "{}"), ("vllm-omni", "image_reference", '{{"image_url": "{}"}}')],
)
async def test_a_picture_at_an_address_is_fetched_when_it_is_ordered(start, clock, tmp_path, engine, field, pattern):
    http = await start(engine)
    (tmp_path / "uploads").mkdir()
    name = f"upload_{ulid(new_number(clock.now, Random(1)))}.png"
    (tmp_path / "uploads" / name).write_bytes(picture())
    form = {"none": (None, "")}
    there = pattern.format(f"http://sim.test/files/uploads/{name}")
    taken = await http.post(VIDEOS, data=TINY | {field: there}, files=form)
    assert taken.status_code == 200, taken.text
    assert len([*(tmp_path / "uploads").iterdir()]) == 2
    gone = pattern.format("http://sim.test/files/uploads/none.png")
    refused = await http.post(VIDEOS, data=TINY | {field: gone}, files=form)
    assert (refused.status_code, "404" in refused.text) == (400, True)


async def test_a_missing_picture_is_a_refusal_to_sglang_and_a_failed_task_to_vllm_omni(start, clock):
    sglang, vllm = await start("sglang", model=I2V), await start("vllm-omni", model=I2V)
    assert (await sglang.post(VIDEOS, data=TINY, files={"none": (None, "")})).status_code == 400
    video = await create(vllm)
    clock.now += 20
    failed = await vllm.get(f"{VIDEOS}/{video['id']}")
    assert (failed.status_code, failed.json()["status"]) == (500, "failed")


async def test_clips_of_one_second_stay_in_the_order_in_which_they_came(start, clock):
    http = await start("sglang")
    made = []
    for _ in range(3):
        made.append((await create(http))["id"])
        clock.now += 0.4
    listed = [video["id"] for video in (await http.get(VIDEOS)).json()["data"]]
    assert listed == made
    clock.now += 1
    newest = (await create(http))["id"]
    assert (await http.get(VIDEOS)).json()["data"][0]["id"] == newest


@pytest.mark.parametrize("engine", ["sglang", "vllm-omni"])
async def test_an_engine_that_is_started_again_has_forgotten_its_tasks(start, clock, engine):
    before = await start(engine)
    video = await create(before)
    clock.now += 20
    assert (await before.get(f"{VIDEOS}/{video['id']}")).status_code == 200
    after = await start(engine)
    assert (await after.get(f"{VIDEOS}/{video['id']}")).status_code == 404
    assert (await after.get(VIDEOS)).json()["data"] == []
