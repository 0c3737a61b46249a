"""A program that shows a notebook to browsers without JupyterLab, for as long as a test needs it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser.server import OPENER, free_port, own_environment


@contextmanager
def serving(folder: Path, module: str, *arguments: str) -> Iterator[str]:
    """Run a module of this Python in the folder, with a port as its last argument. Yields the address."""
    environment = own_environment(folder)
    (folder / "home").mkdir(exist_ok=True)
    url = f"http://127.0.0.1:{(port := free_port())}/"
    log = folder / "server.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", module, *arguments, "--port", str(port)]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        _wait(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            OPENER.open(f"{url}favicon.ico", timeout=5).close()
        except OSError as error:
            if getattr(error, "code", None):  # an answer, although it is not the picture
                return
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"It did not start:\n{log.read_text('utf-8', errors='replace')[-4000:]}")
