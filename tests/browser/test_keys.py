"""Keys: those that compose a word do nothing else, and those pressed in a widget reach no command around it."""

import pytest
from playwright.sync_api import Locator, expect

import wan_widgets as ww
from browser.page import mount
from browser.test_form import form_state
from wan_widgets.widgets.bundle import STATIC

# What the browser tells of a key that an input method takes. Safari tells of some by the number alone.
COMPOSING = {"everywhere": {"isComposing": True}, "Safari": {"keyCode": 229}}
IS_SEEN = "(node) => node.checkVisibility() && !node.disabled"
COMPOSE = f"""(nodes, [key, more]) => nodes.filter({IS_SEEN}).filter((node) => {{
  const options = {{ key, bubbles: true, cancelable: true, composed: true, ...more }};
  const left = ["", "ctrlKey", "metaKey"].map((held) => {{
    node.focus();
    return node.dispatchEvent(new KeyboardEvent("keydown", {{ ...options, ...(held && {{ [held]: true }}) }}));
  }});
  return !left.every(Boolean) || document.activeElement !== node;
}}).map((node) => node.outerHTML)"""
"""The controls that do something. All are asked in one call: a call for each would take a second for each key."""
CONTROLS = "button, input:not([type=file]), select, textarea, summary, a[href]:not(figure a), video, [tabindex]"
LISTEN = """() => {
  window.heard = [];
  window.jupyterapp.commands.commandExecuted.connect((_, { id }) => window.heard.push(id));
}"""
HEARD = "() => window.heard.splice(0)"

STUDIO = """
import wan_widgets as ww
studio = ww.Studio(mode="r2v", resolution="720p")
studio.submit(ww.TextToVideo(prompt="REJECT me"))
studio
"""
PLAYER = 'import wan_widgets as ww\nww.generate("A kitten runs", resolution="720p", seed=7)'
COMMANDS = ("b", "x", "ArrowDown", "Shift+Enter", "Control+b")


@pytest.fixture
def form(page):
    traits = form_state(ww.VideoForm(prompt="a word", mode="r2v", references=["https://a.example/r.png"]))
    return mount(page, STATIC / "form.js", None, traits)


def visible_controls(root: Locator) -> list[Locator]:
    controls = root.locator(CONTROLS)
    seen = controls.evaluate_all(f"(nodes) => nodes.map({IS_SEEN})")
    return [controls.nth(index) for index, is_seen in enumerate(seen) if is_seen]


@pytest.mark.parametrize("how", COMPOSING)
@pytest.mark.parametrize("key", ["Enter", "Escape", "ArrowLeft", "ArrowRight", "ArrowDown", "ArrowUp", "Home", "End"])
def test_a_key_that_composes_a_word_does_nothing_in_any_control(form, how, key):
    form.root.locator(".ww-service").click()
    form.root.get_by_role("radio", name="ToAPIs").click()
    form.message({"kind": "nothing"})
    before = (form.traits(), form.sent)
    assert len(visible_controls(form.root)) > 25

    assert form.root.locator(CONTROLS).evaluate_all(COMPOSE, [key, COMPOSING[how]]) == []
    assert (form.traits(), form.sent) == before
    expect(form.root.get_by_role("dialog", name="Service")).to_be_visible()


def test_the_question_before_an_order_is_not_answered_by_a_key_that_composes(form):
    form.root.get_by_role("button", name="Generate").click()
    form.message({"kind": "asked", "id": form.sent[-1]["id"], "question": "Again?"})
    question = form.root.get_by_role("alertdialog")
    question.get_by_role("button").evaluate_all(COMPOSE, ["Escape", COMPOSING["everywhere"]])

    expect(question).to_be_visible()
    form.page.keyboard.press("Escape")
    expect(question).to_be_hidden()


@pytest.mark.parametrize("keys", ["Control+Alt+Enter", "Control+Shift+Enter", "Alt+Enter", "Shift+Enter"])
def test_only_ctrl_enter_orders(form, keys):
    form.root.get_by_role("textbox", name="Prompt", exact=True).press(keys)
    assert form.sent == []


def test_no_key_in_the_choice_of_the_service_orders_from_the_one_before(form):
    form.root.locator(".ww-service").click()
    form.root.get_by_role("radio", name="ToAPIs").click()
    for control in visible_controls(form.root.get_by_role("dialog", name="Service")):
        control.press("Control+Enter")

    assert {message["kind"] for message in form.sent} == {"services", "choose"}


@pytest.mark.parametrize(
    ("key", "more", "is_heard"),
    [
        ("s", {"ctrlKey": True, "keyCode": 83}, True),
        ("S", {"metaKey": True, "keyCode": 83}, True),
        ("ы", {"ctrlKey": True, "keyCode": 83}, True),  # the same key with Cyrillic letters
        ("ś", {"ctrlKey": True, "altKey": True, "keyCode": 83}, False),  # a Polish letter, typed with AltGr
    ],
)
def test_the_key_that_saves_is_known_on_every_keyboard(form, key, more, is_heard):
    form.page.evaluate("window.heard = []; document.addEventListener('keydown', ({ key }) => window.heard.push(key))")
    form.root.get_by_role("textbox", name="Prompt", exact=True).evaluate_all(COMPOSE, [key, more])

    assert (key in form.page.evaluate("window.heard")) is is_heard


# In the front ends, which have commands of their own


@pytest.fixture(scope="module", params=["lab", "notebook"])
def notebook(request, lab):
    with lab.open([STUDIO, PLAYER, "1 + 1"], front=request.param) as notebook:
        notebook.run_all()
        expect(notebook.output(0).get_by_role("article", name="Refused")).to_be_visible()
        notebook.page.evaluate(LISTEN)
        yield notebook


@pytest.mark.parametrize("cell", [0, 1], ids=["studio", "player"])
def test_no_key_in_a_widget_is_a_command_of_the_front_end(notebook, cell):
    controls = visible_controls(notebook.output(cell))
    assert len(controls) > (30 if cell == 0 else 0)
    heard = []
    for control in controls:
        for keys in COMMANDS:
            control.focus()
            notebook.page.keyboard.press(keys)
        heard += [(control, command) for command in notebook.page.evaluate(HEARD)]

    assert heard == []
    assert notebook.page.evaluate("window.notebookPanel.content.widgets.length") == 3


@pytest.mark.parametrize("cell", [0, 1], ids=["studio", "player"])
def test_the_notebook_can_be_saved_from_within_a_widget(notebook, cell):
    for control in visible_controls(notebook.output(cell)):
        control.focus()
        notebook.page.keyboard.press("Control+s")
        assert notebook.page.evaluate(HEARD) == ["docmanager:save"]


def test_ctrl_enter_on_a_size_orders_and_does_not_run_the_cell_again(notebook):
    studio = notebook.output(0)
    studio.get_by_role("tab", name="Text to video").click()
    studio.get_by_role("textbox", name="Prompt", exact=True).fill("REJECT this")
    studio.get_by_role("radio", name="720×1280").press("Control+Enter")

    expect(studio.get_by_role("article", name="Refused: REJECT this")).to_be_visible()
    assert notebook.page.evaluate(HEARD) == []
    expect(studio.get_by_role("textbox", name="Prompt", exact=True)).to_have_value("REJECT this")


def test_words_are_composed_in_the_prompt_and_arrive_whole(notebook):
    """An input method's own events, as Chromium makes them; the kernel answers each part meanwhile."""
    prompt = notebook.output(0).get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill("")
    prompt.focus()
    keyboard = notebook.page.context.new_cdp_session(notebook.page)
    for part in ("n", "ni", "你", "你h", "你hao"):
        keyboard.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        notebook.page.wait_for_timeout(300)  # longer than a pause in typing, after which the text is sent
    keyboard.send("Input.insertText", {"text": "你好"})

    expect(prompt).to_have_value("你好")
