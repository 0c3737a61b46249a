"""What it costs the browser's main thread to scroll through a notebook, a frame."""

import json
from bisect import bisect
from statistics import median
from typing import Any

from browser.lab import Lab
from browser.notebook import Notebook

Row = dict[str, Any]
SCROLLS = 3

# What a notebook costs by itself: boxes of the height of a card, with a word in each.
BOXES = """
from IPython.display import HTML
box = '<div class="box" style="height: 420px; margin: 12px; border: 1px solid; content-visibility: auto">{{}}</div>'
HTML("".join(box.format(number) for number in range({boxes})))
"""
# It looks for clips in one frame of forty, because to look costs half a millisecond, and p95 is the worst of twenty.
SCROLL = """async ({ frames, step, what }) => {
  const card = document.querySelector(what);
  let pane = card;
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowY);
  while (pane && !(pane.scrollHeight > pane.clientHeight + 10 && scrolls(pane))) pane = pane.parentElement;
  let most = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    await new Promise(requestAnimationFrame);
    performance.mark('frame-of-benchmark');
    pane.scrollTop += step;
    if (frame % 40 === 0) most = Math.max(most, document.querySelectorAll(`${what} video[src]`).length);
  }
  performance.mark('frame-of-benchmark');
  return most;
}"""


def scrolled(notebook: Notebook, what: str = ".ww-card", step: int = 80) -> tuple[list[float], int]:
    """Scroll through the cards: for each frame the milliseconds of the main thread, and how many clips were loaded.

    They are of the thread's own clock, so that other programs of the machine do not count.
    """
    browser = notebook.page.context.browser
    assert browser is not None
    browser.start_tracing(page=notebook.page, categories=["toplevel", "blink.user_timing"])
    most = notebook.page.evaluate(SCROLL, {"frames": 400, "step": step, "what": what})
    events = json.loads(browser.stop_tracing())["traceEvents"]
    marks = sorted(
        (event["ts"], event["pid"], event["tid"]) for event in events if event["name"] == "frame-of-benchmark"
    )
    thread = marks[0][1:]
    tasks = [
        event
        for event in events
        if (event["pid"], event["tid"]) == thread and event["name"].endswith("RunTask") and "tdur" in event
    ]
    costs = [0.0] * (len(marks) - 1)
    for task in tasks:
        if 0 <= (frame := bisect([mark[0] for mark in marks], task["ts"] + task["dur"] / 2) - 1) < len(costs):
            costs[frame] += task["tdur"] / 1000
    return costs, most


def loaded_at_rest(notebook: Notebook) -> int:
    """How many clips are loaded when the scrolling has ended."""
    notebook.page.locator(".ww-card video[src]").first.wait_for()
    notebook.page.wait_for_timeout(1000)
    return notebook.page.locator(".ww-card video[src]").count()


def boxes(lab: Lab, count: int) -> list[list[float]]:
    """What scrolling costs where the notebook has empty boxes in place of cards, in each of several runs."""
    notebook = lab.open([BOXES.format(boxes=count)])
    notebook.run(0)
    notebook.page.locator(".box").nth(count - 1).wait_for(state="attached")
    notebook.page.wait_for_timeout(2000)
    runs = [scrolled(notebook, ".box")[0] for _ in range(SCROLLS)]
    notebook.close()
    return runs


def frames(what: str, runs: list[list[float]]) -> list[Row]:
    """The rows of what scrolling costs: of several runs, the medians."""
    shares = {"median": 0.5, "p95": 0.95}
    return [
        {
            "what": f"scrolling {what}, CPU ms of the main thread a frame: {told}",
            "value": round(median(percentile(costs, share) for costs in runs), 1),
        }
        for told, share in shares.items()
    ]


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
