"""Where this code runs: the working directory, the folder of the notebook, and the notebook."""

import os
import sys
from pathlib import Path
from typing import Any


def working_directory() -> Path | None:
    """The present working directory; ``None`` if it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


def is_marimo() -> bool:
    """Whether this thread runs cells of a notebook of marimo. A script that only imports marimo does not."""
    marimo = sys.modules.get("marimo")
    return marimo is not None and bool(getattr(marimo, "running_in_notebook", bool)())


def _marimo_folder() -> Path | None:
    """The folder of the notebook of marimo in which this code runs; ``None`` elsewhere."""
    return sys.modules["marimo"].notebook_dir() if is_marimo() else None


_OF_MARIMO = _marimo_folder()  # only the thread of the notebook can ask for it
_AT_IMPORT = _OF_MARIMO or working_directory()


def kernel_shell() -> Any:
    """IPython's shell, if this code runs in a Jupyter kernel; else ``None``."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if hasattr(shell, "kernel") else None


def _request() -> dict[str, Any]:
    """The message that asked the kernel to run the present cell; empty where there is none."""
    request = getattr(kernel_shell(), "parent_header", None)
    return request if isinstance(request, dict) else {}


def cell() -> tuple[str, str] | None:
    """The id of the cell that runs, and that of its run; ``None`` where the front end does not tell cells apart."""
    request = _request()
    name, run = (request.get(part, {}).get(key) for part, key in (("metadata", "cellId"), ("header", "msg_id")))
    return (name, run) if isinstance(name, str) and isinstance(run, str) else None


def is_executed() -> bool:
    """Whether a program such as papermill runs the cells. It can ask nobody, so it takes no questions for input."""
    return _request().get("content", {}).get("allow_stdin") is False


def folder() -> Path:
    """The folder to which clips and orders belong: that of the notebook, in a script the working directory.

    `os.chdir` in a notebook does not change it. After the folder was renamed, this is its new path where the system
    tells it, and after it was deleted the old path. Jupyter's server names the notebook. marimo tells its own. Other
    programs start its kernel in its folder, so that it is the working directory at import.
    """
    known = [*_notebook_folder(), *([_AT_IMPORT] if kernel_shell() or _OF_MARIMO else []), working_directory()]
    paths = [path for path in known if path is not None] or [_AT_IMPORT or Path.home()]
    return next((path for path in paths if path.is_dir()), paths[0])


def notebook() -> str:
    """The path of the notebook, else of the script, else of the folder."""
    script = sys.argv[0] if sys.argv and sys.argv[0].endswith(".py") and "ipykernel" not in sys.argv[0] else ""
    return os.environ.get("JPY_SESSION_NAME") or str(folder() / script)


def _notebook_folder() -> list[Path]:
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return [session.parent] if session.is_absolute() else []
