"""Videos that phones make, and pictures in the boxes of a video."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import wan_widgets as ww
from files.test_files import film
from files.test_images import ORIENTATIONS, SHAPE, quarters
from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.files.media import look, probe
from wan_widgets.files.pictures import poster, thumbnail
from wan_widgets.simulator.film.pictures import read_picture
from wan_widgets.wan.sources import Kind, LocalFile

STILLS = [
    *["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "mif2", "avif", "avis", "avci", "miaf"],
    "crx ",
]


@pytest.mark.parametrize("brand", STILLS)
@pytest.mark.parametrize("where", ["first", "among others"])
def test_a_picture_in_the_boxes_of_a_video_is_no_video(brand, where, tmp_path):
    data = film(tmp_path / "a.mp4").read_bytes()
    assert data[4:8] == b"ftyp"
    at = 8 if where == "first" else 20
    data = data[:8] + b"MiXX" + data[12:] if where != "first" else data
    data = data[:at] + brand.encode() + data[at + 4 :]
    with pytest.raises(NotMedia, match="save it as JPEG or PNG"):
        facts(LocalFile(data=data))


FILMS = ["isom", "iso6", "mp41", "mp42", "avc1", "qt  ", "M4V ", "3gp4", "dash", "MSNV", "XAVC"]


@pytest.mark.parametrize("brand", FILMS)
def test_a_video_of_any_brand_is_a_video(brand, tmp_path):
    data = film(tmp_path / "a.mp4").read_bytes()
    assert facts(LocalFile(data=data[:8] + brand.encode() + data[12:])).kind is Kind.VIDEO


ONE = 1 << 16
MATRICES = {
    1: (ONE, 0, 0, ONE),
    2: (-ONE, 0, 0, ONE),
    3: (-ONE, 0, 0, -ONE),
    4: (ONE, 0, 0, -ONE),
    5: (0, ONE, ONE, 0),
    6: (0, ONE, -ONE, 0),
    7: (0, -ONE, -ONE, 0),
    8: (0, -ONE, ONE, 0),
}
"""The display matrix that sets a video upright, by EXIF's number for the same turn."""


def turned_film(path, orientation):
    """A video as a phone writes it: the frames lie, and a matrix says how."""
    way = ORIENTATIONS.get(orientation)
    picture = quarters().transpose(Image.Transpose[way]) if way else quarters()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = *picture.size, "yuv420p"
        for _ in range(8):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
        container.mux(stream.encode())
    data = path.read_bytes()
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (number.to_bytes(4, signed=True) for number in MATRICES[orientation])
    path.write_bytes(data[:at] + a + b + bytes(4) + c + d + data[at + 20 :])
    return path


@pytest.mark.parametrize("orientation", MATRICES)
def test_a_turned_video_is_measured_and_shown_upright(orientation, tmp_path):
    path = turned_film(tmp_path / "a.mp4", orientation)
    with path.open("rb") as file:
        assert look(file).sides == SHAPE
    assert facts(LocalFile(path)).sides == SHAPE
    assert (probe(path).width, probe(path).height) == SHAPE
    for picture in (poster(path), thumbnail(path)):
        opened = Image.open(io.BytesIO(picture)).convert("RGB")
        assert opened.size == SHAPE
        assert np.abs(np.asarray(opened).astype(int) - np.asarray(quarters())).mean() < 12


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_simulator_plays_a_turned_video_upright(orientation, tmp_path):
    reference = read_picture(turned_film(tmp_path / "a.mp4", orientation).read_bytes())
    assert reference.size == SHAPE
    assert np.abs(np.asarray(reference).astype(int) - np.asarray(quarters())).mean() < 12


def test_a_clip_can_be_given_wherever_a_file_can(tmp_path):
    path = turned_film(tmp_path / "a.mp4", 1)
    clip = ww.Video(path=path, width=1, height=1, duration=1.0, size=1)
    assert ww.ReferenceToVideo(references=[clip, ww.VideoReference(clip)]).references[0].path == path
    assert ww.ReferenceToVideo(references=clip).references[0].path == path
    assert Path(clip) == path
