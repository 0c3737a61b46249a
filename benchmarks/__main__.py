"""Runs every benchmark, and says of each aim whether it holds: ``python -m benchmarks``, or with the names of some.

A subject is a module beside this file with a function `main`, which prints its tables and returns its aims.
"""

import argparse
import os
import platform
import time
from datetime import UTC, datetime
from importlib import import_module

from benchmarks.report import Aim, row

SUBJECTS = {
    "prompt": "how long after its end a clip is known, beside other clients",
    "scale": "what it costs to follow 1,000 and 5,000 tasks",
    "kernel": "what a cell and a computation notice of 1,000 tasks",
    "gallery": "a ledger of 10,000 clips",
    "notebook": "messages, scrolling, and the way of a clip to the screen, in a real JupyterLab",
    "start": "imports, and how much a browser loads",
}


def main() -> None:
    """Run the subjects on the command line, else all."""
    subjects = _asked_for()
    modules = {name: import_module(f"benchmarks.{name}") for name in subjects}  # a missing package is told at once
    aims: dict[str, list[Aim]] = {}
    for name, module in modules.items():
        print(f"## {name}\n", flush=True)
        begun = time.monotonic()
        aims[name] = module.main() or []
        print(f"({time.monotonic() - begun:.0f} s)\n", flush=True)
    day = datetime.now(UTC).date().isoformat()
    print(f"## What holds ({day}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores)\n")
    print(row(["subject", "aim", "measured", ""]))
    print(row(["---"] * 4))
    for name, found in aims.items():
        for aim in found:
            print(f"| {name} {aim.line}")


def _asked_for() -> list[str]:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures wan_widgets beside what one would take instead: all subjects, or those that are named.",
        epilog="\n".join(f"{name:10}{what}" for name, what in SUBJECTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("subject", nargs="*", help=f"one of {', '.join(SUBJECTS)}")
    subjects: list[str] = parser.parse_args().subject or [*SUBJECTS]
    if unknown := [name for name in subjects if name not in SUBJECTS]:
        parser.error(f"there is no {', '.join(unknown)}: the subjects are {', '.join(SUBJECTS)}")
    return subjects


if __name__ == "__main__":
    main()
