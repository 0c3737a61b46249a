"""What the browser does with changes of cards, and what it keeps of cards that are not on the screen."""

import time

import pytest
from playwright.sync_api import expect

from browser.media import make_clip, make_image
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


SETTINGS = """(settings) => {
  const node = document.createElement('script');
  Object.assign(node, { id: 'jupyter-config-data', type: 'application/json', textContent: JSON.stringify(settings) });
  document.head.append(node);
}"""


# Scrolls from the end to the beginning, and counts the cards that had a player meanwhile.
SCROLL_BACK = """async () => {
  const seen = new Set();
  while (scrollY > 0) {
    scrollBy(0, -200);
    await new Promise(requestAnimationFrame);
    document.querySelectorAll('video').forEach((video) => seen.add(video.closest('[data-key]').dataset.key));
  }
  return seen.size;
}"""


LOG = """() => {
  const log = document.createElement('div');
  log.style = 'position: fixed; top: 0; width: 50px; height: 50px; overflow: auto';
  log.innerHTML = '<div style="height: 500px"></div>';
  document.body.append(log);
  setInterval(() => { log.scrollTop = log.scrollTop ? 0 : 50; }, 50);
}"""
# Scrolls to and fro until `going` is set, then to the end. Gives what the last card says when it has come.
SCROLL_TO_END = """() => {
  const frame = () => new Promise(requestAnimationFrame);
  window.arrived = (async () => {
    for (let step = 1; !window.going; step = -step) {
      scrollBy(0, step);
      await frame();
    }
    const end = document.documentElement.scrollHeight - innerHeight;
    while (scrollY < end - 1) {
      scrollBy(0, 400);
      await frame();
    }
    await frame();
    return [...document.querySelectorAll('.ww-pill')].at(-1).textContent;
  })();
}"""


def answer(view, folder, keys, size):
    """Say where the server has clips that were modified on 2026-11-29 at 10:00 UTC."""
    poster = make_image(folder / "poster.jpg", 32, 18).read_bytes()
    for key in keys:
        place = {"path": f"clips/{key}.mp4", "size": size, "modified": 1_795_946_400}
        view.message({"kind": "place", "key": key, "place": place}, [poster])


def change(view, number, *cards):
    view.message({"kind": "cards", "number": number, "now": time.time(), "cards": list(cards)})


def send_poster(view, folder):
    """Send the poster of the first clip that was asked for."""
    picture = make_image(folder / "poster.jpg", 32, 18).read_bytes()
    view.message({"kind": "poster", "wish": view.sent[0]["wish"]}, [picture])


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


def listed(number):
    """The card at this place of the list, from the newest one."""
    return card(key=f"k{number}", begun=1_795_946_400.0 - number)


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
    send_poster(view, tmp_path)
    start = {"kind": "chunk", "wish": view.sent[0]["wish"], "start": 0, "size": len(content)}
    view.message(start, [content])
    expect(first).to_have_js_property("readyState", 4)
    first.evaluate("(video) => { video.currentTime = 1; }")

    view.root.locator('[data-key="k39"]').scroll_into_view_if_needed()

    expect(page.locator("video")).to_have_count(0)
    assert view.root.locator('[data-key="k0"] .ww-still').evaluate("(image) => image.naturalWidth") == 32
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


@pytest.mark.parametrize(
    "leave",
    ["(root) => { root.style.display = 'none'; }", "(root) => { window.place = root.parentNode; root.remove(); }"],
)
def test_a_clip_is_unloaded_with_its_tab_and_comes_back_with_it(show, page, tmp_path, leave):
    """JupyterLab hides the tabs that are not in front, and takes cells that are far away out of the page."""
    content = make_clip(tmp_path / "clip.mp4").read_bytes()
    view = show(*(done(number) for number in range(40)))
    view.wait_for_messages(kind="fetch")
    view.message({"kind": "chunk", "wish": view.sent[0]["wish"], "start": 0, "size": len(content)}, [content])
    expect(view.root.locator('[data-key="k0"] video')).to_have_js_property("readyState", 4)
    root = view.root.element_handle()
    asked = len(fetched(view))

    root.evaluate(leave)

    view.wait_for_messages(kind="enough")
    page.wait_for_function("(root) => !root.querySelector('video')", arg=root)
    root.evaluate("(root) => { root.style.display = ''; window.place?.append(root); }")
    view.wait_for_messages(2, kind="fetch", key="k0")
    view.root.locator('[data-key="k39"]').scroll_into_view_if_needed()
    view.wait_for_messages(kind="fetch", key="k39")
    assert len(fetched(view)) < asked + 20, "only what is near the screen is asked for"


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

    expect(video).to_have_count(0)


def test_whoever_scrolls_through_clips_at_the_server_costs_the_kernel_few_messages(show, page, tmp_path):
    """Each message makes JupyterLab draw that the kernel is busy, which costs the page more than what is in it."""
    clip = make_clip(tmp_path / "clip.mp4").read_bytes()
    modified = {"Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT", "Content-Length": str(len(clip))}
    files = "**/lab/files/clips/*.mp4?*", "**/lab/files/clips/*.mp4"
    for pattern in files:
        page.route(pattern, lambda route: route.fulfill(body=clip, headers=modified, content_type="video/mp4"))
    view = show()
    page.evaluate(SETTINGS, {"serverRoot": "/srv", "baseUrl": "/lab/"})
    view.set(_cards=[done(number) for number in range(60)])
    view.wait_for_messages(kind="places")
    asked = [message for message in view.sent if message["kind"] == "places"]
    assert len(asked) == 1
    assert (asked[0]["folder"], asked[0]["keys"][0]) == ("/srv", "k0")
    assert 5 < len(asked[0]["keys"]) < 30
    answer(view, tmp_path, asked[0]["keys"], len(clip))
    expect(view.root.locator('[data-key="k0"] video')).to_have_js_property("readyState", 4)

    for number in range(0, 60, 2):
        view.root.locator(f'[data-key="k{number}"]').evaluate("(node) => node.scrollIntoView()")
        page.wait_for_timeout(30)
        keys = [key for message in view.sent if message["kind"] == "places" for key in message["keys"]]
        answer(view, tmp_path, keys[len(asked[0]["keys"]) :], len(clip))
    expect(view.root.locator('[data-key="k58"] video')).to_have_js_property("readyState", 4)
    kinds = [message["kind"] for message in view.sent]
    assert kinds.count("places") <= 6
    assert len(keys) == len(set(keys)) == 60
    assert set(kinds) == {"places"}
    assert page.evaluate(SCROLL_BACK) < 20, "nothing is loaded on the way"
    expect(view.root.locator('[data-key="k0"] video')).to_have_js_property("readyState", 4)


def test_a_clip_that_the_server_does_not_have_comes_from_the_kernel(show, page, tmp_path):
    clip = make_clip(tmp_path / "clip.mp4").read_bytes()
    page.route("**/lab/files/**", lambda route: route.fulfill(status=404))
    view = show()
    page.evaluate(SETTINGS, {"serverRoot": "/srv", "baseUrl": "/lab/"})
    view.set(_cards=[done(0), done(1)])
    view.wait_for_messages(kind="places")
    answer(view, tmp_path, ["k0"], len(clip))
    view.message({"kind": "place", "key": "k1", "place": None}, [])

    view.wait_for_messages(2, kind="fetch")
    for message in [each for each in view.sent if each["kind"] == "fetch"]:
        assert message["poster"] == (message["key"] == "k1"), "the other one has it already"
        view.message({"kind": "chunk", "wish": message["wish"], "start": 0, "size": len(clip)}, [clip])
    for key in ("k0", "k1"):
        expect(view.root.locator(f'[data-key="{key}"] video')).to_have_js_property("readyState", 4)


def test_a_clip_can_be_started_before_it_is_here(show, page, tmp_path):
    clip = make_clip(tmp_path / "clip.mp4", seconds=5).read_bytes()
    view = show(done(0))
    view.wait_for_messages(kind="fetch")
    wish = view.sent[0]["wish"]
    view.message({"kind": "poster", "wish": wish}, [make_image(tmp_path / "a.jpg", 32, 18).read_bytes()])
    play = view.root.get_by_role("button", name="Play the clip")
    play.press("Enter")
    view.message({"kind": "chunk", "wish": wish, "start": 0, "size": len(clip)}, [clip])

    video = view.root.locator("video")
    expect(video).to_have_js_property("paused", False)
    expect(video).to_be_focused()
    expect(video).to_have_js_property("controls", True)
    expect(play).to_be_hidden()


def send(view, content, asked=1):
    """Send the first card's clip, which has been asked for so often."""
    view.wait_for_messages(asked, kind="fetch", key="k0")
    wishes = [message["wish"] for message in view.sent if message["kind"] == "fetch" and message["key"] == "k0"]
    view.message({"kind": "chunk", "wish": wishes[-1], "start": 0, "size": len(content)}, [content])


def test_a_clip_that_was_started_and_left_does_not_begin_by_itself_later(show, tmp_path):
    clip = make_clip(tmp_path / "clip.mp4", seconds=5).read_bytes()
    view = show(*(done(number) for number in range(30)))
    first = view.root.locator('[data-key="k0"]')
    view.wait_for_messages(kind="fetch", key="k0")
    send_poster(view, tmp_path)
    first.get_by_role("button", name="Play the clip").click()

    view.root.locator('[data-key="k29"]').scroll_into_view_if_needed()
    view.wait_for_messages(kind="enough")
    first.scroll_into_view_if_needed()
    view.wait_for_messages(2, kind="fetch", key="k0")
    send(view, clip, 2)

    expect(first.locator("video")).to_have_js_property("readyState", 4)
    expect(first.locator("video")).to_have_js_property("paused", True)


def test_a_clip_that_begins_late_does_not_take_the_focus_from_where_the_user_is(show, page, tmp_path):
    view = show(done(0))
    view.wait_for_messages(kind="fetch")
    send_poster(view, tmp_path)
    view.root.get_by_role("button", name="Play the clip").click()
    page.evaluate("document.body.append(document.createElement('input'))")
    page.locator("input").focus()

    send(view, make_clip(tmp_path / "clip.mp4", seconds=5).read_bytes())

    expect(view.root.locator("video")).to_have_js_property("paused", False)
    expect(page.locator("input")).to_be_focused()


def test_the_controls_come_with_the_pointer_and_the_button_stays_under_it(show, tmp_path):
    view = show(done(0))
    send(view, make_clip(tmp_path / "clip.mp4").read_bytes())
    expect(view.root.locator("video")).to_have_js_property("readyState", 4)
    play = view.root.get_by_role("button", name="Play the clip")
    play.focus()

    view.root.locator(".ww-stage").hover()

    expect(view.root.locator("video")).to_have_js_property("controls", True)
    expect(play).to_be_focused()
    play.click()
    expect(view.root.locator("video")).to_be_focused()
    expect(play).to_be_hidden()


def test_a_widget_that_goes_while_somebody_scrolls_asks_for_no_clip_any_more(show, page):
    view = show(*(done(number) for number in range(30)))
    view.wait_for_messages(kind="fetch")
    page.evaluate("scrollTo(0, 6000)")
    page.evaluate(SETTLED)

    view.remove_view(1)
    asked = len(fetched(view))
    page.wait_for_timeout(300)

    assert len(fetched(view)) == asked


@pytest.mark.parametrize("moving", [LOG, SCROLL_TO_END], ids=["a log beside", "the page"])
def test_what_scrolls_on_and_on_keeps_no_card_from_being_drawn(show, page, moving):
    view = show(*(listed(number) for number in range(30)))
    page.evaluate(SETTLED)
    page.evaluate(moving)
    change(view, 1, listed(29) | {"phase": "failed", "ended": 1.0})

    page.evaluate("scrollTo(0, 1e6)")

    expect(view.root.locator('[data-key="k29"] .ww-pill')).to_have_text("Failed")


def test_a_card_that_is_scrolled_past_stays_as_it_is_and_one_that_stays_is_drawn(show, page):
    view = show(*(listed(number) for number in range(30)))
    page.evaluate(SETTLED)
    page.evaluate(SCROLL_TO_END)
    change(view, 1, listed(29) | {"phase": "failed", "ended": 1.0})

    page.evaluate("window.going = true")

    assert page.evaluate("window.arrived") == "In progress"
    expect(view.root.locator('[data-key="k29"] .ww-pill')).to_have_text("Failed")


def test_an_unplayable_clip_can_still_be_downloaded_after_it_was_off_the_screen(show, page):
    view = show(*(done(number) for number in range(30)))
    first = view.root.locator('[data-key="k0"]')
    for time_here in (1, 2):
        first.scroll_into_view_if_needed()
        send(view, b"no film", time_here)
        expect(first).to_contain_text("cannot play")
        expect(first.get_by_role("link", name="Download")).to_be_visible()
        expect(first.locator("video, .ww-still, .ww-play")).to_have_count(0)
        view.root.locator('[data-key="k29"]').scroll_into_view_if_needed()
        expect(first.get_by_role("link", name="Download")).to_be_hidden()


def test_a_place_that_a_busy_kernel_tells_twice_is_no_reason_to_send_the_clip_twice(show, page):
    view = show()
    page.evaluate(SETTINGS, {"serverRoot": "/srv", "baseUrl": "/lab/"})
    view.set(_cards=[done(0)])
    view.wait_for_messages(kind="places")

    for _ in range(2):
        view.message({"kind": "place", "key": "k0", "place": None}, [])

    view.wait_for_messages(kind="fetch")
    page.evaluate(SETTLED)
    assert fetched(view) == ["k0"]


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
