"""Where the recipe of a clip is kept: behind the clip in its own file, and in a file of JSON beside it.

It stands behind the clip, so that the bytes that the service sent stay as they are, from the first to the last. Its
box is one that every player skips. The file beside it has the name of the clip and ``.recipe.json``, so that it
stands next to the clip in a list of files, and a clip of another kind with the same stem has another.
"""

import errno
import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from wan_widgets.files import xmp
from wan_widgets.files.boxes import NoBoxes, boxes, uuid_box
from wan_widgets.files.disk import check_regular, temporary_beside
from wan_widgets.wan.field_checks import is_unicode

ENDING = ".recipe.json"
LARGEST = 2**20
"""Bytes of a recipe. A larger one is neither written nor read."""
_TIGHT = (",", ":")
_log = logging.getLogger(__name__)


class Unreadable(ValueError):
    """What should be a recipe cannot be read as one."""


def sidecar_of(path: Path) -> Path:
    """The file beside a clip that has its recipe."""
    return path.with_name(path.name + ENDING)


def embed(path: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    """Append the recipe to the file of a clip, and return it with what is known of the file then.

    Where that is not possible the file stays as it is: it is no MP4, or the disk is full. Raises `OSError` only if the
    file cannot be read, or not be restored.
    """
    with path.open("r+b", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256")
        size = file.seek(0, os.SEEK_END)
        whole = {**document, "clip": {"sha256": digest.hexdigest(), "size": size}}
        box = _box(whole)
        if _can_follow(file) and len(box) <= LARGEST and _append(file, box, size):
            digest.update(box)
            size += len(box)
    return {**whole, "file": {"sha256": digest.hexdigest(), "size": size}}


def _box(document: Mapping[str, Any]) -> bytes:
    software = document["software"]
    prompt = (document["request"] or {}).get("prompt") or ""
    text = json.dumps(document, separators=_TIGHT)  # it escapes what XML cannot have
    return uuid_box(xmp.ID, xmp.packet(text, prompt, f"wan_widgets {software['wan_widgets']}"))


def _can_follow(file: IO[bytes]) -> bool:
    """Whether a box may follow the last one. A box without a length goes up to the end of the file."""
    try:
        return all(box.end for box in boxes(file))
    except NoBoxes:
        return False


def _append(file: Any, content: bytes, size: int) -> bool:
    try:
        file.seek(size)
        _write(file, content)
        os.fsync(file.fileno())
    except OSError as error:
        _log.warning("the recipe could not be written into the clip: %s", error)
        file.truncate(size)
        return False
    return True


def _write(file: Any, content: bytes) -> None:
    if file.write(content) != len(content):  # the disk took a part of it
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def put_beside(path: Path, document: Mapping[str, Any]) -> None:
    """Write the recipe beside a clip, as a whole or not at all. What prevents that is logged, and costs no clip."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if not is_unicode(text):
        text = json.dumps(document, indent=2) + "\n"
    _place(sidecar_of(path), text.encode())


def copy_beside(source: Path, path: Path) -> None:
    """Copy the recipe beside one clip to the copy of this clip."""
    try:
        content = _content(sidecar_of(source))
    except (OSError, Unreadable):
        return
    _place(sidecar_of(path), content)


def _place(path: Path, content: bytes) -> None:
    temporary = temporary_beside(path)
    try:
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("the recipe could not be written beside the clip: %s", error)


def text_of(path: Path) -> str | None:
    """The recipe of a clip, or in a file of JSON, as text; ``None`` if there is none.

    Only the heads of a clip's boxes are read, and its packets. Raises `OSError`, and `Unreadable` for what is damaged.
    """
    if path.name.lower().endswith(".json"):
        return _text(_content(path))
    state = check_regular(path)
    with path.open("rb") as file:
        found = _embedded(file)
    return found if found is not None else _beside(path, state.st_size)


def _content(path: Path) -> bytes:
    if check_regular(path).st_size > LARGEST:
        raise Unreadable
    with path.open("rb") as file:
        return file.read(LARGEST)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable from error


def _embedded(file: IO[bytes]) -> str | None:
    """The recipe in the last packet that has one. Packets of other programs have none."""
    try:
        found = [box for box in boxes(file) if box.id == xmp.ID]
    except NoBoxes:
        return None
    for box in reversed(found[-8:]):
        if box.end - box.content > LARGEST:
            continue
        file.seek(box.content)
        if (text := text_in(file.read(box.end - box.content))) is not None:
            return text
    return None


def text_in(packet: bytes) -> str | None:
    """The recipe in a packet as text; ``None`` if it has none. Raises `Unreadable` if the packet is damaged."""
    try:
        return xmp.recipe_in(packet)
    except ValueError as error:
        if xmp.NAMESPACE.encode() in packet:
            raise Unreadable from error
        return None  # another program's


def _beside(path: Path, size: int) -> str | None:
    """The recipe beside a clip, unless it is that of another clip, which had this name before."""
    try:
        text = _text(_content(sidecar_of(path)))
    except FileNotFoundError:
        return None
    try:
        noted = json.loads(text)["file"]["size"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable from error
    return text if noted == size else None
