"""How soon the widgets are there: the import, the Studio on the screen, and the size of what the browser gets.

python -m benchmarks start, or python -m benchmarks.start --runs 5

Each import is a fresh Python, in turn with `import ipywidgets, anywidget, httpx`. The ratios are taken pair by pair.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import wan_widgets

from benchmarks.notebook import laboratory
from benchmarks.report import Aim, at_most, table

Row = dict[str, Any]

YARDSTICK = "import ipywidgets, anywidget, httpx"
LINES = {
    "import wan_widgets": "import wan_widgets",
    "import wan_widgets, then ww.generate": "import wan_widgets as ww; ww.generate",
    "import wan_widgets, then ww.AsyncClient": "import wan_widgets as ww; ww.AsyncClient",
    "import wan_widgets, then ww.Studio": "import wan_widgets as ww; ww.Studio",
}
# What a notebook loads: the common code, and a part of its own with the first sweep and with the first gallery.
LOADED = {
    "of a notebook with a Studio": ("widgets.js", "studio.js", "form.js"),
    "more with a sweep": ("sweep-part.js", "sweep.js"),
    "more with a gallery": ("gallery-part.js", "gallery.js"),
}
# From the end of the cell to the frame that shows the Studio.
SHOWN = """async () => {
  const panel = window.notebookPanel;
  const cell = panel.content.widgets[1];
  panel.content.activeCellIndex = 1;
  const drawn = new Promise((done) => {
    const isThere = () => document.querySelector('.ww-studio .ww-field-prompt textarea');
    const look = () => (isThere() ? done() : requestAnimationFrame(look));
    look();
  });
  await window.jupyterapp.commands.execute('notebook:run-cell');
  const ended = performance.now();
  await drawn;
  await new Promise(requestAnimationFrame);
  return Math.max(0, performance.now() - ended);
}"""


def seconds(code: str) -> float:
    """How long a fresh Python takes for a line of code, its own start included."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def imports(runs: int) -> list[Row]:
    """The ratio to the libraries on which the widgets are built, for each line."""
    rows = []
    for name, line in LINES.items():
        pairs = [(seconds(line), seconds(YARDSTICK)) for _ in range(runs + 1)][1:]
        ratio = median(ours / theirs for ours, theirs in pairs)
        rows.append({"what": f"{name} : {YARDSTICK}", "value": round(ratio, 2)})
    return rows


def shown(runs: int) -> Row:
    """Milliseconds from the end of the Studio's cell to the Studio on the screen."""
    with tempfile.TemporaryDirectory() as name, laboratory(Path(name)) as lab:
        notebook = lab.open(["import wan_widgets as ww; ww.Studio", "ww.Studio('simulator')"])
        times = []
        for _ in range(runs):
            notebook.begin_anew(["import wan_widgets as ww; ww.Studio", "ww.Studio('simulator')"])
            notebook.run(0)
            times.append(notebook.page.evaluate(SHOWN))
        notebook.close()
    return {"what": "from the cell's end to the Studio on the screen, ms", "value": round(median(times))}


def sizes() -> list[Row]:
    """Bytes of what the browser gets."""
    static = Path(wan_widgets.__file__).parent / "widgets" / "static"
    rows = []
    for what, names in LOADED.items():
        texts = [(static / name).read_text("utf-8") for name in names]
        styles = sum(len(_styles(text).encode()) for text in texts)
        script = sum(len(text.encode()) for text in texts) - styles
        rows += [
            {"what": f"JavaScript {what}, bytes", "value": script},
            {"what": f"styles {what}, bytes", "value": styles},
        ]
    return rows


def _styles(script: str) -> str:
    """The styles within a script: its longest text, if it has rules."""
    longest = max(
        re.findall(r"`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", script), key=len, default=""
    )
    return longest if ".ww-" in longest and "{" in longest else ""


def main(arguments: Sequence[str] = ()) -> list[Aim]:
    """Measure, print a table and return the aims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    times = imports(options.runs)
    on_screen, loaded = shown(options.runs), sizes()
    rows = [*times, on_screen, *loaded]
    table(["what", "measured"], [row.values() for row in rows])
    limits = ((times[0], 1.15), (on_screen, 150), (loaded[0], 100_000))
    return [at_most(row["what"], row["value"], limit) for row, limit in limits]


if __name__ == "__main__":
    main(sys.argv[1:])
