"""Virtual environments of this checkout. The package is installed again only when its sources have changed."""

from __future__ import annotations  # so that an old Python gets as far as the message below

import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (only these scripts can tell the user)
    sys.exit(f"wan_widgets needs Python 3.11 or newer, and this is {sys.version.split()[0]}: {sys.executable}")

ROOT = Path(__file__).resolve().parents[1]
PIP_SETTINGS = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_DEFAULT_TIMEOUT": "60",
    "PIP_NO_INPUT": "1",
}
NO_VENV = """\
This Python cannot make virtual environments: {python}
On Debian and Ubuntu they are a package of their own. Install it, then run this again:

    sudo apt install {package}
"""


def prepare(name: str, *, extra: str = "", group: str = "") -> Path:
    """The interpreter of the environment `name`. It has the present package, and an extra or a group of tools."""
    folder = ROOT / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.txt"
    state = sources_hash()
    if stamp.is_file() and stamp.read_text("utf-8") == state and starts(python):
        return python
    if not starts(python):
        say(f"Making {name}")
        create(folder)
    stamp.unlink(missing_ok=True)
    install(python, extra, group)
    stamp.write_text(state, "utf-8")
    return python


def sources_hash() -> str:
    """A hash that changes whenever an installation of this checkout would be different."""
    files = [ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    files += (path for path in sorted((ROOT / "wan_widgets").rglob("*")) if "__pycache__" not in path.parts)
    digest = hashlib.sha256(str(ROOT).encode())
    for path in filter(Path.is_file, files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def starts(python: Path) -> bool:
    """Whether the environment works. It does not if its base Python was removed or the environment was moved."""
    command = [str(python), "-m", "pip", "--version"]
    return python.is_file() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def create(folder: Path) -> None:
    if not can_make_environments():
        package = f"python3.{sys.version_info.minor}-venv"
        if apt_get_is_ours():
            apt_get_install(package)
        if not can_make_environments():
            sys.exit(NO_VENV.format(python=sys.executable, package=package))
    run([sys.executable, "-m", "venv", "--clear", folder])


def can_make_environments() -> bool:
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def apt_get_is_ours() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_get_install(package: str) -> None:
    """Try to install a package. The caller must check whether it worked."""
    say(f"Installing Debian's {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)


def install(python: Path, extra: str, group: str) -> None:
    """Build the wheel that users would get, and install it."""
    say("Installing the package and what it needs (a minute or two the first time)")
    pip(python, "install", "--upgrade", "pip>=25.1")  # the first version with dependency groups
    with tempfile.TemporaryDirectory() as folder:
        pip(python, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
        (wheel,) = Path(folder).glob("wan_widgets-*.whl")
        tools = ["--group", group] if group else []
        pip(python, "install", f"{wheel}[{extra}]" if extra else wheel, *tools)
        # The wheel is installed once more, because pip does not replace a package of the same version.
        pip(python, "install", "--no-deps", "--force-reinstall", wheel)


def pip(python: Path, *arguments: str | Path) -> None:
    run([python, "-m", "pip", "--quiet", *arguments], env={**PIP_SETTINGS, **os.environ})


def run(command: list[str | Path], env: dict[str, str] | None = None) -> None:
    """Run a command from the repository's root. If it fails, the script ends; the command itself has said why."""
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if code != 0:
        sys.exit(f"\nThis failed with code {code}: {' '.join(map(str, command))}")


def say(text: str) -> None:
    print(f"== {text}", flush=True)
