"""Runs every benchmark, and says of each aim whether it holds: ``python -m benchmarks``, or with the names of some.

A subject is a module beside this file with a function `main`, which prints its tables and returns its aims.
"""

import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib import import_module

from benchmarks.report import Aim, row

SUBJECTS = ("prompt", "scale", "kernel", "gallery", "notebook", "start")


def main() -> None:
    """Run the subjects on the command line, else all."""
    subjects = sys.argv[1:] or SUBJECTS
    if {"-h", "--help"} & set(subjects):
        print(f"python -m benchmarks [{'] ['.join(SUBJECTS)}]    without a name: all of them")
        return
    if unknown := [name for name in subjects if name not in SUBJECTS]:
        sys.exit(f"There is no {', '.join(unknown)}. The subjects are {', '.join(SUBJECTS)}.")
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


if __name__ == "__main__":
    main()
