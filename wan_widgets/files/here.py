"""Where this code runs: its folder, its notebook, its process and its machine."""

import os
import socket
import sys
from pathlib import Path
from uuid import uuid4


def working_directory() -> Path | None:
    """The present working directory; ``None`` if it was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


_AT_IMPORT = working_directory()


def notebook_folder() -> Path | None:
    """The folder of the notebook, which Jupyter names, else the working directory at import, before any `os.chdir`."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return session.parent if session.is_absolute() and session.parent.is_dir() else _AT_IMPORT


def directory() -> str:
    """The working directory as text, for the ledger's column ``place``; empty if it was deleted."""
    return str(working_directory() or "")


def notebook() -> str:
    """The path of the notebook, else of the script, else of the working directory."""
    script = sys.argv[0] if sys.argv and sys.argv[0].endswith(".py") and "ipykernel" not in sys.argv[0] else ""
    return os.environ.get("JPY_SESSION_NAME") or (str(Path(script).absolute()) if script else directory())


def process() -> str:
    """A name for this process. No other process has it, not even a later one with the same process id."""
    return f"{socket.gethostname()}:{os.getpid()}:{_begun(os.getpid())}"


def follower() -> str:
    """A new name for a follower of an order in this process."""
    return f"{process()}:{uuid4().hex[:8]}"


def is_gone(name: str) -> bool:
    """Whether the process with this name, or of this follower, has ended. False for processes of other machines."""
    host, pid, begun = [*name.split(":"), "", ""][:3]
    return host == socket.gethostname() and pid.isdecimal() and _begun(int(pid)) != begun


def _begun(pid: int) -> str:
    """The start time of a process, as Linux writes it; on other systems ``running``. Empty if it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return "running" if _runs(pid) else ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]  # a zombie (Z) and a dead process (X) have ended


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # os.kill would end the process there; its lease runs out in any case
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
