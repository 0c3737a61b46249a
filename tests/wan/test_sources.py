"""What people give as an image, a video or a sound: addresses, paths, bytes, pictures, arrays."""

import copy
import pickle
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wan_widgets import ImageToVideo, InvalidRequest, ReferenceToVideo, TextToVideo, generate
from wan_widgets.wan.sources import (
    ImageReference,
    Kind,
    LocalFile,
    Reference,
    VideoReference,
    kind_of,
    source_of,
    to_reference,
    to_source,
)

URL = "https://example.com/9f3a"


def picture(source):
    """The picture in a source that was made of pixels."""
    assert isinstance(source, LocalFile)
    assert source.data.startswith(b"\x89PNG")
    return Image.open(BytesIO(source.data))


def refused(image):
    with pytest.raises(InvalidRequest) as caught:
        ImageToVideo(image=image)
    with pytest.raises(InvalidRequest):
        ReferenceToVideo(references=[image])
    with pytest.raises(InvalidRequest):
        ReferenceToVideo(references=image)
    (problem,) = caught.value.problems
    assert problem.field == "image"
    return problem


@pytest.mark.parametrize(
    "path", ["cat.jpg", "./cat.jpg", "a cat.jpg", "example.com/cat.jpg", "C:\\cats\\cat.jpg", "кот.png", "a" * 200, "."]
)
def test_text_that_is_no_address_is_a_path(path):
    assert ImageToVideo(image=path).image == LocalFile(Path(path).absolute())
    assert ImageToVideo(image=f"  {path} ").image == LocalFile(Path(path).absolute())
    assert ImageToVideo(image=Path(path)).image == LocalFile(Path(path).absolute())
    assert ReferenceToVideo(references=path).references == (LocalFile(Path(path).absolute()),)


def test_a_path_holds_wherever_the_process_goes(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    request = ImageToVideo(image="cat.jpg")
    monkeypatch.chdir("/")
    assert request.image.path == tmp_path / "cat.jpg"


@pytest.mark.parametrize("given", ["cat.png", Path("cat.png"), '"cat.png"'])
def test_in_a_folder_that_was_deleted_there_is_no_such_file(given, monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(InvalidRequest, match=r"no file cat\.png"):
        generate("It moves", image=given)


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert ImageToVideo(image="~/cat.jpg").image.path == tmp_path / "cat.jpg"
    assert ImageToVideo(image=Path("~/cat.jpg")).image.path == tmp_path / "cat.jpg"


@pytest.mark.parametrize("path", ["a\0b.png", "~nobody-of-this-name/cat.png", "cat\ud83d.png", "A" * 2**16])
def test_what_no_disk_can_hold_is_no_path(path):
    problem = refused(path)
    assert len(str(problem)) < 300
    assert "is not an address" in str(problem.message)


@pytest.mark.parametrize("data", [b"x", bytearray(b"x"), memoryview(b"x")])
def test_bytes_are_a_file(data):
    assert ImageToVideo(image=data).image == LocalFile(data=b"x")
    assert ReferenceToVideo(references=data).references == (LocalFile(data=b"x"),)
    assert ReferenceToVideo(references=[data, URL]).references == (LocalFile(data=b"x"), URL)


def test_bytes_that_change_later_do_not_change_the_request():
    data = bytearray(b"x")
    request = ImageToVideo(image=data)
    data[0] = 0
    assert request.image.data == b"x"


@pytest.mark.parametrize("empty", [b"", bytearray(), LocalFile(), LocalFile(data=b"")])
def test_an_empty_file_is_refused(empty):
    assert str(refused(empty).message) == "The file is empty."


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "I", "F"]
)
def test_pictures_of_every_mode_become_png(mode):
    given = (
        Image.new("RGB", (5, 4), (255, 0, 0)).convert("LA").convert("La") if mode == "La" else Image.new(mode, (5, 4))
    )
    assert picture(ImageToVideo(image=given).image).size == (5, 4)
    assert picture(ReferenceToVideo(references=given).references[0]).size == (5, 4)


def test_a_picture_keeps_its_colours_and_its_transparency():
    drawn = picture(to_source(Image.new("RGBA", (2, 2), (255, 128, 0, 7))))
    assert drawn.mode == "RGBA"
    assert drawn.getpixel((1, 1)) == (255, 128, 0, 7)


def test_a_picture_that_cannot_be_written_is_refused(tmp_path):
    whole = BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)).save(whole, "JPEG")
    cut = Image.open(BytesIO(whole.getvalue()[:900]))
    for broken in (cut, Image.new("RGB", (0, 0))):
        problem = refused(broken)
        assert "picture" in str(problem.message)
        assert problem.remedy


RED = np.zeros((4, 6, 3), np.uint8)
RED[..., 0] = 255


@pytest.mark.parametrize(
    "array",
    [
        RED,
        RED.astype(np.int64),
        RED.astype(">u2"),
        RED / 255,
        (RED / 255).astype(np.float32),
        (RED / 255).astype(np.float16),
        RED.astype(bool),
        RED * 1.2 / 255 - 0.1,
        np.asfortranarray(RED),
        np.repeat(RED, 2, axis=1)[:, ::2],
        np.dstack([RED, np.full((4, 6), 255, np.uint8)]),
    ],
    ids=lambda array: f"{array.dtype}",
)
def test_arrays_are_pictures(array):
    drawn = picture(ImageToVideo(image=array).image)
    assert drawn.size == (6, 4)
    assert drawn.mode == ("RGBA" if array.shape[2] == 4 else "RGB")
    assert drawn.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1)])
def test_a_grey_array_is_a_grey_picture(shape):
    drawn = picture(to_source(np.full(shape, 0.5)))
    assert (drawn.mode, drawn.size, drawn.getpixel((0, 0))) == ("L", (6, 4), 128)


def test_one_array_is_one_reference_and_several_are_several():
    assert len(ReferenceToVideo(references=RED).references) == 1
    assert len(ReferenceToVideo(references=[RED, RED / 255, "a.png"]).references) == 3


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(4),
        np.float32(2),
        np.int64(3),
        np.zeros((4, 6, 2)),
        np.zeros((3, 40, 50)),
        np.zeros((1, 4, 6, 3)),
        np.zeros((0, 4, 3)),
        np.array([["a"]]),
        np.zeros((4, 6), complex),
        np.array([[object()]]),
        np.zeros((3, 3), "datetime64[s]"),
        np.full((4, 6), np.nan),
        np.full((4, 6), np.inf),
        np.full((4, 6), 200.0),
        np.full((4, 6), 65536, np.uint32),
        np.full((4, 6), 300, np.int64),
        np.full((4, 6), -5),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_that_are_no_pictures_are_refused_with_what_would_be(array):
    problem = refused(array)
    assert "height × width" in str(problem.allowed)
    assert str(array.shape) in str(problem.message)


def test_told_kinds_hold_whatever_the_name_says():
    assert kind_of(ImageReference("https://example.com/a.mp4")) is Kind.IMAGE
    assert kind_of(VideoReference("a.png")) is Kind.VIDEO
    assert VideoReference("a.mp4").source == LocalFile(Path("a.mp4").absolute())
    assert ImageReference(RED).source == to_source(RED)
    assert ImageReference(ImageReference(URL)) == ImageReference(URL)
    assert VideoReference(ImageReference(URL)) == VideoReference(URL)
    assert source_of(ImageReference(URL)) == source_of(URL) == URL
    assert to_reference(ImageReference(URL)) == ImageReference(URL)


@pytest.mark.parametrize("nothing", [None, "", 5, [], {}])
def test_a_reference_to_nothing_is_refused(nothing):
    with pytest.raises(InvalidRequest) as caught:
        ReferenceToVideo(references=[URL, ImageReference(nothing)])
    assert "Reference 2" in caught.value.problems[0].text


def test_references_are_values_and_differ_by_kind():
    assert ImageReference(URL) != VideoReference(URL)
    assert len({ImageReference(URL), ImageReference(URL), VideoReference(URL)}) == 2
    with pytest.raises(TypeError, match=r"ww\.ImageReference"):
        Reference(URL)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("a.PNG", Kind.IMAGE),
        (Path("folder.mp4") / "a.webp", Kind.IMAGE),
        ("https://example.com/a.Mp4?x=.png#.jpg", Kind.VIDEO),
        ("https://example.com/a.jpeg/", Kind.IMAGE),
        ("https://example.com/song.mp3", Kind.AUDIO),
        (Path("a.mov"), Kind.VIDEO),
        ("https://example.com/a", None),
        ("https://example.png", None),
        ("https://[", None),
        ("a", None),
        (".png", None),
        (b"\x89PNG", None),
        (5, None),
        (None, None),
        ([], None),
        (RED, None),
    ],
)
def test_the_end_of_a_name_tells_what_it_holds(source, kind):
    assert kind_of(to_reference(source)) is kind


def test_a_file_shows_as_a_person_would_write_it():
    request = ImageToVideo(image="/clips/cat.png", prompt="x")
    assert "image='/clips/cat.png'" in repr(request)
    assert repr(LocalFile(data=b"123")) == "<3 bytes>"
    assert "123" not in repr(ImageToVideo(image=b"123"))
    assert (LocalFile(Path("/clips/cat.png")).name, LocalFile(data=b"1").name) == ("cat.png", "data")


def test_requests_with_files_can_be_copied_and_stored():
    request = ReferenceToVideo(references=["a.png", ImageReference(b"x")], extra={"a": {"b": 1}})
    assert copy.deepcopy(request) == pickle.loads(pickle.dumps(request)) == request
    assert TextToVideo(prompt="x") == copy.copy(TextToVideo(prompt="x"))
