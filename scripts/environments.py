"""Tries the notebook in every environment that is at hand, and writes the table in docs/notebooks.md.

    python3 scripts/environments.py [arguments of pytest]   all of it, in an environment of its own
    python3 scripts/environments.py --table                 the table again, from the results of the last run

The tests are those with the mark `promise`: the quick ones, which scripts/test.py runs too, and the long ones in
tests/environments. Their outcomes are kept in docs/environments.json. With arguments only some tests run, and the cells
of the others stay as they were.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from browsers import find_browser
from environment import ROOT, prepare

RESULTS = ROOT / "docs" / "environments.json"
PAGE = ROOT / "docs" / "notebooks.md"
BEGIN, END = "<!-- made by scripts/environments.py -->", "<!-- end of what it made -->"
BETWEEN = """### Sweeps and galleries

A saved sweep is a table, and a saved gallery has the pictures of its first clips. They refer to the files."""

CLIPS = {
    "live": "The form and the clips, live",
    "plays": "The saved clip plays",
    "poster": "Without its file",
}
"""The columns of the first table: the word in the mark of a test, and the heading."""
SWEEPS = {
    "sweep": "A sweep, live",
    "sweep_kept": "The saved sweep",
    "gallery": "A gallery, live",
    "gallery_kept": "The saved gallery",
}
"""Those of the second table."""
NOT_TESTED = "documented, not tested here"
DOCUMENTED = {
    ("Python 3.14, ipykernel 7, with subshells", "live"): "not tested here",
    ("VS Code", "live"): f"yes, without sound; {NOT_TESTED}",
    ("VS Code", "plays"): f"no, it plays no files in outputs; {NOT_TESTED}",
    ("VS Code", "poster"): f"poster and words; {NOT_TESTED}",
    ("Colab", "live"): f"yes; {NOT_TESTED}",
    ("Colab", "plays"): f"no, it plays no files in outputs; {NOT_TESTED}",
    ("Colab", "poster"): f"poster and words; {NOT_TESTED}",
    **{(row, promise): "nothing is saved" for row in ("Voila", "marimo") for promise in ("sweep_kept", "gallery_kept")},
    **{("Python 3.14, ipykernel 7, with subshells", promise): "not tested here" for promise in ("sweep", "gallery")},
    **{(row, promise): "not tested here" for row in ("VS Code", "Colab") for promise in SWEEPS},
}
"""The cells that no test holds, with what the documentation of the environment says."""
ROWS = [
    "JupyterLab 4",
    "Notebook 7",
    "JupyterLab 4 without a kernel",
    "Voila",
    "marimo",
    "VS Code",
    "Colab",
    "Python 3.11, ipykernel 6",
    "Python 3.11, ipykernel 7, without subshells",
    "Python 3.11, ipykernel 7, with subshells",
    "Python 3.12, ipykernel 7, with subshells",
    "Python 3.13, ipykernel 7, with subshells",
    "Python 3.14, ipykernel 7, with subshells",
    "Another server, not trusted",
    "Another server, trusted",
    "nbclient, nbconvert --execute",
    "papermill, not trusted",
    "papermill, trusted",
    "nbconvert: a page, opened from the disk",
    "JupyterLab: Save and Export Notebook As HTML",
    "JupyterLab: Save and Export Notebook As HTML, sanitised",
    "The page, printed to PDF",
    "GitHub's viewer (emulated by its list of allowed tags)",
    "GitHub's viewer (emulated by its list of allowed tags), without pictures",
]
"""The order of the environments."""

Cell = dict[str, Any]


def main() -> None:
    """Run the tests, keep their outcomes, and write the table."""
    arguments, code = sys.argv[1:], 0
    if arguments != ["--table"]:
        code = run(arguments)
    write_table(json.loads(RESULTS.read_text("utf-8")))
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the tests with these arguments of pytest, and put what they found into the results."""
    python = prepare(".venv-environments", group="environments")
    browser = find_browser(str(python))
    if browser is None:
        sys.exit("No Chromium starts here. Name one in WAN_TEST_BROWSER.")
    environment = {**os.environ, "WAN_TEST_INSTALLED": "1", "WAN_TEST_BROWSER": browser}
    chosen = arguments or ["tests/browser", "tests/environments"]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = [str(python), "-P", "-m", "pytest", "-m", "promise", f"--promises={found}", *chosen]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if not found.is_file():
            sys.exit(code)
        keep(json.loads(found.read_text("utf-8")), forgetting=not arguments)
    return code


def keep(found: dict[str, Any], *, forgetting: bool) -> None:
    """Write down what a run found. Only a run of all tests forgets the cells that it did not find."""
    if not forgetting and RESULTS.is_file():
        new = {key(cell) for cell in found["cells"]}
        former = json.loads(RESULTS.read_text("utf-8"))["cells"]
        found["cells"] = sorted([*found["cells"], *(cell for cell in former if key(cell) not in new)], key=key)
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def key(cell: Cell) -> tuple[str, str]:
    """The row and the column of a cell."""
    return cell["environment"], cell["promise"]


def write_table(results: dict[str, Any]) -> None:
    """Put the table between its marks in the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{after}", "utf-8")


def table(results: dict[str, Any]) -> str:
    """Both tables as Markdown, with the versions below them."""
    words = DOCUMENTED | {key(cell): cell["cell"] if cell["kept"] else "**no**" for cell in results["cells"]}
    if strange := {(row, column) for row, column in words if row not in ROWS or column not in CLIPS | SWEEPS}:
        sys.exit(f"scripts/environments.py has no such rows or columns: {sorted(strange)}")
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    return "\n\n".join([_table(CLIPS, words), BETWEEN, _table(SWEEPS, words), f"Tested with {versions}."])


def _table(columns: dict[str, str], words: dict[tuple[str, str], str]) -> str:
    """One table, without the environments of which it would say nothing."""
    lines = [["", *columns.values()], ["---"] * (len(columns) + 1)]
    found = {row: [words.get((row, column), "–") for column in columns] for row in ROWS}
    lines += [[row, *cells] for row, cells in found.items() if {*cells} != {"–"}]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
