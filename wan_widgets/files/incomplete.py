"""The file of a clip until it is complete: in the same folder, with a name of its own that nobody looks for."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from wan_widgets.files.disk import move_to_free_name, sweep, temporary_beside
from wan_widgets.files.recipe_file import embed, put_beside

_log = logging.getLogger(__name__)


class Incomplete:
    """A clip that is still arriving. A file with the name of the clip is always whole.

    The methods block. All but `discard` raise `OSError`, and `ValueError` for a path that is not valid.
    """

    def __init__(self, path: Path, *, replaces: bool) -> None:
        """`path` is the clip's. Unless it `replaces` the file there, the clip gets a free name."""
        self.folder = path.parent
        self.temporary = temporary_beside(path)
        self.is_given_up = False
        """Nobody waits for the clip any more. Then it does not get its name."""
        self._path = path
        self._replaces = replaces
        self._file: IO[bytes] | None = None

    def open(self) -> IO[bytes]:
        """Create the file. What was left behind in its folder long ago is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            sweep(self.folder)
        self._file = self.temporary.open("xb")
        return self._file

    def complete(self, recipe: Callable[[], Mapping[str, Any]]) -> tuple[Path, int]:
        """Append the recipe while nobody else sees the file, then give it its name. Returns its path and its size."""
        self._close()
        whole = _with_recipe(self.temporary, recipe)
        size: int = whole["file"]["size"] if whole else self.temporary.stat().st_size
        if self.is_given_up:
            raise InterruptedError
        path = self.temporary.replace(self._path) if self._replaces else move_to_free_name(self.temporary, self._path)
        if whole is not None:
            put_beside(path, whole)
        return path, size

    def discard(self) -> None:
        """Remove the file, unless it was completed. It raises nothing, so that the error before it is told."""
        for work in (self._close, self.temporary.unlink):
            with suppress(OSError, ValueError):
                work()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


def _with_recipe(path: Path, recipe: Callable[[], Mapping[str, Any]]) -> dict[str, Any] | None:
    """Append the recipe, and return it with what is known of the file then; ``None`` if it has none.

    A clip was paid for, and a recipe was not: whatever is wrong with one costs only the recipe.
    """
    try:
        return embed(path, recipe())
    except Exception:  # noqa: BLE001
        _log.exception("a clip has no recipe")
        return None
