"""Open files, as other clients take them: on the disk, in memory, and those that give no bytes."""

import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image

import wan_widgets as ww
from wan_widgets.wan.sources import LocalFile, to_source


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def test_an_open_file_is_left_as_it_was_found():
    file = io.BytesIO(png())
    file.seek(7)
    assert to_source(file).data == png()
    assert file.tell() == 7


def test_a_file_that_is_open_on_the_disk_is_that_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "image").write_bytes(b"1")
    with Path("image").open("rb") as file:
        assert to_source(file) == LocalFile(tmp_path / "image")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        (tmp_path / "elsewhere" / "image").write_bytes(b"2")
        assert to_source(file) == LocalFile(data=b"1"), "another file has its name by now"
    with tempfile.NamedTemporaryFile() as passing:
        passing.write(b"3")
        assert to_source(passing) == LocalFile(data=b"3"), "its path is gone when it is closed"


class Endless:
    async def read(self):
        return b"x"


def closed():
    file = io.BytesIO(b"x")
    file.close()
    return file


@pytest.mark.parametrize(
    "make",
    [closed, lambda: io.StringIO("words"), Endless, lambda: tempfile.TemporaryFile("ab")],  # noqa: SIM115
    ids=["closed", "text", "async", "empty"],
)
def test_an_open_file_that_gives_no_bytes_is_refused_with_the_remedy(make):
    given = make()
    for maker in (
        lambda: ww.ImageToVideo(image=given),
        lambda: ww.ReferenceToVideo(references=given),
        lambda: ww.TextToVideo(prompt="x", guide_audio=given),
    ):
        with pytest.raises(ww.InvalidRequest) as caught:
            maker()
        assert "rb" in caught.value.problems[0].text or "empty" in caught.value.problems[0].text
    if hasattr(given, "close"):
        given.close()


def test_one_open_file_is_one_reference():
    file = io.BytesIO(b"line\nline\n")
    assert ww.ReferenceToVideo(references=file).references == (LocalFile(data=b"line\nline\n"),)
    form = ww.VideoForm(mode="r2v")
    for single in (io.BytesIO(png()), Image.open(io.BytesIO(png())), bytearray(b"x")):
        form.references = single
        assert len(form.references) == 1
    form.close()
