"""What a clip is made from, as its card shows it: the pictures, and the shape of the first frame."""

from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, Reference, Source, kind_of, printable, source_of


def pictured(request: VideoRequest | None) -> list[tuple[str, Source | Reference]]:
    """The sources of a request that can be seen, in their order, each with the name of its field."""
    sources = request.sources if request else ()
    return [(field, source) for field, source in sources if field != "guide_audio"]


def pictures(request: VideoRequest | None) -> list[dict[str, Any]]:
    """The same as data for the browser. It shows an image at an address itself, and asks for the picture of a file."""
    return [_picture(field, source) for field, source in pictured(request)]


def _picture(field: str, source: Source | Reference) -> dict[str, Any]:
    given, kind = source_of(source), Kind.IMAGE if field == "image" else kind_of(source)
    is_shown = isinstance(given, str) and given.lower().startswith(("http://", "https://")) and kind is not Kind.VIDEO
    return {
        "is_first_frame": field == "image",
        "name": name_of(given),
        "kind": str(kind or ""),
        "url": given if is_shown else "",
        "is_file": isinstance(given, LocalFile),
    }


def name_of(source: Source) -> str:
    """The name of a file, without its folder, or the last part of an address."""
    if isinstance(source, LocalFile):
        return source.name
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    return printable(unquote(PurePosixPath(parts.path).name) or parts.netloc)


def first_frame_sides(image: Source) -> tuple[int, int] | None:
    """The width and height of an image in pixels; ``None`` if it is at an address, or cannot be read."""
    if isinstance(image, LocalFile):
        with suppress(OSError, ValueError, NotMedia):
            return facts(image).sides
    return None
