"""Local files before they are sent: what is looked at, what is refused, and that nothing leaves before."""

import io
import os
import socket
import wave
from fractions import Fraction
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from PIL import Image

import wan_widgets as ww
from shared.network import Service, task
from wan_widgets.console.statusline import describe
from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts, part_of
from wan_widgets.generation.step import Step
from wan_widgets.providers import PROVIDERS, FilePart
from wan_widgets.service import forms as multipart
from wan_widgets.service.checking import all_problems
from wan_widgets.service.uploads import Upload
from wan_widgets.wan.sources import Kind, LocalFile


def picture(kind="PNG", size=(320, 240), mode="RGB"):
    buffer = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(buffer, kind)
    return buffer.getvalue()


def sound(seconds=1.0):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(int(16000 * seconds)))
    return buffer.getvalue()


def film(path, codec="libx264", seconds=2, **options):
    with av.open(str(path), "w", **options) as container:
        stream = container.add_stream(codec, rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(8 * seconds):
            black = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(black))
        container.mux(stream.encode())
    return path


def song_with_a_cover(path):
    with av.open(str(path), "w") as container:
        audio = container.add_stream("libmp3lame", rate=44_100)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        packet = cover.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24"))
        for number in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1152), np.float32), format="fltp", layout="mono")
            frame.rate, frame.pts, frame.time_base = 44_100, number * 1152, Fraction(1, 44_100)
            container.mux(audio.encode(frame))
        container.mux(packet)
        container.mux(cover.encode())
        container.mux(audio.encode())
    return path


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_is_known_by_what_it_is(kind, mime, tmp_path):
    path = tmp_path / "misnamed.txt"
    path.write_bytes(picture(kind))
    for file in (LocalFile(path), LocalFile(data=picture(kind))):
        known = facts(file)
        assert (known.kind, known.type, known.sides) == (ww.Kind.IMAGE, mime, (320, 240))
        assert known.size == len(picture(kind))


@pytest.mark.parametrize(
    ("name", "codec", "options", "mime"),
    [
        ("a.mp4", "libx264", {}, "video/mp4"),
        ("a.mov", "libx264", {}, "video/quicktime"),
        ("a.webm", "libvpx", {}, "video/webm"),
        ("a.mkv", "libx264", {}, "video/x-matroska"),
    ],
)
def test_a_video_is_known_by_what_it_is(tmp_path, name, codec, options, mime):
    known = facts(LocalFile(film(tmp_path / name, codec, **options)))

    assert (known.kind, known.type, known.sides) == (ww.Kind.VIDEO, mime, (64, 48))
    assert known.seconds == pytest.approx(2, abs=0.2)


def test_a_sound_is_known_also_with_a_picture_on_its_sleeve(tmp_path):
    assert facts(LocalFile(data=sound())).type == "audio/wav"
    assert facts(LocalFile(data=sound(2.5))).seconds == pytest.approx(2.5)
    cover = facts(LocalFile(song_with_a_cover(tmp_path / "song.mp3")))
    assert (cover.kind, cover.type) == (ww.Kind.AUDIO, "audio/mpeg")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"words",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"<svg/>",
        b"%PDF-1.7",
        bytes(99),
    ],
)
def test_what_is_neither_picture_nor_sound_is_not_taken_for_one(data):
    with pytest.raises(NotMedia):
        facts(LocalFile(data=data))


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head(tmp_path):
    with pytest.raises(NotMedia, match="too many pixels"):
        facts(LocalFile(data=picture(size=(20_000, 20_000), mode="1")))


def test_a_file_that_has_changed_is_looked_at_again(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(picture())
    assert facts(LocalFile(path)).sides == (320, 240)
    path.write_bytes(picture(size=(64, 64)))
    os.utime(path, ns=(1, 1))

    assert facts(LocalFile(path)).sides == (64, 64)


def test_a_file_goes_out_under_a_name_that_tells_nothing(tmp_path):
    path = tmp_path / "Aunt Mary, private.png"
    path.write_bytes(picture())

    part = part_of(LocalFile(path))

    assert part.name.startswith("image-")
    assert part.name.endswith(".png")
    assert "Mary" not in part.name
    assert part.name != part_of(LocalFile(data=picture(size=(9, 9)))).name


def problems(request, provider="toapis"):
    return [str(problem) for problem in all_problems(PROVIDERS[provider], request)]


def image(data, **fields):
    return ww.ImageToVideo(image=data, resolution="720p", **fields)


def test_a_good_file_is_no_problem(tmp_path):
    assert problems(image(picture())) == []
    reference = film(tmp_path / "a.mp4")
    assert problems(ww.ReferenceToVideo(references=[reference], prompt="x")) == []


def test_what_a_service_refuses_of_a_file_is_said_with_the_remedy(tmp_path):
    huge = tmp_path / "huge.png"
    huge.write_bytes(picture() + bytes(30_000_000))
    readme = tmp_path / "notes.txt"
    readme.write_text("words")

    assert problems(image(huge)) == ["image: huge.png has 30 MB. Allowed: up to 10 MB."]
    assert problems(image(picture("BMP"))) == [
        "image: the data is image/bmp, which ToAPIs does not take. Allowed: JPEG, PNG, WEBP, GIF."
    ]
    assert problems(image(film(tmp_path / "a.mp4"))) == ["image: a.mp4 is a video. Allowed: image."]
    assert "notes.txt is no image, video or sound" in problems(image(readme))[0]
    gone = problems(image(tmp_path / "gone.png"))[0]
    assert gone.startswith("image: There is no file ")
    assert "on the kernel's machine" in gone
    folder = problems(image(tmp_path))[0]
    assert "cannot be read" in folder
    assert (
        "Reference 2: a.png is an image"
        in problems(
            ww.ReferenceToVideo(
                references=[film(tmp_path / "b.mp4"), ww.VideoReference(save(tmp_path / "a.png"))], prompt="x"
            )
        )[0]
    )


def test_a_transparent_picture_is_refused_where_the_service_takes_none():
    clear = image(picture(mode="RGBA"))
    assert problems(clear) == []
    [problem] = problems(clear, "dashscope")
    assert problem.startswith("image: the data is transparent in places, which Alibaba Model Studio does not take.")
    assert "convert('RGB')" in problem
    assert problems(image(picture()), "dashscope") == []


def save(path):
    path.write_bytes(picture())
    return path


async def refused(request, provider="toapis", **settings):
    service = Service(task())
    client = ww.AsyncClient(provider, api_key="k", transport=service.transport, **settings)
    async with client:
        with pytest.raises(ww.InvalidRequest) as caught:
            await client.submit(request)
    assert service.requests == []
    return str(caught.value)


@pytest.mark.anyio
async def test_a_bad_file_is_refused_before_anything_is_sent(tmp_path):
    assert "no file" in await refused(image(tmp_path / "gone.png"))
    assert "image/bmp" in await refused(image(picture("BMP")))


@pytest.mark.parametrize("kind", ["pipe", "socket", "/dev/zero"])
def test_what_is_no_regular_file_is_never_opened(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cat.png" if kind in ("pipe", "socket") else Path(kind)
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("cat.png")
    with pytest.raises(OSError, match="is no regular file"):
        facts(LocalFile(path))
    with pytest.raises(OSError, match="is no regular file"):
        multipart.parts([("file", FilePart(LocalFile(path), "a.png", "image/png", Kind.IMAGE))])
    request = ww.ImageToVideo(image=path, resolution="720p")
    [problem] = all_problems(PROVIDERS["toapis"], request)
    assert "it is no regular file" in problem.message


def test_a_files_name_brings_no_control_characters_to_the_screen(tmp_path):
    path = tmp_path / "a\x1b[2J\x07\u202egnp.png"
    request = ww.ImageToVideo(image=path, resolution="720p")
    [problem] = all_problems(PROVIDERS["toapis"], request)
    assert str(problem.message).isprintable()
    path.write_bytes(b"noise")
    [problem] = all_problems(PROVIDERS["toapis"], request)
    assert str(problem.message).isprintable()
    assert LocalFile(path).name == "a [2J  gnp.png"
    upload = Upload(name=path.name, sent=0, size=1, number=1, count=1)
    assert describe(Step(upload=upload)).isprintable()


def test_a_file_that_becomes_shorter_while_it_is_sent_says_so(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(picture())
    size = path.stat().st_size
    part = FilePart(LocalFile(path), "a.png", "image/png", Kind.IMAGE)
    [(_, (_, pieces, _))] = multipart.parts([("file", part)])
    assert len(pieces.read(10)) == 10
    os.truncate(path, size - 1)
    with pytest.raises(httpx.WriteError, match=r"cat\.png became shorter while it was sent"):
        pieces.read(size)
