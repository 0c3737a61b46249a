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
