"""Where this code runs: in which folder, in which notebook, in which process of which machine."""

import os
import socket
import sys
from pathlib import Path
from uuid import uuid4


def working_directory() -> Path | None:
    """Where the process is now; ``None`` where that folder was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None


_AT_IMPORT = working_directory()


def notebook_folder() -> Path | None:
    """Where the notebook lies, wherever the process has gone since: Jupyter says so, else the process began there."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return session.parent if session.is_absolute() and session.parent.is_dir() else _AT_IMPORT


def place() -> str:
    """The working directory as the ledger has it: the orders of one belong together. Empty where it was deleted."""
    return str(working_directory() or "")


def notebook() -> str:
    """The notebook, else the script, else the working directory."""
    script = sys.argv[0] if sys.argv and sys.argv[0].endswith(".py") and "ipykernel" not in sys.argv[0] else ""
    return os.environ.get("JPY_SESSION_NAME") or (str(Path(script).absolute()) if script else place())


def process() -> str:
    """The name of this process, told from every other one, also from a later one with the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_begun(os.getpid())}"


def follower() -> str:
    """A name for whoever follows a task within this process."""
    return f"{process()}:{uuid4().hex[:8]}"


def is_gone(other: str) -> bool:
    """Whether a process of this machine, by its name or a follower's, has ended. Of other machines nobody knows."""
    host, pid, begun = [*other.split(":"), "", ""][:3]
    return host == socket.gethostname() and pid.isdecimal() and _begun(int(pid)) != begun


def _begun(pid: int) -> str:
    """When a process began, where the system says it in Linux's way; else whether it runs. Empty if it does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return "running" if _runs(pid) else ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]  # a dead one that nobody has buried yet is gone


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # a signal would end it there; its lease runs out instead
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
