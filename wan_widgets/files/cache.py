"""Small files that can be made again, kept in the user's cache folder, where any number of kernels share them."""

import math
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from wan_widgets.files.disk import sweep, temporary_beside


@dataclass
class Cache:
    """A folder of files that is swept when it has grown too large: those go that were not used for longest.

    A disk that is full or read-only costs only the cache: nothing is kept then, and nothing fails.
    """

    name: str
    most: int
    """Bytes that it may hold."""
    _written: float = field(default=math.inf, init=False)
    """Bytes that this process has written since it last swept. It sweeps when it first writes."""

    @property
    def folder(self) -> Path:
        return platformdirs.user_cache_path("wan_widgets") / self.name

    def get(self, name: str) -> bytes | None:
        """What was kept under a name; ``None`` if there is nothing."""
        path = self.folder / name
        try:
            kept = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        return kept

    def put(self, name: str, content: bytes) -> None:
        """Keep something. Whoever reads at the same moment gets the whole of it, or nothing."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = temporary_beside(self.folder / name)
            try:
                temporary.write_bytes(content)
                temporary.replace(self.folder / name)
            finally:
                temporary.unlink(missing_ok=True)
            self._written += len(content)
            if self._written > self.most // 16:
                self._sweep()

    def _sweep(self) -> None:
        """Remove the files that were not used for longest, until a tenth of the room is free."""
        self._written = 0
        sweep(self.folder)
        found = []
        for path in self.folder.iterdir():
            with suppress(OSError):  # another process has removed it
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        surplus = sum(size for _, size, _ in found) - self.most
        if surplus <= 0:
            return
        surplus += self.most // 10
        for _, size, path in sorted(found):
            if surplus > 0:
                path.unlink(missing_ok=True)
                surplus -= size
