"""The widgets in frames of every size: boxes of ipywidgets, low and narrow windows, a large zoom."""

import pytest
from playwright.sync_api import Locator, expect

import wan_widgets as ww
from browser.layout import cut_hints, misplaced
from browser.page import Component, mount
from browser.test_cards import card
from browser.test_drops import drag, traits_of
from browser.test_form import form_state
from shared.quick import QUICK
from wan_widgets.widgets.bundle import STATIC

PROVIDERS = ("simulator", "dashscope", "toapis", "uniall", "newapi", "openai-videos")
ADDRESS = "https://example.com/pictures/of/the/last/holiday/anna-smiling-4f3a.png?Signature=0123456789abcdef0123456789"
# Whether the end of the name of the file is seen: what is left of the scrolled text, up to the question mark.
SEEN_END = """(input) => {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontSize, fontFamily, paddingRight } = getComputedStyle(input);
  pen.font = `${fontSize} ${fontFamily}`;
  const end = pen.measureText(input.value.split("?")[0]).width - input.scrollLeft;
  const room = input.clientWidth - parseFloat(paddingRight);
  return end > room - 40 && end <= room + 1;
}"""


def misplaced_or_cut(part: Locator) -> list[str]:
    return [*misplaced(part), *cut_hints(part)]


def width_of(locator: Locator) -> float:
    return locator.bounding_box()["width"]


@pytest.fixture
def form(page):
    def show(provider="simulator", width=1000, **values):
        page.set_viewport_size({"width": width + 24, "height": 900})  # 24: the margins of the empty page
        base_url = "http://127.0.0.1:9" if provider in ("newapi", "openai-videos") else None
        client = ww.AsyncClient(provider, base_url=base_url, api_key=None if provider == "simulator" else "k")
        traits = form_state(ww.VideoForm(client, **values))
        return mount(page, STATIC / "form.js", None, traits)

    return show


@pytest.mark.parametrize("width", [270, 340, 400, 560])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_is_cut_in_any_mode_of_any_service(form, provider, width):
    view = form(provider, width, references=[""])
    for tab in view.root.get_by_role("tab").all():
        if tab.is_enabled():
            tab.click()
            assert misplaced_or_cut(view.root.locator(".ww-form")) == []


LONG = "IMG_20260402_153322_the_last_evening_by_the_sea_with_anna"


@pytest.mark.parametrize("mode", ["t2v", "i2v", "r2v"])
@pytest.mark.parametrize("ending", ["png", "mp4", "txt", "mp3"])
def test_nothing_is_cut_while_a_file_with_a_long_name_is_sent_or_refused(page, mode, ending):
    page.set_viewport_size({"width": 304, "height": 900})
    view = mount(page, STATIC / "form.js", None, traits_of(mode))
    drag(view.root.locator(".ww-field-prompt textarea"), f"{LONG}.{ending}")

    expect(view.root.get_by_text(LONG).first).to_be_visible()
    assert misplaced_or_cut(view.root.locator(".ww-form")) == []


@pytest.mark.parametrize("width", [230, 340, 560, 600, 700, 760])
def test_the_choice_of_a_service_stays_within_the_studio(page, width):
    page.set_viewport_size({"width": width + 24, "height": 900})
    traits = {"_cards": [], "_form": "anywidget:form", "_older": 0}
    children = {"form": Component(STATIC / "form.js", None, form_state(ww.VideoForm("simulator")))}
    view = mount(page, STATIC / "studio.js", None, traits, children=children)
    view.root.locator("header .ww-service").click()
    panel = view.root.locator("header .ww-panel")
    expect(panel).to_be_visible()
    assert misplaced(view.root) == []
    assert panel.bounding_box()["x"] >= view.root.bounding_box()["x"]


@pytest.mark.parametrize("width", [230, 270, 340, 560])
def test_nothing_is_cut_in_the_choice_of_a_service(form, width):
    view = form("simulator", width)
    view.root.locator(".ww-service").click()
    expect(view.root.locator(".ww-panel")).to_be_visible()
    assert misplaced_or_cut(view.root.locator(".ww-panel")) == []


@pytest.mark.parametrize("width", [270, 383, 560])
def test_the_name_at_the_end_of_an_address_is_seen(form, width):
    view = form("dashscope", width, mode="r2v", references=[ADDRESS, ADDRESS])
    address = view.root.get_by_role("textbox", name="Reference 1")

    view.page.wait_for_function(SEEN_END, arg=address.element_handle())
    assert width_of(address) > 180
    expect(address).to_have_attribute("title", ADDRESS)


@pytest.mark.parametrize("phase", ["in_progress", "completed", "failed"])
def test_a_card_in_a_narrow_pane_has_its_clock_and_its_button(page, phase):
    page.set_viewport_size({"width": 280, "height": 900})
    ended = None if phase == "in_progress" else 1.0
    traits = {"_cards": [card(phase=phase, ended=ended)]}
    view = mount(page, STATIC / "task.js", None, traits)

    assert width_of(view.root.locator(".ww-time")) > 20
    assert misplaced_or_cut(view.root.locator(".ww-task")) == []
    if phase == "in_progress":
        expect(view.root.get_by_role("button", name="Cancel")).to_be_in_viewport(ratio=1)


# The newest result after a press

SCROLLS = """() => {
  window.scrolls = [];
  Element.prototype.scrollIntoView = function (options) { window.scrolls.push([this.dataset.key, options]); };
}"""


@pytest.fixture
def studio(page):
    form = Component(STATIC / "form.js", None, form_state(ww.VideoForm(prompt="x")))
    traits = {"_cards": [card(key="old")], "_form": "anywidget:form"}
    view = mount(page, STATIC / "studio.js", None, traits, children={"form": form})
    page.evaluate(SCROLLS)
    return view


@pytest.mark.parametrize(("motion", "behavior"), [("no-preference", "smooth"), ("reduce", "auto")])
def test_the_card_of_a_press_is_brought_into_view_once(studio, motion, behavior):
    studio.page.emulate_media(reduced_motion=motion)
    studio.root.get_by_role("button", name="Generate").click()
    studio.set(_cards=[card(key="new"), card(key="old")])
    studio.set(_cards=[card(key="newer"), card(key="new"), card(key="old")])

    assert studio.page.evaluate("window.scrolls") == [["new", {"block": "nearest", "behavior": behavior}]]
    expect(studio.root.locator(".ww-generate")).to_be_focused()


def test_so_is_the_card_of_another_take(studio):
    studio.set(_cards=[card(key="old", phase="completed", ended=1.0)])
    studio.root.get_by_role("button", name="Again, new seed").click()
    studio.set(_cards=[card(key="new"), card(key="old", phase="completed", ended=1.0)])

    assert [key for key, _ in studio.page.evaluate("window.scrolls")] == ["new"]


def test_an_order_from_a_cell_does_not_move_the_page(studio):
    studio.set(_cards=[card(key="new"), card(key="old")])

    assert studio.page.evaluate("window.scrolls") == []


# In the front ends

BOXES = {
    "nothing": "studio",
    "HBox": "w.HBox([studio])",
    "HBox beside a label": "w.HBox([form, w.Label('x')])",
    "HBox of two": "w.HBox([studio, form])",
    "VBox": "w.VBox([studio])",
    "Box": "w.Box([studio], layout=w.Layout(width='600px'))",
    "narrow VBox": "w.VBox([form], layout=w.Layout(width='300px'))",
    "Tab": "w.Tab([studio])",
    "Accordion": "w.Accordion([studio], selected_index=0)",
    "GridBox": "w.GridBox([form, studio], layout=w.Layout(grid_template_columns='1fr 1fr'))",
    "AppLayout": "w.AppLayout(left_sidebar=w.Button(), center=studio, right_sidebar=w.Button())",
    "Stack": "w.Stack([studio], selected_index=0)",
    "low VBox": "w.VBox([form], layout=w.Layout(height='300px'))",
    "low Studio": "studio.layout.height = '400px'\nstudio",
    "low form": "form.layout.max_height = '300px'\nform",
    "TwoByTwoLayout": "w.TwoByTwoLayout(top_left=studio, top_right=form)",
    "GridspecLayout": "grid = w.GridspecLayout(2, 3)\ngrid[0, :2], grid[0, 2] = studio, form\ngrid",
    "Output": "output = w.Output()\nwith output:\n    display(studio)\noutput",
}
SHOW = """
import ipywidgets as w, wan_widgets as ww
studio, form = ww.Studio(), ww.VideoForm()
"""
SCROLL = """(top) => { document.querySelector(".jp-WindowedPanel-outer").scrollTop = top; }"""


@pytest.fixture(scope="module", params=["lab", "notebook"])
def notebook(request, lab):
    with lab.open([QUICK], front=request.param, width=1280, height=720) as notebook:
        notebook.run(0)
        yield notebook


def begin(notebook, code, width=1280, height=720):
    notebook.page.set_viewport_size({"width": width, "height": height})
    notebook.begin_anew([code, *["1"] * 20])
    notebook.run(0)
    return notebook.output(0)


@pytest.mark.parametrize("box", BOXES)
def test_in_every_box_it_has_its_width_and_its_foot_is_seen(notebook, box):
    output = begin(notebook, SHOW + BOXES[box])
    generate = output.get_by_role("button", name="Generate").first
    for top in (0, 150, 300):
        notebook.page.evaluate(SCROLL, top)
        expect(generate).to_be_in_viewport(ratio=1)

    for widget in output.locator(".ww-studio, .ww-form").all():
        assert 280 <= width_of(widget) <= width_of(output)
    assert [error for error in notebook.errors if "ww" in error] == []


@pytest.mark.parametrize("height", ["height", "max_height"])
def test_a_widget_with_a_height_does_not_run_over_the_cells_below(notebook, height):
    output = begin(notebook, SHOW + f"studio.layout.{height} = '400px'\nstudio")
    expect(output.locator(".ww-studio")).to_be_visible()

    below = notebook.page.locator(".jp-Notebook .jp-Cell").nth(1)
    box = below.bounding_box()
    at_its_top = notebook.page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.ww') === null",
        [box["x"] + box["width"] / 2, box["y"] + 5],
    )
    assert at_its_top


@pytest.mark.parametrize("box", ["VBox", "Tab"])
def test_a_box_that_holds_something_else_later_scrolls_again(notebook, box):
    output = begin(notebook, SHOW + f"box = w.{box}([form])\nbox")
    expect(output.get_by_role("textbox", name="Prompt", exact=True)).to_be_visible()

    notebook.evaluate("""setattr(box, "children", [w.HTML('<p style="width: 3000px">Wide</p>')])""")

    expect(output.get_by_text("Wide")).to_be_visible()
    expect(output).to_have_css("overflow-x", "auto")
    assert output.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")


NARROW = {
    "Output": "output = w.Output()\nwith output:\n    display(studio)\n",
    "Tab": "output = w.Tab([studio])\n",
    "Accordion": "output = w.Accordion([studio], selected_index=0)\n",
    "VBox": "output = w.VBox([studio])\n",
    "Box in a Tab": "output = w.Tab([w.HBox([studio])])\n",
}


@pytest.mark.parametrize("box", NARROW)
def test_beside_others_in_a_narrow_window_every_box_becomes_narrow_too(notebook, box):
    output = begin(notebook, SHOW + NARROW[box] + "w.HBox([output, w.Label('x')])", 800, 700)
    expect(output.get_by_role("button", name="Generate")).to_be_in_viewport(ratio=1)

    assert output.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (800, 600), (640, 400)])
def test_price_and_button_are_seen_before_the_press_and_the_result_after_it(notebook, width, height):
    output = begin(notebook, "import wan_widgets as ww\nww.Studio(resolution='720p')", width, height)
    prompt = output.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill(f"REJECT this at {width}")
    for part in (".ww-cost", ".ww-generate"):
        expect(output.locator(part)).to_be_in_viewport(ratio=1)
    notebook.page.evaluate(SCROLL, 250)
    prompt.press("Control+Enter")

    state = output.get_by_role("article").locator(".ww-pill")
    expect(state).to_be_in_viewport(ratio=1)
    expect(prompt).to_be_focused()
    expect(state).to_have_text("Refused")  # an order on its way would be shown by the next test's Studio too


def test_an_example_is_seen_without_scrolling(notebook):
    output = begin(notebook, "import wan_widgets as ww\nww.Studio()")

    expect(output.get_by_role("button", name="Paper boats")).to_be_in_viewport(ratio=1)


def test_a_control_that_gets_the_focus_is_not_hidden_by_the_foot(notebook):
    output = begin(notebook, "import wan_widgets as ww\nww.Studio()")
    foot = output.locator(".ww-footer")
    output.get_by_role("textbox", name="Prompt", exact=True).focus()
    for _ in range(5):
        notebook.page.keyboard.press("Tab")
        focused = notebook.page.locator(":focus")
        box = focused.bounding_box()
        assert box["y"] + box["height"] <= foot.bounding_box()["y"] + 1
