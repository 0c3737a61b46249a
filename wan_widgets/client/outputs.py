"""Where clips land, and under which names."""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from wan_widgets.wan.tasks import VideoTask

_LONGEST_NAME = 48


def folder() -> Path:
    """``WAN_OUTPUTS``, else ``wan_outputs`` in the working directory, which is the notebook's."""
    return absolute(os.environ.get("WAN_OUTPUTS") or "wan_outputs")


def absolute(path: Path | str) -> Path:
    """The path as it is now, wherever the process goes later."""
    return Path(path).expanduser().absolute()


def shown(path: Path) -> str:
    """A path as people like to read it: from the working directory on, where it lies below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def clip_name(task: VideoTask) -> str:
    """A name that a person can read: ``a-lighthouse-at-dusk-7.mp4``.

    Made of the prompt and the seed, else the end of the task's id; of a server's words only letters and digits.
    """
    request = task.request
    words = (request.prompt if request else None) or (request.mode if request else "clip")
    slug = re.sub(r"[\W_]+", "-", words.lower()).strip("-")[:_LONGEST_NAME].rstrip("-") or "clip"
    while len(slug.encode()) > 150:  # a file name holds 255 bytes
        slug = slug[:-1]
    seed = request.seed if request else None
    mark = str(seed) if seed is not None else re.sub(r"[^a-z0-9]", "", task.id.lower())[-6:] or "0"
    return f"{slug}-{mark}.mp4"


@contextmanager
def claimed(name: str) -> Generator[Path, None, None]:
    """A free path in the folder, held by an empty file which is taken away again if the block fails."""
    path = _claim(folder() / name)
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _claim(path: Path) -> Path:
    """Make an empty file under the first of ``name``, ``name-2``, ``name-3``, ... that is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    free = path
    for number in count(2):
        try:
            free.open("xb").close()
        except FileExistsError:
            free = path.with_stem(f"{path.stem}-{number}")
        else:
            return free
    raise AssertionError("unreachable")
