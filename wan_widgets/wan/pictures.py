"""What a picture is, whatever it comes as: which side is up, how bright its values are, where it is transparent.

Every picture that is sent, shown or measured comes through this module. PIL and numpy are slow to import, so they wait
for the first picture.
"""

import struct
from typing import TYPE_CHECKING, Any

from wan_widgets.words import say

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

UPRIGHT = 1
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""What sets a picture upright, in PIL's words, by the orientation in its EXIF data."""
_ORIENTATIONS = {
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}
"""EXIF's orientation for the signs of the display matrix of a video."""
_GREY = ("1", "L", "LA", "La")


def is_picture(value: Any) -> bool:
    """Whether this is a PIL image. PIL is not imported for it."""
    return any(f"{kind.__module__}.{kind.__name__}" == "PIL.Image.Image" for kind in type(value).__mro__)


def is_array(value: Any) -> bool:
    """Whether this is a numpy array or behaves as one; a PIL image does too. numpy is not imported for it."""
    return hasattr(value, "__array_interface__")


def standard(picture: "Picture") -> "Picture":
    """The picture as every program reads it: upright, 8 bits a channel, grey or RGB, with or without transparency.

    Raises `ValueError` for values in units that are not known, and what PIL raises for a file that is cut short.
    """
    if not all(picture.size):
        raise ValueError(say("wan.picture.empty"))
    picture.load()
    turn, profile = orientation(picture), picture.info.get("icc_profile")
    usual = _in_usual_mode(eight_bits(picture))
    upright = turned(usual.copy() if usual is picture else usual, turn)
    # Other data of the file do not describe the new picture any more. A profile describes the colours of one mode.
    upright.info = {"icc_profile": profile} if profile and usual.mode == picture.mode else {}
    return upright


def orientation(picture: "Picture") -> int:
    """Which side of a picture is up, as EXIF writes it: 1 to 8."""
    try:
        if picture.format == "TIFF":
            picture.load()  # this sets the picture upright, so only then its orientation is right
        found = picture.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001  # PIL may raise any error for broken EXIF data
        return UPRIGHT
    return found if found in _TURNS else UPRIGHT


def orientation_of_frame(frame: Any) -> int:
    """Which side of a video's frame is up, as EXIF writes it. Phones write it beside the frames, as a matrix."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return UPRIGHT
    numbers = struct.unpack("=9i", bytes(matrix)[:36])  # in rows
    return _ORIENTATIONS.get(tuple((each > 0) - (each < 0) for each in (*numbers[0:2], *numbers[3:5])), UPRIGHT)


def picture_of_frame(frame: Any) -> "Picture":
    """A video's frame as a picture, with the side up that is up when the video is played."""
    from PIL import Image  # noqa: PLC0415

    return turned(Image.fromarray(frame.to_ndarray(format="rgb24")), orientation_of_frame(frame))


def is_on_its_side(orientation: int) -> bool:
    """Whether width and height are exchanged when a picture with this orientation is set upright."""
    return orientation >= 5


def turned(picture: "Picture", orientation: int) -> "Picture":
    """The picture set upright."""
    from PIL import Image  # noqa: PLC0415

    way = _TURNS.get(orientation)
    return picture.transpose(Image.Transpose[way]) if way else picture


def is_deep(picture: "Picture") -> bool:
    """Whether a picture has more than 8 bits a channel. PIL and many services would cut its values off at 255."""
    return picture.mode in ("I", "F") or picture.mode.startswith("I;16")


def eight_bits(picture: "Picture") -> "Picture":
    """The picture with 8 bits a channel. Raises `ValueError` for values in units that are not known."""
    if not is_deep(picture):
        return picture
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    pixels = np.asarray(picture)
    if picture.mode == "F" and pixels.max() > 1.5:
        pixels = pixels / 255  # to PIL itself, 255 is white in this mode
    if picture.mode == "I" and 255 < pixels.max() <= 65535 and pixels.min() >= 0:
        pixels = pixels.astype(np.uint16)
    return Image.fromarray(_bytes_of(pixels))


def drawn(array: Any) -> "Picture":
    """Pixels as a picture: height × width (× 1, 3 or 4). Raises `ValueError` for an array that is no picture.

    White is 255, or 1.0 in fractions. In arrays of 16 bits without a sign it is 65535, once a value is above 255.
    """
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    pixels = np.asarray(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    channels = pixels.shape[2] if pixels.ndim == 3 else 0
    if pixels.ndim not in (2, 3) or channels not in (0, 3, 4) or not pixels.size:
        raise ValueError(say("wan.picture.shape", shape=str(pixels.shape)))
    return Image.fromarray(_bytes_of(pixels))


def _bytes_of(pixels: Any) -> Any:
    """Values from 0 to 255, whatever the values of these pixels mean. Raises `ValueError` if that is not known."""
    import numpy as np  # noqa: PLC0415

    if pixels.dtype.kind not in "buif":
        raise ValueError(say("wan.picture.dtype", dtype=str(pixels.dtype)))
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize == 2 and pixels.max() > 255:
        pixels = pixels >> 8
    is_fraction = pixels.dtype.kind in "fb"
    # Fractions go a little below 0 or above 1 when a picture was scaled. Values beyond that are in other units: the
    # picture would be white or black, and the clip would still be billed.
    low, high = (-0.5, 1.5) if is_fraction else (0, 255)
    if not (low <= pixels.min() and pixels.max() <= high):  # in this form it also refuses not-a-number
        raise ValueError(say("wan.picture.values"))
    if is_fraction:
        pixels = (pixels.astype(np.float32).clip(0, 1) * 255).round()
    return pixels.astype(np.uint8)


def is_transparent(picture: "Picture") -> bool:
    """Whether something shows through the picture. This reads all pixels of a picture that could be transparent."""
    if not picture.has_transparency_data:
        return False
    extrema: Any = _in_usual_mode(picture).getchannel("A").getextrema()
    return bool(extrema[0] < 255)


def _in_usual_mode(picture: "Picture") -> "Picture":
    """The picture in PIL's mode L, LA, RGB or RGBA."""
    grey, suffix = picture.mode in _GREY, "A" if picture.has_transparency_data else ""
    mode = f"{'L' if grey else 'RGB'}{suffix}"
    return picture if picture.mode == mode else picture.convert(mode)


def on_white(picture: "Picture") -> "Picture":
    """The picture in RGB, with white where something shows through."""
    from PIL import Image  # noqa: PLC0415

    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
