"""Files of deleted clips: they are moved into a hidden folder beside the clip, from which they can come back.

To move a file on its disk takes no time, needs no other program, and works on servers, where there is no trash.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wan_widgets.files.disk import move_to_free_name

_FOLDER = ".wan_deleted"


def place_for_deleted(clip: Path, order: str) -> Path:
    """Where the file of an order's clip lies after it was deleted."""
    return clip.parent / _FOLDER / re.sub(r"[^\w-]", "_", order) / clip.name


def move_away(clip: Path, to: Path) -> None:
    """Move a clip and the files that belong to it. Raises `OSError`."""
    to.parent.mkdir(parents=True, exist_ok=True)
    clip.replace(to)
    for beside in _companions(clip):
        with suppress(OSError):  # it may stay
            beside.replace(to.with_name(beside.name))


def bring_back(deleted: Path) -> Path:
    """Move a deleted clip back, and what belongs to it. Returns its path, which is a new one if its own is taken.

    Raises `OSError`.
    """
    folder = deleted.parents[2]
    clip = move_to_free_name(deleted, folder / deleted.name)
    for beside in _companions(deleted):
        with suppress(OSError):
            move_to_free_name(beside, folder / (clip.name + beside.name.removeprefix(deleted.name)))
    with suppress(OSError):  # something else may lie there
        deleted.parent.rmdir()
        deleted.parent.parent.rmdir()
    return clip


def _companions(clip: Path) -> Iterator[Path]:
    """The files beside a clip whose names are its whole name and an end."""
    with suppress(OSError):
        yield from [each for each in clip.parent.iterdir() if each.name.startswith(f"{clip.name}.") and each.is_file()]
