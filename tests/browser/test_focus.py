"""The keyboard's focus stays near a control that goes away when it is pressed, and is never lost to the page."""

import pytest
from playwright.sync_api import expect

from browser.page import Component, mount
from browser.test_cards import card
from browser.test_drops import PREVIEW, PROMPT, drag, traits_of
from wan_widgets.widgets.bundle import STATIC

ENDED = card(phase="cancelled", ended=1.0)
RUNNING = card(again=[])


@pytest.fixture
def show(page):
    def show(*cards, mode="t2v", older=0):
        form = Component(STATIC / "form.js", None, traits_of(mode))
        traits = {"_cards": list(cards), "_form": "anywidget:form", "_older": older}
        return mount(page, STATIC / "studio.js", None, traits, children={"form": form})

    return show


def press(view, name):
    view.root.get_by_role("button", name=name, exact=True).focus()
    view.page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("It was not bought", card(phase="unconfirmed"), ENDED),
        ("Check again", card(phase="unconfirmed"), RUNNING),
        ("Save again", card(phase="unsaved", can_save=True), card(phase="saving", again=[])),
        ("Follow again", card(phase="stopped"), RUNNING),
        ("Again, new seed", card(phase="failed", ended=1.0), RUNNING),
        ("Cancel", card(), ENDED),
    ],
)
def test_from_a_button_of_a_card_it_goes_to_the_card(show, name, before, after):
    view = show(before)
    press(view, name)
    view.set(_cards=[after])

    expect(view.root.get_by_role("article")).to_be_focused()


def test_from_a_card_that_goes_it_goes_to_the_list(show):
    view = show(card(phase="unconfirmed"))
    press(view, "It was not bought")
    view.set(_cards=[])

    expect(view.root.locator(".ww-results")).to_be_focused()


def test_so_it_does_when_all_older_clips_are_here(show):
    view = show(card(), older=3)
    press(view, "Show older clips (3)")
    view.set(_older=0)

    expect(view.root.locator(".ww-results")).to_be_focused()


def test_from_a_notice_it_goes_to_generate(show):
    view = show()
    drag(view.root.locator(PROMPT), "cat.png")
    press(view, "Close")

    expect(view.root.locator(".ww-generate")).to_be_focused()


@pytest.mark.parametrize("answer", ["Keep what I have", "Order again"])
def test_so_it_does_from_the_question_before_an_order(show, answer):
    view = show()
    press(view, "Generate")
    form = view.child("form")
    form.message({"kind": "asked", "id": form.sent[-1]["id"], "question": "Again?"})
    press(view, answer)

    expect(view.root.locator(".ww-generate")).to_be_focused()


def test_from_a_file_that_is_called_off_it_goes_to_its_field(show):
    view = show(mode="i2v")
    drag(view.root.locator(PREVIEW), "cat.png")
    press(view, "Cancel")

    expect(view.root.get_by_role("textbox", name="Image", exact=True)).to_be_focused()


def test_nobody_is_called_back_who_has_gone_elsewhere(show):
    view = show(card(phase="stopped"))
    press(view, "Follow again")
    prompt = view.root.get_by_role("textbox", name="Prompt", exact=True)
    prompt.focus()
    view.set(_cards=[RUNNING])

    expect(prompt).to_be_focused()
