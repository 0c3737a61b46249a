"""Clips with recipes on the form: dropped or chosen, they fill it, and nothing that was typed is lost."""

import json

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.media import make_clip, make_image
from browser.page import mount
from browser.test_drops import PROMPT, SIZES, drop_from_disk, notice, traits_of
from browser.test_files import messages
from files.recipes import made, with_recipe
from shared.quick import QUICK
from wan_widgets.files.recipe import recipe_in
from wan_widgets.files.recipe_file import sidecar_of
from wan_widgets.widgets.bundle import STATIC

TYPED = "What took me ten minutes to write"
VIDEOS = {"video": {"types": ["video/mp4"], "max_bytes": 10_000_000}}
DROP = """async (node, { name, type, bytes }) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name, { type }));
  node.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def kitten(tmp_path, clip):
    request = ww.TextToVideo(prompt="A kitten", resolution="720p", aspect_ratio="9:16", seed=7)
    return with_recipe(tmp_path / "kitten.mp4", clip, made(request))


@pytest.fixture
def show(page):
    def show(mode="t2v", **values):
        return mount(page, STATIC / "form.js", None, traits_of(mode, files=VIDEOS) | values)

    return show


def choose(form, *paths):
    form.root.locator(".ww-field-prompt input[type=file]").set_input_files(paths)


def asked(form):
    """What Python would be asked: the name, and the recipe as it reads it."""
    form.wait_for_messages(kind="recipe")
    [message] = messages(form, "recipe")
    [content] = next(sent["buffers"] for sent in form._sent() if sent["content"].get("kind") == "recipe")
    return message, recipe_in(bytes(content), message["name"])


def answer(form, message, kind="recipe-filled", words="The form has the values of kitten.mp4."):
    """Play Python: the values first, then the words."""
    if kind == "recipe-filled":
        form.set(prompt="A kitten", seed=7, resolution="720p", aspect_ratio="9:16", mode="t2v")
    form.message({"kind": kind, "id": message["id"], "words": words})


@pytest.mark.parametrize("which", ["the clip", "the file beside it", "both"])
def test_a_recipe_fills_the_form_and_undo_brings_back_what_was_typed(show, kitten, which):
    form = show()
    prompt = form.root.locator(PROMPT)
    prompt.press_sequentially(TYPED)
    choose(
        form,
        *{"the clip": [kitten], "the file beside it": [sidecar_of(kitten)]}.get(which, [kitten, sidecar_of(kitten)]),
    )
    message, recipe = asked(form)
    assert (recipe["prompt"], recipe["seed"]) == ("A kitten", 7)
    answer(form, message)

    expect(prompt).to_have_value("A kitten")
    expect(notice(form).get_by_role("alert")).to_have_text("The form has the values of kitten.mp4.")
    notice(form).get_by_role("button", name="Undo").click()
    expect(prompt).to_have_value(TYPED)
    assert form.traits()["prompt"] == TYPED
    form.root.get_by_role("button", name="Redo").click()
    expect(prompt).to_have_value("A kitten")
    assert form.errors == []


def test_a_clip_that_fills_the_form_can_be_a_reference_instead(show, kitten):
    form = show()
    form.root.locator(PROMPT).press_sequentially(TYPED)
    choose(form, kitten)
    answer(form, asked(form)[0])
    notice(form).get_by_role("button", name="Use as a reference instead").click()

    form.wait_for_messages(kind="file-begin")
    assert (form.traits()["mode"], form.traits()["prompt"]) == ("r2v", TYPED)
    assert [each["name"] for each in messages(form, "file-begin")] == ["kitten.mp4"]


def test_where_clips_are_references_it_stays_one_and_may_fill_the_form(show, kitten):
    form = show("r2v")
    form.root.locator(PROMPT).press_sequentially(TYPED)
    choose(form, kitten)

    form.wait_for_messages(kind="file-begin")
    expect(notice(form).get_by_role("alert")).to_contain_text("kitten.mp4 is used as a reference.")
    assert messages(form, "recipe") == []
    expect(form.root.locator(PROMPT)).to_have_value(TYPED)
    notice(form).get_by_role("button", name="Fill the form instead").click()
    answer(form, asked(form)[0])
    assert len(messages(form, "file-cancel")) == 1
    expect(form.root.locator(PROMPT)).to_have_value("A kitten")


def test_undo_brings_back_also_what_is_chosen_and_not_typed(show, kitten):
    form = show(prompt="A kitten", seed=7)
    form.root.locator('[data-resolution="1080p"]').first.click()
    chosen = form.traits()["resolution"], form.traits()["aspect_ratio"]
    choose(form, kitten)
    answer(form, asked(form)[0])
    assert form.traits()["aspect_ratio"] == "9:16"
    notice(form).get_by_role("button", name="Undo").click()

    assert (form.traits()["resolution"], form.traits()["aspect_ratio"]) == chosen


def test_a_refusal_is_told_and_changes_nothing(show, kitten):
    form = show()
    form.root.locator(PROMPT).press_sequentially(TYPED)
    choose(form, kitten)
    answer(form, asked(form)[0], "recipe-refused", "The recipe of kitten.mp4 is damaged.")

    expect(notice(form).get_by_role("alert")).to_have_text("The recipe of kitten.mp4 is damaged.")
    expect(notice(form).get_by_role("button")).to_have_text([""])  # the only button closes it
    expect(form.root.locator(PROMPT)).to_have_value(TYPED)


def test_a_clip_without_a_recipe_is_what_it_always_was(show, tmp_path):
    form = show()
    choose(form, make_clip(tmp_path / "plain.mp4"))

    expect(notice(form)).to_contain_text("plain.mp4 has no place in “Text to video”")
    assert messages(form, "recipe") == []


def test_of_a_large_clip_only_the_heads_and_the_recipe_are_read(show, kitten, page):
    form = show()
    page.evaluate("""() => {
      window.read = 0;
      const { arrayBuffer, text } = Blob.prototype;
      Blob.prototype.arrayBuffer = function () { window.read += this.size; return arrayBuffer.call(this); };
      Blob.prototype.text = function () { window.read += this.size; return text.call(this); };
    }""")
    whole = kitten.read_bytes()
    size = ww.load_recipe(kitten).size
    kitten.write_bytes(whole[:size] + (2**24).to_bytes(4) + b"free" + bytes(2**24 - 8) + whole[size:])
    choose(form, kitten)
    asked(form)

    assert page.evaluate("window.read") < 20_000


CELL = "import wan_widgets as ww\nstudio = ww.Studio(prompt='Typed before')\nstudio"


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open([QUICK, CELL]) as notebook:
        notebook.run_all()
        yield notebook


def test_a_clip_from_the_disk_fills_the_studio_and_the_image_that_is_missing_is_named(notebook, tmp_path, clip):
    image = make_image(tmp_path / "cat.png", 640, 360)
    request = ww.ImageToVideo(prompt="It moves", image=image, resolution="720p", seed=11)
    path = with_recipe(tmp_path / "moves.mp4", clip, made(request))
    view = notebook.output(1)
    drop_from_disk(view.locator(SIZES), path)

    expect(view.locator(PROMPT)).to_have_value("It moves")
    expect(view.locator(".ww-notice p")).to_have_text(
        "The form has the values of moves.mp4, which was made at Simulator."
    )
    wanted = view.locator('[data-field="image"]').get_by_text("Add the file cat.png")
    expect(wanted).to_be_visible()
    assert notebook.evaluate("(studio.form.mode, studio.form.seed, studio.form.resolution)") == ("i2v", 11, "720p")

    drop_from_disk(view.locator('[data-field="image"] label'), image)
    expect(wanted).to_be_hidden()
    assert notebook.evaluate("open(studio.form.request.image.path, 'rb').read()") == image.read_bytes()
    view.locator(".ww-undo").get_by_role("button", name="Undo").click()
    expect(view.locator(PROMPT)).to_have_value("Typed before")


def test_a_clip_of_the_simulator_plays_with_its_recipe_behind_it(notebook):
    notebook.evaluate("[studio.form.fill('A harbour'), studio.form.submit()] and None")
    video = notebook.output(1).locator(".ww-card video").first
    expect(video).to_be_visible(timeout=60_000)
    video.evaluate("async (node) => { node.muted = true; await node.play(); }")
    assert video.evaluate("(node) => [node.duration > 4, node.error]") == [True, None]
    assert json.loads(json.dumps(notebook.evaluate("studio.videos[0].recipe['prompt']"))) == "A harbour"
