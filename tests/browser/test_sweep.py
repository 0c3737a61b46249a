"""The grid of a sweep by itself, in an empty page: its keys, its tiles, what it asks of the kernel."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser import sweep_states
from browser.sweep_states import Shown, deliver, done, refused, runs, sweep_of
from wan_widgets.files.checks import Check
from wan_widgets.widgets.sweep_buttons import offers_of
from wan_widgets.widgets.sweep_figures import whole_of
from wan_widgets.widgets.sweep_tiles import tile_of
from wan_widgets.words import Several, say

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
A_CUT = Check(
    width=1280,
    height=720,
    seconds=5.0,
    frames=120,
    has_audio=True,
    brightness=50.0,
    motion=3.0,
    flicker=0.0,
    cuts=(2.1,),
    findings=(say("files.check.cuts", count=1, moments=Several((2.1,), "plain")),),
)
FOCUSED = "(document.activeElement.dataset.key)"
IS_BELOW = """([tile, opened]) => {
  const [{ bottom }, { top }] = [tile, opened].map((node) => node.getBoundingClientRect());
  return bottom < top && top < bottom + 40;
}"""
MUTATED = """() => {
  window.touched = new Set();
  const note = ({ target }) => {
    const tile = (target.nodeType === 1 ? target : target.parentElement).closest(".ww-sweep-tile");
    window.touched.add(tile?.dataset.key ?? "else");
  };
  new MutationObserver((changes) => changes.forEach(note)).observe(
    document.querySelector(".ww-sweep-grid"),
    { subtree: true, childList: true, attributes: true, characterData: true });
}"""


@pytest.fixture(autouse=True)
def _no_budgets():
    yield
    ww.set_budget()


@pytest.fixture
def show(page):
    def show(shown, **more):
        return sweep_states.show(page, shown, **more)

    return show


def tile(view, key):
    return view.root.locator(f'.ww-sweep-tile[data-key="{key}"]')


def change(view, study, *numbers, count=1):
    """The kernel tells of some cells."""
    tiles = [tile_of(study.cells[number]) for number in numbers]
    view.message({"kind": "tiles", "number": count, "now": 0, "tiles": tiles})


def test_the_plan_stands_above_the_grid_and_nothing_is_asked_before_a_press(show):
    view = show(sweep_states.waiting())
    figures = view.root.locator(".ww-sweep-figures > li")
    assert figures.all_inner_texts() == [
        "Clips\n12",
        "Length\n60 s",
        "Price\nCN¥36.00",
        "Budget left after it\nCN¥64.00\nof CN¥100.00",
        "Time\nabout 9:00\n7:00 to 13:00",
    ]
    assert view.sent == []
    start = view.root.get_by_role("button", name="Start CN¥36.00")
    start.dblclick()
    assert view.sent == [{"kind": "start", "turn": 0}]


def test_the_buttons_are_those_of_the_moment(show):
    view = show(sweep_states.half_done())
    buttons = view.root.locator("header button")
    assert buttons.all_inner_texts() == ["Pause", "Cancel the rest"]
    shown = sweep_states.stopped()
    view.set(_whole=shown.traits()["_whole"])
    assert [text.split("CN")[0].strip() for text in buttons.all_inner_texts()] == ["Go on", "Cancel the rest"]
    expect(view.root.get_by_role("alert").get_by_text("A silent clip cannot follow a sound.")).to_be_visible()
    buttons.first.click()
    assert view.sent[-1] == {"kind": "go-on", "turn": 0}
    shown = sweep_states.over()
    view.set(_whole=shown.traits()["_whole"])
    assert buttons.all_inner_texts() == ["Start the rest CN¥6.00", "Try the failed ones again CN¥9.00"]


def test_of_a_kernel_that_has_gone_no_button_is_left(show):
    view = show(sweep_states.half_done())
    view.lose_kernel()
    expect(view.root.get_by_role("alert").get_by_text("has gone. Run this cell again.")).to_be_visible()
    expect(view.root.locator("header button:visible")).to_have_count(0)
    assert view.errors == []


def test_arrow_keys_move_in_two_dimensions_enter_opens_and_escape_closes(show, page):
    shown = sweep_states.half_done()
    view = show(shown)
    tile(view, 0).focus()
    keys = {"ArrowRight": "1", "ArrowDown": "5", "ArrowLeft": "4", "ArrowUp": "0", "End": "11", "Home": "0"}
    for key, landed in keys.items():
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == landed
    assert view.root.locator('.ww-sweep-tile[tabindex="0"]').count() == 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert view.sent[-1] == {"kind": "open", "key": "4"}
    view.message({"kind": "cards", "number": 1, "now": 0, "cards": [shown.card(shown.study.cells[4])]})
    card = view.root.get_by_role("article")
    expect(card).to_contain_text("Completed")
    assert tile(view, 4).get_attribute("aria-expanded") == "true"
    below, row = card.bounding_box()["y"], tile(view, 4).bounding_box()
    assert row["y"] + row["height"] < below < tile(view, 8).bounding_box()["y"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.ww-sweep-opened') !== null")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert page.evaluate(FOCUSED) == "4"


def test_a_tile_keeps_its_place_and_shape_from_waiting_to_its_picture(show):
    study = sweep_of()
    view = show(Shown(study))
    places = [tile(view, number).bounding_box() for number in range(12)]
    for count, act in enumerate((runs, refused, done), 1):
        act(study.cells[1])
        change(view, study, 1, count=count)
        assert [tile(view, number).bounding_box() for number in range(12)] == places
    view.wait_for_messages(kind="pictures")
    deliver(view, PICTURE)
    expect(tile(view, 1).locator("img")).to_be_visible()
    assert [tile(view, number).bounding_box() for number in range(12)] == places


def test_a_change_touches_only_its_own_tiles_and_pictures_come_when_they_are_near(show, page):
    page.set_viewport_size({"width": 1000, "height": 700})
    shown = sweep_states.many()
    view = show(shown)
    view.wait_for_messages(kind="pictures")
    page.wait_for_timeout(200)
    assert len(view.sent) < 60
    page.evaluate(MUTATED)
    done(shown.study.cells[101])
    runs(shown.study.cells[102])
    change(view, shown.study, 101, 102)
    page.wait_for_function("() => window.touched.size > 1")
    page.wait_for_timeout(700)  # in which no other one may be touched
    assert set(page.evaluate("[...window.touched]")) == {"101", "102"}


def test_what_goes_wrong_is_said_and_so_is_the_end(show):
    study = sweep_of()
    view = show(Shown(study, is_running=True))
    news = view.root.locator(".ww-unseen[role=status]").first
    refused(study.cells[5])
    change(view, study, 5)
    expect(news).to_contain_text("Refused")
    for cell in study.cells:
        done(cell)
    view.set(_whole=whole_of(study, [], offers_of(study), turn=0))
    expect(news).to_have_text("12 of 12 · CN¥36.00 spent")


def test_a_missed_change_is_asked_for(show):
    study = sweep_of()
    view = show(Shown(study))
    done(study.cells[3])
    change(view, study, 3, count=3)
    view.wait_for_messages(kind="tiles")
    expect(tile(view, 3)).to_have_attribute("data-phase", "planned")


def test_the_grid_scrolls_by_itself_where_it_is_narrow_and_keeps_its_labels(show, page):
    page.set_viewport_size({"width": 304, "height": 900})
    view = show(sweep_states.half_done())
    grid = view.root.locator(".ww-sweep-grid")
    assert grid.evaluate("(node) => node.scrollWidth > node.clientWidth + 100")
    label = view.root.get_by_role("rowheader").first
    before = label.bounding_box()["x"]
    grid.evaluate("(node) => node.scrollTo(250, 0)")
    assert label.bounding_box()["x"] == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_columns_fit_where_it_is_narrow_and_a_picture_fills_its_tile(show, page):
    page.set_viewport_size({"width": 304, "height": 900})
    shown = Shown(sweep_of(prompt="A {animal} in {weather}", animal=["fox", "cat"], weather=["fog", "rain"], seed=1))
    for cell in shown.study.cells:
        done(cell)
    view = show(shown, picture=PICTURE)
    grid = view.root.locator(".ww-sweep-grid")
    assert grid.evaluate("(node) => node.scrollWidth === node.clientWidth")
    box = view.root.locator(".ww-sweep-tile img").first.bounding_box()
    assert box["height"] == pytest.approx(box["width"] * 9 / 16, abs=0.2)


def test_the_card_of_a_single_axis_opens_below_its_row_also_when_the_rows_change(show, page):
    page.set_viewport_size({"width": 800, "height": 1400})
    view = show(sweep_states.one_axis())
    tile(view, 1).click()
    opened = view.root.locator(".ww-sweep-opened")
    for width in (800, 400):
        page.set_viewport_size({"width": width, "height": 1400})
        page.wait_for_function(IS_BELOW, arg=[tile(view, 1).element_handle(), opened.element_handle()])


def test_without_its_kernel_it_says_so(show):
    view = show(sweep_states.waiting())
    view.lose_kernel()
    expect(view.root.get_by_text("The kernel that this belongs to has gone.")).to_be_visible()


def test_what_a_check_found_stands_on_the_picture(show):
    study = sweep_of()
    done(study.cells[0])
    study.cells[0].video = replace(study.cells[0].video, check=A_CUT)
    view = show(Shown(study))
    expect(tile(view, "0").locator(".ww-badge")).to_have_text("0:05 · cut at 2.1 s")
    expect(tile(view, "0")).to_have_accessible_name(re.compile("cut at"))
