"""Image files: what each holds, and how it is sent so that every service sees what a person sees.

Some services ignore which side of a photo is up, cut 16 bits off at 255, or refuse a channel for transparency although
nothing shows through. An image for which that matters is written anew.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from wan_widgets.wan import pictures
from wan_widgets.wan.sources import LocalFile
from wan_widgets.words import say

_LARGEST = 100_000_000  # pixels; decoding a larger picture could fill the machine's memory
_TYPES = {"MPO": "image/jpeg"}
"""The types of formats that PIL names by more than the type: a JPEG of a phone may have several pictures."""


class NotMedia(Exception):
    """The file is no image, video or sound that can be read."""


@dataclass(frozen=True)
class ImageFacts:
    """What an image file holds."""

    type: str
    """The MIME type."""
    sides: tuple[int, int]
    """The width and height as it is shown, in pixels."""
    transparent: bool
    """Whether something shows through."""
    is_plain: bool
    """Whether every service sees in the file itself what a person sees."""


def look(file: IO[bytes]) -> ImageFacts | None:
    """What an image file holds; ``None`` if it is no image. Raises `NotMedia` for one that would fill the memory."""
    try:
        with _opened(file) as picture:
            kind = _type(picture)
            return _seen(picture, kind) if kind else None
    except NotMedia:
        raise
    except Exception:  # noqa: BLE001  # Pillow may raise any error for a broken head
        return None


def rewritten(file: LocalFile, *, shape: tuple[int, int] | None = None) -> tuple[str, bytes]:
    """The MIME type and the bytes of an image that is written anew. Raises `OSError` or `NotMedia`.

    With `shape`, a width and a height of any scale, as much is left of its middle as has this shape.
    """
    buffer = BytesIO()
    source: Any = file.path or BytesIO(file.data or b"")
    try:
        with _opened(source) as picture:
            is_photo = _type(picture) == "image/jpeg"
            options = _as_fine_as(picture) if is_photo else {}
            whole = _without_idle_alpha(pictures.standard(picture))
            profile = whole.info.get("icc_profile")  # PIL puts it into a PNG by itself, but not into a JPEG
            (whole.crop(_middle(whole.size, shape)) if shape else whole).save(
                buffer, "JPEG" if is_photo else "PNG", icc_profile=profile, **options
            )
    except (SyntaxError, ValueError) as error:
        raise NotMedia(say("files.faulty.broken", error=str(error))) from error
    return "image/jpeg" if is_photo else "image/png", buffer.getvalue()


@contextmanager
def _opened(file: Any) -> Iterator[Any]:
    from PIL import Image as Pillow  # noqa: PLC0415  # loaded with the first file

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of a large picture, which is refused below
            with Pillow.open(file) as picture:
                if picture.width * picture.height > _LARGEST:
                    raise NotMedia(say("files.faulty.pixels"))
                yield picture
    except Pillow.DecompressionBombError as error:
        raise NotMedia(say("files.faulty.pixels")) from error


def _type(picture: Any) -> str | None:
    from PIL import Image as Pillow  # noqa: PLC0415

    return _TYPES.get(picture.format) or Pillow.MIME.get(picture.format or "")


def _seen(picture: Any, mime: str) -> ImageFacts:
    width, height = picture.size
    turn = pictures.orientation(picture)
    transparent = pictures.is_transparent(picture)
    # A GIF may use its transparency to change parts of a picture in the next one.
    is_idle = picture.has_transparency_data and not transparent and mime != "image/gif"
    is_plain = turn == pictures.UPRIGHT and not pictures.is_deep(picture) and not is_idle
    sides = (height, width) if pictures.is_on_its_side(turn) else (width, height)
    return ImageFacts(mime, sides, transparent, is_plain)


def _as_fine_as(picture: Any) -> dict[str, Any]:
    """How to write a JPEG that is as fine, and about as large, as the one that was read."""
    from PIL import JpegImagePlugin  # noqa: PLC0415

    if picture.mode not in ("L", "RGB"):
        return {"quality": 95}
    sampling = JpegImagePlugin.get_sampling(picture)
    return {"qtables": picture.quantization, "subsampling": sampling}


def _middle(sides: tuple[int, int], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest box of this shape in the middle of a picture."""
    width = min(sides[0], round(sides[1] * shape[0] / shape[1]))
    height = min(sides[1], round(sides[0] * shape[1] / shape[0]))
    left, top = (sides[0] - width) // 2, (sides[1] - height) // 2
    return left, top, left + width, top + height


def _without_idle_alpha(picture: Any) -> Any:
    """The picture without a channel for transparency through which nothing shows. A JPEG cannot have one at all."""
    return picture if pictures.is_transparent(picture) else picture.convert(picture.mode.removesuffix("A"))
