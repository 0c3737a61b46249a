"""Kernels of other versions of Python and ipykernel, in environments of their own, and a front end of few lines."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from browser.server import own_environment
from environment import ROOT

Message = dict[str, Any]
LONG = 60.0  # seconds


def python(version: str) -> str | None:
    """The program of this version of Python; ``None`` if there is none."""
    of_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    found = [str(path) for path in of_pyenv[-1:]] or [shutil.which(f"python{version}")]
    return found[0]


@cache
def environment(version: str, ipykernel: str) -> str:
    """The interpreter of an environment with the package and this ipykernel. It is made once, and kept."""
    folder = ROOT / ".venv-kernels" / f"{version}-{ipykernel}"
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not inside.is_file():
        subprocess.run([python(version), "-m", "venv", "--clear", folder], check=True)
    with tempfile.TemporaryDirectory() as wheels:
        pip = [inside, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "pip", "-q", "wheel", "--no-deps", "-w", wheels, ROOT], check=True)
        (wheel,) = Path(wheels).glob("*.whl")
        subprocess.run([*pip, "install", wheel, f"ipykernel=={ipykernel}"], check=True)
        subprocess.run([*pip, "install", "--no-deps", "--force-reinstall", wheel], check=True)
    return str(inside)


class Kernel:
    """A running kernel, and everything that it has said to all front ends."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.said: list[Message] = []
        self._manager, self._client = manager, client
        self._subshell: str | None = None

    def listen(self) -> None:
        """Take in what was said meanwhile."""
        with suppress(Empty):
            while True:
                self.said.append(self._client.get_iopub_msg(timeout=0.02))

    def start(self, code: str) -> str:
        """Run a cell. Returns the id of the request at once."""
        return str(self._client.execute(code))

    def finish(self, request: str) -> list[Message]:
        """Wait for the end of a cell. Returns what it has put out."""
        self.wait(lambda: any(_is_idle(each, request) for each in self.said))
        return [each for each in self.said if each["parent_header"].get("msg_id") == request]

    def run(self, code: str) -> list[Message]:
        """Run a cell to its end. Raises `AssertionError` if it fails."""
        outputs = self.finish(self.start(code))
        failures = [each["content"]["evalue"] for each in outputs if each["msg_type"] == "error"]
        assert not failures, failures
        return outputs

    def text(self, code: str) -> str:
        """What a cell prints."""
        return printed(self.run(code))

    def make_subshell(self) -> None:
        """Send the messages of widgets to a subshell from now on, as JupyterLab does where the kernel has them."""
        request = self._client.session.msg("create_subshell_request")
        self._client.control_channel.send(request)
        self._subshell = self._client.get_control_msg(timeout=LONG)["content"]["subshell_id"]

    def send(self, model: str, content: Message) -> None:
        """Send a message from a widget in the browser."""
        data = {"comm_id": model, "data": {"method": "custom", "content": content}}
        message = self._client.session.msg("comm_msg", data)
        if self._subshell:
            message["header"]["subshell_id"] = self._subshell
        self._client.shell_channel.send(message)

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def wait(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + LONG
        while not condition():
            assert time.monotonic() < deadline, "this did not happen"
            assert self._manager.is_alive(), "the kernel has died"
            self.listen()

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._client.context.destroy()
        self._manager.context.destroy()


@contextmanager
def running(interpreter: str, folder: Path, **variables: str) -> Iterator[Kernel]:
    """A kernel of this interpreter, in this folder."""
    (folder / "home").mkdir(exist_ok=True)
    manager = KernelManager()
    manager.kernel_spec.argv = [interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.start_kernel(cwd=str(folder), env=own_environment(folder) | variables)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LONG)
    kernel = Kernel(manager, client)
    try:
        yield kernel
    finally:
        kernel.close()


def printed(outputs: list[Message]) -> str:
    return "".join(each["content"]["text"] for each in outputs if each["msg_type"] == "stream")


def shown(outputs: list[Message]) -> list[Message]:
    """The bundles that a cell displays."""
    kinds = ("display_data", "execute_result", "update_display_data")
    return [each["content"]["data"] for each in outputs if each["msg_type"] in kinds]


def _is_idle(message: Message, request: str) -> bool:
    is_state = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
    return is_state and message["parent_header"].get("msg_id") == request
