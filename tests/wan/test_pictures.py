"""One picture in all the forms in which PIL and numpy hold it: the same picture goes out."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from wan_widgets import InvalidRequest
from wan_widgets.wan.requests import ImageToVideo
from wan_widgets.wan.sources import LocalFile, to_source

ORANGE = (240, 120, 20)
GREY = 128
TURNED = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"} | {
    6: "ROTATE_90",
    7: "TRANSVERSE",
    8: "ROTATE_270",
}
"""How an upright picture has to be turned, so that this orientation in its EXIF data sets it upright again."""


def corners(mode="RGB"):
    """A picture that no turn and no mirror leaves as it is."""
    picture = Image.new("RGB", (6, 4), "white")
    for place, colour in {(0, 0): "red", (5, 0): "lime", (0, 3): "blue"}.items():
        picture.putpixel(place, Image.new("RGB", (1, 1), colour).getpixel((0, 0)))
    return picture.convert(mode)


def turned(picture, orientation):
    lying = picture.transpose(Image.Transpose[TURNED[orientation]]) if orientation in TURNED else picture
    lying.getexif()[0x0112] = orientation
    return lying


def sent(given):
    source = to_source(given)
    assert isinstance(source, LocalFile)
    return Image.open(BytesIO(source.data))


def same(one, other):
    return one.size == other.size and one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "I;16", "F", "CMYK"])
def test_a_picture_that_lies_on_its_side_goes_out_upright(orientation, mode):
    upright = corners().convert("L" if mode in ("L", "I;16", "F") else "RGB")
    lying = turned(corners().convert("L").convert(mode) if mode in ("I;16", "F") else corners(mode), orientation)
    drawn = sent(lying)
    assert drawn.getexif().get(0x0112, 1) == 1
    assert same(drawn, upright)
    assert lying.getexif()[0x0112] == orientation, "the user's own picture stays as it is"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_orientation_of_a_file_that_pil_has_opened_counts(kind):
    file = BytesIO()
    lying = turned(corners().resize((60, 40)), 6)
    lying.save(file, kind, exif=lying.getexif())
    assert sent(Image.open(file)).size == (60, 40)


def test_broken_exif_data_are_no_orientation():
    picture = corners()
    picture.info["exif"] = b"Exif\0\0MM\0*\0\0\0\xff\xff\xff"
    assert same(sent(picture), corners())


def flat(mode):
    """One colour in a mode: orange, or grey where the mode has no colours."""
    if mode in ("La", "RGBa"):
        return flat("LA" if mode == "La" else "RGBA").convert(mode)
    if mode in ("P", "PA"):
        return Image.new("RGB", (5, 4), ORANGE).convert("P", palette=Image.Palette.ADAPTIVE).convert(mode)
    if mode == "LAB":
        return Image.new(mode, (5, 4), (160, 170, 190))
    if mode in ("1", "L", "LA", "I", "F") or mode.startswith("I;16"):
        values = {"1": 1, "LA": (GREY, 255), "F": 0.5}
        return Image.new(mode, (5, 4), values.get(mode, GREY * 257 if mode.startswith("I;16") else GREY))
    return Image.new("RGB", (5, 4), ORANGE).convert(mode)


MODES = ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "LAB", "HSV", "I", "F"]


@pytest.mark.parametrize("mode", [*MODES, "I;16", "I;16L", "I;16B", "I;16N"])
def test_a_picture_of_any_mode_looks_as_it_did(mode):
    drawn = sent(flat(mode))
    assert drawn.mode in ("L", "LA", "RGB", "RGBA")
    red, green, blue = drawn.convert("RGB").getpixel((1, 1))
    if mode == "LAB":  # its own conversion is the measure
        assert (red, green, blue) == flat(mode).convert("RGB").getpixel((1, 1))
    elif mode == "1":
        assert (red, green, blue) == (255, 255, 255)
    elif drawn.mode in ("L", "LA"):
        assert abs(red - GREY) <= 1
    else:
        assert max(abs(red - 240), abs(green - 120), abs(blue - 20)) <= 6


RAMP = np.linspace(0, 1, 12).reshape(3, 4)
SIXTEEN = (RAMP * 65535).round().astype(np.uint16)
EIGHT = (RAMP * 255).round().astype(np.uint8)


@pytest.mark.parametrize(
    "given",
    [
        RAMP,
        RAMP.astype(np.float16),
        EIGHT,
        EIGHT.astype(np.uint16),
        EIGHT.astype(np.int32),
        SIXTEEN,
        SIXTEEN.astype(">u2"),
        np.asfortranarray(SIXTEEN),
        np.repeat(RAMP, 2, axis=1)[:, ::2],
        Image.fromarray(RAMP.astype(np.float32)),
        Image.fromarray(EIGHT.astype(np.float32)),
        Image.fromarray(EIGHT),
        Image.fromarray(EIGHT.astype(np.int32)),
        Image.fromarray(SIXTEEN),
        Image.fromarray(SIXTEEN.astype(np.int32)),
        Image.fromarray(EIGHT).convert("I").convert("F"),
    ],
    ids=lambda given: f"{type(given).__name__} {getattr(given, 'mode', None) or given.dtype}",
)
def test_white_is_white_and_black_is_black_in_whichever_units(given):
    pixels = np.asarray(sent(given)).astype(int)
    assert pixels.min() == 0
    assert pixels.max() == 255
    assert np.abs(pixels - EIGHT).max() <= 1


@pytest.mark.parametrize(
    "given",
    [
        Image.fromarray(np.array([[0, 70_000]], np.int32)),
        Image.fromarray(np.array([[-9, 9]], np.int32)),
        Image.fromarray(np.array([[0, 1e6]], np.float32)),
        Image.fromarray(np.array([[0, np.nan]], np.float32)),
        Image.new("F", (0, 0)),
    ],
    ids=lambda given: f"{given.mode}{given.size}",
)
def test_a_picture_in_units_that_nobody_knows_is_refused_with_those_that_are_known(given):
    with pytest.raises(InvalidRequest) as caught:
        ImageToVideo(image=given)
    [problem] = caught.value.problems
    assert "0 to 255" in str(problem.allowed)


def test_a_profile_of_other_colours_does_not_go_along():
    picture = Image.new("CMYK", (4, 4))
    picture.info["icc_profile"] = b"of a printer"
    assert "icc_profile" not in sent(picture).info
    photo = Image.new("RGB", (4, 4))
    photo.info["icc_profile"] = b"of a camera"
    assert sent(photo).info["icc_profile"] == b"of a camera"
    assert photo.info == {"icc_profile": b"of a camera"}


def test_transparency_is_kept_in_whichever_way_a_picture_has_it():
    key = Image.new("RGB", (2, 1), "white")
    key.putpixel((0, 0), (255, 0, 0))
    key.info["transparency"] = (255, 0, 0)
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.putpixel((1, 0), 1)
    palette.info["transparency"] = 0
    for given in (key, palette):
        assert [pixel[3] for pixel in map(sent(given).getpixel, ((0, 0), (1, 0)))] == [0, 255]
