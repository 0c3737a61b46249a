"""Files that callers hand in: pictures and videos that clips are made from."""

import base64
import binascii
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from wan_widgets.simulator.ids import ulid
from wan_widgets.simulator.store import Store, write_atomically

SCHEME = "upload:"
NAME = re.compile(r"upload_[0-7][0-9A-HJKMNP-TV-Z]{25}\.[a-z0-9]{1,5}")


class Uploads:
    """The uploads of a store. `Order` names them as ``upload:<name>``."""

    def __init__(self, store: Store) -> None:
        self._folder = store.uploads

    def keep(self, data: bytes, *, media_type: str, number: int) -> str:
        """Keep a file and return its name."""
        suffix = mimetypes.guess_extension(media_type) or ".bin"
        name = f"upload_{ulid(number)}{suffix}"
        write_atomically(self._folder / name, data)
        return name

    def find(self, name: str) -> Path | None:
        """Find a file by its name, or by what an order calls it."""
        name = name.removeprefix(SCHEME)
        path = self._folder / name if NAME.fullmatch(name) else None
        return path if path and path.is_file() else None


def read_data_url(url: str) -> tuple[str, bytes]:
    """Take a ``data:`` URL apart: its media type and its bytes. Raises `ValueError` at anything else."""
    head, comma, body = url.partition(",")
    if not head.startswith("data:") or not comma:
        raise ValueError("it is not a data: URL")
    media_type, *options = head.removeprefix("data:").split(";")
    if "base64" not in options:
        return media_type, unquote_to_bytes(body)
    try:
        return media_type, base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError(f"its base64 cannot be read ({error})") from error
