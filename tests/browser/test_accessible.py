"""People who use the keyboard alone, who hear the page, who need large or strong letters, or no motion."""

import pytest
from playwright.sync_api import expect

from browser.axe import findings
from browser.media import make_clip, make_image
from browser.page import set_theme
from browser.states import STATES, Scene, deliver, finished

NARROW = 280 + 24  # pixels, with the margins of the page
CUT = """(root) => {
  const edge = root.getBoundingClientRect().right + 1;
  const seen = [...root.querySelectorAll("*")].filter((node) => node.checkVisibility());
  const isCut = (node) => {
    const { overflowX, textOverflow, display } = getComputedStyle(node);
    return overflowX !== "visible" && !["auto", "scroll"].includes(overflowX) && textOverflow !== "ellipsis"
      && display !== "inline" && !node.matches("input, select, .ww-unseen") && node.scrollWidth > node.clientWidth + 1;
  };
  return seen.filter((node) => node.getBoundingClientRect().right > edge || isCut(node)).map((node) => node.outerHTML);
}"""
CONTRAST = "color-contrast"
CELL = """import os, secrets
import wan_widgets as ww
import wan_widgets.simulator.orders
wan_widgets.simulator.orders.USUAL_FPS = 6
os.environ["WAN_LEDGER"] = os.path.abspath(f"{secrets.token_hex(4)}.sqlite3")
ww.Studio(resolution="720p", seed=7)"""
WATCH_SHIFTS = """() => {
  [window.shifts, window.moved] = [0, []];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      window.shifts += value;
      window.moved.push([value, ...sources.map(({ node }) => node?.className ?? String(node))]);
    }
  }).observe({ type: "layout-shift" });
}"""


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A clip and a picture."""
    folder = tmp_path_factory.mktemp("media")
    return make_clip(folder / "a.mp4").read_bytes(), make_image(folder / "a.png", 64, 36).read_bytes()


def test_axe_finds_nothing_in_any_state_and_nothing_is_cut_off_where_it_is_narrow(page, media):
    found = {}
    for name, state in STATES.items():
        page.set_viewport_size({"width": 700, "height": 4000})  # in one column, without scrolling, all of it is seen
        view = state.show(Scene(page, "light", *media))
        found[name] = findings(page, state.part)
        set_theme(page, "dark")
        found[f"{name}, dark"] = findings(page, state.part, CONTRAST)
        page.set_viewport_size({"width": NARROW, "height": 4000})
        found[f"{name}, narrow"] = view.root.evaluate(CUT)
    assert {name: faults for name, faults in found.items() if faults} == {}


def reach(notebook, selector, presses=60):
    """Press Tab until an element of this selector has the focus."""
    for _ in range(presses):
        notebook.page.keyboard.press("Tab")
        if notebook.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{presses} presses of Tab do not reach {selector}")


def assert_key_plays(notebook, key):
    """This key makes the focused player play."""
    notebook.page.keyboard.press(key)
    notebook.page.wait_for_function("() => document.activeElement.currentTime > 0.2")


@pytest.mark.parametrize("front", ["lab", "notebook"])
def test_keys_alone_lead_from_the_form_to_the_playing_clip_and_nothing_jumps(lab, front):
    with lab.open([CELL], front=front) as notebook:
        notebook.run(0)
        reach(notebook, ".ww-field-prompt textarea")
        notebook.page.evaluate(WATCH_SHIFTS)
        notebook.page.keyboard.type("A kitten")
        notebook.page.keyboard.press("Control+Enter")
        expect(notebook.output(0).locator("video")).to_have_js_property("readyState", 4, timeout=20_000)
        print("SHIFT", notebook.page.evaluate("window.shifts"), notebook.page.evaluate("window.moved"))
        reach(notebook, ".ww-card video")
        assert_key_plays(notebook, "Space")
        notebook.save()
    with lab.open_file(notebook.path, front=front) as saved:
        reach(saved, "figure video")
        assert_key_plays(saved, "Space")
