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
    folder = here.folder()
    marker = _marker(folder)
    return Place(str(folder), _known_id(marker, folder) if marker else "")


def marked_place() -> Place:
    """The place of this notebook or script, with an id that is kept in the folder. A read-only folder has none."""
    found = place()
    marker = _marker(Path(found.path))
    if marker is None or (found.id and _read(marker).get("folder") == found.path):
        return found
    marked = Place(found.path, found.id or uuid4().hex)
    return marked if _write(marker, marked) else found


def _marker(folder: Path) -> Path | None:
    """The file with the id; ``None`` where the clips do not lie in the folder, because others may share theirs."""
    clips = outputs.folder()
    marker = clips / _NAME
    return marker if clips.is_relative_to(folder) and not _is_of_another(marker, folder) else None


def _is_of_another(marker: Path, folder: Path) -> bool:
    """Whether a link in the folder leads to the file of another one: both keep their clips in one place."""
    origin = Path(_read(marker).get("folder", ""))
    try:
        is_elsewhere = origin.is_absolute() and not origin.samefile(folder)
        return is_elsewhere and (origin / marker.relative_to(folder)).samefile(marker)
    except (OSError, ValueError):
        return False


def _known_id(marker: Path, folder: Path) -> str:
    """The id in the file; empty if there is none, or if the folder is a copy of another one that has it too."""
    noted = _read(marker)
    known, origin = noted.get("id", ""), Path(noted.get("folder", ""))
    if not re.fullmatch("[0-9a-f]{32}", known):
        return ""
    original = origin / marker.relative_to(folder)
    return known if not origin.is_absolute() or _is_moved(original, marker, known) else ""


def _is_moved(original: Path, marker: Path, known: str) -> bool:
    """Whether the file with the id was moved here, or is here under two paths. False if the original is still there."""
    try:
        return original.samefile(marker) or _read(original).get("id") != known
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
