"""The widgets in each language: what a person reads, what fits, and what changes while a widget is open."""

import re

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.layout import cut_hints, misplaced
from browser.media import make_clip, make_image
from browser.page import Component, Mounted, create, mount, speak
from browser.reading import NAMES, OF_NO_LANGUAGE, THEIR_WORDS, texts, without
from browser.states import STATES, WIDGETS, Scene, states_of
from browser.test_cards import card
from browser.test_files import drop, receive
from browser.test_form import form_state, state
from shared.quick import QUICK
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.words.catalogue import labels

LANGUAGES = ("zh", "ru")
GENERATE = {name: labels(name)["generate"] for name in ("en", *LANGUAGES)}
PROMPT = {name: labels(name)["prompt"] for name in ("en", *LANGUAGES)}
SECOND_LINES = """(root) => {
  const linesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width);
    return new Set(boxes.map((box) => Math.round(box.bottom / 8))).size;
  };
  const nodes = [...root.querySelectorAll(".ww-segments button, .ww-tabs button, .ww-field-head > *")];
  return nodes.filter((node) => node.checkVisibility() && linesOf(node) > 1).map((node) => node.innerText);
}"""


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """A clip and a picture."""
    folder = tmp_path_factory.mktemp("media")
    return make_clip(folder / "a.mp4").read_bytes(), make_image(folder / "a.png", 64, 36).read_bytes()


def studio(page, language, cards=(), **values):
    form = Component(STATIC / "form.js", None, form_state(ww.VideoForm(**values)))
    traits = {"_cards": list(cards), "_form": "anywidget:form", "_older": 31}
    return mount(page, STATIC / "studio.js", None, traits, children={"form": form}, language=language)


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_state_is_in_the_language_and_has_its_place(page, media, language, widget):
    faults = {}
    for name in states_of(widget):
        page.set_viewport_size({"width": 304, "height": 4000})
        view = STATES[name].show(Scene(page, "light", *media, language))
        plain = {text: without(text, *NAMES, *THEIR_WORDS, *OF_NO_LANGUAGE) for text in texts(view.root)}
        faults[name, "words"] = [text for text, rest in plain.items() if re.search(r"[A-Za-z]", rest)]
        for width in (304, 1124):
            page.set_viewport_size({"width": width, "height": 4000})
            faults[name, width] = [*misplaced(view.root), *cut_hints(view.root)]
        assert view.errors == []
    assert {where: found for where, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
@pytest.mark.parametrize("provider", ["simulator", "dashscope"])
def test_no_label_takes_a_second_line_where_the_form_is_beside_the_clips(page, language, provider):
    """Nor is one cut in a window as narrow as a phone, beside the side bars of JupyterLab."""
    for mode in ("t2v", "i2v", "r2v"):
        page.set_viewport_size({"width": 404, "height": 900})
        view = mount(page, STATIC / "form.js", None, state(provider, mode=mode), language=language)
        expect(view.root.get_by_role("button", name=GENERATE[language])).to_be_visible()
        assert view.root.evaluate(SECOND_LINES) == []
        assert [*misplaced(view.root), *cut_hints(view.root)] == []
        page.set_viewport_size({"width": 199, "height": 900})
        assert misplaced(view.root) == []


def test_an_open_studio_changes_its_language_and_keeps_what_was_typed(page):
    view = studio(page, "en")
    view.root.get_by_role("textbox", name="Prompt", exact=True).fill("猫 кот")
    for language in ("ru", "zh"):
        speak(page, language)
        expect(view.root.get_by_role("textbox", name=PROMPT[language], exact=True)).to_have_value("猫 кот")
        expect(view.root.locator(".ww-generate")).to_have_count(1)
        view.set(_cards=[card(key=language, phase="queued")])
        expect(view.root.locator(".ww-pill")).to_have_text(labels(language)["phase.queued"])
    view.root.locator(".ww-generate").click()
    [press] = [message for message in view.child("form").sent if message["kind"] == "generate"]
    assert press["values"]["prompt"] == "猫 кот"
    assert view.errors == []


def test_a_file_on_its_way_arrives_before_the_form_changes_its_language(page):
    form = mount(page, STATIC / "form.js", None, state(mode="i2v"))
    drop(form, "image", "cat.png")
    form.wait_for_messages(kind="file-begin")
    speak(page, "ru")
    expect(form.root.locator(".ww-generate")).to_contain_text(GENERATE["en"])
    receive(form)
    expect(form.root.locator(".ww-generate")).to_contain_text(GENERATE["ru"])
    expect(form.root.locator('[data-field="image"] input[type=text]')).to_have_value("/inputs/cat.png")


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (1, "1 ваша задача."),
        (3, "3 ваши задачи."),
        (5, "5 ваших задач."),
        (21, "21 ваша задача."),
    ],
)
def test_a_number_has_the_words_of_its_plural(page, ahead, said):
    queue = {"ahead": ahead, "service": "X", "limit": None}
    traits = {"_cards": [card(phase="waiting", queue=queue)]}
    view = mount(page, STATIC / "task.js", None, traits, language="ru")
    expect(view.root.get_by_text(said)).to_be_visible()


def test_a_blank_stands_between_chinese_and_latin_letters_and_not_between_chinese_ones(page, media):
    view = STATES["service"].show(Scene(page, "light", *media, "zh"))
    take = view.root.locator("header .ww-take")
    expect(take).to_have_text("使用阿里云百炼")
    view.root.get_by_role("radio", name="ToAPIs").click()
    expect(take).to_have_text("使用 ToAPIs")


def test_numbers_and_money_are_written_as_the_language_writes_them(page):
    values = state("dashscope", resolution="720p")
    upload = {"name": "a.png", "sent": 1_200_000, "size": 3_400_000, "number": 1, "count": 1}
    form = mount(page, STATIC / "form.js", None, values, language="ru")
    expect(form.root.locator(".ww-cost strong")).to_have_text("3,00\u00a0CN¥")
    view = mount(page, STATIC / "task.js", None, {"_cards": [card(phase="uploading", upload=upload)]}, language="ru")
    expect(view.root.get_by_text("1,2 / 3,4\u00a0\u041c\u0411")).to_be_visible()


def test_a_widget_that_sees_no_other_is_told_the_language_by_itself(page):
    mount(page, STATIC / "form.js", None, state())  # it brings the code
    create(page, "alone", Component(STATIC / "form.js", None, {**state(), "_bundle": "nobody"}))
    form = Mounted(page, "alone", {}, [])
    page.evaluate("() => { window.fakeAnywidget.view({ id: 'alone', name: 'alone-1' }); }")  # it waits for the words
    form.wait_for_messages(kind="language")
    assert form.sent[-1]["hosts"] == ["en", *page.evaluate("navigator.languages")]
    for language in ("zh", "ru"):
        form.message({"kind": "labels", "labels": labels(language)})
        expect(form.root.locator(".ww-generate")).to_contain_text(GENERATE[language])


def test_the_studio_of_a_notebook_speaks_as_its_page_and_then_as_code_says(lab):
    cells = [
        f"{QUICK}\nimport wan_widgets as ww",
        "studio = ww.Studio('simulator', prompt='кот 猫', seed=7)\nstudio",
        "await studio.form.submit()",
        "ww.set_language('zh')",
        "ww.set_language(None)",
    ]
    notebook = lab.open(cells, fresh=True)
    notebook.page.evaluate("document.documentElement.lang = 'ru-RU'")
    notebook.run(0)
    notebook.run(1)
    shown = notebook.output(1)
    expect(shown.locator(".ww-generate")).to_contain_text(GENERATE["ru"])
    notebook.run(2)
    expect(shown.locator(".ww-facts")).to_contain_text("зерно 7")
    notebook.run(3)
    expect(shown.locator(".ww-generate")).to_contain_text(GENERATE["zh"])
    expect(shown.locator(".ww-facts")).to_contain_text("种子 7")
    notebook.run(4)
    expect(shown.locator(".ww-facts")).to_contain_text("зерно 7")
    assert notebook.errors == []
