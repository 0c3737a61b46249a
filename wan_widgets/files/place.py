"""Knowing a folder again after it was moved or renamed, so that its orders are still found.

A small file beside the clips has an id for the folder, and the ledger has this id in each order.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from wan_widgets.files import here, outputs
from wan_widgets.files.disk import temporary_beside

_NAME = ".wan_widgets.json"
_ABOUT = "By this id the ledger of wan_widgets finds the orders of this folder again after it was moved or renamed."


@dataclass(frozen=True)
class Place:
    """A folder to which orders belong."""

    path: str
    id: str
    """It stays the same when the folder moves; empty if it is not known."""


def moved_along(path: Path, former: Path | str, today: Path) -> Path:
    """The path of a file after its folder `former` became `today`; unchanged if it does not lie in that folder."""
    return today / path.relative_to(former) if path.is_relative_to(former) else path


def place() -> Place:
    """The place of this notebook or script."""
    return _found()[0]


def marked_place() -> Place:
    """The place of this notebook or script, with an id that is kept in the folder. A read-only folder has none."""
    found, marker = _found()
    if marker is None or (found.id and marker.folder == found.path):
        return found
    marked = Place(found.path, found.id or uuid4().hex)
    return marked if _write(marker.path, marked) else found


@dataclass(frozen=True)
class _Marker:
    """The file with the id, and what was read in it. It may not be there yet."""

    path: Path
    id: str
    folder: str

    @classmethod
    def read(cls, path: Path) -> "_Marker":
        noted = _read(path)
        return cls(path, noted.get("id", ""), noted.get("folder", ""))


def _found() -> tuple[Place, _Marker | None]:
    """The place of this notebook or script, and its marker.

    ``None`` where the clips do not lie in the folder, because others may share theirs.
    """
    folder, clips = here.folder(), outputs.folder()
    marker = _Marker.read(clips / _NAME) if clips.is_relative_to(folder) else None
    if marker is None or _is_of_another(marker, folder):
        return Place(str(folder), ""), None
    return Place(str(folder), _known_id(marker, folder)), marker


def _is_of_another(marker: _Marker, folder: Path) -> bool:
    """Whether a link in the folder leads to the file of another one: both keep their clips in one place."""
    origin = Path(marker.folder)
    try:
        is_elsewhere = origin.is_absolute() and not origin.samefile(folder)
        return is_elsewhere and (origin / marker.path.relative_to(folder)).samefile(marker.path)
    except (OSError, ValueError):
        return False


def _known_id(marker: _Marker, folder: Path) -> str:
    """The id in the file; empty if there is none, or if the folder is a copy of another one that has it too."""
    origin = Path(marker.folder)
    if not re.fullmatch("[0-9a-f]{32}", marker.id):
        return ""
    original = origin / marker.path.relative_to(folder)
    return marker.id if not origin.is_absolute() or _is_moved(original, marker) else ""


def _is_moved(original: Path, marker: _Marker) -> bool:
    """Whether the file with the id was moved here, or is here under two paths. False if the original is still there."""
    try:
        return original.samefile(marker.path) or _read(original).get("id") != marker.id
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # it may be there, in a folder that this user may not read
        return False


def _read(marker: Path) -> dict[str, str]:
    try:
        noted = json.loads(marker.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: value for name, value in noted.items() if isinstance(value, str)} if isinstance(noted, dict) else {}


def _write(marker: Path, marked: Place) -> bool:
    """Write the file as a whole, or not at all."""
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_beside(marker)
        try:
            temporary.write_text(json.dumps({"about": _ABOUT, "id": marked.id, "folder": marked.path}), "utf-8")
            temporary.replace(marker)
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, ValueError):
        return False
    return True
