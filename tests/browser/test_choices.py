"""The form by itself, in an empty page: choosing a service and a model, and the controls that each offer makes."""

import re

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.page import mount, stop_time
from browser.test_form import form_state
from wan_widgets.widgets.bundle import STATIC

KEY = "sk-planted-0123456789"


@pytest.fixture
def show(page, monkeypatch):
    def show(name="simulator", base_url=None, offers=None, **values):
        key = None if name == "simulator" else KEY
        traits = form_state(ww.VideoForm(ww.AsyncClient(name, base_url=base_url, api_key=key), **values))
        for mode, changes in (offers or {}).items():
            traits["_offers"][mode] |= changes
        return mount(page, STATIC / "form.js", None, traits)

    return show


def messages(form, kind):
    return [message for message in form.sent if message["kind"] == kind]


def panel(form):
    return form.root.get_by_role("dialog", name="Service")


def pill(form):
    return form.root.locator(".ww-service")


def service(form, title):
    return panel(form).get_by_role("radio", name=title)


# The service


def test_the_button_says_who_answers_and_never_the_key(show):
    form = show("toapis")

    expect(pill(form)).to_have_text("ToAPIs")
    expect(pill(form)).to_have_attribute("title", "https://toapis.com\nKey given in code.")
    assert KEY not in form.page.content()


def test_choosing_sends_what_was_chosen_and_closes_when_python_agrees(show):
    form = show()
    pill(form).click()
    expect(service(form, "Simulator")).to_be_focused()
    assert len(messages(form, "services")) == 1
    service(form, "Alibaba Model Studio").click()
    panel(form).get_by_role("combobox", name="Region").select_option("singapore")
    expect(panel(form).get_by_role("textbox", name="Base URL")).to_have_attribute(
        "placeholder", "https://dashscope-intl.aliyuncs.com"
    )
    panel(form).get_by_role("button", name="Use Alibaba Model Studio").click()

    [choice] = messages(form, "choose")
    assert choice == {
        "kind": "choose",
        "id": choice["id"],
        "name": "dashscope",
        "region": "singapore",
        "base_url": "",
    }
    expect(panel(form).get_by_role("button", name="Asking…")).to_be_visible()
    form.message({"kind": "chosen", "id": choice["id"]})
    expect(panel(form)).to_be_hidden()
    expect(pill(form)).to_be_focused()


def test_a_refusal_stands_in_the_panel_with_its_remedy(show):
    form = show()
    pill(form).click()
    service(form, "ToAPIs").click()
    expect(panel(form)).to_contain_text("No key: set TOAPIS_API_KEY, TOAPIS_KEY, or WAN_API_KEY")
    expect(panel(form).locator("code")).to_have_text('ww.login("toapis")')
    panel(form).get_by_role("button", name="Use ToAPIs").click()

    form.message({"kind": "not-chosen", "id": messages(form, "choose")[0]["id"], "message": "ToAPIs needs a key."})

    expect(panel(form).get_by_role("alert")).to_have_text("ToAPIs needs a key.")
    service(form, "Simulator").click()
    expect(panel(form).get_by_role("alert")).to_be_hidden()


def test_that_a_key_is_missing_is_said_once(show):
    form = show()
    pill(form).click()
    service(form, "ToAPIs").click()
    panel(form).get_by_role("button", name="Use ToAPIs").click()
    told = "ToAPIs needs a key: set WAN_API_KEY or TOAPIS_API_KEY."
    form.message({"kind": "not-chosen", "id": messages(form, "choose")[0]["id"], "message": told})

    expect(panel(form)).to_contain_text(told)
    expect(panel(form).locator(".ww-key")).to_be_hidden()
    service(form, "UniAll").click()
    expect(panel(form)).to_contain_text("No key: set UNIALL_API_KEY or")


@pytest.mark.parametrize(
    ("name", "base_url", "words"),
    [
        ("dashscope", None, "Alibaba Model Studio · Beijing"),
        ("dashscope", "http://127.0.0.1:8977/dashscope", "Alibaba Model Studio · 127.0.0.1:8977/dashscope"),
        ("newapi", "https://gateway.example", "New API · gateway.example"),
    ],
)
def test_an_address_that_is_not_the_services_own_stands_on_the_button(show, name, base_url, words):
    expect(pill(show(name, base_url))).to_have_text(words)


def test_the_panel_is_used_by_keys_alone(show):
    form = show()
    pill(form).focus()
    form.page.keyboard.press("Enter")
    form.page.keyboard.press("ArrowDown")
    expect(service(form, "ToAPIs")).to_be_focused()
    form.page.keyboard.press("Tab")
    form.page.keyboard.type("http://127.0.0.1:8000")
    form.page.keyboard.press("Enter")
    [choice] = messages(form, "choose")
    assert (choice["name"], choice["base_url"]) == ("toapis", "http://127.0.0.1:8000")

    form.page.keyboard.press("Escape")

    expect(panel(form)).to_be_hidden()
    expect(pill(form)).to_be_focused()
    assert messages(form, "generate") == []


def test_a_click_elsewhere_closes_the_panel_and_chooses_nothing(show):
    form = show(prompt="kept")
    pill(form).click()
    service(form, "ToAPIs").click()
    form.root.get_by_role("textbox", name="Seed").click()

    expect(panel(form)).to_be_hidden()
    assert messages(form, "choose") == []
    pill(form).click()
    expect(service(form, "Simulator")).to_be_checked()


def test_a_kernel_that_does_not_answer_is_named_in_the_panel(show, page):
    stop_time(page)
    form = show()
    pill(form).click()
    panel(form).get_by_role("button", name="Use Simulator").click()
    page.clock.run_for(9000)

    expect(panel(form).get_by_role("alert")).to_contain_text("does not answer")


def test_variables_that_were_set_meanwhile_show_in_the_open_panel(show):
    form = show()
    pill(form).click()
    service(form, "ToAPIs").click()
    services = form.traits()["_services"]
    next(each for each in services if each["name"] == "toapis")["key"] = "TOAPIS_API_KEY"

    form.set(_services=services)

    expect(panel(form)).to_contain_text("Key from TOAPIS_API_KEY.")
    expect(service(form, "ToAPIs")).to_be_focused()


# The model


def test_the_models_of_the_mode_are_listed(show):
    form = show("toapis", mode="i2v")
    models = form.root.get_by_role("combobox", name="Model", exact=True)

    assert models.locator("option").all_inner_texts() == ["wan2.6", "wan2.6-flash", "Other…"]
    models.select_option("wan2.6-flash")

    assert form.traits()["model"] == "wan2.6-flash"
    assert messages(form, "adapt") == [{"kind": "adapt"}]


def test_a_tab_that_the_model_has_not_brings_the_usual_one(show):
    form = show("toapis", mode="i2v", model="wan2.6-flash")
    form.root.get_by_role("tab", name="Text to video").click()

    traits = form.traits()
    assert (traits["mode"], traits["model"]) == ("t2v", "wan2.6")
    assert messages(form, "adapt") == [{"kind": "adapt"}]


def test_a_mode_that_the_service_has_not_is_off_and_says_why(show):
    form = show("newapi", base_url="http://127.0.0.1:9")
    tab = form.root.get_by_role("tab", name="Reference to video")

    expect(tab).to_be_disabled()
    expect(tab).to_have_attribute("title", "New API does not have “Reference to video”.")
    form.root.get_by_role("tab", name="Text to video").focus()
    form.page.keyboard.press("ArrowLeft")
    expect(form.root.get_by_role("tab", name="Image to video")).to_be_focused()


def test_any_other_model_by_its_name_and_its_likeness(show):
    form = show("toapis")
    form.root.get_by_role("combobox", name="Model", exact=True).select_option(label="Other…")
    name = form.root.get_by_role("textbox", name="Exact model name")
    expect(name).to_be_focused()
    form.page.keyboard.type("wan9-beta")
    form.root.get_by_role("combobox", name="Fields and limits like").select_option("wan2.6")

    traits = form.traits()
    assert (traits["model"], traits["like"]) == ("wan9-beta", "wan2.6")
    expect(form.root.get_by_role("combobox", name="Model", exact=True)).to_have_value("\n")
    form.root.get_by_role("combobox", name="Model", exact=True).select_option("wan2.6")
    assert form.traits()["like"] == ""
    expect(name).to_be_hidden()


def test_a_model_that_nobody_knows_is_told_where_it_can_be_set_right(show):
    form = show(model="wan9", prompt="x")

    expect(form.root.locator('[data-field="model"]')).to_contain_text("has no model 'wan9'")
    expect(form.root.get_by_role("radio", name="1920×1080")).to_be_checked()


# What each offer makes of the controls

SIZES = {
    "720p": {"16:9": [1280, 720], "9:16": [720, 1280]},
    "480p": {"16:9": [832, 480], "1:1": [624, 624]},
    "1080p": {"16:9": [1920, 1080], "1:1": [1440, 1440]},
    "4k": {"16:9": [3840, 2160]},
}


def test_arrows_go_over_the_gaps_of_an_uneven_size_table(show):
    form = show(offers={"t2v": {"sizes": SIZES}}, resolution="480p")
    form.root.get_by_role("radio", name="832×480").focus()

    for key, size in (
        ("ArrowDown", "624×624"),  # over the row that has no 480p
        ("ArrowRight", "1440×1440"),
        ("ArrowRight", "624×624"),
        ("ArrowUp", "832×480"),
        ("ArrowLeft", "1280×720"),
        ("ArrowLeft", "3840×2160"),
        ("ArrowDown", "3840×2160"),  # alone in its column
        ("Home", "1280×720"),
        ("End", "1440×1440"),
    ):
        form.page.keyboard.press(key)
        expect(form.root.get_by_role("radio", name=size)).to_be_focused()
        expect(form.root.get_by_role("radio", name=size)).to_be_checked()


def test_many_lengths_are_a_slider(show):
    form = show(offers={"t2v": {"durations": list(range(2, 16))}})
    slider = form.root.get_by_role("slider", name="Duration")
    expect(slider).to_have_attribute("aria-valuetext", "5 s")
    slider.focus()
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        form.page.keyboard.press(key)
    slider.blur()

    expect(slider).to_have_attribute("aria-valuetext", "14 s")
    expect(form.root.locator('[data-field="duration"]')).to_contain_text("2 to 15 s")
    form.page.keyboard.press("Control+Enter")
    form.set(duration=3)
    expect(slider).to_have_value("1")


def test_a_slider_has_only_the_lengths_that_there_are(show):
    form = show(offers={"t2v": {"durations": [2, 3, 5, 8, 13, 21]}})
    form.root.get_by_role("slider", name="Duration").focus()
    form.page.keyboard.press("ArrowRight")
    form.root.get_by_role("textbox", name="Seed").focus()
    form.page.keyboard.press("Control+Enter")

    assert messages(form, "generate")[0]["values"]["duration"] == 8


def test_a_video_among_the_references_may_have_other_lengths(show):
    offers = {"r2v": {"durations": [5, 10, 15], "durations_with_video": [5]}}
    form = show(mode="r2v", references=["https://a.example/r.png"], offers=offers)
    lengths = form.root.get_by_role("radiogroup", name="Duration").get_by_role("radio")
    expect(lengths).to_have_count(3)

    form.set(_kinds=["video"])

    expect(lengths).to_have_count(1)


def test_what_a_service_has_not_is_not_there(show):
    form = show("openai-videos", base_url="http://127.0.0.1:9")

    for control in (
        form.root.get_by_role("switch", name="Rewrite the prompt"),
        form.root.get_by_role("switch", name="Watermark"),
        form.root.get_by_role("radiogroup", name="Shots"),
        form.root.get_by_role("textbox", name="Guide audio"),
    ):
        expect(control).to_be_hidden()
    expect(form.root.get_by_text("always silent")).to_be_visible()
    expect(form.root.locator(".ww-cost")).to_contain_text("Your own engine")
    expect(form.root.locator(".ww-cost")).to_contain_text("http://127.0.0.1:9")


def test_a_server_that_does_not_say_what_it_is_can_be_asked_again(show):
    form = show("openai-videos", base_url="http://127.0.0.1:9")

    trouble = form.root.locator(".ww-trouble")
    expect(trouble).to_contain_text("could not be reached")
    expect(form.root.get_by_label("Model", exact=True)).to_have_text("Model not knownOther…")
    form.root.get_by_role("button", name="Ask it again").click()
    expect(form.root.get_by_role("button", name="Asking…")).to_be_visible()
    assert form.sent[-1] == {"kind": "discover"}
    form.message({"kind": "discovered"})
    expect(form.root.get_by_role("button", name="Ask it again")).to_be_visible()


def test_what_only_other_modes_have_keeps_its_place(show):
    form = show("dashscope", mode="t2v")
    controls = [form.root.get_by_role("button", name="Generate"), form.root.get_by_role("textbox", name="Seed")]
    places = []
    for mode in ("Text to video", "Image to video", "Reference to video"):
        form.root.get_by_role("tab", name=mode).click()
        places.append([control.bounding_box()["y"] for control in controls])

    assert places[1] == pytest.approx(places[0], abs=1)
    assert places[2] == pytest.approx(places[0], abs=1)


@pytest.mark.parametrize(("name", "rows"), [("uniall", "3"), ("toapis", "5")])
def test_the_sizes_have_the_room_that_they_need(show, name, rows):
    box = show(name).root.locator(".ww-size-box")

    assert box.evaluate("(box) => box.style.getPropertyValue('--ww-rows')") == rows


def test_a_limit_that_nobody_knows_is_not_shown(show):
    form = show(offers={"t2v": {"prompt_limit": None}}, prompt="four")

    expect(form.root.locator('[data-field="prompt"] .ww-count')).to_have_text("4")


def test_a_published_price_is_shown_with_its_source_and_date(show):
    form = show("toapis", mode="i2v", model="wan2.6-flash", resolution="720p")
    cost = form.root.locator(".ww-cost")

    expect(cost.locator("strong")).to_have_text("CN¥1.50")
    expect(cost).to_contain_text("5 s at CN¥0.30 · ")
    source = cost.get_by_role("link", name="list of 2026-08-20")
    expect(source).to_have_attribute("href", re.compile("^https://docs.toapis.com/.+wan2.6-flash"))


def test_a_price_says_what_it_does_not_know(show):
    quote = {"amount": "6.00", "currency": "CNY", "seconds": "10", "per_second": "0.60", "date": "2026-11-01"}
    form = show("toapis")
    cost = form.root.locator(".ww-cost")
    expect(cost).to_contain_text("Price not published")
    form.set(_quote=quote | {"kind": "price", "source": "your price table", "at_most": True})
    expect(cost.locator("strong")).to_have_text("up to CN¥6.00")
    expect(cost).to_contain_text("your price table, 2026-11-01")
    expect(cost.get_by_role("link")).to_be_hidden()
    form.set(_quote={"kind": "unreadable", "why": "The price table p.toml (WAN_PRICES) is no such table."})
    expect(cost.locator("strong")).to_have_text("Price not known")
    expect(cost).to_contain_text("WAN_PRICES")
    form.set(_quote={"kind": "unknown"})
    expect(cost.locator("strong")).to_have_text("Price not known")
    expect(cost).to_contain_text("ToAPIs")


def test_a_price_of_zero_is_no_simulation(show):
    form = show()
    cost = form.root.locator(".ww-cost")
    expect(cost.locator("strong")).to_have_text("Free")
    expect(cost).to_contain_text("simulated; nothing is charged")

    nothing = {"amount": "0.00", "currency": "CNY", "seconds": "5", "per_second": "0.00", "at_most": False}
    form.set(_quote=nothing | {"kind": "price", "source": "your price table", "date": "2026-11-01"})

    expect(cost.locator("strong")).to_have_text("CN¥0.00")
    expect(cost).not_to_contain_text("nothing is charged")


def test_a_question_before_an_order_has_two_answers(show):
    form = show(prompt="x", seed=1)
    sent = lambda: [message for message in form.sent if message["kind"] == "generate"]
    press = lambda: form.root.get_by_role("button", name="Generate").click()
    asked = form.root.get_by_role("alertdialog", name="Order it again?")

    press()
    form.message({"kind": "asked", "id": sent()[-1]["id"], "question": "Ordered 3 min ago. Again?"})
    expect(asked).to_contain_text("Ordered 3 min ago. Again?")
    expect(asked.get_by_role("button", name="Keep what I have")).to_be_focused()
    form.page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    assert [message["sure"] for message in sent()] == [False]

    press()
    form.message({"kind": "asked", "id": sent()[-1]["id"], "question": "Again?"})
    expect(form.root.locator(".ww-generate")).to_be_hidden()
    asked.get_by_role("button", name="Order again").click()
    expect(asked).to_be_hidden()
    assert [message["sure"] for message in sent()] == [False, False, True]
    assert len({message["id"] for message in sent()}) == 3
    assert "sure" not in sent()[-1]["values"]


def test_a_question_is_of_the_values_that_it_was_asked_about(show):
    form = show(prompt="x", seed=1)
    form.root.get_by_role("button", name="Generate").click()
    form.message({"kind": "asked", "id": messages(form, "generate")[0]["id"], "question": "Again?"})
    expect(form.root.get_by_role("alertdialog")).to_be_visible()
    form.root.get_by_role("textbox", name="Seed").fill("2")

    expect(form.root.get_by_role("alertdialog")).to_be_hidden()
    expect(form.root.get_by_role("button", name="Generate")).to_be_visible()


@pytest.mark.parametrize("width", [420, 900])
def test_a_question_is_seen_whole_with_its_answers_side_by_side(show, width):
    form = show(prompt="x", seed=1)
    form.page.set_viewport_size({"width": width, "height": 500})
    form.root.get_by_role("button", name="Generate").click()
    question = "This very clip, with this seed, was ordered a short while ago. Order it again?"
    form.message({"kind": "asked", "id": messages(form, "generate")[0]["id"], "question": question})
    answers = form.root.locator(".ww-answers").get_by_role("button")

    for node in (form.root.get_by_text(question), *answers.all()):
        expect(node).to_be_in_viewport(ratio=1)
    assert len({each.bounding_box()["y"] for each in answers.all()}) == 1


# Extra fields


def test_extra_fields_are_json(show):
    form = show(prompt="x")
    form.root.get_by_text("Extra fields").click()
    area = form.root.get_by_role("textbox", name="as JSON")
    area.fill('{"steps": 4')
    expect(area).to_have_accessible_description("This is no JSON object.")
    form.page.keyboard.press("Control+Enter")
    assert messages(form, "generate") == []
    expect(area).to_be_focused()
    area.fill('{ "steps": 40 }')
    form.page.keyboard.press("Control+Enter")

    assert messages(form, "generate")[0]["values"]["extra"] == {"steps": 40}
    expect(area).to_have_value('{ "steps": 40 }')
    expect(form.root.get_by_text("Extra fields (1)")).to_be_visible()


def test_extra_fields_from_code_are_seen(show):
    form = show(extra={"a": 1})

    expect(form.root.get_by_role("textbox", name="as JSON")).to_be_visible()


# References


@pytest.mark.parametrize(
    ("by_kind", "kinds", "names"),
    [
        (False, ["image", "video", ""], ["character1", "character2", "character3"]),
        (True, ["image", "video", "", "video", "image"], ["Image 1", "Video 1", "Image 2", "Video 2", "Image 3"]),
    ],
)
def test_references_are_called_what_the_service_calls_them(show, by_kind, kinds, names):
    references = [f"https://a.example/{index}" for index, _ in enumerate(kinds)]
    form = show(mode="r2v", references=references, offers={"r2v": {"counts_by_kind": by_kind, "max_references": 5}})
    form.set(_kinds=kinds)

    expect(form.root.locator(".ww-chip")).to_have_text(names)


@pytest.mark.parametrize(
    ("limits", "words", "offered"),
    [
        ({"max_images": None, "max_videos": None}, "images or videos", {"image", "video"}),
        ({"max_images": 0, "max_videos": 3}, "videos", {"video"}),
        ({"max_images": 3, "max_videos": 0}, "images", {"image"}),
    ],
)
def test_only_kinds_that_the_service_takes_are_asked_for(show, limits, words, offered):
    rules = {kind: {"types": [f"{kind}/x"], "max_bytes": 9} for kind in ("image", "video")}
    form = show(mode="r2v", references=["https://a.example/9f3a"])
    r2v = form.traits()["_offers"]["r2v"] | limits | {"needs_kinds": True, "files": rules}
    form.set(_offers={"r2v": r2v})

    expect(form.root.locator('[data-field="references"] .ww-aside')).to_have_text(words)
    files = form.root.locator(".ww-reference input[type=file]")
    expect(files).to_have_attribute("accept", ",".join(f"{kind}/x" for kind in ("image", "video") if kind in offered))
    kinds = form.root.get_by_role("combobox", name="Kind of reference 1").get_by_role("option").all_inner_texts()
    assert set(kinds[1:]) == offered


def test_a_kind_is_asked_for_only_where_the_address_does_not_tell(show):
    references = ["https://a.example/r.png", "https://a.example/9f3a"]
    form = show(mode="r2v", references=references, offers={"r2v": {"needs_kinds": True, "max_images": None}})
    expect(form.root.get_by_role("combobox", name="Kind of reference 1")).to_be_hidden()
    form.root.get_by_role("combobox", name="Kind of reference 2").select_option("video")

    told = {"kind": "video", "source": "https://a.example/9f3a"}
    assert form.traits()["references"] == ["https://a.example/r.png", told]
    form.root.get_by_role("textbox", name="Reference 2").fill("https://a.example/9f3b")
    form.page.keyboard.press("Control+Enter")
    assert messages(form, "generate")[0]["values"]["references"][1] == told | {"source": "https://a.example/9f3b"}
    form.root.get_by_role("combobox", name="Kind of reference 2").select_option("")
    assert form.traits()["references"][1] == "https://a.example/9f3b"


def test_images_and_videos_together_come_with_the_services_warning(show):
    form = show(mode="r2v", references=["https://a.example/r.png"], offers={"r2v": {"mixing_note": "Describe each."}})
    expect(form.root.get_by_text("Describe each.")).to_be_hidden()

    form.set(references=["https://a.example/r.png", "https://a.example/r.mp4"], _kinds=["image", "video"])

    expect(form.root.get_by_text("Describe each.")).to_be_visible()
