"""What all protocols share: orders, ids, uploads, and clips of any length, pace and size."""

import base64
import io
import json
from pathlib import Path
from random import Random

import av
import pytest
from PIL import Image

from wan_widgets.simulator import ids
from wan_widgets.simulator.film.render import render
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.records import Record, new_record
from wan_widgets.simulator.scripts import Script, usual_seconds
from wan_widgets.simulator.store import Store
from wan_widgets.simulator.uploads import Uploads, media_type_of, read_data_url
from wan_widgets.wan.models import Size

FULL = Order(
    model="m",
    prompt="Кот",
    first_frame="https://a.test/1.png",
    references=("https://a.test/2.mp4", "upload:x"),
    guide_audio="https://a.test/3.mp3",
    size=Size(64, 48),
    duration=2.5,
    fps=12.5,
    audio=False,
    caller_id="mine",
    wire={"echo": [1, 2]},
)


def record(order: Order) -> Record:
    names = {"task_id": "video_" + "0" * 26, "protocol": "any", "owner": "o"}
    return new_record(order, Script(), **names, now=1.79e9, seed=1)


def test_a_record_is_read_as_it_was_written():
    written = record(FULL)
    assert Record.from_json(json.loads(json.dumps(written.to_json()))) == written


@pytest.mark.parametrize("damage", [{"order": {"prompt": "x"}}, {"order": None}, {"later": 1}, {"error": 5}])
def test_what_another_version_wrote_is_no_record(damage):
    assert Record.from_json(record(FULL).to_json() | damage) is None


def test_the_mode_follows_from_the_sources():
    assert (Order(model="m").mode, Order(model="m").sources) == ("t2v", ())
    assert (Order(model="m", first_frame="a").mode, Order(model="m", references=("a",)).mode) == ("i2v", "r2v")
    assert FULL.sources == ("https://a.test/1.png", "https://a.test/2.mp4", "upload:x")


@pytest.mark.parametrize("spell", [ids.ulid, ids.hexadecimal, ids.uuid, lambda number: "a_b_" + ids.ulid(number)])
def test_an_id_says_when_it_was_made_in_every_spelling(spell):
    task_id = spell(ids.new_number(1_790_000_000.25, Random(1)))
    assert ids.TASK_ID.fullmatch(task_id)
    assert ids.created_at(task_id) == 1_790_000_000.25


@pytest.mark.parametrize("name", ["", "video_", "../x", "video_" + "0" * 25, "0" * 31, "VIDEO_" + "0" * 26])
def test_what_is_no_id_is_never_looked_for(name, tmp_path):
    assert Store(tmp_path).find(name) is None
    with pytest.raises(ValueError, match="is not the id of a task"):
        ids.created_at(name)


@pytest.mark.parametrize(("duration", "seconds"), [(0.3, 4), (5, 4), (5.1, 5), (12, 7), (30, 7)])
def test_every_length_takes_its_usual_time(duration, seconds):
    assert sum(usual_seconds(duration)) == seconds


@pytest.fixture
def usual_fps():
    return 24


@pytest.mark.parametrize(
    ("size", "duration", "fps", "audio", "frames"),
    [
        (Size(64, 48), 2, None, True, 48),
        (Size(64, 48), 2.5, 12.5, True, 31),
        (Size(64, 48), 81 / 16, 16, False, 81),
        (Size(64, 48), 1.001, 30000 / 1001, True, 30),
        (Size(8, 8), 0.25, 8, False, 2),
        (Size(85, 49), 0.01, 30, True, 1),
    ],
)
def test_a_clip_has_the_ordered_size_length_and_pace(tmp_path, size, duration, fps, audio, frames):
    order = Order(model="m", prompt="A lake", size=size, duration=duration, fps=fps, audio=audio, shot_type="multi")
    path = tmp_path / "clip.mp4"
    render(record(order), [], path)
    with av.open(str(path)) as clip:
        video, *sounds = clip.streams
        assert (video.width, video.height) == (size.width + size.width % 2, size.height + size.height % 2)
        assert video.frames == sum(1 for _ in clip.decode(video)) == frames
        assert video.average_rate == order.rate or frames == 1
        assert len(sounds) == audio
        for sound in sounds:
            assert abs(float(sound.duration * sound.time_base) - frames / order.rate) < 0.001


def test_uploads_are_found_by_every_name_of_theirs(tmp_path):
    uploads = Uploads(Store(tmp_path))
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "WEBP")
    name = uploads.keep(buffer.getvalue(), number=7)
    assert name.endswith(".webp")
    for address in (f"upload:{name}", f"https://any.test/files/uploads/{name}"):
        assert uploads.find(address).read_bytes() == buffer.getvalue()
    for address in ("upload:../tasks/x.json", "https://any.test/x.png", f"upload:{name}.json", "upload:"):
        assert uploads.find(address) is None


def test_data_urls_give_their_bytes_or_say_what_is_wrong():
    assert read_data_url("data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()) == b"\x89PNG"
    assert read_data_url("data:text/plain,a%20b") == b"a b"
    for url in ("https://a.test/", "data:image/png;base64", "data:;base64,@@@"):
        with pytest.raises(ValueError, match=r"it is not a data: URL|base64 cannot be read"):
            read_data_url(url)


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"BM\x00\x00", "image/bmp"),
        (b"\n\n\n\nftypisom", "video/mp4"),
        (b"%PDF-1.7", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_files_are_known_by_their_first_bytes(start, media_type):
    assert media_type_of(start) == media_type


def test_the_store_lists_tasks_by_their_age_whatever_their_spelling(tmp_path: Path):
    store = Store(tmp_path)
    for age, spell in ((3, ids.uuid), (1, ids.hexadecimal), (2, ids.ulid)):
        made = record(FULL).to_json() | {"id": spell(ids.new_number(1.79e9 - age, Random(age)))}
        store.save(Record.from_json(made))
    (store.tasks / "notes.json").write_text("{")
    assert [round(1.79e9 - ids.created_at(found.id)) for found in store.newest_first()] == [1, 2, 3]
