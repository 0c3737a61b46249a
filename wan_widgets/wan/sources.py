"""What a clip is made from besides words: addresses on the web, and local files that still have to be sent."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import iscoroutine
from io import BytesIO
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import urlsplit

from wan_widgets.wan.errors import Misuse
from wan_widgets.wan.file_types import type_of
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.pictures import drawn, is_array, is_picture, standard
from wan_widgets.words import say


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


class Pixels(Protocol):
    """A numpy array, a PIL image, or what behaves as one."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...


Media = str | bytes | bytearray | memoryview | os.PathLike[str] | IO[bytes] | LocalFile | Pixels
"""An image, a video or a sound as a person gives it: its address, or a file in any form. `to_source` takes it."""


@dataclass(frozen=True)
class Reference:
    """A reference with its kind given. Make one of the two subclasses, not this class."""

    source: Source
    """An address, or a path, ``bytes``, an open file, a PIL image or a numpy array. All but an address become a
    `LocalFile`."""
    kind: ClassVar[Kind]

    if TYPE_CHECKING:  # a dataclass takes no other types than it keeps

        def __init__(self, source: Media) -> None: ...

    def __post_init__(self) -> None:
        if type(self) is Reference:
            raise Misuse(say("wan.reference.abstract"))
        object.__setattr__(self, "source", to_source(source_of(self.source)))


class ImageReference(Reference):
    """An image whose address does not tell that it is one: ``ww.ImageReference("https://example.com/9f3a")``."""

    kind = Kind.IMAGE


class VideoReference(Reference):
    """A video whose address does not tell that it is one: ``ww.VideoReference("https://example.com/9f3a")``."""

    kind = Kind.VIDEO


REFERENCE_TYPES = {Kind.IMAGE: ImageReference, Kind.VIDEO: VideoReference}
_SINGLE = (str, bytes, bytearray, memoryview, os.PathLike, LocalFile, Reference, Mapping)


def to_source(value: Any) -> Any:
    """Make an address or a `LocalFile` of whatever a person gives; return anything else unchanged.

    That is a path, bytes, an open file, a PIL picture or an array of pixels.
    """
    source = value
    if isinstance(value, str):
        source = bare(value)
        if source and not _is_address(source):
            source = _file(source)
    elif isinstance(value, os.PathLike):
        source = _file(value)
    elif isinstance(value, bytes | bytearray | memoryview):
        source = LocalFile(data=bytes(value))
    elif is_picture(value) or is_array(value):
        source = _png_file(value) or value
    elif is_open_file(value):
        source = _contents(value) or value
    return source


def is_single(value: Any) -> bool:
    """Whether a value is one source. An open file, pixels and text can be iterated over too."""
    listed = isinstance(value, Iterable) and not isinstance(value, _SINGLE)
    return not listed or is_array(value) or is_picture(value) or is_open_file(value)


def to_reference(value: Any) -> Any:
    """Like `to_source`, but a `Reference` stays one."""
    return value if isinstance(value, Reference) else to_source(value)


def to_references(given: Any) -> tuple[Any, ...]:
    """One or several sources, each as `to_reference` makes it; empty if nothing is given."""
    if given is None or (isinstance(given, str) and not given):
        return ()
    return tuple(map(to_reference, (given,) if is_single(given) else given))


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
        file = _absolute(Path(path).expanduser())
        name = os.fsencode(file)
    except (RuntimeError, TypeError, ValueError):  # ~user without a home; a path of bytes; half a surrogate pair
        return path
    return LocalFile(file) if b"\0" not in name and len(name) <= _LONGEST_PATH else path


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError:  # the working directory was deleted; there is no such file either, and whoever reads it says so
        return path


def _is_address(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) is not None


def _path_of(address: object) -> str:
    try:
        return urlsplit(address).path if isinstance(address, str) else ""
    except ValueError:
        return ""


def _png_file(given: Any) -> LocalFile | None:
    """A PIL picture or pixels as a PNG; ``None`` if that is not possible."""
    buffer = BytesIO()
    try:
        picture = standard(given) if is_picture(given) else drawn(given)
        picture.save(buffer, "PNG")
    except (OSError, SyntaxError, ValueError):  # PIL reads the file only now: it may be cut short, or have no pixels
        return None
    return LocalFile(data=buffer.getvalue())


def is_open_file(value: Any) -> bool:
    """Whether this is an open file or behaves as one."""
    return callable(getattr(value, "read", None)) and not isinstance(value, type)


def _contents(file: Any) -> LocalFile | None:
    """The path of a file that is open for reading, else its bytes from the beginning; ``None`` if it has none."""
    try:
        binary = getattr(file, "buffer", file)  # a file that is open as text keeps its bytes there
        return _on_disk(binary) or _read(binary)
    except Exception:  # noqa: BLE001  # it may be closed, or of a kind that raises errors of its own
        return None


def _on_disk(file: Any) -> LocalFile | None:
    name = getattr(file, "name", None)
    if getattr(file, "mode", None) != "rb" or not isinstance(name, str):
        return None
    # After a change of the working directory, another file may have this name.
    is_it = Path(name).is_file() and os.path.samestat(os.fstat(file.fileno()), Path(name).stat())
    return LocalFile(Path(name).absolute()) if is_it else None


def _read(file: Any) -> LocalFile | None:
    before = file.tell() if file.seekable() else None
    if before is not None:
        file.seek(0)  # whoever has just written it has it open at its end
    data = file.read()
    if before is not None:
        file.seek(before)
    if iscoroutine(data):
        data.close()
    return LocalFile(data=bytes(data)) if isinstance(data, bytes | bytearray | memoryview) else None
