"""Posters and strips of clips: small, made once, and kept under the clip's content."""

import io

import av
import numpy as np
import pytest
from PIL import Image

from browser.media import make_clip
from wan_widgets.files import previews
from wan_widgets.files.disk import digest_of
from wan_widgets.files.previews import FRAMES, kept, made


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def opened(picture):
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize(
    ("width", "height", "poster", "frame"),
    [(1280, 720, (320, 180), (240, 135)), (720, 1280, (180, 320), (135, 240)), (64, 48, (64, 48), (64, 48))],
)
def test_pictures_are_small_and_have_the_shape_of_the_clip(tmp_path, width, height, poster, frame):
    clip = make_clip(tmp_path / "a.mp4", width=width, height=height)
    assert opened(made(None, "poster", clip)).size == poster
    strip = made(None, "strip", clip)
    assert opened(strip).size == (FRAMES * frame[0], frame[1])
    assert len(strip) < 100_000


def test_a_strip_runs_through_the_whole_clip(tmp_path):
    """The brightness rises from 40 by 8 a frame, for 20 frames."""
    strip = opened(made(None, "strip", make_clip(tmp_path / "a.mp4"))).convert("L")
    width = strip.width // FRAMES
    shades = [strip.getpixel((number * width + width // 2, 20)) for number in range(FRAMES)]
    expected = [40 + 8 * -(-number * 20 // FRAMES) for number in range(FRAMES)]
    assert all(abs(shade - wanted) < 6 for shade, wanted in zip(shades, expected, strict=True)), (shades, expected)


def test_a_clip_of_few_frames_repeats_the_last_one(tmp_path):
    path = tmp_path / "short.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=2)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in (0, 200):
            picture = np.full((48, 64, 3), shade, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    strip = opened(made(None, "strip", path)).convert("L")
    assert strip.size == (FRAMES * 64, 48)
    assert strip.getpixel((10, 20)) < 20
    assert strip.getpixel((FRAMES * 64 - 10, 20)) > 180


@pytest.mark.parametrize("what", ["poster", "strip"])
def test_what_was_made_is_kept_wherever_the_file_is_by_then(tmp_path, what):
    clip = make_clip(tmp_path / "a.mp4")
    content = digest_of(clip)
    assert kept(content, what) is None
    picture = made(content, what, clip)
    clip.unlink()
    assert kept(content, what) == picture
    assert kept("0" * 64, what) is None


def test_a_kept_picture_that_is_cut_short_is_made_again(tmp_path):
    clip = make_clip(tmp_path / "a.mp4")
    content = digest_of(clip)
    picture = made(content, "poster", clip)
    [file] = previews._CACHE.folder.iterdir()
    for broken in (b"", picture[:20], picture[:-1], b"x" * len(picture)):
        file.write_bytes(broken)
        assert kept(content, "poster") is None
    assert made(content, "poster", clip) == picture == kept(content, "poster")


@pytest.mark.parametrize("name", [None, "", "../../x", "A" * 64, "0" * 63])
def test_what_is_no_digest_names_no_file(tmp_path, name):
    clip = make_clip(tmp_path / "a.mp4", width=64, height=48)
    assert made(name, "poster", clip)
    assert kept(name, "poster") is None
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("content", [b"", b"no film", None])
def test_what_is_no_clip_has_no_picture(tmp_path, content):
    path = tmp_path / "a.mp4"
    if content is not None:
        path.write_bytes(content)
    assert made("0" * 64, "poster", path) is None
    assert made("0" * 64, "strip", path) is None
    assert kept("0" * 64, "strip") is None


@pytest.mark.anyio
async def test_a_picture_is_made_once_and_no_fault_of_a_file_is_an_error(tmp_path):
    clip = make_clip(tmp_path / "a.mp4")
    first = await previews.picture(digest_of(clip), "poster", lambda: clip)
    assert first == kept(digest_of(clip), "poster")
    assert await previews.picture(digest_of(clip), "poster", pytest.fail) == first
    assert await previews.picture(None, "poster", lambda: None) is None

    def damaged():
        raise IndexError

    assert await previews.picture(None, "strip", damaged) is None
