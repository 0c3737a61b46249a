"""Where a clip will be saved. That is fixed when the clip is ordered, because the working directory may change."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from wan_widgets.files import here, outputs
from wan_widgets.files.disk import absolute
from wan_widgets.files.place import Place, marked_place, moved_along, place
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.problems import shown
from wan_widgets.wan.sources import printable
from wan_widgets.words import reason_of, say


@dataclass(frozen=True)
class Destination:
    """Where a clip will be saved."""

    folder: Path
    name: str | None
    """The file name that the user chose. A file of this name is replaced. ``None`` for a free name of our own."""
    place: Place
    """The folder of the notebook or script that ordered the clip."""

    @property
    def path(self) -> Path | None:
        """The path that the user chose, if any."""
        return None if self.name is None else self.folder / self.name

    def marked(self) -> "Destination":
        """The same destination, in a place that is known again after it was moved. It reads a file, or writes it."""
        if self.place.path != str(here.folder()):
            return self
        marked = marked_place()
        return replace(self, place=marked) if self.place.id in ("", marked.id) else self

    def present(self) -> "Destination":
        """The same destination after its place was moved: below the new path. It reads a file."""
        today = place()
        if not today.id or today.id != self.place.id:
            return self
        return replace(self, folder=moved_along(self.folder, self.place.path, Path(today.path)), place=today)

    def ready(self) -> "Destination":
        """The destination, marked. Raises `ConfigurationError` if a clip could not be saved there.

        This is called before a clip is paid for.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except (OSError, ValueError) as error:
            folder = printable(str(self.folder))
            unwritable = say("files.destination.unwritable", folder=folder, reason=reason_of(error))
            raise ConfigurationError(unwritable) from error
        if self.path is not None:
            _check_name(self.path)
        return self.marked()


def destination(path: Path | str | None = None) -> Destination:
    """Where a clip will be saved that is ordered now: at `path`, else in the outputs folder."""
    if path is None:
        return Destination(outputs.folder(), None, place())
    try:
        wanted = absolute(path)
    except (TypeError, ValueError):
        raise ConfigurationError(say("files.destination.no_path", value=shown(path))) from None
    return Destination(wanted.parent, wanted.name, place())


def _check_name(path: Path) -> None:
    """Raise `ConfigurationError` if a clip's file cannot have this path."""
    try:
        is_folder = path.is_dir()
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        reason = reason_of(error)
    else:
        if not is_folder:
            return
        reason = say("files.destination.folder")
    raise ConfigurationError(say("files.destination.no_name", path=printable(str(path)), reason=reason))
