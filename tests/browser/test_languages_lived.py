"""A clip, a refusal and a failure in each language, from the form to the card: all that a person reads."""

import re

import pytest
from playwright.sync_api import expect

from browser.reading import NAMES, OF_NO_LANGUAGE, texts, without
from shared.quick import QUICK
from wan_widgets.simulator.scripts import FAILURE, REJECTION
from wan_widgets.words.catalogue import labels

CELLS = [
    "import os\nos.environ['WAN_LEDGER'] = os.path.abspath('{language}.sqlite3')\nimport wan_widgets as ww",
    "ww.set_budget(ww.Budget(clips=3, per='day'))\nww.Studio('simulator', resolution='720p')",
    "ww.VideoForm(ww.AsyncClient('dashscope', api_key='any'), prompt='1', resolution='720p')",
]
PROMPTS = {"completed": "猫 кот", "refused": "REJECT 猫", "failed": "FAIL кот"}
THEIRS = {"refused": REJECTION[2].rstrip("."), "failed": FAILURE[1].rstrip(".")}
LEFT = {"en": "Left today: 3 of 3 clips", "zh": "今日剩余：3 / 3 个视频", "ru": "Осталось на сегодня: 3 из 3 роликов"}  # noqa: RUF001
PRICE = {"en": "CN¥3.00", "zh": "¥3.00", "ru": "3,00\u00a0CN¥"}
OUTSIDE = (
    *(re.escape(each) for each in (*PROMPTS.values(), *THEIRS.values(), REJECTION[1], FAILURE[0])),
    *(r"\bHTTP 422\b", r"\b(?:video|req)_\w+", r"ww\.budgets\(\)", *NAMES, *OF_NO_LANGUAGE),
)
"""The prompts, and what the service says."""


def alien(part, language):
    """What is read there in another language."""
    found = [text for text in texts(part) if re.search(r"[A-Za-z]", without(text, *OUTSIDE))]
    return [] if language == "en" else found


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open([QUICK], fresh=True) as notebook:
        notebook.run(0)
        yield notebook


@pytest.mark.parametrize("language", LEFT)
def test_a_clip_a_refusal_and_a_failure_are_told_in_the_language_and_the_service_speaks_its_own(notebook, language):
    words = labels(language)
    notebook.page.evaluate("(language) => { document.documentElement.lang = language; }", language)
    notebook.begin_anew([cell.replace("{language}", language) for cell in CELLS])
    for cell in range(len(CELLS)):
        notebook.run(cell)
    studio, form = (notebook.output(number).locator(".ww").first for number in (1, 2))
    expect(form.locator(".ww-cost strong")).to_have_text(PRICE[language])
    expect(form.locator(".ww-budgets")).to_have_text(LEFT[language])
    prompt = studio.get_by_role("textbox", name=words["prompt"], exact=True)
    for phase, said in PROMPTS.items():
        prompt.fill(said)
        studio.get_by_role("button", name=words["generate"]).click()
        newest = studio.get_by_role("article").first
        expect(newest.get_by_text(said, exact=True)).to_be_visible()
        expect(newest.locator(".ww-pill")).to_have_text(words[f"phase.{phase}"], timeout=30_000)
        for button in ("edit", "copy.code"):
            expect(newest.get_by_role("button", name=words[button])).to_be_visible()
        if phase in THEIRS:
            [told] = [line for line in newest.inner_text().splitlines() if THEIRS[phase] in line]
            assert told.index(THEIRS[phase]) > len("Simulator")  # our sentence comes before theirs
            assert told.endswith(words["billing.free"])
        else:
            expect(newest.locator("video")).to_have_js_property("readyState", 4, timeout=30_000)
    assert [alien(part, language) for part in (studio, form)] == [[], []]
    assert notebook.errors == []
