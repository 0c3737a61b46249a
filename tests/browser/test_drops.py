"""Files dropped anywhere: each goes where it fits, or a notice says why not. The browser never leaves the notebook."""

import re

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.media import make_clip, make_image
from browser.page import Component, mount
from browser.test_cards import card
from browser.test_files import PASTE, drop, messages, problem, receive
from browser.test_form import form_state
from shared.quick import QUICK
from wan_widgets.widgets.bundle import STATIC

TYPES = {"png": "image/png", "mp4": "video/mp4", "mp3": "audio/mpeg", "txt": "text/plain"}
RULES = {
    "image": {"types": ["image/png"], "max_bytes": 1000},
    "video": {"types": ["video/mp4"], "max_bytes": 1000},
    "audio": {"types": ["audio/mpeg"], "max_bytes": 1000},
}
# Dragging as the page hears of it; what each event left undone is told.
DRAG = """(node, { files, types, until, text }) => {
  const data = new DataTransfer();
  for (const name of files) {
    const type = types[name.split(".").at(-1)] ?? "";
    data.items.add(new File([new Uint8Array(5)], name, { type }));
  }
  for (const [type, words] of Object.entries(text)) data.setData(type, words);
  const events = ["dragenter", "dragover", "drop"];
  return events.slice(0, events.indexOf(until) + 1).map((type) =>
    node.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })));
}"""
PREVIEW, PROMPT, SIZES = ".ww-preview", ".ww-field-prompt textarea", ".ww-sizes"
FIELDS = {"image": "image", "references": "references", "guide": "guide_audio"}


def drag(locator, *files, until="drop", text=None):
    return locator.evaluate(DRAG, {"files": files, "types": TYPES, "until": until, "text": text or {}})


def traits_of(mode, files=RULES, *, guide=True):
    traits = form_state(ww.VideoForm(mode=mode))
    more = {"files": files, "guide_audio": guide, "max_images": None, "max_videos": None, "max_references": 2}
    traits["_offers"] = {each: offer | more for each, offer in traits["_offers"].items()}
    return traits


@pytest.fixture
def show(page):
    def show(mode="i2v", **more):
        return mount(page, STATIC / "form.js", None, traits_of(mode, **more))

    return show


@pytest.fixture
def studio(page):
    form = Component(STATIC / "form.js", None, traits_of("i2v"))
    traits = {"_cards": [card()], "_form": "anywidget:form"}
    return mount(page, STATIC / "studio.js", None, traits, children={"form": form})


def notice(view):
    return view.root.locator(".ww-notice")


def begun(form):
    return [message["name"] for message in messages(form, "file-begin")]


@pytest.mark.parametrize("spot", [PREVIEW, PROMPT, SIZES, ".ww-footer", ".ww-tabs"])
@pytest.mark.parametrize(
    ("mode", "name", "trait"),
    [
        ("i2v", "cat.png", "image"),
        ("i2v", "song.mp3", "guide_audio"),
        ("t2v", "song.mp3", "guide_audio"),
        ("r2v", "cat.png", "references"),
        ("r2v", "clip.mp4", "references"),
    ],
)
def test_anywhere_on_the_form_a_file_goes_where_it_fits(show, mode, name, trait, spot):
    if spot == PREVIEW and mode != "i2v":
        spot = ".ww-body"
    form = show(mode)
    assert drag(form.root.locator(spot), name) == [False, False, False]
    receive(form)

    path = f"/inputs/{name}"
    assert form.traits()[trait] == ([path] if trait == "references" else path)
    expect(notice(form)).to_be_hidden()


@pytest.mark.parametrize("spot", ["header", ".ww-results", ".ww-card", ".ww-side"])
def test_so_it_does_anywhere_on_the_studio(studio, spot):
    form = studio.child("form")
    assert drag(studio.root.locator(spot).first, "cat.png") == [False, False, False]
    receive(form)

    assert form.traits()["image"] == "/inputs/cat.png"
    assert studio.errors == []


@pytest.mark.parametrize(
    ("mode", "name", "offered"),
    [
        ("t2v", "cat.png", ["Image to video", "Reference to video"]),
        ("t2v", "clip.mp4", ["Reference to video"]),
        ("i2v", "clip.mp4", ["Reference to video"]),
        ("t2v", "photo.heic", ["Image to video", "Reference to video"]),  # the browser does not know its type
        ("t2v", "notes.txt", []),
    ],
)
def test_what_has_no_place_in_a_mode_is_offered_to_those_that_have_one(show, mode, name, offered):
    form = show(mode)
    drag(form.root.locator(PROMPT), name)

    expect(notice(form).get_by_role("alert")).to_contain_text(name)
    expect(notice(form).locator(".ww-choices button")).to_have_text(offered)
    expect(notice(form)).to_be_in_viewport(ratio=1)
    assert begun(form) == []


def test_an_offer_that_is_taken_opens_the_mode_and_sends_the_file(show):
    form = show("t2v")
    drag(form.root.locator(PROMPT), "cat.png")
    notice(form).get_by_role("button", name="Image to video").click()
    receive(form)

    assert (form.traits()["mode"], form.traits()["image"]) == ("i2v", "/inputs/cat.png")
    expect(notice(form)).to_be_hidden()
    expect(form.root.get_by_role("textbox", name="Image", exact=True)).to_be_focused()


def test_an_offer_can_be_declined_and_ends_with_its_mode(show):
    form = show("t2v")
    for end in (
        lambda: notice(form).get_by_role("button", name="Close").click(),
        lambda: form.root.get_by_role("tab", name="Reference to video").click(),
    ):
        drag(form.root.locator(PROMPT), "cat.png")
        expect(notice(form)).to_be_visible()
        end()
        expect(notice(form)).to_be_hidden()
    assert begun(form) == []


@pytest.mark.parametrize(
    ("more", "name", "words"),
    [
        ({"files": {}}, "cat.png", "Simulator takes addresses only"),
        ({"files": {"image": RULES["image"] | {"max_bytes": 3}}}, "cat.png", "Simulator takes up to"),
        ({"guide": False}, "song.mp3", "Simulator makes no clips to a sound."),
        ({}, "notes.txt", "notes.txt is no image, video or sound."),
        ({}, "unknown", "unknown is no image, video or sound."),
    ],
)
def test_what_is_of_no_use_is_swallowed_with_the_reason(show, more, name, words):
    form = show("t2v", **more)
    assert drag(form.root.locator(SIZES), name) == [False, False, False]

    expect(notice(form)).to_contain_text(words)
    assert begun(form) == []


def test_two_files_on_a_field_for_one_say_which_was_taken(show):
    form = show()
    drag(form.root.locator(PREVIEW), "cat.png", "dog.png")
    receive(form)

    assert begun(form) == ["cat.png"]
    expect(problem(form, "image")).to_have_text("One file is taken here: cat.png.")
    form.root.get_by_role("textbox", name="Image", exact=True).fill("")
    expect(problem(form, "image")).to_be_hidden()


def test_files_of_several_kinds_go_to_several_fields(show):
    form = show()
    drag(form.root.locator(PREVIEW), "song.mp3", "cat.png", "clip.mp4")
    receive(form)
    receive(form)

    assert (form.traits()["image"], form.traits()["guide_audio"]) == ("/inputs/cat.png", "/inputs/song.mp3")
    expect(notice(form)).to_contain_text("clip.mp4 has no place in “Image to video”")


def test_a_file_on_the_wrong_field_goes_to_the_right_one_but_replaces_nothing(show):
    form = show()
    drop(form, "guide_audio", "cat.png")
    receive(form)
    assert form.traits()["image"] == "/inputs/cat.png"
    drop(form, "guide_audio", "dog.png")

    assert begun(form) == ["cat.png"]
    expect(problem(form, "guide_audio")).to_contain_text("A sound is wanted here, and dog.png is image/png.")


@pytest.mark.parametrize(
    ("mode", "name", "field"),
    [("i2v", "cat.png", "image"), ("i2v", "song.mp3", "guide_audio"), ("r2v", "cat.png", "references")],
)
def test_the_field_that_a_file_would_go_to_is_marked(show, mode, name, field):
    form = show(mode)
    drag(form.root.locator(PROMPT), name, until="dragover")

    expect(form.root.locator(f'[data-field="{field}"]')).to_have_class(re.compile("ww-over-drop"))
    drag(form.root.locator(PROMPT), name)
    expect(form.root.locator(".ww-over-drop")).to_have_count(0)


def test_a_picture_can_be_pasted_anywhere(show):
    form = show()
    form.root.locator(PROMPT).evaluate(PASTE)

    assert begun(form) == ["image.png"]


def test_so_it_can_beside_the_form(studio):
    studio.root.get_by_role("button", name="Copy as Python").evaluate(PASTE)

    assert begun(studio.child("form")) == ["image.png"]


def test_no_link_that_is_dropped_leads_away_and_text_can_be_dropped_into_a_field(show):
    form = show()
    link = {"text/uri-list": "https://a.example/"}

    assert drag(form.root.locator(PREVIEW), text=link) == [False, False, False]
    expect(notice(form)).to_contain_text("An image, a video or a sound is wanted here, or its address.")
    for words in ({"text/plain": "words"}, link):
        assert drag(form.root.locator(PROMPT), text=words) == [True, True, True]


PICTURE = {
    "text/uri-list": "# a comment\r\nhttps://a.example/42?size=large",
    "text/html": '<img src="https://a.example/42?size=large">',
}
IN_AN_OUTPUT = {"text/uri-list": "data:image/png;base64,iVBORw0KGgo=", "text/html": '<img src="data:image/png">'}


@pytest.mark.parametrize("spot", [PREVIEW, ".ww-field-image input[type=text]", SIZES, ".ww-results", "header"])
def test_a_picture_that_is_dragged_from_a_web_page_becomes_its_address(studio, spot):
    assert drag(studio.root.locator(spot).first, text=PICTURE)[1:] == [False, False]

    expect(studio.root.get_by_role("textbox", name="Image", exact=True)).to_have_value(
        "https://a.example/42?size=large"
    )
    assert studio.child("form").traits()["image"] == "https://a.example/42?size=large"


def test_an_address_that_says_what_it_leads_to_goes_where_that_is_taken(show):
    for mode, address, trait in (
        ("r2v", "https://a.example/clip.mp4", "references"),
        ("t2v", "https://a.example/song.mp3", "guide_audio"),
        ("i2v", "https://a.example/cat.jpg", "image"),
    ):
        form = show(mode)
        drag(form.root.locator(SIZES), text={"text/uri-list": address})
        form.root.get_by_role("textbox", name="Prompt", exact=True).focus()
        found = form.traits()[trait]
        assert found == ([address] if trait == "references" else address)


def test_a_picture_of_a_web_page_is_offered_to_the_modes_that_take_it(show):
    form = show("t2v")
    drag(form.root.locator(PROMPT + " >> xpath=.."), text=PICTURE)
    expect(notice(form)).to_contain_text("42 has no place in “Text to video”. Use it in:")
    notice(form).get_by_role("button", name="Image to video").click()

    assert form.traits()["image"] == "https://a.example/42?size=large"


def test_a_picture_in_the_output_of_a_cell_is_sent_as_a_file(show):
    form = show()
    drag(form.root.locator(PREVIEW), text=IN_AN_OUTPUT)
    form.wait_for_messages(kind="file-begin")

    assert begun(form) == ["picture.png"]


def test_our_own_small_pictures_are_not_dragged(show, page):
    form = show()
    drag(form.root.locator(PREVIEW), "cat.png")
    picture = form.root.locator(".ww-preview img")

    assert picture.evaluate(
        "(node) => !node.dispatchEvent(new DragEvent('dragstart', {bubbles: true, cancelable: true}))"
    )


def test_a_view_of_tasks_swallows_files_too(page):
    traits = {"_cards": [card()]}
    view = mount(page, STATIC / "task.js", None, traits)

    assert drag(view.root.get_by_role("article"), "cat.png")[1:] == [False, False]


# In the front ends, with files of the disk, as the browser itself hears of them

CELL = "import wan_widgets as ww\nstudio = ww.Studio(mode='i2v')\nstudio"


@pytest.fixture(scope="module", params=["lab", "notebook"])
def notebook(request, lab):
    with lab.open([QUICK, CELL], front=request.param) as notebook:
        notebook.run_all()
        yield notebook


def drop_from_disk(locator, *paths):
    box = locator.bounding_box()
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + min(box["height"] / 2, 60), "data": data}
    mouse = locator.page.context.new_cdp_session(locator.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": kind, **at})


@pytest.mark.parametrize("spot", [PREVIEW, ".ww-results", "header", ".ww-field-image label"])
def test_the_browser_stays_in_the_notebook_and_the_file_arrives(notebook, tmp_path, spot):
    address = notebook.page.url
    path = make_image(tmp_path / f"cat{len(spot)}.png", 640, 360)
    drop_from_disk(notebook.output(1).locator(spot), path)

    field = notebook.output(1).get_by_role("textbox", name="Image", exact=True)
    expect(field).to_have_value(re.compile(rf"wan_outputs.inputs.{path.stem}-\w+\.png$"))
    image = notebook.evaluate_when_true("studio.form.image")  # the browser knows the path before the kernel takes it
    assert notebook.evaluate(f"open({image!r}, 'rb').read()") == path.read_bytes()
    assert notebook.page.url == address


def test_a_folder_and_a_clip_are_swallowed_with_a_word(notebook, tmp_path):
    address = notebook.page.url
    (tmp_path / "holiday").mkdir()
    for path, words in (
        (tmp_path / "holiday", "holiday is a folder. Drop the files in it."),
        (make_clip(tmp_path / "clip.mp4"), "clip.mp4 has no place in “Image to video”. Use it in:"),
    ):
        drop_from_disk(notebook.output(1).locator(PREVIEW), path)
        expect(notebook.output(1).locator(".ww-notice p")).to_have_text(words)
    assert notebook.page.url == address


def test_beside_a_folder_the_files_are_still_taken_or_offered(notebook, tmp_path):
    (tmp_path / "holiday").mkdir()
    clip, image = make_clip(tmp_path / "walk.mp4"), make_image(tmp_path / "beside.png", 640, 360)
    drop_from_disk(notebook.output(1).locator(PREVIEW), tmp_path / "holiday", clip, image)

    expect(notebook.output(1).locator(".ww-notice p")).to_have_text(
        "holiday is a folder. Drop the files in it. walk.mp4 has no place in “Image to video”. Use it in:"
    )
    expect(notebook.output(1).locator(".ww-notice").get_by_role("button", name="Reference to video")).to_be_visible()
    field = notebook.output(1).get_by_role("textbox", name="Image", exact=True)
    expect(field).to_have_value(re.compile(r"beside-\w+\.png$"))
