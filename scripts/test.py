"""Runs every check of this repository, in a virtual environment that the first run makes.

    python3 scripts/test.py [--thorough] [arguments of pytest]

The tests use the wheel, installed as a user would install it, and a real browser. If a check fails, the others still
run, and the failed ones are listed at the end. The browser tests run at the same time as everything else, and their
output comes last.

Some tests draw their inputs at random. Usually they draw a few, and the same ones for the same code. With --thorough
they draw a hundred times as many, and other ones each time.
"""

import os
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from subprocess import PIPE, STDOUT

from browsers import find_browser
from environment import ROOT, apt_get_install, apt_get_is_ours, prepare, say

Command = list[str]
BY_FILE = ["-n", "2", "--dist", "loadfile"]
"""Two processes, each with its own browser and server. The tests of a file share notebooks, and stay together."""
NOT_OURS = {
    "PYTHONPATH",  # leads to other packages than the installed ones
    "PYTHONDONTWRITEBYTECODE",  # would have every process compile every module again
}
NO_BROWSER = """\
The browser tests need a Chromium, Chrome or Edge, and none starts here. One of these helps:

    install Chromium or Chrome as your system does it (Debian: sudo apt install chromium)
    {python} -m playwright install --with-deps chromium
    WAN_TEST_BROWSER=<the program>, when it is installed at an unusual place
"""


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if argument != "--thorough"]
    thorough = "--thorough" in sys.argv[1:]
    python = prepare(".venv-test", group="test")
    browser = find_browser(str(python)) or install_browser(python)
    print(f"Browser: {browser}", flush=True)
    checks, meanwhile = commands(python, arguments, thorough=thorough)
    if failed := failures(checks, meanwhile, environment(browser, thorough=thorough)):
        sys.exit(f"\n== FAILED: {', '.join(failed)}")


def environment(browser: str, *, thorough: bool) -> dict[str, str]:
    """The environment of the checks."""
    found = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    found |= {"WAN_TEST_INSTALLED": "1", "WAN_TEST_BROWSER": browser}
    found["PYTHONHASHSEED"] = "0"  # all processes of a run must find the tests in the same order
    return found | ({"WAN_TEST_PROFILE": "thorough"} if thorough else {})


def commands(python: Path, arguments: list[str], *, thorough: bool) -> tuple[dict[str, Command], dict[str, Command]]:
    """The commands by their names: those that run one after the other, and those that run meanwhile."""
    # With -P the checkout is not on the import path, so that the tests use the installed package.
    tool = [str(python), "-P", "-m"]
    pytest = [*tool, "pytest", *([] if thorough else [f"--hypothesis-seed={seed_of_the_code()}"])]
    checks = {
        "ruff check": [*tool, "ruff", "check"],
        "ruff format": [*tool, "ruff", "format", "--check"],
        "mypy": [*tool, "mypy"],
        "catalogues": [str(python), "scripts/catalogues.py", "check"],
        "JavaScript": [str(python), "scripts/javascript.py", "check"],
        "documentation": [str(python), "scripts/documentation.py"],
    }
    if arguments:
        return checks | {"pytest": [*pytest, *arguments]}, {}
    others = {"pytest": [*pytest, "-n", "2", "--ignore", "tests/browser"]}
    return checks | others, {"pytest, in the browser": [*pytest, *BY_FILE, "tests/browser"]}


def failures(checks: dict[str, Command], meanwhile: dict[str, Command], env: dict[str, str]) -> list[str]:
    """Run all commands, and return the names of those that failed."""
    failed = []
    run = partial(subprocess.run, cwd=ROOT, env=env, check=False)
    listen = partial(run, stdout=PIPE, stderr=STDOUT, encoding="utf-8", errors="replace")
    with ThreadPoolExecutor() as pool:
        begun = {name: pool.submit(listen, command) for name, command in meanwhile.items()}
        for name in begun:
            say(f"{name}: runs meanwhile, and is shown at the end")
        for name, command in checks.items():
            say(name)
            if run(command).returncode != 0:
                failed.append(name)
        for name, check in begun.items():
            ended = check.result()
            say(name)
            print(ended.stdout, end="", flush=True)
            if ended.returncode != 0:
                failed.append(name)
    return failed


def seed_of_the_code() -> int:
    """What random inputs are drawn from: a red run stays red, and every change of the package brings other inputs."""
    return zlib.crc32(b"".join(path.read_bytes() for path in sorted((ROOT / "wan_widgets").rglob("*.py"))))


def install_browser(python: Path) -> str:
    """Install Playwright's own Chromium. If that fails and we may install packages, install the system's."""
    say("Downloading a Chromium for the browser tests")
    command = [str(python), "-m", "playwright", "install", "chromium"]
    if apt_get_is_ours():
        command.append("--with-deps")  # the system libraries that a browser needs
    try:
        subprocess.run(command, check=False, timeout=240)
    except subprocess.TimeoutExpired:
        print("This takes too long; trying another way.", flush=True)
    found = find_browser(str(python))
    if found is None and apt_get_is_ours():
        apt_get_install("chromium")
        found = find_browser(str(python))
    if found is None:
        sys.exit(NO_BROWSER.format(python=python))
    return found


if __name__ == "__main__":
    main()
