"""Where clips land, and under which names."""

import os
import re
import secrets
import tempfile
import time
import unicodedata
from itertools import count
from pathlib import Path

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.sources import printable
from wan_widgets.wan.tasks import VideoTask

_LONGEST_NAME = 48
_FORGOTTEN = 86_400.0
"""Seconds since the last byte after which nobody is writing any more."""


def folder() -> Path:
    """``WAN_OUTPUTS``, else ``wan_outputs`` in the working directory, which is the notebook's."""
    return absolute(os.environ.get("WAN_OUTPUTS") or "wan_outputs")


def absolute(path: Path | str) -> Path:
    """The path as it is now, wherever the process goes later."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # of nobody known here: it may be a folder's own name
        return Path(path).absolute()


def shown(path: Path) -> str:
    """A path as people like to read it: from the working directory on, where it lies below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):  # a working directory can be deleted
        return str(path)


def clip_name(task: VideoTask) -> str:
    """A name that a person can read: ``a-lighthouse-at-dusk-7.mp4``.

    Made of the prompt and the seed, else the end of the task's id; of a server's words only letters and digits.
    """
    request = task.request
    words = (request.prompt if request else None) or (request.mode if request else "clip")
    # Letters with their marks: the vowels of Hindi and Thai are marks.
    letters = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in words.lower())
    slug = "-".join(letters.split())[:_LONGEST_NAME].rstrip("-") or "clip"
    while len(slug.encode()) > 150:  # a file name holds 255 bytes
        slug = slug[:-1]
    seed = request.seed if request else None
    mark = str(seed) if seed is not None else re.sub(r"[^a-z0-9]", "", task.id.lower())[-6:] or "0"
    return f"{slug}-{mark}.mp4"


def check_place(path: Path | str | None) -> None:
    """Raise `ConfigurationError` if a clip could not be written there: better known before it is paid for."""
    place = folder() if path is None else absolute(path).parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"Clips cannot be saved in {printable(str(place))} ({getattr(error, 'strerror', None) or error}). "
            "Set WAN_OUTPUTS, or pass path=…, to a folder that can be written."
        ) from error
    if path is not None:
        _check_name(absolute(path))


def _check_name(path: Path) -> None:
    """Raise `ConfigurationError` for what cannot be a clip's file."""
    try:
        is_folder = path.is_dir()
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    else:
        if not is_folder:
            return
        reason = "it is a folder"
    raise ConfigurationError(
        f"A clip cannot be saved as {printable(str(path))} ({reason}). Pass path=… with a file name."
    )


def part_beside(path: Path) -> Path:
    """A place in the same folder for what is not whole yet."""
    return path.with_name(f".wan-{secrets.token_hex(8)}.part")


def sweep(folder: Path) -> None:
    """Take away such parts that a process which was killed has left behind."""
    for part in folder.glob(".wan-????????????????.part"):
        if time.time() - part.stat().st_mtime > _FORGOTTEN:
            part.unlink()


def placed(part: Path, wanted: Path) -> Path:
    """Give a whole file its name: the first of ``name``, ``name-2``, ``name-3``, ... in its folder that is free."""
    for number in count(1):
        free = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            _rename_to_free(part, free)
        except FileExistsError:
            continue
        return free
    raise AssertionError("unreachable")


def _rename_to_free(part: Path, free: Path) -> None:
    """Raises `FileExistsError` where there is such a file, also one that another process makes at this moment."""
    try:
        os.link(part, free)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        free.open("xb").close()
        part.replace(free)
    else:
        part.unlink()
