"""Files that callers upload: the pictures and videos that clips are made from."""

import base64
import binascii
import re
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from wan_widgets.simulator.ids import TASK_ID, ulid
from wan_widgets.simulator.store import Store, write_atomically

T = TypeVar("T", str, str | None)
SCHEME = "upload:"
PATH = "/files/uploads/"
NAME = re.compile(r"upload_[0-7][0-9A-HJKMNP-TV-Z]{25}\.[a-z0-9]{1,5}")
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "bin": "application/octet-stream",
}
"""The media types, by the suffix of the kept file."""
SIGNATURES = {
    rb"\x89PNG": "image/png",
    rb"\xff\xd8\xff": "image/jpeg",
    rb"GIF8": "image/gif",
    rb"BM": "image/bmp",
    rb"RIFF....WEBP": "image/webp",
    rb"RIFF....WAVE": "audio/wav",
    rb"....ftypqt  ": "video/quicktime",
    rb"....ftyp": "video/mp4",
    rb"\x1aE\xdf\xa3": "video/webm",
    rb"ID3|\xff[\xf2\xf3\xfb]": "audio/mpeg",
}
SUFFIXES = {media_type: suffix for suffix, media_type in MEDIA_TYPES.items()}


class Uploads:
    """The uploads of a store. An order refers to them by ``upload:<name>`` or by the address that we returned."""

    def __init__(self, store: Store) -> None:
        self._folder = store.uploads

    def keep(self, data: bytes, *, number: int) -> str:
        """Keep a file and return its name."""
        name = f"upload_{ulid(number)}.{SUFFIXES[media_type_of(data)]}"
        write_atomically(self._folder / name, data)
        return name

    def find(self, address: str) -> Path | None:
        # The host of the address does not matter, because only the simulator makes such names.
        name = address.removeprefix(SCHEME).rpartition(PATH)[2]
        path = self._folder / name if NAME.fullmatch(name) else None
        return path if path and path.is_file() else None


def anonymous(address: T) -> T | str:
    """The address of a file without the id that it got here: ``upload.png``, ``clip.mp4``. Others are unchanged."""
    name = (address or "").removeprefix(SCHEME).rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    if NAME.fullmatch(name):
        return f"upload.{suffix}"
    return f"clip.{suffix}" if TASK_ID.fullmatch(stem) else address


def media_type_of(data: bytes) -> str:
    """The media type of a file by its first bytes. Its name does not matter."""
    kinds = (kind for start, kind in SIGNATURES.items() if re.match(start, data, re.DOTALL))
    return next(kinds, "application/octet-stream")


def read_data_url(url: str) -> bytes:
    """The bytes in a ``data:`` URL. Raises `ValueError` for anything else."""
    head, comma, body = url.partition(",")
    if not head.startswith("data:") or not comma:
        raise ValueError("it is not a data: URL")
    if "base64" not in head.split(";"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError(f"its base64 cannot be read ({error})") from error
