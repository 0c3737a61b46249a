"""Files from the browser, and what is only in memory: into the folder of inputs beside the clips.

A file has no name until it is whole, so that one that breaks off leaves nothing. Its name here is made of the letters
and digits of its name there, and of its contents: the same file is stored once.
"""

import hashlib
import logging
import os
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePath
from typing import IO, Any, Protocol

from wan_widgets.files import outputs
from wan_widgets.files.disk import shown
from wan_widgets.files.inputs import NotMedia, facts
from wan_widgets.files.names import slug
from wan_widgets.wan.file_types import suffix_of, type_of
from wan_widgets.wan.sources import LocalFile

_log = logging.getLogger(__name__)
_OPEN = 8  # files on their way at once; of browsers that went away the oldest is given up
_LONGEST_STEM = 40
_LARGEST = 2**60  # bytes; no disk has them


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass
class _Arrival:
    """A file on its way here."""

    name: str
    size: int
    type: str
    file: IO[bytes]
    digest: _Digest = field(default_factory=hashlib.sha256)
    received: int = 0


class Intake:
    """The files that are on their way from the browser, by the ids that it gave them."""

    def __init__(self) -> None:
        self._arrivals: OrderedDict[str, _Arrival] = OrderedDict()

    def hear(self, content: dict[str, Any], buffers: list[Any]) -> dict[str, Any] | None:
        """Act on a message about a file; returns the answer, if it wants one."""
        transfer = content.get("id")
        if not isinstance(transfer, str):
            return None
        try:
            if content["kind"] == "file-begin":
                self._begin(transfer, content)
                return {"kind": "file-here", "id": transfer, "received": 0}
            if content["kind"] == "file-chunk":
                return self._take(transfer, content.get("start"), buffers)
            self._drop(transfer)
        except OSError as error:
            self._drop(transfer)
            place = shown(_place())
            reason = f"It cannot be stored in {place}: {error.strerror or error}."
            return {"kind": "file-failed", "id": transfer, "message": reason}
        return None

    def close(self) -> None:
        """Give up whatever is on its way."""
        for transfer in list(self._arrivals):
            self._drop(transfer)

    def _begin(self, transfer: str, content: dict[str, Any]) -> None:
        size = content.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < _LARGEST:
            raise OSError("its size is not known")
        place = _folder()
        if shutil.disk_usage(place).free < 2 * size:  # it is there twice for a moment
            raise OSError(f"it has {size / 1e6:.0f} MB, and the disk has no room for it")
        self._drop(transfer)
        while len(self._arrivals) >= _OPEN:
            self._drop(next(iter(self._arrivals)))
        # Without a name: it is gone with the process, whatever happens.
        file = tempfile.TemporaryFile(dir=place)  # noqa: SIM115  # open until the last chunk
        self._arrivals[transfer] = _Arrival(str(content.get("name")), size, str(content.get("type")), file)

    def _take(self, transfer: str, start: object, buffers: list[Any]) -> dict[str, Any] | None:
        arrival = self._arrivals.get(transfer)
        chunk = bytes(buffers[0]) if buffers else b""
        if arrival is None or start != arrival.received or arrival.received + len(chunk) > arrival.size:
            self._drop(transfer)
            return {"kind": "file-failed", "id": transfer, "message": "It was broken off; try it again."}
        arrival.file.write(chunk)
        arrival.digest.update(chunk)
        arrival.received += len(chunk)
        if arrival.received < arrival.size:
            return {"kind": "file-here", "id": transfer, "received": arrival.received}
        arrival.file.seek(0)
        path = _keep(arrival.file, _stem(arrival.name), arrival.digest.hexdigest(), _suffix(arrival.name, arrival.type))
        self._drop(transfer)
        return {"kind": "file-stored", "id": transfer, "path": str(path)}

    def _drop(self, transfer: str) -> None:
        if arrival := self._arrivals.pop(transfer, None):
            arrival.file.close()


def _place() -> Path:
    return outputs.folder() / "inputs"


def _folder() -> Path:
    """Where inputs are kept, made if need be."""
    place = _place()
    place.mkdir(parents=True, exist_ok=True)
    return place


def store(data: bytes) -> Path:
    """What is in memory, as a file."""
    try:
        known = facts(LocalFile(data=data))
        stem, suffix = str(known.kind), _suffix("", known.type)
    except NotMedia:
        stem, suffix = "data", ""  # what is wrong with it, the form will say
    return _keep(BytesIO(data), stem, hashlib.sha256(data).hexdigest(), suffix)


def _keep(file: IO[bytes], stem: str, digest: str, suffix: str) -> Path:
    path = _folder() / f"{stem}-{digest[:12]}{suffix}"
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
        return path
    handle, part = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(file, copy)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return path


def _stem(name: str) -> str:
    """The letters and digits of a name; whatever else a browser sends names no place on this disk."""
    return slug(PurePath(name).stem, _LONGEST_STEM) or "file"


def _suffix(name: str, mime: str) -> str:
    """By which others tell what it is: that of its name, if it is one of the known, else one for its type."""
    suffix = PurePath(name).suffix.lower()
    if suffix.isascii() and type_of(suffix.removeprefix(".")):
        return suffix
    usual = suffix_of(mime)
    return f".{usual}" if usual else ""
