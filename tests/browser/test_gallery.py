"""The gallery in a page: what is shown, keys, marks, deleting, comparing, ten thousand clips, and one real notebook."""

import json
import time

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.bridged import Bridge
from browser.media import make_clip
from shared.orders import an_entry, on_disk
from shared.quick import QUICK
from wan_widgets.experiments import gallery
from wan_widgets.files.checks import Check
from wan_widgets.files.place import place
from wan_widgets.ledger.checks import note_check
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.rows import insert
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.words import Several, say
from wan_widgets.words.catalogue import labels

HOSTILE = "<b onclick='alert(1)'>bold</b> & \"x\" " + "very long " * 190
WORDS = labels("en")
MANY = 10_000


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "wan_outputs").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A landscape and a portrait clip."""
    folder = tmp_path_factory.mktemp("films")
    sides = {"wide": (160, 90), "high": (90, 160)}
    return {
        name: make_clip(folder / f"{name}.mp4", width=width, height=height).read_bytes()
        for name, (width, height) in sides.items()
    }


@pytest.fixture
def clips(here, films):
    """Seven clips, the newest first: `ww-0` to `ww-6`. `ww-3` is hostile, `ww-6` is high."""
    for number in range(7):
        film = films["high" if number == 6 else "wide"]
        order(
            number,
            HOSTILE if number == 3 else f"Film {number}",
            on_disk(here / "wan_outputs" / f"{number}.mp4", film + bytes(number)),
        )


def order(number, prompt, fields):
    now = time.time()
    request = ww.TextToVideo(prompt, resolution="720p", seed=number)
    sides = {"width": 1280, "height": 720} if number != 6 else {"width": 720, "height": 1280}
    values = {"state": "completed", "recipe": json.dumps(to_recipe(request)), "place": place().path}
    values |= {
        "created_at": now - 60 * (number + 1),
        "duration": 2.0,
        "task_id": f"task-{number}",
        "notebook": place().path,
    }
    ledger().open(an_entry(**{"id": f"ww-{number}"} | values | sides | fields))


@pytest.fixture
def show(page):
    shown = []

    def show(*arguments, beside=None, **options):
        names = {name: options.pop(name) for name in ("theme", "language") if name in options}
        bridge = Bridge(page, ww.Gallery(*arguments, **options), beside=beside, **names)
        shown.append(bridge)
        bridge.until(lambda: bridge.root.locator(".ww-tile[aria-busy]:not([hidden])").count() == 0)
        bridge.settle()
        return bridge

    yield show
    assert [error for bridge in shown for error in bridge.view.errors] == []
    for bridge in shown:
        bridge.gallery.close()


def tile(shown, number):
    """The tile at a place."""
    return shown.root.locator(".ww-tile:not([hidden])").nth(number)


def pictures(shown):
    return shown.root.locator(".ww-tile img:not([hidden])[src^='blob:']")


def test_what_a_check_found_stands_on_the_picture_and_among_the_facts(show, clips, page):
    digest = ledger().entry("ww-2").sha256
    found = (say("files.check.cuts", count=1, moments=Several((2.1,), "plain")),)
    check = Check(
        width=1280,
        height=720,
        seconds=2.0,
        frames=48,
        has_audio=True,
        brightness=50.0,
        motion=3.0,
        flicker=0.0,
        cuts=(2.1,),
        findings=found,
    )
    note_check("ww-2", check, digest)
    shown = show()
    shown.until(lambda: pictures(shown).count() == 7)
    expect(tile(shown, 2).locator(".ww-badge")).to_have_text("0:02 · cut at 2.1 s")
    expect(tile(shown, 1).locator(".ww-badge")).to_have_text("0:02")
    tile(shown, 2).click()
    shown.settle()
    expect(shown.root.locator(".ww-large-words")).to_contain_text("cut at 2.1 s")


def test_tiles_have_pictures_in_their_own_shape_and_words_as_text(show, clips, page):
    shown = show()
    shown.until(lambda: pictures(shown).count() == 7)
    expect(shown.root.locator(".ww-count").first).to_have_text("7 clips")
    assert shown.root.locator(".ww-tile b").count() == 0
    expect(tile(shown, 3).locator(".ww-tile-prompt")).to_contain_text("<b onclick=")
    box = shown.root.locator(".ww-tile-picture").nth(6).bounding_box()
    assert box["height"] > 1.5 * box["width"]
    tile(shown, 3).click()
    shown.settle()
    assert shown.root.locator("b").count() == 0
    expect(shown.root.locator(".ww-large-prompt")).to_have_text(HOSTILE.strip())


def test_keys_lead_through_the_grid_and_back(show, clips, page):
    shown = show()
    tile(shown, 0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    shown.settle()
    columns = int(shown.root.get_by_role("grid").get_attribute("aria-colcount"))
    at = min(2 + columns, 2 if 2 + columns > 6 else 6)
    [chosen] = shown.gallery._chosen
    assert chosen == f"ww-{at}"
    assert [video.path.name for video in shown.gallery.selected] == [f"{at}.mp4"]
    page.keyboard.press("Control+End")
    expect(tile(shown, 6)).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown.root.locator(".ww-detail-view")).to_be_focused()
    shown.until(lambda: shown.root.locator("video[src]").count() == 1)
    page.keyboard.press("Escape")
    expect(tile(shown, 6)).to_be_focused()
    page.keyboard.press("Escape")
    shown.settle()
    assert shown.gallery._chosen == []


def test_the_keys_stay_where_they_are_when_the_columns_change(show, clips, page):
    shown = show()
    tile(shown, 0).focus()
    page.keyboard.press("End")
    held = page.evaluate("document.activeElement.textContent")
    for width in (400, 1000):
        columns = shown.root.get_by_role("grid").get_attribute("aria-colcount")
        page.set_viewport_size({"width": width, "height": 800})
        expect(shown.root.get_by_role("grid")).not_to_have_attribute("aria-colcount", columns)
        assert page.evaluate("document.activeElement.textContent") == held


def test_a_deleted_clip_goes_also_while_it_plays_and_comes_back(show, clips, here, page):
    shown = show()
    tile(shown, 2).click()
    shown.until(lambda: shown.root.locator("video[src]").count() == 1)
    shown.root.locator("video").evaluate("(video) => { video.muted = true; return video.play(); }")
    shown.root.get_by_role("button", name="Delete").click()
    shown.settle()
    expect(shown.root.locator("footer")).to_contain_text("Deleted: Film 2")
    expect(shown.root.locator(".ww-tile:not([hidden])")).to_have_count(6)
    assert not (here / "wan_outputs" / "2.mp4").exists()
    shown.root.get_by_role("button", name="Undo").click()
    shown.settle()
    expect(shown.root.locator(".ww-tile:not([hidden])")).to_have_count(7)
    assert (here / "wan_outputs" / "2.mp4").exists()
    tile(shown, 4).focus()
    page.keyboard.press("Delete")
    shown.settle()
    shown.root.get_by_role("button", name="Filters").click()
    shown.root.get_by_role("button", name="Deleted", exact=True).click()
    shown.settle()
    expect(shown.root.locator(".ww-tile:not([hidden])")).to_have_count(1)
    tile(shown, 0).click()
    shown.root.get_by_role("button", name="Restore").click()
    shown.settle()
    assert (here / "wan_outputs" / "4.mp4").exists()
    expect(shown.root.locator(".ww-nothing")).to_contain_text(WORDS["gallery.nothing"])


def test_what_cannot_be_deleted_says_why(show, clips, here):
    order(8, "A twin", {"path": str(here / "wan_outputs" / "1.mp4"), **of_twin()})
    shown = show()
    tile(shown, 1).focus()
    shown.page.keyboard.press("Delete")
    shown.settle()
    expect(shown.root.locator("footer")).to_contain_text("Another order has the same file.")
    expect(shown.root.locator(".ww-tile:not([hidden])")).to_have_count(8)


def of_twin():
    [entry] = [entry for entry in ww.tasks() if entry.id == "ww-1"]
    return {"size": entry.size, "sha256": entry.sha256}


def test_marks_are_in_the_ledger_and_in_the_other_gallery(show, clips, page):
    first = show()
    second = show(beside=first.view)
    tile(first, 0).hover()
    tile(first, 0).get_by_role("button", name="Star").click()
    tile(first, 1).locator(".ww-tile-prompt").click()
    first.settle()
    first.root.get_by_role("radio", name="4 of 5").click()
    first.root.get_by_role("textbox", name="Add a tag").fill("<i>night</i>")
    first.root.get_by_role("textbox", name="Add a tag").press("Enter")
    first.root.get_by_role("textbox", name="Note").fill("for the trailer")
    first.root.get_by_role("textbox", name="Note").blur()
    first.settle()
    second.settle()
    expect(tile(second, 0).locator(".ww-star")).to_have_attribute("aria-pressed", "true")
    items = {item.id: item for item in gallery.page().items}
    assert items["ww-0"].star
    marked = items["ww-1"]
    assert (marked.rating, marked.tags, marked.note) == (4, ("<i>night</i>",), "for the trailer")
    first.root.get_by_role("button", name="Remove the tag <i>night</i>").click()
    first.root.get_by_role("radio", name="4 of 5").click()
    first.settle()
    assert [(item.rating, item.tags) for item in gallery.items(["ww-1"])] == [(None, ())]


def test_a_search_and_how_one_gets_out_of_it(show, clips, page):
    shown = show()
    shown.root.get_by_role("searchbox").fill("zebra")
    shown.until(lambda: shown.root.locator(".ww-nothing").is_visible())
    assert shown.gallery.search == "zebra"
    shown.root.get_by_role("button", name="Clear search and filters").click()
    shown.settle()
    expect(shown.root.locator(".ww-tile:not([hidden])")).to_have_count(7)
    expect(shown.root.get_by_role("searchbox")).to_have_value("")
    shown.gallery.search = "FILM 5"
    shown.settle()
    expect(tile(shown, 0)).to_contain_text("Film 5")


def test_a_place_without_clips_and_a_ledger_that_cannot_be_read(show, here, monkeypatch):
    shown = show()
    expect(shown.root.locator(".ww-nothing")).to_contain_text(WORDS["gallery.none"])
    shown.root.get_by_role("button", name=WORDS["gallery.none.everywhere"]).click()
    shown.settle()
    assert shown.gallery.where == "everywhere"
    broken = here / "broken.sqlite3"
    broken.write_bytes(b"no database" * 500)
    monkeypatch.setenv("WAN_LEDGER", str(broken))
    shown.gallery.where = "folder"
    shown.settle(0.6)
    expect(shown.root.locator(".ww-nothing")).to_contain_text("broken.sqlite3")
    expect(shown.root.get_by_role("button", name="Try again")).to_be_visible()


def test_a_file_that_is_gone_says_so(show, clips, here):
    (here / "wan_outputs" / "0.mp4").unlink()
    shown = show()
    shown.settle(0.6)
    expect(tile(shown, 0)).to_contain_text(WORDS["gallery.file_gone"])
    tile(shown, 0).click()
    shown.settle()
    expect(shown.root.locator(".ww-stage")).to_contain_text("0.mp4")


def test_new_clips_wait_behind_a_button(show, clips, here, films):
    shown = show()
    order(-1, "The newest", on_disk(here / "wan_outputs" / "new.mp4", films["wide"] + b"new"))
    shown.gallery._hear({"kind": "look"}, [])
    shown.settle()
    expect(tile(shown, 0)).to_contain_text("Film 0")
    shown.root.get_by_role("button", name="1 new").click()
    shown.settle()
    expect(tile(shown, 0)).to_contain_text("The newest")


def test_frames_are_shown_under_the_mouse_and_not_to_those_who_want_no_motion(show, clips, page):
    shown = show()
    strip = tile(shown, 0).locator(".ww-strip")
    box = tile(shown, 0).locator(".ww-tile-picture").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 10)
    shown.settle(0.5)
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 10)
    expect(strip).to_be_visible()
    assert strip.evaluate("(node) => [node.style.backgroundImage.slice(0, 9), node.style.backgroundPositionX]") == [
        'url("blob',
        "100%",
    ]
    page.mouse.move(0, 0)
    expect(strip).to_be_hidden()
    page.emulate_media(reduced_motion="reduce")
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 10)
    shown.settle()
    expect(strip).to_be_hidden()


def test_selected_clips_play_in_step(show, clips, page):
    shown = show()
    for number in (0, 1):
        tile(shown, number).click(modifiers=["Control"])
    shown.settle()
    shown.root.get_by_role("button", name="Compare 2").click()
    videos = shown.root.locator("video")
    shown.until(
        lambda: videos.count() == 2 and all(each.evaluate("(video) => video.readyState === 4") for each in videos.all())
    )
    shown.root.get_by_role("slider", name="Position").fill("1.2")
    assert videos.evaluate_all("(all) => all.map(({ currentTime }) => currentTime)") == [1.2, 1.2]
    shown.root.get_by_role("button", name="Play").click()
    page.wait_for_function("() => [...document.querySelectorAll('video')].every(({ paused }) => !paused)")
    shown.root.get_by_role("button", name="Pause").click()
    one, other = videos.evaluate_all("(all) => all.map(({ currentTime }) => currentTime)")
    assert abs(one - other) < 0.3


def test_clips_that_come_after_the_button_was_pressed_play_too(show, clips, page):
    shown = show()
    for number in (0, 1):
        tile(shown, number).click(modifiers=["Control"])
    shown.settle()
    compare = shown.root.get_by_role("button", name="Compare 2")
    # In one breath, so that no clip can be there.
    compare.evaluate("(button) => { button.click(); document.querySelector('.ww-compare .ww-main').click(); }")

    playing = "() => [...document.querySelectorAll('video')].filter(({ paused }) => !paused).length"
    shown.until(lambda: page.evaluate(playing) == 2)
    assert page.evaluate(playing) == 2


def test_a_clip_goes_into_the_form_and_out_as_code(show, clips, page):
    form = ww.VideoForm()
    shown = show(form)
    tile(shown, 5).click()
    shown.settle()
    shown.root.get_by_role("button", name="Edit in form").click()
    shown.settle()
    assert (form.prompt, form.seed) == ("Film 5", 5)
    expect(shown.root.locator("footer")).to_contain_text("The form has the values of this clip now.")
    shown.root.get_by_role("button", name="Copy as Python").click()
    expect(shown.root.get_by_role("button", name="Copied")).to_be_visible()
    assert 'prompt="Film 5"' in page.evaluate("navigator.clipboard.readText()")
    bare = show()
    tile(bare, 5).click()
    bare.settle()
    expect(bare.root.get_by_role("button", name="Copy as Python")).to_be_visible()
    expect(bare.root.get_by_role("button", name="Edit in form")).to_be_hidden()


@pytest.fixture
def many():
    with ledger().transaction() as db:
        for number in range(MANY):
            values = {"state": "completed", "place": place().path, "created_at": time.time() - number, "duration": 5.0}
            recipe = json.dumps({"mode": "t2v", "prompt": f"Film {number}", "seed": number})
            insert(db, an_entry(id=f"ww-{number}", recipe=recipe, **values))


def test_of_ten_thousand_clips_only_those_near_the_screen_exist(show, many, page):
    shown = show()
    expect(shown.root.locator(".ww-count").first).to_have_text("10,000 clips")
    tile(shown, 0).focus()
    page.keyboard.press("Control+End")
    shown.settle()
    focused = page.evaluate("document.activeElement.textContent")
    assert f"Film {MANY - 1}" in focused
    pane = shown.root.locator(".ww-pane")
    pane.evaluate("(pane) => { pane.scrollTop = pane.scrollHeight / 2; }")
    known = shown.root.locator(".ww-tile:not([aria-busy]) .ww-tile-prompt")
    prompts = lambda: filter(None, known.all_text_contents())  # a tile that waits to be used again has none
    places = lambda: sorted(int(prompt.removeprefix("Film ")) for prompt in prompts())
    shown.until(lambda: min(places(), default=MANY) < MANY * 0.55)
    shown.settle()
    assert shown.root.locator(".ww-tile").count() < 80
    asked = [message for message in shown.view.sent if message["kind"] == "items"]
    assert len(asked) < 10, "what was scrolled past is not asked for"
    assert MANY * 0.45 < places()[0] < MANY * 0.55
    assert places()[-1] == MANY - 1, "the tile that has the focus stays"


CELLS = [
    f"{QUICK}\nimport wan_widgets as ww",
    'ww.generate("A kitten runs", resolution="720p", seed=71)',
    "studio = ww.Studio()\ngallery = ww.Gallery(studio)\ngallery",
]


def test_in_jupyterlab_a_clip_is_found_plays_and_leaves_its_picture_in_the_notebook(lab):
    notebook = lab.open(CELLS, fresh=True)
    notebook.run_all()
    shown = notebook.output(2)
    expect(shown.locator(".ww-tile img[src^='blob:']").first).to_be_visible(timeout=60_000)
    shown.locator(".ww-tile").first.click()
    expect(shown.locator(".ww-large video")).to_have_js_property("readyState", 4, timeout=60_000)
    shown.get_by_role("button", name="Edit in form").click()
    expect(shown.locator("footer")).to_contain_text("The form has the values")
    assert notebook.evaluate("studio.form.prompt") == "A kitten runs"
    notebook.page.keyboard.press("Escape")
    shown.locator(".ww-tile").first.focus()
    notebook.page.keyboard.press("Space")
    chosen = notebook.evaluate_when_true("[video.path.name for video in gallery.selected]")
    assert chosen == ["a-kitten-runs-71.mp4"]
    notebook.save()
    outputs = json.loads(notebook.path.read_text("utf-8"))["cells"][2]["outputs"]
    [record] = ["".join(each["data"]["text/html"]) for each in outputs if "ww-record" in str(each)]
    assert "data:image/webp;base64," in record
    assert "The gallery had 1 clip. ww.Gallery() shows it." in record
    assert 'href="wan_outputs/a-kitten-runs-71.mp4"' in record
    assert str(notebook.path.parent) not in record
    assert len(record) < 20_000
    assert notebook.errors == []
