"""The folder in which clips land."""

import os
import tempfile
from pathlib import Path

from wan_widgets.files.disk import absolute
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.sources import printable


def folder() -> Path:
    """``WAN_OUTPUTS``, else ``wan_outputs`` in the working directory, which is the notebook's."""
    return absolute(os.environ.get("WAN_OUTPUTS") or "wan_outputs")


def check_destination(path: Path | str | None) -> None:
    """Raise `ConfigurationError` if a clip could not be written there: better known before it is paid for."""
    destination = folder() if path is None else absolute(path).parent
    try:
        destination.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=destination).close()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"Clips cannot be saved in {printable(str(destination))} ({getattr(error, 'strerror', None) or error}). "
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
