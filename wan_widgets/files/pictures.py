"""Pictures of files: the first frame of a clip, and thumbnails of the files in a form."""

from io import BytesIO
from pathlib import Path
from typing import Any

from wan_widgets.files.inputs import facts
from wan_widgets.files.media import NotVideo, opened
from wan_widgets.wan.pictures import is_deep, on_white, picture_of_frame, standard
from wan_widgets.wan.sources import Kind, LocalFile
from wan_widgets.words import say

_SIDE, _SMALL = 320, 400  # pixels
_LIGHT = 6400  # bytes; the record of a clip has its poster twice, as text
_LIGHTER = ((1.0, 50), (1.0, 30), (0.8, 30), (0.6, 30), (0.6, 15), (0.4, 15))
"""The shares of the width, and the qualities, that a poster that is kept gets until it is light enough."""


def poster(path: Path, width: int = 640) -> bytes:
    """The first frame as a JPEG, at most `width` pixels wide and high. Raises `OSError` or `NotVideo`."""
    buffer = BytesIO()
    _first_frame(path, width).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def small_poster(path: Path, width: int = _SMALL) -> bytes:
    """The first frame as a WebP of a few kilobytes, for a notebook that keeps it. Raises `OSError` or `NotVideo`.

    A frame with many details gets a lower quality and fewer pixels.
    """
    image = _first_frame(path, width)
    for share, quality in _LIGHTER:
        image.thumbnail((width * share, width * share))
        buffer = BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= _LIGHT:
            break
    return buffer.getvalue()


def _first_frame(path: Path, width: int) -> Any:
    with opened(path) as (container, stream):
        image = picture_of_frame(next(container.decode(stream)))
    image.thumbnail((width, width))
    return image


def thumbnail(source: LocalFile | Path) -> bytes:
    """A JPEG of an image or a video, at most a few dozen kilobytes. Raises what reading the file raises."""
    file = source if isinstance(source, LocalFile) else LocalFile(source)
    kind = facts(file).kind  # raises for a picture that would fill the memory
    if kind is Kind.IMAGE:
        return _of_image(file.path or BytesIO(file.data or b""))
    if kind is Kind.AUDIO or file.path is None:
        raise NotVideo(say("files.faulty.unseen"))
    return poster(file.path, _SIDE)


def _of_image(path: Path | BytesIO) -> bytes:
    from PIL import Image  # noqa: PLC0415  # loaded with the first file

    buffer = BytesIO()
    with Image.open(path) as image:
        image.draft("RGB", (2 * _SIDE, 2 * _SIDE))  # a JPEG can be decoded at a smaller size
        if not is_deep(image):
            image.thumbnail((_SIDE, _SIDE))  # all that follows is quick then
        picture = standard(image)
    picture.thumbnail((_SIDE, _SIDE))
    on_white(picture).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
