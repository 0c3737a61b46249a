"""Small pictures of local files."""

import asyncio
import io
import os

import pytest
from PIL import Image

from browser.media import make_clip
from wan_widgets.widgets.thumbnails import answer, thumbnail


def ask(source):
    reply, pictures = asyncio.run(answer({"kind": "thumbnail", "source": source}))
    assert reply == {"kind": "thumbnail", "source": source}
    return pictures


def opened(picture):
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
    return image


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "CMYK", "LA"])
def test_an_image_becomes_a_small_jpeg(tmp_path, mode):
    suffix = "jpg" if mode == "CMYK" else "png"
    Image.effect_noise((2000, 1000), 90).convert("RGB").convert(mode).save(tmp_path / f"a.{suffix}", compress_level=1)

    [picture] = ask(str(tmp_path / f"a.{suffix}"))

    assert len(picture) < 64_000
    assert opened(picture).size == (320, 160)
    assert opened(picture).format == "JPEG"


def test_a_picture_that_lies_on_its_side_stands_up(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 100)).save(tmp_path / "a.jpg", exif=exif)

    [picture] = ask(str(tmp_path / "a.jpg"))

    assert opened(picture).size == (100, 200)


def test_a_video_shows_its_first_frame(tmp_path):
    [picture] = ask(str(make_clip(tmp_path / "a.mp4")))

    assert opened(picture).size == (320, 180)


@pytest.mark.parametrize("source", ["", "https://a.example/i.png", "/nowhere/x.png", None, 5, "a\0b"])
def test_where_there_is_nothing_to_see_there_is_no_picture(source):
    assert ask(source) == []


def test_what_is_no_picture_has_none(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")

    assert ask(str(tmp_path / "a.png")) == []


def test_a_picture_that_would_fill_the_memory_is_not_read(tmp_path):
    Image.new("1", (12_000, 9_000)).save(tmp_path / "a.png")

    assert ask(str(tmp_path / "a.png")) == []


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "cat.png")
    with pytest.raises(OSError, match="is no regular file"):
        thumbnail(tmp_path / "cat.png")
