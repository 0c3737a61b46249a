"""The form by itself, in an empty page: its keys, its fields, its problems, its one submission."""

import json
import re

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.page import mount, stop_time
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.widgets.form import FIELDS


def state(provider="simulator", **values):
    """The traits as Python sends them."""
    key = None if provider == "simulator" else "k"
    return form_state(ww.VideoForm(ww.AsyncClient(provider, api_key=key), **values))


def form_state(form):
    return {name: value for name, value in form.get_state().items() if name in FIELDS or name in OURS}


OURS = ("_service", "_services", "_offers", "_kinds", "_problems", "_quote", "_budgets")


@pytest.fixture
def show(page):
    def show(provider="simulator", **values):
        return mount(page, STATIC / "form.js", None, state(provider, **values))

    return show


def generate_messages(form):
    return [message for message in form.sent if message["kind"] == "generate"]


def test_the_size_table_is_the_seeds(show):
    form = show()

    names = form.root.get_by_role("radiogroup", name="Size").get_by_role("radio").all_inner_texts()

    assert names == [
        *("1280×720", "1920×1080", "720×1280", "1080×1920", "960×960"),
        *("1440×1440", "1088×832", "1632×1248", "832×1088", "1248×1632"),
    ]
    expect(form.root.get_by_role("radio", name="1920×1080")).to_be_checked()


def test_what_is_left_of_the_budgets_stands_beside_the_price(show, monkeypatch):
    monkeypatch.setenv("WAN_BUDGET", "clips=3, money=10 CNY, per=day; seconds=4")
    form = show("dashscope", resolution="720p")
    day, ledger = form.root.locator(".ww-budgets span").all()
    expect(day).to_have_text("Left today: 3 of 3 clips · CN¥10.00 of CN¥10.00")
    expect(ledger).to_have_text("Left: 4 of 4 s")
    expect(ledger).to_have_class("ww-short")
    form.set(_budgets=[])
    expect(form.root.locator(".ww-budgets span")).to_have_count(0)


def test_arrows_move_in_both_directions_of_the_size_table(show):
    form = show()
    form.root.get_by_role("radio", name="1920×1080").focus()

    for key, size, ratio, resolution in (
        ("ArrowLeft", "1280×720", "16:9", "720p"),
        ("ArrowDown", "720×1280", "9:16", "720p"),
        ("ArrowRight", "1080×1920", "9:16", "1080p"),
        ("End", "1248×1632", "3:4", "1080p"),
        ("ArrowDown", "1920×1080", "16:9", "1080p"),
    ):
        form.page.keyboard.press(key)
        expect(form.root.get_by_role("radio", name=size)).to_be_focused()
        assert (form.traits()["aspect_ratio"], form.traits()["resolution"]) == (ratio, resolution)


def test_arrows_move_through_the_tabs(show):
    form = show()
    form.root.get_by_role("tab", name="Text to video").focus()

    form.page.keyboard.press("ArrowRight")
    expect(form.root.get_by_role("tab", name="Image to video")).to_have_attribute("aria-selected", "true")
    form.page.keyboard.press("ArrowLeft")
    form.page.keyboard.press("ArrowLeft")

    expect(form.root.get_by_role("tab", name="Reference to video")).to_be_focused()
    assert form.traits()["mode"] == "r2v"


def test_tab_goes_through_the_form_in_reading_order(show):
    form = show()
    form.root.get_by_role("tab", name="Text to video").focus()
    describe = (
        "() => { const e = document.activeElement; return e.ariaLabel || e.labels?.[0]?.textContent || e.innerText; }"
    )

    seen = []
    for _ in range(12):
        form.page.keyboard.press("Tab")
        seen.append(form.page.evaluate(describe).split("\n")[0].strip())

    rest = ["Watermark", "Rewrite the prompt", "Extra fields"]
    assert seen.pop(0) == "Fill the form from a clip"  # it stands in the head of the prompt
    assert seen[:10] == ["Prompt", "Negative prompt", "1920×1080", "5 s", "Single", "Seed", "Draw a seed", *rest]
    assert seen[10].startswith("Generate")


def test_what_a_mode_does_not_have_is_not_shown(show):
    form = show()
    image = form.root.get_by_role("textbox", name="Image", exact=True)
    references = form.root.get_by_role("group", name="References")
    shots = form.root.get_by_role("radiogroup", name="Shots")

    expect(image).to_be_hidden()
    expect(references).to_be_hidden()
    form.root.get_by_role("tab", name="Image to video").click()
    expect(image).to_be_visible()
    expect(shots).to_be_hidden()
    assert form.root.get_by_role("radiogroup", name="Size").get_by_role("radio").all_inner_texts() == ["720p", "1080p"]
    form.root.get_by_role("tab", name="Reference to video").click()
    expect(references).to_be_visible()
    expect(shots).to_be_visible()
    assert form.root.get_by_role("radiogroup", name="Duration").get_by_role("radio").all_inner_texts() == [
        "5 s",
        "10 s",
    ]


def test_controls_keep_their_place_from_mode_to_mode(show):
    form = show()
    controls = [form.root.get_by_role("button", name="Generate"), form.root.get_by_role("radiogroup", name="Duration")]
    places = []
    for mode in ("Text to video", "Image to video", "Reference to video"):
        form.root.get_by_role("tab", name=mode).click()
        places.append([control.bounding_box()["y"] for control in controls])

    assert places[0] == pytest.approx(places[1], abs=1)
    assert places[0] == pytest.approx(places[2], abs=1)


def test_typing_reaches_python_and_python_reaches_the_fields(show):
    form = show()
    prompt = form.root.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill("an owl")
    prompt.blur()
    form.root.get_by_role("switch", name="Watermark").check()
    assert form.traits()["prompt"] == "an owl"
    assert form.traits()["watermark"] is True

    form.set(prompt="a fox", seed=12, duration=10, shot_type="multi", negative_prompt="blur")

    expect(prompt).to_have_value("a fox")
    expect(form.root.get_by_role("textbox", name="Seed")).to_have_value("12")
    expect(form.root.get_by_role("radio", name="10 s")).to_be_checked()
    expect(form.root.get_by_role("radio", name="Multi")).to_be_checked()
    expect(form.root.get_by_role("textbox", name="Negative prompt")).to_have_value("blur")


def test_a_model_without_seeds_says_so_where_the_seed_would_be(show):
    form = show("toapis", mode="i2v", model="wan2.6", image="https://a.example/i.png")
    field = form.root.locator('[data-field="seed"]')
    expect(field.get_by_role("textbox")).to_be_visible()
    height = field.bounding_box()["height"]
    field.get_by_role("textbox").fill("12x")
    form.root.get_by_role("button", name="Generate").click()
    assert generate_messages(form) == []

    form.set(**state("toapis", mode="i2v", model="wan2.6-flash", image="https://a.example/i.png"))

    expect(field.get_by_text("takes no seed")).to_be_visible()
    expect(field.get_by_text("takes no seed")).to_have_attribute("title", re.compile("wan2.6-flash at ToAPIs"))
    expect(field.get_by_role("textbox")).to_be_hidden()
    expect(field.locator(".ww-problem")).to_be_hidden()
    assert field.bounding_box()["height"] == height
    form.root.get_by_role("button", name="Generate").click()
    assert len(generate_messages(form)) == 1


@pytest.mark.parametrize(("mode", "field", "trait"), [("t2v", "Prompt", "prompt"), ("i2v", "Image", "image")])
def test_what_is_typed_stays_when_the_kernel_answers_to_what_was_typed_before(show, page, mode, field, trait):
    stop_time(page)
    form = show(mode=mode)
    box = form.root.get_by_role("textbox", name=field, exact=True)
    box.press_sequentially("https")
    page.clock.run_for(300)
    box.press_sequentially("://")

    form.set(**{trait: "https"})

    expect(box).to_have_value("https://")
    page.clock.run_for(300)
    assert form.traits()[trait] == "https://"
    form.set(**{trait: "from code"})
    expect(box).to_have_value("from code")


def test_the_dice_draw_a_seed_and_only_digits_are_one(show):
    form = show()
    seed = form.root.get_by_role("textbox", name="Seed")

    form.root.get_by_role("button", name="Draw a seed").click()
    drawn = form.traits()["seed"]
    assert 0 <= drawn < 2**31
    expect(seed).to_have_value(str(drawn))
    seed.fill("12abc3")
    expect(seed).to_have_value("12abc3")
    limit = "most services take up to 2147483647"
    expect(seed).to_have_accessible_description(f"A seed is a whole number from 0; {limit}. Empty is random.")
    form.page.keyboard.press("Control+Enter")
    assert generate_messages(form) == []
    seed.fill("-1")
    form.page.keyboard.press("Control+Enter")
    assert form.traits()["seed"] == -1
    seed.fill("")
    form.page.keyboard.press("Control+Enter")

    assert form.traits()["seed"] is None
    assert [message["values"]["seed"] for message in generate_messages(form)] == [-1, None]


def test_a_click_carries_all_values_and_one_id(show, page):
    stop_time(page)
    form = show()
    form.root.get_by_role("textbox", name="Prompt", exact=True).fill("typed a moment ago")
    button = form.root.locator(".ww-generate")

    button.dblclick()
    button.click()

    first, *others = generate_messages(form)
    assert first["values"] == {name: form.traits()[name] for name in FIELDS}
    assert first["values"]["prompt"] == "typed a moment ago"
    assert {message["id"] for message in others} <= {first["id"]}
    form.message({"kind": "accepted", "id": first["id"]})
    button.click()
    assert {message["id"] for message in generate_messages(form)} == {first["id"]}
    expect(button).not_to_have_attribute("data-state", "idle")
    page.clock.run_for(700)
    expect(button).to_have_attribute("data-state", "idle")
    button.click()
    assert len({message["id"] for message in generate_messages(form)}) == 2


def test_a_press_with_other_values_is_another_submission(show):
    form = show(prompt="first")
    button = form.root.locator(".ww-generate")
    button.click()
    form.root.get_by_role("textbox", name="Prompt", exact=True).fill("second")
    button.click()

    messages = generate_messages(form)
    assert [message["values"]["prompt"] for message in messages] == ["first", "second"]
    assert messages[0]["id"] != messages[1]["id"]


def test_a_kernel_that_is_gone_is_named(show, page):
    stop_time(page)
    form = show(prompt="x")
    form.root.locator(".ww-generate").click()
    page.clock.run_for(9000)

    expect(form.root.get_by_role("alert")).to_contain_text("If it was restarted, run this cell again")


def test_a_kernel_that_has_gone_says_nothing_of_what_was_typed_since(show):
    form = show(prompt="", shot_type="triple")
    expect(form.root.locator(".ww-field-shot_type")).to_have_class(re.compile("ww-faulty"))
    form.lose_kernel()
    form.root.get_by_role("textbox", name="Prompt", exact=True).fill("A kitten")
    form.root.locator(".ww-generate").click()

    expect(form.root.get_by_role("alert").filter(visible=True)).to_have_text(
        "The kernel that this belongs to has gone. Run this cell again."
    )
    expect(form.root.locator(".ww-faulty")).to_have_count(0)


def test_a_restarted_kernel_breaks_nothing_and_is_named_at_once(show, page):
    stop_time(page)
    form = show(prompt="x")
    form.lose_kernel()
    form.root.locator(".ww-generate").click()

    expect(form.root.get_by_role("alert")).to_have_text(
        "The kernel that this belongs to has gone. Run this cell again."
    )
    page.clock.run_for(1700)
    expect(form.root.locator(".ww-generate")).to_contain_text("Generate")
    form.root.locator(".ww-service").click()
    assert form.errors == []


def test_a_refusal_stays_until_the_next_press(show):
    form = show(prompt="x")
    form.root.locator(".ww-generate").click()
    form.message({"kind": "refused", "id": generate_messages(form)[0]["id"], "problems": [], "message": "No budget."})
    form.root.get_by_role("textbox", name="Prompt", exact=True).fill("xy")

    expect(form.root.get_by_role("alert")).to_have_text("No budget.")
    form.root.locator(".ww-generate").click()
    expect(form.root.get_by_role("alert")).to_be_hidden()


def test_saving_the_notebook_works_from_within_and_nothing_else_gets_out(show):
    form = show()
    form.page.evaluate(
        "window.heard = []; document.addEventListener('keydown', (event) => window.heard.push(event.key))"
    )
    form.root.get_by_role("textbox", name="Prompt", exact=True).focus()
    for key in ("Control+s", "Meta+s", "Control+z", "b", "Shift+Enter", "Control+Enter"):
        form.page.keyboard.press(key)

    heard = [key for key in form.page.evaluate("window.heard") if len(key) == 1 or key == "Enter"]
    assert heard == ["s", "s"]


def test_a_busy_kernel_is_named_on_the_button(show, page):
    stop_time(page)
    form = show(prompt="x")
    button = form.root.get_by_role("button", name="Generate")
    button.click()
    page.clock.run_for(1400)
    expect(form.root.get_by_role("button", name="Waiting for the kernel")).to_be_hidden()

    page.clock.run_for(100)
    expect(form.root.get_by_role("button", name="Waiting for the kernel")).to_be_visible()
    form.message({"kind": "accepted", "id": generate_messages(form)[0]["id"]})
    page.clock.run_for(700)
    expect(button).to_be_visible()


def test_ctrl_enter_generates_from_anywhere_and_escape_loses_nothing(show):
    form = show()
    prompt = form.root.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill("kept")
    form.page.keyboard.press("Escape")
    form.page.keyboard.press("Control+Enter")
    form.root.get_by_role("radio", name="960×960").focus()
    form.page.keyboard.press("Meta+Enter")

    assert len(generate_messages(form)) == 2
    expect(prompt).to_have_value("kept")


def test_an_untouched_form_does_not_complain_and_a_refused_one_does_at_the_field(show):
    form = show()
    prompt = form.root.get_by_role("textbox", name="Prompt", exact=True)
    expect(form.root.get_by_text("needs a prompt")).to_be_hidden()
    form.root.get_by_role("button", name="Generate").click()

    form.message({"kind": "refused", "id": generate_messages(form)[0]["id"], "problems": form.traits()["_problems"]})

    expect(prompt).to_be_focused()
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(prompt).to_have_accessible_description("Text to video needs a prompt. Describe what the clip shows.")


def test_a_problem_stands_at_its_field_as_soon_as_python_sees_it(show):
    form = show(prompt="x" * 1501, mode="r2v", duration=15, references=["ftp://here"])

    expect(form.root.locator('[data-field="prompt"]')).to_contain_text("up to 1500 characters")
    expect(form.root.locator('[data-field="prompt"]')).to_contain_text("1501 / 1500")
    expect(form.root.locator('[data-field="duration"]')).to_contain_text("5, 10 seconds")
    expect(form.root.locator('[data-field="references"]')).to_contain_text("Reference 1")


def test_a_value_from_code_that_the_service_refuses_can_be_set_right(show):
    form = show(prompt="x", audio=False)

    expect(form.root.locator('[data-field="audio"]')).to_contain_text("always makes a sound track")
    form.root.get_by_role("switch", name="Sound").check()

    assert form.traits()["audio"] is True


def test_references_are_counted_and_their_names_go_into_the_prompt(show):
    form = show(mode="r2v", prompt="hello")
    add = form.root.get_by_role("button", name="Add")
    form.root.get_by_role("textbox", name="Reference 1").fill("https://a.example/1.mp4")
    add.click()
    form.root.get_by_role("textbox", name="Reference 2").fill("https://a.example/2.mp4")
    add.click()
    expect(add).to_be_disabled()
    form.root.get_by_role("textbox", name="Prompt", exact=True).press("End")
    form.root.get_by_role("button", name="character2").click()
    form.root.get_by_role("button", name="Remove").nth(0).click()

    assert form.traits()["prompt"] == "hello character2 "
    assert form.traits()["references"] == ["https://a.example/2.mp4", ""]


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "שלום <b>עולם</b>", "🎬" * 600, "x" * 10_000])
def test_text_is_text(show, text):
    form = show(prompt=text, negative_prompt=text)

    form.set(_problems=[{"field": "seed", "text": text}, {"field": "unknown", "text": text}])

    expect(form.root.locator('[data-field="seed"] .ww-problem')).to_have_text(text)
    assert form.root.locator("img[src=x], b").count() == 0
    count = form.root.locator('[data-field="prompt"] .ww-count')
    expect(count).to_have_text(f"{len(text)} / 1500")
    assert form.errors == []


def test_a_service_that_charges_says_so(show):
    form = show("toapis")

    expect(form.root.locator(".ww-cost")).to_contain_text("Price not published")
    expect(form.root.locator(".ww-cost")).to_contain_text("ToAPIs")


def test_two_views_show_the_same_values(show):
    form = show(prompt="first")
    second = form.add_view()

    form.view(1).get_by_role("textbox", name="Prompt", exact=True).fill("changed")

    expect(second.get_by_role("textbox", name="Prompt", exact=True)).to_have_value("changed")


def test_the_browsers_traits_are_pythons():
    """The names in shared/types.js are the synced traits; what the browser sends at a click is the form's fields."""
    sent = set(json.loads(json.dumps(list(state()))))

    assert sent == {*FIELDS, *OURS}
