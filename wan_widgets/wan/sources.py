"""What a clip is made from besides words: addresses on the web, and local files that still have to be sent."""

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


_LONGEST_PATH = 4096  # bytes; a longer text is no path: mostly it is the contents of a file


@dataclass(frozen=True, repr=False)
class LocalFile:
    """A file on this machine, or bytes in memory, for a service that takes files."""

    path: Path | None = None
    data: bytes | None = None

    @property
    def name(self) -> str:
        """The file's name without control characters, so that it is safe to print in a terminal."""
        return printable(self.path.name) if self.path else "data"

    def __repr__(self) -> str:
        """Write a path as a user would, so that a request can be copied as code."""
        return repr(str(self.path)) if self.path else f"<{len(self.data or b'')} bytes>"


Source = str | LocalFile
"""An address, or a local file."""


@dataclass(frozen=True)
class Reference:
    """A reference with its kind given. Make one of the two subclasses, not this class."""

    source: Source
    """An address, or a path, ``bytes``, a PIL image or a numpy array. All but an address become a `LocalFile`."""
    kind: ClassVar[Kind]

    def __post_init__(self) -> None:
        if type(self) is Reference:
            raise TypeError("Make a ww.ImageReference or a ww.VideoReference.")
        object.__setattr__(self, "source", to_source(source_of(self.source)))


class ImageReference(Reference):
    """An image whose address does not tell that it is one: ``ww.ImageReference("https://example.com/9f3a")``."""

    kind = Kind.IMAGE


class VideoReference(Reference):
    """A video whose address does not tell that it is one: ``ww.VideoReference("https://example.com/9f3a")``."""

    kind = Kind.VIDEO


REFERENCE_TYPES = {Kind.IMAGE: ImageReference, Kind.VIDEO: VideoReference}


def to_source(value: Any) -> Any:
    """Make an address or a `LocalFile` of a path, bytes, a picture or an array; return anything else unchanged."""
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
    """Like `to_source`, but a `Reference` stays one."""
    return value if isinstance(value, Reference) else to_source(value)


def source_of(reference: Source | Reference) -> Source:
    """The address or file of a reference."""
    return reference.source if isinstance(reference, Reference) else reference


def kind_of(reference: object) -> Kind | None:
    """The kind of a reference by its type, else by the suffix of its name; ``None`` if neither tells."""
    if isinstance(reference, Reference):
        return reference.kind
    name = reference.name if isinstance(reference, LocalFile) else _path_of(reference)
    mime = type_of(PurePath(name).suffix.lower().removeprefix("."))
    return Kind(mime.partition("/")[0]) if mime else None


def printable(text: str) -> str:
    """The text as one line without control characters. Names of files may contain some."""
    return "".join(char if char.isprintable() else " " for char in text)


def _file(path: str | os.PathLike[str]) -> Any:
    try:
        file = Path(path).expanduser().absolute()
        name = os.fsencode(file)
    except (RuntimeError, TypeError, ValueError):  # ~user without a home; a path of bytes; half a surrogate pair
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
    """Whether this is a PIL image. PIL is not imported for it."""
    return any(f"{kind.__module__}.{kind.__name__}" == "PIL.Image.Image" for kind in type(value).__mro__)


def is_array(value: Any) -> bool:
    """Whether this is a numpy array or behaves as one; a PIL image does too. numpy is not imported for it."""
    return hasattr(value, "__array_interface__")


def _picture(array: Any) -> Any:
    """Pixels as a PIL image: height × width (× 3 or 4), 0 to 255 or 0.0 to 1.0. ``None`` for any other array."""
    import numpy as np  # noqa: PLC0415  # it is slow to import, so it waits for the first array
    from PIL import Image  # noqa: PLC0415

    pixels = np.asarray(array)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    channels = pixels.shape[2] if pixels.ndim == 3 else 0
    if pixels.ndim not in (2, 3) or channels not in (0, 3, 4) or not pixels.size or pixels.dtype.kind not in "buif":
        return None
    # Fractions go a little below 0 or above 1 when a picture was scaled. Values beyond that are in other units: the
    # picture would be white or black, and the clip would still be billed.
    low, high = (-0.5, 1.5) if pixels.dtype.kind == "f" else (0, 255)
    if not (low <= pixels.min() and pixels.max() <= high):  # in this form it also refuses not-a-number
        return None
    if pixels.dtype.kind in "fb":
        pixels = (pixels.astype(float).clip(0, 1) * 255).round()
    return Image.fromarray(pixels.astype(np.uint8))


_AS_IN_PNG = {"I": "I;16", "I;16B": "I;16", "La": "LA", "PA": "RGBA", "RGBa": "RGBA"}
"""The nearest PNG mode for some of PIL's modes that PNG lacks. Any other becomes RGB."""


def _png_file(picture: Any) -> LocalFile | None:
    buffer = BytesIO()
    kept = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    mode = picture.mode if picture.mode in kept else _AS_IN_PNG.get(picture.mode, "RGB")
    try:
        picture.convert(mode).save(buffer, "PNG")
    except (OSError, SyntaxError, ValueError):  # PIL reads the file only now: it may be cut short, or have no pixels
        return None
    return LocalFile(data=buffer.getvalue())
