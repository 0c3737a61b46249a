"""One real Jupyter server for the browser tests: loopback only, everything it writes in one temporary folder.

It serves JupyterLab and Notebook 7.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import wan_widgets

# Nothing of the tester's leaves or enters: no keys, no settings, no proxy between the tests and loopback.
PRIVATE = ("WAN_", "JUPYTER", "IPYTHON", "XDG_")
PRIVATE_ENDINGS = ("_API_KEY", "_PROXY")
OVERRIDES = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
THEME_SETTING = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# Loopback is never asked through a proxy, whatever the environment says.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LabServer:
    """Started when made; `stop` shuts its kernels down and ends the process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "notebooks"
        self.token = secrets.token_hex(16)
        for name in ("notebooks", "config", "data", "runtime", "home", "settings", "workspaces", "app-settings"):
            (folder / name).mkdir(parents=True)
        (folder / "app-settings" / "overrides.json").write_text(json.dumps(OVERRIDES), "utf-8")
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.url = self._wait_until_it_answers()

    def _command(self) -> list[str]:
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": free_port(),
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": self.token,
            "LabApp.expose_app_in_browser": True,
            "JupyterNotebookApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
            "LabApp.news_url": "",
            "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
            "LabApp.app_settings_dir": self.folder / "app-settings",
            "LabApp.user_settings_dir": self.folder / "settings",
            "LabApp.workspaces_dir": self.folder / "workspaces",
        }
        return [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]

    def _environment(self) -> dict[str, str]:
        return own_environment(self.folder)

    def _wait_until_it_answers(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            # The server writes down the port it really got: another program may have taken the one it was given.
            for info in (self.folder / "runtime").glob("jpserver-*.json"):
                try:
                    url = str(json.loads(info.read_text("utf-8"))["url"])
                    with OPENER.open(self._request(f"{url}api/status"), timeout=5):
                        return url
                except (OSError, ValueError):
                    continue
            time.sleep(0.05)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log()}")

    def _request(self, url: str, method: str = "GET") -> urllib.request.Request:
        return urllib.request.Request(url, method=method, headers={"Authorization": f"token {self.token}"})

    def log(self) -> str:
        return self._log.read_text("utf-8", errors="replace")[-8000:]

    def choose_theme(self, theme: str) -> None:
        """What the next page to be opened will look like: JupyterLab reads its settings once, when it loads."""
        path = self.folder / "settings" / THEME_SETTING
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"theme": THEMES[theme]}), "utf-8")

    def stop(self) -> None:
        try:
            # Asked politely it ends its kernels first, on Windows too, where there is no polite signal.
            OPENER.open(self._request(f"{self.url}api/shutdown", "POST"), timeout=10).close()
            self._process.wait(timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()


def own_environment(folder: Path) -> dict[str, str]:
    """The environment of a process that writes only into this folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(PRIVATE) and not name.upper().endswith(PRIVATE_ENDINGS)
    }
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "home",
        "HOME": "home",
        "WAN_SIMULATOR_DIR": "simulator",
        "WAN_LEDGER": "ledger.sqlite3",
    }
    kept |= {name: str(folder / place) for name, place in folders.items()}
    kept["WAN_SIMULATOR_SPEED"] = "3"
    if "WAN_TEST_INSTALLED" not in os.environ:  # a developer tests the checkout, installed or not
        kept["PYTHONPATH"] = str(Path(wan_widgets.__file__).parents[1])
    return kept


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
