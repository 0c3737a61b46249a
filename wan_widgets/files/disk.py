"""Files on this machine: their paths, their contents, and how a finished file gets its name."""

import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from wan_widgets.files import here
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.sources import printable
from wan_widgets.words import say

_ABANDONED = 86_400.0
"""Seconds without a change after which an incomplete file counts as left behind."""
_HOUR = 3600.0


def absolute(path: Path | str, base: Callable[[], Path] | None = None) -> Path:
    """The absolute path. A relative one is taken from what `base` returns, usually from the present working directory.

    A path that is pasted as text may have quotes and blanks around it.
    """
    path = bare(path) if isinstance(path, str) else path
    try:
        expanded = Path(path).expanduser()
    except RuntimeError:  # there is no user of that name, so "~name" is the name of a folder
        expanded = Path(path)
    if expanded.is_absolute():
        return expanded
    return (base() if base else here.working_directory() or here.folder()) / expanded


def shown(path: Path) -> str:
    """The path as people like to read it: relative to the folder of the notebook or script if it lies below that."""
    folder = here.folder()
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def check_regular(path: Path) -> os.stat_result:
    """The file's state. Raises `OSError` for a pipe, a socket or a device, because opening one may wait for ever."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):  # opening a folder fails anyway
        raise OSError(errno.EINVAL, say("files.irregular"), printable(str(path)))
    return state


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary_beside(path: Path) -> Path:
    """A path in the same folder for a file that is not complete yet."""
    return path.with_name(f".wan-{secrets.token_hex(8)}.part")


_swept: dict[Path, float] = {}


def sweep(folder: Path) -> None:
    """Remove the incomplete files that killed processes have left in the folder. This is done once an hour."""
    if time.monotonic() - _swept.get(folder, -_HOUR) < _HOUR:  # the folder may have thousands of clips
        return
    _swept[folder] = time.monotonic()
    for temporary in folder.glob(".wan-????????????????.part"):
        with suppress(FileNotFoundError):  # a process has just completed it
            if time.time() - temporary.stat().st_mtime > _ABANDONED:
                temporary.unlink()


def move_to_free_name(temporary: Path, wanted: Path) -> Path:
    """Give a complete file the first name of ``name``, ``name-2``, ``name-3``, ... that is free in its folder."""
    for number in count(1):
        free = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            _rename(temporary, free)
        except FileExistsError:
            continue
        return free
    raise AssertionError("unreachable")


def _rename(temporary: Path, free: Path) -> None:
    """Rename the file. Raises `FileExistsError` if the name is taken, even by another process at this moment."""
    try:
        os.link(temporary, free)
    except FileExistsError:
        raise
    except OSError:  # the disk has no hard links
        free.open("xb").close()
        temporary.replace(free)
    else:
        temporary.unlink()
