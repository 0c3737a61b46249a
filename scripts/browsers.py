"""Finds a Chromium for the browser tests: one already on this machine, or Playwright's own download."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
MAC_APPS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_browser(python: str = sys.executable) -> str | None:
    """The first browser that really starts; `python` is an interpreter that has Playwright."""
    chosen = os.environ.get("WAN_TEST_BROWSER")
    if chosen:
        if not starts(chosen):
            sys.exit(f"WAN_TEST_BROWSER names {chosen}, which does not start headless. Name another, or unset it.")
        return chosen
    return next((path for path in candidates(python) if starts(path)), None)


def candidates(python: str) -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from (str(path) for path in usual_places() if path.is_file())
    # Playwright comes last, because asking it takes a second.
    yield from playwright_browser(python)


def usual_places() -> Iterator[Path]:
    if sys.platform == "darwin":
        for applications in (Path("/Applications"), Path.home() / "Applications"):
            yield from (applications / app for app in MAC_APPS)
    elif sys.platform == "win32":
        for variable in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData"):
            if folder := os.environ.get(variable):
                yield from (Path(folder) / program for program in WINDOWS_PROGRAMS)
    else:
        yield Path("/opt/google/chrome/chrome")
        yield Path("/snap/bin/chromium")


def playwright_browser(python: str) -> list[str]:
    """The path of Playwright's own Chromium, if it has been downloaded."""
    answer = subprocess.run([python, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return [path] if answer.returncode == 0 and Path(path).is_file() else []


def starts(browser: str, timeout: float = 60) -> bool:
    """Whether this program is a browser that runs headless here. A file of that name may also be a stub for a snap."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
        try:
            shown = subprocess.run(
                [browser, *flags, "--dump-dom", "about:blank"],
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    # On Windows, a desktop program may have no standard output.
    return shown.returncode == 0 and (b"<html" in shown.stdout or sys.platform == "win32")
