"""Files from the browser: whole and under a name of ours, or not there at all."""

import hashlib
import os

import pytest

import wan_widgets as ww
from wan_widgets.widgets import intake
from wan_widgets.widgets.intake import Intake

CHUNK = 2**20


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    return tmp_path / "outputs" / "inputs"


@pytest.fixture
def desk():
    desk = Intake()
    yield desk
    desk.close()


def begin(desk, size, name="cat.png", kind="image/png", transfer="t"):
    return desk.hear({"kind": "file-begin", "id": transfer, "name": name, "size": size, "type": kind}, [])


def chunk(desk, start, data, transfer="t"):
    return desk.hear({"kind": "file-chunk", "id": transfer, "start": start}, [data])


def test_a_file_arrives_in_confirmed_chunks(desk, place):
    content = os.urandom(2 * CHUNK + 5)
    assert begin(desk, len(content)) == {"kind": "file-here", "id": "t", "received": 0}
    assert chunk(desk, 0, content[:CHUNK])["received"] == CHUNK
    assert chunk(desk, CHUNK, content[CHUNK : 2 * CHUNK])["received"] == 2 * CHUNK
    assert list(place.iterdir()) == []

    answer = chunk(desk, 2 * CHUNK, content[2 * CHUNK :])

    digest = hashlib.sha256(content).hexdigest()
    assert answer == {"kind": "file-stored", "id": "t", "path": str(place / f"cat-{digest[:12]}.png")}
    assert [path.read_bytes() for path in place.iterdir()] == [content]


def test_the_same_file_is_stored_once(desk, place):
    for transfer in ("one", "two"):
        begin(desk, 3, transfer=transfer)
        chunk(desk, 0, b"abc", transfer)

    assert len(list(place.iterdir())) == 1


def test_a_file_that_was_damaged_on_the_disk_is_stored_anew(desk, place):
    begin(desk, 3)
    chunk(desk, 0, b"abc")
    [path] = place.iterdir()
    path.write_bytes(b"a")
    begin(desk, 3)
    chunk(desk, 0, b"abc")

    assert path.read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("name", "kind", "stored"),
    [
        ("../../etc/passwd", "image/png", "passwd-*.png"),
        ("/etc/cron.d/x.png", "image/png", "x-*.png"),
        ("a/b\\c:d*?.PNG", "image/png", "b-c-d-*.png"),
        ("..", "image/jpeg", "file-*.jpg"),
        (".png", "", "png-*"),
        ("cat.png\0.exe", "image/png", "cat-png-*.png"),
        ("猫 und Maus.webp", "image/webp", "猫-und-Maus-*.webp"),
        ("x" * 500 + ".mp4", "video/mp4", "x" * 40 + "-*.mp4"),
        ("猫" * 500 + ".mp4", "video/mp4", "猫" * 40 + "-*.mp4"),
        ("song.mp3", "audio/mpeg", "song-*.mp3"),
        ("film", "video/quicktime", "film-*.mov"),
        ("page.html", "text/html", "page-*"),
        ("page", "image/../../x", "page-*"),
    ],
)
def test_of_its_name_only_letters_and_digits_are_kept(desk, place, name, kind, stored):
    begin(desk, 1, name, kind)
    chunk(desk, 0, b"x")

    [path] = place.iterdir()
    assert path.match(stored), path.name


def test_what_breaks_off_or_is_called_off_leaves_nothing(desk, place):
    begin(desk, 10)
    chunk(desk, 0, b"12345")
    assert desk.hear({"kind": "file-cancel", "id": "t"}, []) is None
    begin(desk, 10, transfer="u")
    chunk(desk, 0, b"12345", "u")
    desk.close()

    assert list(place.iterdir()) == []
    assert chunk(desk, 5, b"67890", "u")["kind"] == "file-failed"


@pytest.mark.parametrize(("start", "data"), [(1, b"x"), (0, b"x" * 11), (None, b"x"), (-1, b"x"), ("0", b"x")])
def test_chunks_that_do_not_follow_are_refused(desk, place, start, data):
    begin(desk, 10)

    assert chunk(desk, start, data)["kind"] == "file-failed"
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("size", [None, -1, "5", True, 10**18])
def test_sizes_that_cannot_be_are_refused(desk, place, size):
    assert begin(desk, size)["kind"] == "file-failed"


def test_a_folder_that_cannot_be_written_is_named(desk, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "file"))

    answer = begin(desk, 5)

    assert answer["kind"] == "file-failed"
    assert "inputs" in answer["message"]


def test_browsers_that_went_away_hold_no_files_for_ever(desk):
    for number in range(20):
        begin(desk, 10, transfer=str(number))

    assert len(desk._arrivals) == intake._OPEN
    assert chunk(desk, 0, b"x", "0")["kind"] == "file-failed"
    assert chunk(desk, 0, b"x", "19")["kind"] == "file-here"


def test_an_empty_file_is_a_file(desk, place):
    begin(desk, 0)

    assert chunk(desk, 0, b"")["kind"] == "file-stored"


def test_messages_that_are_none_are_ignored(desk):
    for content in ({"kind": "file-begin"}, {"kind": "file-chunk", "id": 5}, {"kind": "file-what", "id": "x"}):
        assert desk.hear(content, []) is None


def test_what_is_in_memory_gets_the_suffix_of_what_it_is(place):
    assert intake.store(b"no picture").suffix == ""
    picture = ww.VideoForm(image=_png()).image
    assert picture.startswith(str(place / "image-"))
    assert picture.endswith(".png")


def _png():
    from PIL import Image

    return Image.new("RGB", (300, 200), "red")


@pytest.mark.parametrize("size", [10**400, 2**63, 2**60, float("inf")])
def test_a_size_that_no_disk_has_is_answered(desk, size):
    assert begin(desk, size)["kind"] == "file-failed"


@pytest.mark.parametrize("field", ["image", "references", "guide_audio"])
def test_bytes_that_cannot_be_stored_are_one_of_our_errors(field, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", "/proc/nowhere")
    form = ww.VideoForm()
    with pytest.raises(ww.ConfigurationError, match="Set WAN_OUTPUTS"):
        setattr(form, field, b"\x89PNG")
    assert getattr(form, field) in ("", [])
