"""Which process this is, and whether another one of this machine still runs."""

import os
import socket
import sys
from functools import lru_cache
from pathlib import Path
from uuid import uuid4


def process() -> str:
    """A name for this process. No other process has it, not even a later one with the same process id."""
    return _name(os.getpid())


@lru_cache(maxsize=1)  # a fork has another id
def _name(own: int) -> str:
    return f"{socket.gethostname()}:{own}:{_begun(own)}"


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
