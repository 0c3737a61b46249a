import io
import json
from dataclasses import replace
from random import Random

import anyio
import av
import httpx
import numpy as np
import pytest
from PIL import Image

from wan_widgets.simulator import Simulator
from wan_widgets.simulator.film.film import Film
from wan_widgets.simulator.film.render import render
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.toapis.orders import parse_order
from wan_widgets.simulator.records import Record, new_record
from wan_widgets.simulator.scripts import Script
from wan_widgets.wan.models import WAN_2_6_SIZES

pytestmark = pytest.mark.anyio

IMAGE = "http://127.0.0.1:9/picture.png"


def record(rng, **fields) -> Record:
    body = {"model": "wan2.6", "prompt": "A harbour", "resolution": "720p", "seed": 11} | fields
    return recorded(parse_order(body), seed=rng.randint(0, 2**31 - 1))


def recorded(order: Order, *, seed: int = 0) -> Record:
    task_id = "video_" + "0" * 26
    return new_record(order, Script(), task_id=task_id, protocol="toapis", owner="o", now=1.79e9, seed=seed)


def lasting(seconds: int, record: Record) -> Record:
    """Shorter than ToAPIs sells it."""
    return replace(record, order=replace(record.order, duration=seconds))


def frames(film: Film, *indices: int) -> list[np.ndarray]:
    return [frame for index, frame in zip(range(max(indices) + 1), film, strict=False) if index in indices]


def picture(width: int, height: int) -> Image.Image:
    ramp = np.linspace(0, 255, width).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(ramp, (height, width)).copy()).convert("RGB")


@pytest.fixture
def usual_fps():
    return 24


@pytest.fixture
def rng():
    return Random(3)


async def completed(service, clock, **fields) -> str:
    task_id = (await service.submit(**fields)).json()["id"]
    clock.now += 10
    return (await service.task(task_id))["result"]["data"][0]["url"]


def check_clip(source, size, seconds, *, audio=True):
    with av.open(source) as container:
        assert container.duration == seconds * av.time_base
        (video,) = container.streams.video
        assert (video.width, video.height) == tuple(size)
        assert (video.codec.canonical_name, video.pix_fmt) == ("h264", "yuv420p")
        assert video.average_rate == 24
        assert video.frames == 24 * seconds
        assert video.duration * video.time_base == seconds
        assert sum(1 for _ in container.decode(video)) == 24 * seconds
        assert [stream.codec.canonical_name for stream in container.streams.audio] == ["aac"] * audio
        for stream in container.streams.audio:
            assert stream.duration * stream.time_base == seconds
        return json.loads(container.metadata["comment"])


async def test_a_clip_is_what_was_asked_for_and_says_what_it_is(service, clock):
    url = await completed(service, clock, prompt="Кот и 猫", seed=42, aspect_ratio="4:3", watermark=True)
    answer = await service.http.get(url, headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/mp4"
    note = check_clip(io.BytesIO(answer.content), (1088, 832), 5)
    assert note["simulated"] is True
    assert (note["model"], note["mode"], note["seed"]) == ("wan2.6", "t2v", 42)
    assert note["request"]["prompt"] == "Кот и 猫"
    # The index comes first, so that a player can start before it has everything.
    assert answer.content.index(b"moov") < answer.content.index(b"mdat")


@pytest.fixture
def rendered(monkeypatch) -> list:
    """Write a still in place of every clip, and list the pictures that each was made from."""
    calls = []

    def write(record, pictures, path):
        calls.append(pictures)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(320, 200).save(path, "PNG")

    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", write)
    return calls


async def test_parts_of_a_clip_can_be_asked_for_before_and_after_it_is_whole(service, clock, rendered):
    url = await completed(service, clock)
    start = await service.http.get(url, headers={"Range": "bytes=1-3"})
    assert (start.status_code, start.content) == (206, b"PNG")
    whole = await service.http.get(url)
    assert start.headers["Content-Range"] == f"bytes 1-3/{len(whole.content)}"
    end = await service.http.get(url, headers={"Range": "bytes=-100"})
    assert end.content == whole.content[-100:]
    head = await service.http.head(url)
    assert int(head.headers["Content-Length"]) == len(whole.content)


async def test_two_at_once_render_once(service, clock, rendered):
    url = await completed(service, clock)
    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(service.http.get, url)
    assert len(rendered) == 1


async def test_a_clip_can_be_made_from_a_clip_in_the_same_process(service, clock, rendered):
    source = await completed(service, clock, prompt="first")
    url = await completed(service, clock, image_urls=[source], prompt="then")
    assert (await service.http.get(url)).status_code == 200
    (first, (seen,)) = rendered
    assert first == []
    assert seen.size == (320, 200)


async def test_an_expired_clip_is_refused_and_deleted(service, clock, tmp_path, rendered):
    first, second = await completed(service, clock), await completed(service, clock)
    for url in (first, second):
        assert (await service.http.get(url)).status_code == 200
    clock.now += 86_400
    answer = await service.http.get(first)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "file_expired")
    assert len(list((tmp_path / "clips").iterdir())) == 1
    await service.submit()
    assert list((tmp_path / "clips").iterdir()) == []
    task_id = second.rpartition("/")[2].removesuffix(".mp4")
    assert (await service.task(task_id))["status"] == "completed"


@pytest.mark.parametrize("name", ["unknown", "..%2Ftasks%2Fx", "%2e%2e/secret", "video_00000000000000000000000000"])
async def test_only_names_of_ours_are_files(service, tmp_path, name):
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    assert (await service.http.get(f"/files/{name}.mp4")).status_code == 404


async def test_there_is_no_clip_before_its_time(service):
    task_id = (await service.submit()).json()["id"]
    assert (await service.http.get(f"/files/{task_id}.mp4")).status_code == 404


def test_a_full_hd_clip_is_exact_too(tmp_path, rng):
    path = tmp_path / "clip.mp4"
    render(lasting(2, record(rng, resolution="1080p", aspect_ratio="9:16", shot_type="multi")), [], path)
    check_clip(str(path), (1080, 1920), 2)
    assert list(tmp_path.iterdir()) == [path]


def test_a_clip_from_an_image_has_its_shape_and_can_be_silent(tmp_path, rng):
    path = tmp_path / "clip.mp4"
    audible = lasting(2, record(rng, image_urls=[IMAGE]))
    silent = replace(audible, order=replace(audible.order, audio=False))
    render(silent, [picture(750, 1000)], path)
    check_clip(str(path), (816, 1104), 2, audio=False)


def test_nothing_is_left_of_a_clip_that_failed(tmp_path, rng, monkeypatch):
    monkeypatch.setattr(Film, "__iter__", lambda film: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        render(record(rng), [], tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ratio", WAN_2_6_SIZES["720p"])
def test_frames_have_the_size_of_the_table(rng, ratio):
    film = Film(record(rng, aspect_ratio=ratio), [])
    (frame,) = frames(film, 0)
    width, height = WAN_2_6_SIZES["720p"][ratio]
    assert frame.shape == (height * 3 // 2, width)
    assert Film(record(rng, aspect_ratio=ratio, resolution="1080p"), []).size == WAN_2_6_SIZES["1080p"][ratio]


def test_the_same_request_gives_the_same_frames_and_others_give_others(rng):
    first, again, prompt, seed = (
        frames(Film(record(rng, **fields), []), 0, 6) for fields in ({}, {}, {"prompt": "A desert"}, {"seed": 12})
    )
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    for other in (prompt, seed):
        assert np.abs(first[0].astype(int) - other[0]).mean() > 5
    assert not np.array_equal(*first)


def test_every_landscape_moves_and_stays_in_range(rng):
    for seed in range(6):
        early, late = frames(Film(record(rng, seed=seed), []), 0, 12)
        assert not np.array_equal(early, late)
        assert 16 <= early.min() <= early.max() <= 240


def test_several_shots_are_cut_in_the_middle(rng):
    film = Film(record(rng, shot_type="multi"), [])
    before, cut, after = frames(film, 59, 60, 61)
    assert np.abs(before.astype(int) - cut).mean() > 4 * np.abs(cut.astype(int) - after).mean()


def test_a_clip_from_an_image_starts_with_the_image_and_moves_in(rng):
    film = Film(record(rng, image_urls=[IMAGE]), [picture(1280, 720)])
    first, late = frames(film, 0, 100)
    row = first[100, :1280].astype(int)
    assert row[0] <= 20
    assert row[-1] >= 230
    assert np.abs(row - np.linspace(16, 235, 1280)).max() <= 4
    assert np.ptp(late[100, :1280].astype(int)) < np.ptp(row)


def test_references_are_seen_and_what_cannot_be_read_is_said(rng):
    references = {"metadata": {"reference_urls": [IMAGE]}}
    shown, other, missing = (
        frames(Film(record(rng, **references), [image]), 0)[0][:720].astype(int)
        for image in (picture(400, 300), Image.new("RGB", (400, 300), "red"), None)
    )
    assert np.abs(shown - other).mean() > 1
    assert np.abs(shown - missing).mean() > 1


def test_an_unreadable_image_gives_a_landscape_in_16_9(rng):
    film = Film(record(rng, image_urls=[IMAGE]), [None])
    assert film.size == (1280, 720)
    (frame,) = frames(film, 0)
    card = frame[100:600, 300:980]
    # Paper is nearly white: no sky is in such a large part of the middle.
    assert (card > 215).mean() > 0.3


async def test_a_missing_seed_is_chosen_once_and_kept(tmp_path, clock):
    simulator = Simulator(tmp_path, clock=clock)
    headers = {"Authorization": "Bearer key"}
    async with httpx.AsyncClient(
        transport=simulator.transport(), base_url="http://sim.test", headers=headers
    ) as client:
        for body in ({}, {"seed": -1}, {"seed": 77}):
            answer = await client.post("/v1/videos/generations", json={"model": "wan2.6", "prompt": "x"} | body)
            assert answer.status_code == 200
    seeds = [json.loads(path.read_text())["seed"] for path in (tmp_path / "tasks").iterdir()]
    assert len(set(seeds)) == 3
    assert 77 in seeds
    assert all(0 <= seed < 2**31 for seed in seeds)
