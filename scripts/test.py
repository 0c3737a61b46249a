"""Runs every check of this repository, in a virtual environment that the first run makes.

    python3 scripts/test.py [arguments of pytest]

The tests use the wheel, installed as a user would install it, and a real browser. If a check fails, the others still
run, and the failed ones are listed at the end.
"""

import os
import subprocess
import sys
from pathlib import Path

from browsers import find_browser
from environment import ROOT, apt_get_install, apt_get_is_ours, prepare, say

NO_BROWSER = """\
The browser tests need a Chromium, Chrome or Edge, and none starts here. One of these helps:

    install Chromium or Chrome as your system does it (Debian: sudo apt install chromium)
    {python} -m playwright install --with-deps chromium
    WAN_TEST_BROWSER=<the program>, when it is installed at an unusual place
"""


def main() -> None:
    python = prepare(".venv-test", group="test")
    browser = find_browser(str(python)) or install_browser(python)
    print(f"Browser: {browser}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"WAN_TEST_INSTALLED": "1", "WAN_TEST_BROWSER": browser}
    environment["PYTHONHASHSEED"] = "0"  # both processes of a run must find the tests in the same order
    # With -P the checkout is not on the import path, so that the tests use the installed package.
    tool = [str(python), "-P", "-m"]
    checks = {
        "ruff check": [*tool, "ruff", "check"],
        "ruff format": [*tool, "ruff", "format", "--check"],
        "mypy": [*tool, "mypy"],
        "JavaScript": [str(python), "scripts/javascript.py", "check"],
        "documentation": [str(python), "scripts/documentation.py"],
    }
    if sys.argv[1:]:
        checks["pytest"] = [*tool, "pytest", *sys.argv[1:]]
    else:
        # The tests use two processes. The browser tests use one, because JupyterLab, a kernel and the browser also run.
        checks["pytest"] = [*tool, "pytest", "-n", "2", "--ignore", "tests/browser"]
        checks["pytest, in the browser"] = [*tool, "pytest", "tests/browser"]
    failed = []
    for name, command in checks.items():
        say(name)
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit(f"\n== FAILED: {', '.join(failed)}")


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
