"""All states in a language that nobody speaks, longer than English: what does not fit, and what is in no catalogue."""

import pytest

from browser.layout import misplaced
from browser.media import make_clip, make_image
from browser.pseudo import english_is_pseudo, strange
from browser.reading import NAMES, THEIR_WORDS, texts, without
from browser.states import WIDGETS, Scene, states_of

WRITTEN = (r"\b(?:\d+ )?MB\b", r"\bor\b", r"\b[A-Z][a-z]{2} \d+, \d{1,2}:\d\d [AP]M\b")
"""As the browser and Babel write numbers, lists and moments in English."""
MONEY = r"CN¥"
CUT = r"⟦[^⟦⟧]*$"
"""A name that is cut after some letters."""
APART = (r"^⟦sééééd$", r"^s⟧$")
"""What stands beside a value that a sweep tells apart."""


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A clip and a picture."""
    folder = tmp_path_factory.mktemp("media")
    return make_clip(folder / "a.mp4").read_bytes(), make_image(folder / "a.png", 64, 36).read_bytes()


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_longer_language_fits_and_every_word_is_from_a_catalogue(page, media, widget):
    faults = {}
    with english_is_pseudo():
        for name, state in states_of(widget).items():
            page.set_viewport_size({"width": 304, "height": 4000})
            view = state.show(Scene(page, "light", *media))
            plain = {
                text: without(text, *NAMES, *THEIR_WORDS, *WRITTEN, *APART, MONEY, CUT) for text in texts(view.root)
            }
            faults[name, "words"] = [text for text, rest in plain.items() if strange(rest)]
            for width in (304, 1124):
                page.set_viewport_size({"width": width, "height": 4000})
                faults[name, width] = misplaced(view.root)
    assert {where: found for where, found in faults.items() if found} == {}


def test_what_is_in_no_catalogue_is_found():
    found = {text: strange(text) for text in ("⟦Séénd 5⟧", "⟦Séénd ⟦nóót⟧⟧ · 3", "a Clip", "s", "⟦Séénd a clip⟧")}
    assert list(found.values()) == [[], [], ["a", "Clip", "a", "Clip"], ["s"], ["a", "clip"]]
