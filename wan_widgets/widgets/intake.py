"""Storing files from the browser, and bytes in memory, in the folder ``inputs`` below that of the clips.

A file gets its name when it is whole, so that an incomplete one leaves nothing behind. The name is made of the letters
and digits of the name in the browser, and of the content's digest, so that the same file is stored once.
"""

import hashlib
import logging
import os
import shutil
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol

from wan_widgets.files import outputs
from wan_widgets.files.disk import shown
from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.files.names import input_name
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.sources import LocalFile
from wan_widgets.words import Text, reason_of, say, size_said

_log = logging.getLogger(__name__)
_OPEN = 8  # files on their way at once; then the oldest is given up, because its browser may be gone
_LARGEST = 2**60  # bytes; no disk is as large


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass
class _Arrival:
    """A file that arrives from the browser."""

    name: str
    size: int
    type: str
    file: IO[bytes]
    digest: _Digest = field(default_factory=hashlib.sha256)
    received: int = 0


class Intake:
    """The files that arrive from the browser, by the ids that the browser gave them."""

    def __init__(self) -> None:
        self._arrivals: OrderedDict[str, _Arrival] = OrderedDict()

    def hear(self, content: dict[str, Any], buffers: list[Any]) -> dict[str, Any] | None:
        """Handle a message about a file. Returns the answer to send; ``None`` if there is none."""
        arrival_id = content.get("id")
        if not isinstance(arrival_id, str):
            return None
        try:
            if content["kind"] == "file-begin":
                self._begin(arrival_id, content)
                return {"kind": "file-here", "id": arrival_id, "received": 0}
            if content["kind"] == "file-chunk":
                return self._take(arrival_id, content.get("start"), buffers)
            self._drop(arrival_id)
        except OSError as error:
            self._drop(arrival_id)
            return {"kind": "file-failed", "id": arrival_id, "message": str(_unstored(error))}
        return None

    def close(self) -> None:
        """Give up all files that have not arrived completely."""
        for arrival_id in list(self._arrivals):
            self._drop(arrival_id)

    def _begin(self, arrival_id: str, content: dict[str, Any]) -> None:
        size = content.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < _LARGEST:
            raise OSError(say("widgets.intake.no_size"))
        folder = _inputs_folder()
        if shutil.disk_usage(folder).free < 2 * size:  # for a moment the file is there twice
            raise OSError(say("widgets.intake.no_room", size=size_said(size)))
        self._drop(arrival_id)
        while len(self._arrivals) >= _OPEN:
            self._drop(next(iter(self._arrivals)))
        # A file without a name always disappears with the process.
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # it stays open until the last chunk
        self._arrivals[arrival_id] = _Arrival(str(content.get("name")), size, str(content.get("type")), file)

    def _take(self, arrival_id: str, start: object, buffers: list[Any]) -> dict[str, Any] | None:
        arrival = self._arrivals.get(arrival_id)
        chunk = bytes(buffers[0]) if buffers else b""
        if arrival is None or start != arrival.received or arrival.received + len(chunk) > arrival.size:
            self._drop(arrival_id)
            return {"kind": "file-failed", "id": arrival_id, "message": str(say("widgets.intake.broken_off"))}
        arrival.file.write(chunk)
        arrival.digest.update(chunk)
        arrival.received += len(chunk)
        if arrival.received < arrival.size:
            return {"kind": "file-here", "id": arrival_id, "received": arrival.received}
        arrival.file.seek(0)
        path = _keep(arrival.file, arrival.name, arrival.digest.hexdigest(), arrival.type)
        self._drop(arrival_id)
        return {"kind": "file-stored", "id": arrival_id, "path": str(path)}

    def _drop(self, arrival_id: str) -> None:
        if arrival := self._arrivals.pop(arrival_id, None):
            arrival.file.close()


def _inputs_folder() -> Path:
    """The folder of inputs. It is created if it does not exist."""
    folder = outputs.inputs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def store(data: bytes) -> Path:
    """Store bytes as a file and return its path. Raises `ConfigurationError` if the folder cannot be written."""
    try:
        known = facts(LocalFile(data=data))
        name, mime = str(known.kind), known.type
    except NotMedia:
        name, mime = "data", ""  # the form will say what is wrong with it
    try:
        return _keep(BytesIO(data), name, hashlib.sha256(data).hexdigest(), mime)
    except OSError as error:
        raise ConfigurationError(_unstored(error), remedy=say("widgets.intake.unstored.remedy")) from error


def _unstored(error: OSError) -> Text:
    return say("widgets.intake.unstored", folder=shown(outputs.inputs_folder()), reason=reason_of(error))


def _keep(file: IO[bytes], name: str, digest: str, mime: str) -> Path:
    path = _inputs_folder() / input_name(name, digest, mime)
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
        return path
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(file, copy)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
