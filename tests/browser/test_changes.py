"""What the browser does with changes of cards, and what it keeps of cards that are not on the screen."""

import time

import pytest
from playwright.sync_api import expect

from browser.media import make_clip
from browser.page import mount
from browser.test_cards import CLIP, card, send_clip
from wan_widgets.widgets.bundle import STATIC

WATCH = """() => {
  window.touched = new Set();
  const note = ({ target }) => {
    if (!target.closest('.ww-time')) window.touched.add(target.parentElement?.closest('[data-key]')?.dataset.key);
  };
  new MutationObserver((records) => records.forEach(note)).observe(document.body,
    { subtree: true, childList: true, attributes: true });
}"""
# The observer of what is near the screen speaks after a frame.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
URLS = """() => {
  window.urls = new Set();
  const [make, free] = [URL.createObjectURL, URL.revokeObjectURL];
  URL.createObjectURL = (blob) => { const url = make(blob); window.urls.add(url); return url; };
  URL.revokeObjectURL = (url) => { window.urls.delete(url); free(url); };
}"""


@pytest.fixture
def show(page):
    def show(*cards):
        return mount(page, STATIC / "task.js", None, {"_cards": list(cards), "_number": 0})

    return show


def change(view, number, *cards):
    view.message({"kind": "cards", "number": number, "now": time.time(), "cards": list(cards)})


def running(count):
    now = time.time()
    return [card(key=f"k{number}", begun=now - number, prompt=f"Film {number}") for number in range(count)]


def test_only_the_card_that_changed_is_drawn(show, page):
    view = show(*running(20))
    page.evaluate(SETTLED)
    page.evaluate(WATCH)

    change(view, 1, {"key": "k3", "progress": 77})

    expect(view.root.locator('[data-key="k3"] [role=progressbar]')).to_have_attribute("aria-valuenow", "77")
    assert set(page.evaluate("() => [...window.touched]")) <= {"k3", None}


def test_a_new_card_takes_its_place_and_later_views_have_it(show):
    view = show(*running(3))

    change(view, 1, card(key="new", begun=time.time() + 1, prompt="The newest"), {"key": "k1", "prompt": "Changed"})

    for shown in (view.root, view.add_view()):
        prompts = shown.get_by_role("article").locator(".ww-prompt")
        expect(prompts).to_have_text(["The newest", "Film 0", "Changed", "Film 2"])
    assert [message for message in view.sent if message["kind"] == "cards"] == []


def test_a_change_that_was_missed_is_asked_for_once(show):
    view = show(*running(2))

    change(view, 2, {"key": "k0", "prompt": "Two"})
    change(view, 3, {"key": "k0", "prompt": "Three"})

    view.wait_for_messages(kind="cards")
    assert [message["kind"] for message in view.sent].count("cards") == 1
    view.set(_number=3, _cards=[card(key="k0", prompt="All")])
    expect(view.root.locator(".ww-prompt")).to_have_text(["All"])
    change(view, 4, {"key": "k0", "prompt": "Four"})
    expect(view.root.locator(".ww-prompt")).to_have_text(["Four"])


def test_a_change_that_is_told_twice_does_nothing(show):
    view = show(*running(1))
    change(view, 1, {"key": "k0", "prompt": "One"})
    change(view, 1, {"key": "k0", "prompt": "Late"})

    expect(view.root.locator(".ww-prompt")).to_have_text(["One"])


def done(number):
    now = time.time()
    return card(key=f"k{number}", phase="completed", clip=CLIP, begun=now - number, ended=now)


def fetched(view):
    return [message["key"] for message in view.sent if message["kind"] == "fetch"]


def test_a_clip_off_the_screen_is_unloaded_and_comes_back(show, page, tmp_path):
    content = make_clip(tmp_path / "clip.mp4").read_bytes()
    view = show(*(done(number) for number in range(40)))
    page.evaluate(URLS)
    view.wait_for_messages(kind="fetch")
    assert 0 < len(fetched(view)) < 10, "only what is near the screen is asked for"
    first = view.root.locator('[data-key="k0"] video')
    view.message({"kind": "poster", "wish": view.sent[0]["wish"]}, [b"\xff\xd8\xff"])
    start = {"kind": "chunk", "wish": view.sent[0]["wish"], "start": 0, "size": len(content)}
    view.message(start, [content])
    expect(first).to_have_js_property("readyState", 4)
    first.evaluate("(video) => { video.currentTime = 1; }")

    view.root.locator('[data-key="k39"]').scroll_into_view_if_needed()

    expect(first).not_to_have_attribute("src", "")
    page.wait_for_function("() => !document.querySelector('[data-key=k0] video').hasAttribute('src')")
    assert page.locator("video[src]").count() == 0
    view.wait_for_messages(kind="enough")
    expect(view.root.locator('[data-key="k0"] a')).to_be_hidden()
    kept = page.evaluate("() => window.urls.size")
    assert kept <= 1, "a poster may stay"
    view.root.locator('[data-key="k0"]').scroll_into_view_if_needed()
    view.wait_for_messages(2, kind="fetch", key="k0")
    again = [message for message in view.sent if message["kind"] == "fetch" and message["key"] == "k0"][-1]
    assert again["poster"] is False
    view.message({**start, "wish": again["wish"]}, [content])
    expect(first).to_have_js_property("readyState", 4)
    assert first.evaluate("(video) => video.currentTime") == 1


def test_a_clip_that_plays_is_not_unloaded(show, page, tmp_path):
    content = make_clip(tmp_path / "clip.mp4", seconds=20).read_bytes()
    view = show(done(0), *running(30)[1:])
    view.root.locator('[data-key="k0"]').scroll_into_view_if_needed()
    send_clip(view, content, chunk=1_000_000)
    video = view.root.locator("video")
    expect(video).to_have_js_property("readyState", 4)
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")

    view.root.locator('[data-key="k29"]').scroll_into_view_if_needed()
    expect(video).to_have_js_property("paused", False)
    page.wait_for_timeout(400)
    assert video.get_attribute("src")
    video.evaluate("(video) => video.pause()")

    page.wait_for_function("() => !document.querySelector('video').hasAttribute('src')")


@pytest.mark.parametrize("front", ["lab", "notebook"])
def test_the_code_reaches_every_widget_also_in_a_page_that_is_opened_later(lab, front):
    cells = ["import wan_widgets as ww", "studio = ww.Studio('simulator')\nstudio", "ww.VideoForm()", "studio"]
    notebook = lab.open(cells, front=front, fresh=True)
    notebook.run_all()

    for is_first in (True, False):
        for index in (1, 2, 3):
            expect(notebook.output(index).get_by_role("textbox", name="Prompt", exact=True)).to_be_visible()
        styles = notebook.page.locator("style[id^=wan-widgets-]")
        expect(styles).to_have_count(1)
        if is_first:
            notebook.reload()
    notebook.restart_kernel()
    notebook.run_all()
    expect(notebook.output(1).get_by_role("textbox", name="Prompt", exact=True)).to_be_visible()
    assert notebook.errors == []
