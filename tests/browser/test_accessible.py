"""People who use the keyboard alone, who hear the page, who need large or strong letters, or no motion."""

from shutil import copy

import pytest
from playwright.sync_api import expect

from browser.axe import findings
from browser.layout import cut_rings, misplaced
from browser.media import make_clip, make_image
from browser.page import set_theme
from browser.records import wait_for_record
from browser.states import NOT_YET, OVER, PROMPT, STATES, TASK, WIDGETS, Scene, deliver, finished, states_of
from browser.test_cards import card, estimate

NARROW = 280 + 24  # pixels, with the margins of the page
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
HEAR = """() => {
  window.heard = [];
  const news = document.querySelector(".ww-list > .ww-unseen[role=status]");
  const hear = () => window.heard.push(...[...news.children].map((line) => line.textContent));
  new MutationObserver(hear).observe(news, { childList: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A clip and a picture."""
    folder = tmp_path_factory.mktemp("media")
    return make_clip(folder / "a.mp4").read_bytes(), make_image(folder / "a.png", 64, 36).read_bytes()


@pytest.mark.parametrize("widget", WIDGETS)
def test_axe_finds_nothing_in_any_state_and_nothing_is_cut_off_where_it_is_narrow(page, media, widget):
    found = {}
    for name, state in states_of(widget).items():
        page.set_viewport_size({"width": 700, "height": 4000})  # in one column, without scrolling, all of it is seen
        view = state.show(Scene(page, "light", *media))
        found[name] = findings(page, state.part)
        set_theme(page, "dark")
        found[f"{name}, dark"] = findings(page, state.part, CONTRAST)
        found[f"{name}, rings"] = cut_rings(view.root)
        page.set_viewport_size({"width": NARROW, "height": 4000})
        found[f"{name}, narrow"] = misplaced(view.root)
        found[f"{name}, narrow, rings"] = cut_rings(view.root)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_nothing_jumps_from_queued_to_playing_where_it_is_narrow(page, media):
    scene = Scene(page, "light", *media)
    page.set_viewport_size({"width": NARROW, "height": 800})
    older = finished(key="k0", earlier=True)
    view = scene.studio(card(**NOT_YET, phase="sending", task_id="", can_cancel=False), older)
    view.root.get_by_role("article").first.scroll_into_view_if_needed()
    page.evaluate(WATCH_SHIFTS)
    queued = card(**NOT_YET, phase="queued", estimate=estimate(100, 120, 190))
    for next_one in (queued, card(**TASK, estimate=estimate(20, 40, 80)), card(**NOT_YET, phase="saving"), finished()):
        view.set(_cards=[next_one, older])
        page.wait_for_timeout(100)  # a shift is of one picture to the next
    deliver(view, scene)
    assert_calm(page)


def test_what_is_heard_of_a_clip_is_that_it_was_ordered_is_made_and_how_it_ended(page, media):
    view = Scene(page, "light", *media).studio()
    page.evaluate(HEAR)
    for phase in ("sending", "asking", "queued", "in_progress", "in_progress", "saving"):
        view.set(_cards=[card(**NOT_YET, phase=phase)])
    view.set(_cards=[finished(), card(**OVER, key="k2", phase="failed")])
    heard = ["Queued: {}", "In progress: {}", "Completed: {}", "Failed: {}"]
    assert page.evaluate("window.heard") == [words.replace("{}", str(PROMPT)) for words in heard]


def test_without_our_colours_and_without_motion_all_is_said(page, media):
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    view = STATES["running"].show(Scene(page, "light", *media))
    colour = "(node) => getComputedStyle(node).backgroundColor"
    sizes = view.root.get_by_role("radiogroup", name="Size")
    chosen, other = (sizes.get_by_role("radio", checked=each).first for each in (True, False))
    bar = view.root.get_by_role("progressbar").first
    assert chosen.evaluate(colour) == bar.locator("i").evaluate(colour) != other.evaluate(colour)
    assert bar.evaluate(colour) != bar.locator("i").evaluate(colour)
    assert page.evaluate("document.getAnimations().length") == 0


def reach(notebook, selector, presses=60):
    """Press Tab until an element of this selector has the focus."""
    for _ in range(presses):
        notebook.page.keyboard.press("Tab")
        if notebook.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{presses} presses of Tab do not reach {selector}")


def assert_calm(page):
    """Since the shifts are watched, nothing jumped that the user did not move."""
    assert page.evaluate("window.shifts") < 0.02, page.evaluate("window.moved")


def assert_key_plays(notebook, key):
    """This key makes the focused player play."""
    notebook.page.keyboard.press(key)
    notebook.page.wait_for_function("() => document.activeElement.currentTime > 0.2")


@pytest.mark.parametrize("front", ["lab", "notebook"])
def test_keys_alone_lead_from_the_form_to_the_playing_clip_and_nothing_jumps(lab, front):
    with lab.open([CELL], front=front) as notebook:
        notebook.run(0)
        expect(notebook.output(0).locator(".ww-generate")).to_be_visible(timeout=60_000)
        reach(notebook, ".ww-field-prompt textarea")
        notebook.page.evaluate(WATCH_SHIFTS)
        notebook.page.keyboard.type("A kitten")
        notebook.page.keyboard.press("Control+Enter")
        expect(notebook.output(0).locator(".ww-card video")).to_have_js_property("readyState", 4, timeout=60_000)
        assert_calm(notebook.page)
        reach(notebook, ".ww-card .ww-play")
        assert_key_plays(notebook, "Space")
        wait_for_record(notebook, 0)
        notebook.save()
    # JupyterLab opens it in the page that had the living Studio. Under the old name it might find the ending kernel.
    again = copy(notebook.path, notebook.path.with_name("again.ipynb"))
    with lab.open_file(again, front=front) as saved:
        expect(saved.output(0).locator("figure video")).to_be_visible(timeout=60_000)
        saved.page.evaluate("window.notebookPanel.content.activate()")  # a click on the file does the same
        reach(saved, "figure video")
        assert_key_plays(saved, "Space")
        for theme in ("light", "dark"):
            saved.set_theme(theme)
            assert findings(saved.page, "figure") == []
