"""Nothing typed is thrown away: whatever takes the place of typed text can be undone with one click or one key."""

import pytest
from playwright.sync_api import expect

from browser.page import Component, mount
from browser.test_cards import card
from browser.test_files import DROP, receive
from browser.test_form import state
from wan_widgets.widgets.bundle import STATIC
from widgets.test_board import until

TYPED = "What took me ten minutes to write"
NEGATIVE = "blur"
PICTURE = {"name": "cat.png", "kind": "image/png", "size": 5}


@pytest.fixture
def studio(page):
    def show(**values):
        form = Component(STATIC / "form.js", None, state(**values))
        traits = {"_cards": [], "_form": "anywidget:form"}
        return mount(page, STATIC / "studio.js", None, traits, children={"form": form})

    return show


@pytest.fixture
def show(page):
    def show(**values):
        return mount(page, STATIC / "form.js", None, state(**values))

    return show


def field(view, name="Prompt"):
    return view.root.get_by_role("textbox", name=name, exact=True)


def type_in(view, text=TYPED, name="Prompt"):
    field(view, name).fill("")
    field(view, name).press_sequentially(text)


def undo(view):
    view.root.get_by_role("button", name="Undo").click()


def press_undo(view):
    field(view).press("ControlOrMeta+z")


def an_example(studio):
    studio.root.get_by_role("button", name="A lighthouse at dusk").click()


def edit_in_form(studio):
    studio.set(_cards=[card(phase="failed", can_edit=True)])
    studio.root.get_by_role("button", name="Edit in form").click()
    studio.child("form").set(prompt="A fox", negative_prompt="people", seed=7, resolution="720p", mode="i2v")


@pytest.mark.parametrize("bring_back", [undo, press_undo])
@pytest.mark.parametrize("replace", [an_example, edit_in_form])
def test_what_the_studio_puts_in_place_of_typed_text_is_undone_by_a_click_or_a_key(studio, replace, bring_back):
    view = studio(resolution="1080p")
    expect(view.root.get_by_role("button", name="Undo")).to_be_hidden()
    type_in(view)
    before = view.child("form").traits()
    replace(view)
    expect(field(view)).not_to_have_value(TYPED)

    bring_back(view)

    expect(field(view)).to_have_value(TYPED)
    expect(field(view)).to_be_focused()
    after = view.child("form").traits()
    assert {name: after[name] for name in before} == before | {"prompt": TYPED}
    expect(view.root.get_by_role("button", name="Undo")).to_be_hidden()
    view.root.get_by_role("button", name="Redo").click()
    expect(field(view)).not_to_have_value(TYPED)
    assert view.errors == []


def test_an_example_in_an_empty_form_is_undone_too(studio):
    view = studio()
    an_example(view)
    press_undo(view)
    expect(field(view)).to_have_value("")


def test_of_many_replacements_each_is_undone_and_nothing_between_is_lost(studio):
    view = studio()
    type_in(view, "one")
    an_example(view)
    field(view).press("End")
    field(view).press_sequentially(" two")
    view.root.get_by_role("button", name="A kitten runs").click()
    undo(view)
    expect(field(view)).to_have_value("A lighthouse at dusk, slow dolly forward, the sea is calm two")
    undo(view)
    expect(field(view)).to_have_value("one")
    type_in(view, "three")
    view.root.get_by_role("button", name="Paper boats").click()  # while there is something to redo
    texts = set()
    for _ in range(3):
        undo(view)
        texts.add(field(view).input_value())
    assert texts >= {"three", "A kitten runs through tall summer grass, low sun, handheld camera"}
    assert any(text.endswith(" two") for text in texts)


def test_after_typing_the_key_is_the_browsers_own_until_the_typing_is_undone(studio):
    view = studio()
    type_in(view)
    an_example(view)
    replaced = field(view).input_value()
    field(view).press("End")
    field(view).press_sequentially("!")
    press_undo(view)
    expect(field(view)).to_have_value(replaced)
    press_undo(view)
    expect(field(view)).to_have_value(TYPED)
    field(view).press("ControlOrMeta+Shift+z")
    expect(field(view)).to_have_value(replaced)
    press_undo(view)
    field(view).press("ControlOrMeta+y")
    expect(field(view)).to_have_value(replaced)


def a_change_in_code(form):
    form.set(prompt="From a cell")


def an_emptied_image(form):
    form.root.locator('[data-field="image"]').get_by_role("button", name="Empty this field").click()


def a_dropped_image(form):
    form.root.locator('[data-field="image"]').evaluate(DROP, {"type": "drop", "files": [PICTURE]})
    receive(form)
    form.message({"kind": "file-stored", "id": form.sent[-1]["id"], "path": "/kernel/cat.png"})


def a_removed_reference(form):
    form.root.get_by_role("button", name="Remove").first.click()


def the_dice(form):
    form.root.get_by_role("button", name="Draw a seed").click()


def another_model(form):
    box = form.root.get_by_role("combobox", name="Model")
    box.focus()  # a person also leaves the field in which they typed
    box.select_option("wan2.6")


REPLACEMENTS = [
    (a_change_in_code, "t2v", "Prompt", "prompt"),
    (an_emptied_image, "i2v", "Image", "image"),
    (a_dropped_image, "i2v", "Image", "image"),
    (a_removed_reference, "r2v", "Reference 1", "references"),
    (the_dice, "t2v", "Seed", "seed"),
    (another_model, "t2v", "Exact model name", "model"),
]


FROM_OUTSIDE = (a_change_in_code, another_model)


@pytest.mark.parametrize(
    ("replace", "mode", "name", "trait"), REPLACEMENTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_whatever_replaces_typed_text_is_undone(show, replace, mode, name, trait):
    form = show(mode=mode)
    if trait == "model":
        form.root.get_by_role("combobox", name="Model").select_option(label="Other…")
    typed = "12345" if trait == "seed" else "https://a.example/what-i-typed.png"
    type_in(form, typed, name)
    value = {"seed": 12345, "references": [typed]}.get(trait, typed)
    if replace in FROM_OUTSIDE:
        until(lambda: form.traits()[trait] == value)  # else it could be an answer to what was typed before
    replace(form)
    form.page.wait_for_function("() => [...document.querySelectorAll('.ww-undo button')].some((each) => !each.hidden)")
    assert form.traits()[trait] != value

    undo(form)

    assert form.traits()[trait] == value
    expect(field(form, name)).to_have_value(typed)


def test_code_that_changes_what_nobody_typed_leaves_no_button(show):
    form = show()
    for text in ("one", "two"):
        form.set(prompt=text)
    form.root.get_by_role("radio", name="1280×720").click()
    expect(form.root.get_by_role("button", name="Undo")).to_be_hidden()


def test_views_of_one_form_share_what_can_be_undone(show):
    form = show()
    type_in(form)
    until(lambda: form.traits()["prompt"] == TYPED)
    second = form.add_view()
    a_change_in_code(form)

    second.get_by_role("button", name="Undo").click()

    expect(field(form)).to_have_value(TYPED)
    expect(second.get_by_role("button", name="Redo")).to_be_visible()


def test_a_typed_address_of_a_service_stays_while_others_are_looked_at(show):
    form = show()
    form.root.locator(".ww-service").click()
    form.root.get_by_role("radio", name="New API").click()
    type_in(form, "https://my.gateway.example", "Base URL")
    form.root.get_by_role("radio", name="ToAPIs").click()
    expect(field(form, "Base URL")).to_have_value("")
    form.page.keyboard.press("Escape")
    form.root.locator(".ww-service").click()
    form.root.get_by_role("radio", name="New API").click()
    expect(field(form, "Base URL")).to_have_value("https://my.gateway.example")


KEYS = {
    "Latin": ({"key": "z", "keyCode": 90}, {"key": "y", "keyCode": 89}),
    "Cyrillic": ({"key": "я", "keyCode": 90}, {"key": "н", "keyCode": 89}),
    "with Shift": ({"key": "z", "keyCode": 90}, {"key": "Z", "keyCode": 90, "shiftKey": True}),
    "on a Mac": (
        {"key": "z", "keyCode": 90, "metaKey": True},
        {"key": "Z", "keyCode": 90, "metaKey": True, "shiftKey": True},
    ),
}
PRESS = """(node, key) => node.dispatchEvent(
  new KeyboardEvent("keydown", { ctrlKey: !key.metaKey, bubbles: true, cancelable: true, ...key }))"""


@pytest.mark.parametrize("keyboard", KEYS)
def test_the_keys_are_those_of_every_keyboard(studio, keyboard):
    view = studio()
    type_in(view)
    an_example(view)
    replaced = field(view).input_value()
    back, forth = KEYS[keyboard]
    for key, shown in ((back, TYPED), (forth, replaced)):
        field(view).evaluate(PRESS, key)
        expect(field(view)).to_have_value(shown)
    for key in ({**back, "isComposing": True}, {**back, "altKey": True}, {**back, "ctrlKey": False, "metaKey": False}):
        assert field(view).evaluate(PRESS, key), "it is not ours"
        expect(field(view)).to_have_value(replaced)
