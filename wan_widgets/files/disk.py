"""Files of this machine: their paths, their contents, and how a finished file gets its name."""

import errno
import hashlib
import os
import secrets
import stat
import time
from itertools import count
from pathlib import Path

from wan_widgets.files.here import working_directory
from wan_widgets.wan.sources import printable

_FORGOTTEN = 86_400.0
"""Seconds since the last byte after which nobody is writing any more."""


def absolute(path: Path | str) -> Path:
    """The path as it is now, wherever the process goes later."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # nobody here has that home folder: "~name" may be a folder's own name
        return Path(path).absolute()


def shown(path: Path) -> str:
    """A path as people like to read it: from the working directory on, where it lies below that."""
    folder = working_directory()
    return str(path.relative_to(folder) if folder and path.is_relative_to(folder) else path)


def check_regular(path: Path) -> os.stat_result:
    """A file's state. Raises `OSError` for a pipe, a socket or a device: opening one may wait for ever."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):  # a folder is refused when it is opened
        raise OSError(errno.EINVAL, "it is no regular file", printable(str(path)))
    return state


def digest_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def temporary_beside(path: Path) -> Path:
    """A path in the same folder for a file that is not complete yet."""
    return path.with_name(f".wan-{secrets.token_hex(8)}.part")


def sweep(folder: Path) -> None:
    """Remove the incomplete files that a killed process has left behind."""
    for temporary in folder.glob(".wan-????????????????.part"):
        if time.time() - temporary.stat().st_mtime > _FORGOTTEN:
            temporary.unlink()


def move_to_free_name(temporary: Path, wanted: Path) -> Path:
    """Give a complete file its name: the first of ``name``, ``name-2``, ``name-3``, ... in its folder that is free."""
    for number in count(1):
        free = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            _rename(temporary, free)
        except FileExistsError:
            continue
        return free
    raise AssertionError("unreachable")


def _rename(temporary: Path, free: Path) -> None:
    """Raises `FileExistsError` where there is such a file, also one that another process makes at this moment."""
    try:
        os.link(temporary, free)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        free.open("xb").close()
        temporary.replace(free)
    else:
        temporary.unlink()
