"""Pictures of files: the first frame of a clip, and small ones of whatever a form holds."""

from io import BytesIO
from pathlib import Path

from wan_widgets.files.inputs import facts
from wan_widgets.files.media import NotVideo, opened
from wan_widgets.wan.sources import Kind, LocalFile

_SIDE = 320  # pixels


def poster(path: Path, width: int = 640) -> bytes:
    """The first picture as a small JPEG, at most `width` pixels wide; raises `NotVideo`."""
    from PIL import Image  # noqa: PLC0415  # with the first clip

    with opened(path) as (container, stream):
        image = Image.fromarray(next(container.decode(stream)).to_ndarray(format="rgb24"))
    image.thumbnail((width, width))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def thumbnail(path: Path) -> bytes:
    """A JPEG of at most a few dozen kilobytes. Raises what reading the file raises."""
    kind = facts(LocalFile(path)).kind  # refuses pictures that would fill the memory
    if kind is Kind.VIDEO:
        return poster(path, _SIDE)
    if kind is Kind.AUDIO:
        raise NotVideo("a sound has no picture")
    return _of_image(path)


def _of_image(path: Path) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415  # with the first file

    buffer = BytesIO()
    with Image.open(path) as image:
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # JPEGs can be read smaller
        image.thumbnail((_SIDE, _SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    Image.alpha_composite(ground, upright).convert("RGB").save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
