"""What a clip is made from besides words: addresses on the web, and files that are not there yet."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any, ClassVar
from urllib.parse import urlsplit

from wan_widgets.wan.file_types import type_of


class Kind(StrEnum):
    """What an address or a file holds."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


_LONGEST_PATH = 4096  # bytes; what is longer is no path but, as a rule, a file's contents written as text


@dataclass(frozen=True, repr=False)
class LocalFile:
    """A file of this machine, or bytes in memory, to be sent to a service that takes files."""

    path: Path | None = None
    data: bytes | None = None

    @property
    def name(self) -> str:
        """What a person calls it, in characters that a terminal can be trusted with."""
        return printable(self.path.name) if self.path else "data"

    def __repr__(self) -> str:
        """As a person would write it, so that a request can be copied as code."""
        return repr(str(self.path)) if self.path else f"<{len(self.data or b'')} bytes>"


Source = str | LocalFile
"""An address, or a local file."""


@dataclass(frozen=True)
class Reference:
    """A reference with its kind told. Not to be made itself: make one of its two children."""

    source: Source
    """An address; else a path, ``bytes``, a PIL image or a numpy array, which become a `LocalFile`."""
    kind: ClassVar[Kind]

    def __post_init__(self) -> None:
        if type(self) is Reference:
            raise TypeError("Make a ww.ImageReference or a ww.VideoReference.")
        object.__setattr__(self, "source", to_source(source_of(self.source)))


class ImageReference(Reference):
    """An image, for an address that does not tell: ``ww.ImageReference("https://example.com/9f3a")``."""

    kind = Kind.IMAGE


class VideoReference(Reference):
    """A video, for an address that does not tell."""

    kind = Kind.VIDEO


REFERENCE_TYPES = {Kind.IMAGE: ImageReference, Kind.VIDEO: VideoReference}


def to_source(value: Any) -> Any:
    """An address or a `LocalFile` from whatever names or holds one; anything else as it is."""
    source = value
    if isinstance(value, str):
        source = value.strip()
        if source and not _is_address(source):
            source = _file(source)
    elif isinstance(value, os.PathLike):
        source = _file(value)
    elif isinstance(value, bytes | bytearray | memoryview):
        source = LocalFile(data=bytes(value))
    elif is_picture(value):
        source = _png_file(value) or value
    elif is_array(value) and (picture := _picture(value)):
        source = _png_file(picture) or value
    return source


def to_reference(value: Any) -> Any:
    """A source, or one with its kind told, as it is."""
    return value if isinstance(value, Reference) else to_source(value)


def source_of(reference: Source | Reference) -> Source:
    """The address or file itself."""
    return reference.source if isinstance(reference, Reference) else reference


def kind_of(reference: object) -> Kind | None:
    """What a reference is, as far as it tells: by its type, else by the end of its name."""
    if isinstance(reference, Reference):
        return reference.kind
    name = reference.name if isinstance(reference, LocalFile) else _path_of(reference)
    mime = type_of(PurePath(name).suffix.lower().removeprefix("."))
    return Kind(mime.partition("/")[0]) if mime else None


def printable(text: str) -> str:
    """A text as one line without control characters, which names of files may hold."""
    return "".join(char if char.isprintable() else " " for char in text)


def _file(path: str | os.PathLike[str]) -> Any:
    try:
        file = Path(path).expanduser().absolute()
        name = os.fsencode(file)
    except (RuntimeError, TypeError, ValueError):  # ~nobody; a path of bytes; half a character
        return path
    return LocalFile(file) if b"\0" not in name and len(name) <= _LONGEST_PATH else path


def _is_address(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) is not None


def _path_of(address: object) -> str:
    try:
        return urlsplit(address).path if isinstance(address, str) else ""
    except ValueError:
        return ""


def is_picture(value: Any) -> bool:
    """A PIL image, told without importing PIL."""
    return any(f"{kind.__module__}.{kind.__name__}" == "PIL.Image.Image" for kind in type(value).__mro__)


def is_array(value: Any) -> bool:
    """A numpy array or what behaves as one, told without importing numpy. A PIL image does too."""
    return hasattr(value, "__array_interface__")


def _picture(array: Any) -> Any:
    """Pixels as a PIL image: height × width (× 3 or 4), 0 to 255 or 0.0 to 1.0. ``None`` for any other array."""
    import numpy as np  # noqa: PLC0415  # with the first array
    from PIL import Image  # noqa: PLC0415

    pixels = np.asarray(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    channels = pixels.shape[2] if pixels.ndim == 3 else 0
    if pixels.ndim not in (2, 3) or channels not in (0, 3, 4) or not pixels.size or pixels.dtype.kind not in "buif":
        return None
    # Fractions overshoot a little where a picture was scaled. Beyond that it is in other units, and would come out
    # white or black, and be paid for.
    low, high = (-0.5, 1.5) if pixels.dtype.kind == "f" else (0, 255)
    if not (low <= pixels.min() and pixels.max() <= high):  # which not-a-number is not, either
        return None
    if pixels.dtype.kind in "fb":
        pixels = (pixels.astype(float).clip(0, 1) * 255).round()
    return Image.fromarray(pixels.astype(np.uint8))


_AS_IN_PNG = {"I": "I;16", "I;16B": "I;16", "La": "LA", "PA": "RGBA", "RGBa": "RGBA"}
"""For PIL's modes that PNG lacks: the nearest that it has. For any other it is RGB."""


def _png_file(picture: Any) -> LocalFile | None:
    buffer = BytesIO()
    kept = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    mode = picture.mode if picture.mode in kept else _AS_IN_PNG.get(picture.mode, "RGB")
    try:
        picture.convert(mode).save(buffer, "PNG")
    except (OSError, SyntaxError, ValueError):  # a file that is cut short is found out now; a picture without pixels
        return None
    return LocalFile(data=buffer.getvalue())
