"""The cards by themselves, in an empty page: each phase, the clip's journey, hostile words."""

import functools
import json
import re
import time

import pytest
from playwright.sync_api import expect

from browser.media import make_clip, make_image
from browser.page import Component, mount, stop_time
from browser.test_form import state
from wan_widgets.client import AsyncClient
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.widgets import cards
from wan_widgets.widgets.bundle import STATIC

INVALIDATIONS = "disabled-by-default-devtools.timeline.invalidationTracking"
BUYS = re.compile("^(Again|Submit again)")
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def card(**values):
    """A card as wan_widgets.widgets.cards makes it."""
    plain = {
        "key": "k1",
        "turn": 0,
        "phase": "in_progress",
        "progress": 40,
        "estimate": None,
        "upload": None,
        "queue": None,
        "begun": time.time() - 65,
        "earlier": False,
        "ended": None,
        "order": "ww-1",
        "task_id": "video_01",
        "prompt": "A lighthouse",
        "facts": ["1280×720", "5 s"],
        "pictures": [],
        "check": "",
        "elsewhere": "",
        "ratio": [1280, 720],
        "message": "",
        "billing": "",
        "detail": "",
        "note": "",
        "expires": None,
        "can_cancel": True,
        "stop_note": "The service has no way to cancel.",
        "own": False,
        "cancelling": False,
        "place": "wan_outputs",
        "clip": None,
        "can_save": False,
        "can_edit": False,
        "again": ["new", "same"],
        "code": "ww.generate(...)",
    }
    assert values.keys() <= plain.keys() == _real_card().keys()
    return plain | values


@functools.cache
def _real_card():
    client = AsyncClient("simulator")
    return {**cards.card(Job(client, None, Step()), client), "key": "k1"}


CLIP = {"name": "a.mp4", "path": "wan_outputs/a.mp4", "size": 1, "has_audio": False}


@pytest.fixture
def show(page):
    def show(*cards, theme="light"):
        traits = {"_cards": list(cards)}
        return mount(page, STATIC / "task.js", None, traits, theme=theme)

    return show


def test_vs_code_is_said_once_to_play_no_sound(page):
    loud = CLIP | {"has_audio": True}
    finished = [card(key=key, phase="completed", clip=loud) for key in ("k1", "k2")]
    traits = {"_cards": finished, "_front": "VS Code"}
    view = mount(page, STATIC / "task.js", None, traits)
    said = view.root.get_by_text("VS Code plays no AAC sound.").locator("visible=true")
    expect(said).to_have_count(1)
    view.set(_cards=[card(phase="completed", clip=CLIP)])
    expect(said).to_have_count(0)
    view.set(_cards=finished, _front="Jupyter")
    expect(said).to_have_count(0)


def test_only_colab_is_sent_a_message_now_and_then(page):
    traits = {"_cards": [card()], "_front": "Colab"}
    view = mount(page, STATIC / "task.js", None, traits)
    view.wait_for_messages(kind="alive")
    view.set(_front="Jupyter")
    sent = len(view.sent)
    page.wait_for_timeout(2500)
    assert len(view.sent) == sent


@pytest.fixture
def studio(page):
    form = Component(STATIC / "form.js", None, state())
    traits = {"_cards": [], "_form": "anywidget:form", "_older": 0}
    return mount(page, STATIC / "studio.js", None, traits, children={"form": form})


def wish(view):
    """The newest request for a clip: it is made when the browser sees the card."""
    view.wait_for_messages(kind="fetch")
    return next(message["wish"] for message in reversed(view.sent) if message["kind"] == "fetch")


def send_clip(view, content: bytes, chunk=1000):
    view.message({"kind": "poster", "wish": wish(view)}, [b"\xff\xd8\xff not a picture"])
    for start in range(0, len(content), chunk):
        message = {"kind": "chunk", "wish": wish(view), "start": start, "size": len(content)}
        view.message(message, [content[start : start + chunk]])


def estimate(low, likely, high, *, is_late=False):
    now = time.time()
    return {"low": now + low, "likely": now + likely, "high": now + high, "is_late": is_late}


def test_the_remaining_time_is_a_range_that_ticks_in_the_browser(show, page):
    stop_time(page)
    view = show(card(estimate=estimate(100.5, 120.5, 190.5)))
    shown = view.root.locator(".ww-time")
    expect(shown).to_contain_text("about 2 min left (1:40 to 3:10)")
    page.clock.run_for(60_000)
    expect(shown).to_contain_text("about 60 s left (0:40 to 2:10)")
    page.clock.run_for(60_000)
    expect(shown).to_contain_text("any moment")
    view.set(_cards=[card(estimate=estimate(1, 2, 3, is_late=True))])
    expect(shown).to_contain_text("longer than usual")
    view.set(_cards=[card()])
    expect(shown).not_to_contain_text("·")


def test_progress_and_time_are_shown_and_time_ticks_in_the_browser(show, page):
    stop_time(page)
    view = show(card())
    bar = view.root.get_by_role("progressbar", name="Progress")

    expect(bar).to_have_attribute("aria-valuenow", "40")
    shown = view.root.locator(".ww-time")
    expect(shown).to_have_text(re.compile(r"^1:(0[5-9]|[1-4]\d)$"))
    before = shown.inner_text()
    page.clock.run_for(1000)
    expect(shown).not_to_have_text(before)
    assert before < shown.inner_text() < "1:59"
    view.set(_cards=[card(progress=None, phase="queued")])
    expect(bar).not_to_have_attribute("aria-valuenow", "40")
    expect(view.root.get_by_text("Queued", exact=True)).to_be_visible()


def test_of_a_kernel_that_has_gone_nothing_runs_on(show, page):
    stop_time(page)
    view = show(card(can_cancel=True))
    expect(view.root.get_by_role("button", name="Cancel")).to_be_visible()
    view.lose_kernel()

    expect(view.root.get_by_role("alert")).to_contain_text("has gone. Run this cell again.")
    expect(view.root.get_by_role("button", name="Cancel")).to_be_hidden()
    shown = view.root.locator(".ww-time").inner_text()
    page.clock.run_for(1500)
    assert view.root.locator(".ww-time").inner_text() == shown
    assert view.errors == []


def test_a_kernel_with_another_clock_does_not_bend_the_time(show):
    view = show(card())
    kernel = time.time() - 5000
    view.message({"kind": "cards", "number": 1, "now": kernel, "cards": [{"key": "k1", "begun": kernel - 30}]})

    expect(view.root.locator(".ww-time")).to_have_text(re.compile(r"^0:[34]\d$"))


def test_cancel_acts_once_and_answers_at_once(show):
    view = show(card())
    view.root.get_by_role("button", name="Cancel").click()

    expect(view.root.get_by_role("button", name="Cancelling…")).to_be_disabled()
    assert view.sent == [{"kind": "cancel", "key": "k1"}]
    view.set(_cards=[card(progress=41)])
    expect(view.root.get_by_role("button", name="Cancelling…")).to_be_visible()
    view.set(_cards=[card(cancelling=True)])
    view.set(_cards=[card(note="The service has not cancelled it.")])
    expect(view.root.get_by_role("button", name="Cancel", exact=True)).to_be_enabled()


def test_focus_stays_on_the_card_when_its_button_goes(show):
    view = show(card())
    view.root.get_by_role("button", name="Cancel").focus()
    view.set(_cards=[card(phase="cancelled", ended=time.time())])

    expect(view.root.get_by_role("article", name="Cancelled: A lighthouse")).to_be_focused()


def test_where_there_is_no_cancelling_it_says_so(show):
    view = show(card(can_cancel=False))

    expect(view.root.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(view.root.get_by_text("The service has no way to cancel.")).to_be_visible()
    view.root.get_by_role("button", name="Stop following").click()
    view.set(_cards=[card(can_cancel=False, phase="stopped")])
    view.root.get_by_role("button", name="Follow again").click()
    view.root.get_by_role("button", name="Let it go").click()
    view.set(_cards=[card(can_cancel=False, phase="let_go")])
    expect(view.root.get_by_text("Let go", exact=True)).to_be_visible()
    expect(view.root.get_by_role("button", name="Let it go")).to_be_hidden()
    view.root.get_by_role("button", name="Follow again").click()

    assert [message["kind"] for message in view.sent] == ["cancel", "follow", "let-go", "follow"]


@pytest.mark.parametrize(
    ("phase", "word"),
    [("failed", "Failed"), ("refused", "Refused"), ("cancelled", "Cancelled"), ("unconfirmed", "Not confirmed")],
)
def test_a_bad_end_says_what_happened(show, phase, word):
    view = show(
        card(phase=phase, ended=time.time() - 57, message="Reword it.", detail="HTTP 422 · code", progress=None)
    )

    expect(view.root.get_by_text(word, exact=True)).to_be_visible()
    expect(view.root.get_by_text("Reword it.")).to_be_visible()
    expect(view.root.get_by_text("HTTP 422 · code")).to_be_visible()
    expect(view.root.get_by_role("button", name="Cancel")).to_be_hidden()


def test_what_is_not_confirmed_is_the_users_to_decide(show):
    view = show(card(phase="unconfirmed", task_id="", order="ww-1", ended=time.time(), message="It broke."))

    for name in ("Check again", "It was not bought"):
        view.root.get_by_role("button", name=name).click()
    assert [message["kind"] for message in view.sent] == ["follow", "dismiss"]
    expect(view.root.get_by_role("button", name="Submit again")).to_be_hidden()  # a view of tasks buys nothing


def test_the_sending_of_files_shows_how_far_it_is_and_can_be_called_off(show):
    upload = {"name": "cat.png", "sent": 1_200_000, "size": 2_400_000, "number": 2, "count": 2}
    view = show(card(phase="uploading", progress=None, task_id="", upload=upload))

    expect(view.root.get_by_text("Uploading", exact=True)).to_be_visible()
    expect(view.root.get_by_text("cat.png · 1.2 / 2.4 MB · file 2 of 2")).to_be_visible()
    expect(view.root.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "75")
    view.root.get_by_role("button", name="Cancel").click()
    assert view.sent == [{"kind": "cancel", "key": "k1"}]
    view.set(_cards=[card(phase="cancelled", progress=None, task_id="", billing="nothing", can_cancel=False)])
    expect(view.root.get_by_text("Nothing was bought.")).to_be_visible()
    expect(view.root.get_by_role("button", name="Cancel")).to_be_hidden()


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        (
            {"ahead": 3, "service": "Model Studio", "limit": 5},
            "3 of your tasks are ahead. Model Studio runs 5 at a time.",
        ),
        ({"ahead": 1, "service": "ToAPIs", "limit": None}, "One of your tasks is ahead."),
    ],
)
def test_the_queue_on_our_side_says_how_long_it_is(show, queue, words):
    view = show(card(phase="waiting", progress=None, task_id="", queue=queue))

    expect(view.root.get_by_text("Waiting", exact=True)).to_be_visible()
    expect(view.root.get_by_text(words)).to_be_visible()
    expect(view.root.get_by_role("button", name="Cancel")).to_be_visible()


def test_what_is_on_its_way_to_the_service_cannot_be_called_off(show):
    view = show(card(phase="sending", progress=None, task_id="", can_cancel=False))

    expect(view.root.get_by_role("button", name="Cancel")).to_be_hidden()
    expect(view.root.get_by_role("button", name="Stop following")).to_be_hidden()


def test_a_clip_of_another_service_names_it(show):
    view = show(card(elsewhere="ToAPIs"))

    expect(view.root.get_by_role("listitem").filter(has_text="ToAPIs")).to_be_visible()
    view.set(_cards=[card()])
    expect(view.root.get_by_role("listitem").filter(has_text="ToAPIs")).to_have_count(0)


def test_what_is_odd_in_a_clip_is_said_below_its_facts(show):
    view = show(card(phase="completed"))
    note = view.root.get_by_text("cut at 2.1 s")
    expect(note).to_have_count(0)
    before = view.root.locator(".ww-note:visible").count()

    view.set(_cards=[card(phase="completed", check="cut at 2.1 s · silent")])
    expect(note).to_be_visible()
    assert view.root.locator(".ww-note:visible").count() == before + 1
    assert note.evaluate("note => note.previousElementSibling.className") == "ww-facts"


def test_a_clip_that_could_not_be_saved_can_be_saved_again(show):
    view = show(card(phase="unsaved", message="No space is left.", can_save=True))
    view.root.get_by_role("button", name="Save again").click()

    assert view.sent == [{"kind": "save", "key": "k1"}]


def test_texts_from_outside_are_text(show):
    hostile = dict.fromkeys(("prompt", "message", "detail", "note", "task_id"), HOSTILE)
    view = show(card(**hostile, facts=[HOSTILE], phase="failed"))

    expect(view.root.locator(".ww-message")).to_have_text(HOSTILE)
    assert view.root.locator("img:not(.ww-still), script").count() == 0
    assert view.page.evaluate("window.hacked") is None


def test_a_clip_arrives_in_chunks_and_plays(show, tmp_path):
    content = make_clip(tmp_path / "clip.mp4").read_bytes()
    view = show(card(phase="completed", clip=CLIP, ended=time.time()))
    view.page.wait_for_function("() => true")
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()

    send_clip(view, content)

    video = view.root.locator("video")
    expect(video).to_have_js_property("readyState", 4)
    assert video.evaluate("(video) => [video.videoWidth, video.controls, video.loop]") == [320, False, True]
    video.hover(position={"x": 9, "y": 9})
    expect(video).to_have_js_property("controls", True)
    play = view.root.get_by_role("button", name="Play the clip")
    play.click()  # it stays under the mouse that comes for it
    expect(video).to_have_js_property("paused", False)
    expect(play).to_be_hidden()
    confirmed = [message for message in view.sent if message["kind"] == "chunk-here"]
    assert len(confirmed) == -(-len(content) // 1000)
    with view.page.expect_download() as download:
        view.root.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "a.mp4"
    assert download.value.path().read_bytes() == content


def test_a_second_view_shares_the_clip(show, tmp_path):
    content = make_clip(tmp_path / "clip.mp4").read_bytes()
    view = show(card(phase="completed", clip=CLIP, ended=time.time()))
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()
    send_clip(view, content)

    second = view.add_view()

    expect(second.locator("video")).to_have_js_property("readyState", 4)
    assert len([message for message in view.sent if message["kind"] == "fetch"]) == 1
    view.remove_view(1)
    view.set(_cards=[card(phase="completed", clip=CLIP, ended=time.time(), prompt="still heard")])
    expect(second.get_by_text("still heard")).to_be_visible()


def test_a_playing_clip_plays_on_when_other_cards_change(show, tmp_path):
    done = card(phase="completed", clip=CLIP, ended=time.time())
    view = show(done)
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()
    send_clip(view, make_clip(tmp_path / "clip.mp4", seconds=5).read_bytes())
    video = view.root.locator("video")
    video.evaluate("async (video) => { video.muted = true; await video.play(); }")

    view.set(_cards=[card(key="k2"), done])

    expect(view.root.get_by_role("article")).to_have_count(2)
    assert video.evaluate("(video) => video.paused") is False


def test_a_file_that_is_gone_is_named_and_can_be_asked_for_again(show):
    view = show(card(phase="completed", clip=CLIP, ended=time.time()))
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()

    view.message({"kind": "clip-gone", "wish": wish(view), "path": "wan_outputs/a.mp4"})

    expect(view.root.get_by_text("The clip's file cannot be read: wan_outputs/a.mp4")).to_be_visible()
    first = wish(view)
    view.root.get_by_role("button", name="Load the clip").click()
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()
    assert wish(view) != first


def test_a_clip_that_stops_arriving_is_asked_for_again_and_then_left_to_the_reader(show, page, tmp_path):
    stop_time(page)
    view = show()
    content = make_clip(tmp_path / "clip.mp4").read_bytes()
    view.set(_cards=[card(phase="completed", clip=CLIP, ended=time.time())])
    expect(view.root.get_by_text("Loading the clip")).to_be_visible()
    view.message({"kind": "chunk", "wish": wish(view), "start": 0, "size": len(content)}, [content[:100]])

    for _ in range(3):
        page.clock.run_for(11_000)

    assert len({message["wish"] for message in view.sent if message["kind"] == "fetch"}) == 3
    expect(view.root.get_by_text("does not arrive")).to_be_visible()
    view.root.get_by_role("button", name="Load the clip").click()
    send_clip(view, content)
    expect(view.root.locator("video")).to_have_js_property("readyState", 4)


def test_a_view_keeps_its_height_from_queued_to_playing(show, tmp_path):
    view = show(card(phase="queued", progress=None))
    before = view.root.get_by_role("article").bounding_box()["height"]
    view.set(_cards=[card(phase="completed", clip=CLIP, ended=time.time())])
    send_clip(view, make_clip(tmp_path / "clip.mp4", width=180, height=320).read_bytes())
    expect(view.root.locator("video")).to_have_js_property("readyState", 4)

    assert view.root.get_by_role("article").bounding_box()["height"] == pytest.approx(before, abs=1)


def test_the_task_id_and_the_code_can_be_copied(show, page):
    stop_time(page)
    view = show(card())
    for name, text in (("video_01", "video_01"), ("Copy as Python", "ww.generate(...)")):
        view.root.get_by_role("button", name=name).dblclick()
        expect(view.root.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
        page.clock.run_for(1500)
        expect(view.root.get_by_role("button", name=name)).to_be_visible()


def test_changes_are_announced(show):
    view = show(card())
    view.set(_cards=[card(phase="completed", clip=CLIP, ended=time.time())])

    expect(view.root.get_by_role("status")).to_have_text("Completed: A lighthouse")


FRAME = {"is_first_frame": True, "name": "cat.png", "kind": "image", "url": "", "is_file": True}
SEEN = {"is_first_frame": False, "name": "walk.mp4", "kind": "video", "url": "", "is_file": True}
ADDRESS = "https://a.example/cat.png"


def send_picture(view, path, number=0):
    view.wait_for_messages(kind="pictures")
    view.message({"kind": "picture", "key": "k1", "number": number}, [path.read_bytes()])


def on_stage(view):
    """The rectangle of the first frame, and that of the stage."""
    boxes = [view.root.locator(each).bounding_box() for each in (".ww-frame", ".ww-stage")]
    return [tuple(round(box[each]) for each in ("x", "y", "width", "height")) for box in boxes]


@pytest.mark.parametrize(("width", "height"), [(300, 400), (400, 300), (800, 200), (320, 180)])
def test_the_first_frame_fills_the_stage_as_the_clip_will(show, tmp_path, width, height):
    view = show(card(phase="queued", progress=None, pictures=[FRAME], ratio=[width, height], facts=["720p"]))
    stage = view.root.locator(".ww-stage").bounding_box()
    send_picture(view, make_image(tmp_path / "cat.png", width, height))

    expect(view.root.get_by_role("img", name="The first frame")).to_be_visible()
    expect(view.root.locator(".ww-outline")).to_be_hidden()
    frame, around = on_stage(view)
    assert around[3] == round(stage["height"]), "nothing moves"
    assert frame[2] / frame[3] == pytest.approx(width / height, rel=0.02)
    assert frame[2] == around[2] or frame[3] == pytest.approx(around[3], abs=1)
    assert frame[0] + frame[2] / 2 == pytest.approx(around[0] + around[2] / 2, abs=1.5)
    assert frame[1] + frame[3] / 2 == pytest.approx(around[1] + around[3] / 2, abs=1.5)
    assert view.sent == [{"kind": "pictures", "wanted": [{"key": "k1", "number": 0}]}]


def test_where_another_shape_is_chosen_the_first_frame_is_cropped_to_it(show, tmp_path):
    view = show(card(phase="queued", progress=None, pictures=[FRAME], ratio=[720, 720]))
    send_picture(view, make_image(tmp_path / "cat.png", 400, 200))

    expect(view.root.get_by_role("img", name="The first frame")).to_be_visible()
    frame, _ = on_stage(view)
    assert frame[2] == pytest.approx(frame[3], abs=1)


def test_an_image_at_an_address_is_loaded_from_there_and_has_its_own_shape(show, page, tmp_path):
    body = make_image(tmp_path / "cat.png", 200, 400).read_bytes()
    page.route(ADDRESS, lambda route: route.fulfill(body=body, content_type="image/png"))
    picture = FRAME | {"url": ADDRESS, "is_file": False}
    view = show(card(phase="queued", progress=None, pictures=[picture], ratio=None))

    expect(view.root.get_by_role("img", name="The first frame")).to_be_visible()
    frame, _ = on_stage(view)
    assert frame[3] == pytest.approx(2 * frame[2], rel=0.02)
    assert view.sent == []


def test_an_image_that_cannot_be_shown_leaves_the_shape(show, page):
    page.route(ADDRESS, lambda route: route.fulfill(status=404))
    picture = FRAME | {"url": ADDRESS, "is_file": False}
    with page.expect_response(ADDRESS):
        view = show(card(phase="queued", progress=None, pictures=[picture], ratio=[300, 400]))
    expect(view.root.get_by_role("img", name="The first frame")).to_be_hidden()
    expect(view.root.locator(".ww-outline")).to_be_visible()


@pytest.mark.parametrize("phase", ["failed", "refused", "cancelled", "unconfirmed", "completed"])
def test_after_its_end_a_card_keeps_its_image_as_a_small_picture(show, tmp_path, phase):
    ended = {"phase": phase, "ended": time.time(), "clip": CLIP if phase == "completed" else None}
    view = show(card(**ended, pictures=[FRAME]))
    send_picture(view, make_image(tmp_path / "cat.png", 300, 300))

    small = view.root.get_by_role("img", name="cat.png")
    expect(small).to_be_visible()
    assert small.bounding_box()["height"] < 50


def test_references_are_a_row_of_pictures_and_each_has_its_name(show, tmp_path):
    hostile = SEEN | {"name": HOSTILE, "is_file": False}
    view = show(card(phase="queued", pictures=[SEEN, SEEN | {"name": "cat.png", "kind": "image"}, hostile]))
    send_picture(view, make_image(tmp_path / "a.png", 300, 200), number=0)

    items = view.root.locator(".ww-sources").get_by_role("listitem")
    expect(items).to_have_count(3)
    expect(view.root.get_by_role("img", name="walk.mp4")).to_be_visible()
    assert [each.get_attribute("title") for each in items.all()] == ["walk.mp4", "cat.png", HOSTILE]
    assert view.page.evaluate("window.hacked") is None


def test_pictures_are_asked_for_once_and_only_when_their_card_is_seen(show, page):
    hidden = [card(key=f"k{number}", phase="completed", clip=CLIP, pictures=[FRAME]) for number in range(1, 9)]
    view = show(*hidden)
    view.wait_for_messages(kind="pictures")
    second = view.add_view()
    expect(second.get_by_role("article")).to_have_count(8)
    asks = [message["wanted"] for message in view.sent if message["kind"] == "pictures"]
    assert len(asks) == 1, "one message for all that came together"
    asked = [wish["key"] for wish in asks[0]]
    assert len(asked) == len(set(asked)) < 8


def test_a_clip_of_another_day_has_its_date_and_does_not_move_the_page(studio, page):
    page.set_viewport_size({"width": 600, "height": 500})
    page.evaluate("window.scrollTo(0, 200)")
    before = page.evaluate("window.scrollY")
    then = time.time() - 400 * 86_400
    studio.set(_cards=[card(phase="completed", clip=CLIP, begun=then, earlier=True)])

    year = time.localtime(then).tm_year
    expect(studio.root.locator(".ww-time")).to_have_text(re.compile(rf"\b{year}\b.*\d?\d:\d\d"))
    assert page.evaluate("window.scrollY") == before


def test_a_clip_whose_file_is_gone_says_so_and_offers_what_can_be_done(show):
    gone = {"phase": "gone", "earlier": True, "message": "The clip's file is gone: a.mp4.", "progress": None}
    view = show(card(**gone, can_save=True), card(**gone, key="k2"))

    expect(view.root.get_by_text("File gone", exact=True)).to_have_count(2)
    expect(view.root.get_by_text("The clip's file is gone: a.mp4.")).to_have_count(2)
    expect(view.root.locator(".ww-stage").first).to_be_hidden()
    expect(view.root.get_by_role("button", name="Fetch it again")).to_have_count(1)
    view.root.get_by_role("button", name="Fetch it again").click()
    assert view.sent == [{"kind": "save", "key": "k1"}]


def test_older_clips_are_shown_on_demand(studio):
    older = studio.root.get_by_role("button", name="Show older clips")
    expect(older).to_be_hidden()
    studio.set(_older=25, _cards=[card(phase="completed", clip=CLIP, earlier=True)])
    expect(older).to_have_text("Show older clips (25)")

    older.dblclick()

    assert {message["left"] for message in studio.sent if message["kind"] == "older"} == {25}
    studio.set(_older=5)
    expect(older).to_have_text("Show older clips (5)")
    studio.set(_older=0)
    expect(older).to_be_hidden()


def test_the_examples_wait_until_the_kernel_has_looked_for_clips(page):
    form = Component(STATIC / "form.js", None, state())
    traits = {"_cards": [], "_form": "anywidget:form", "_older": None}
    studio = mount(page, STATIC / "studio.js", None, traits, children={"form": form})
    expect(studio.root.get_by_role("button", name="Generate")).to_be_visible()
    expect(studio.root.get_by_text("Your clips appear here.")).to_be_hidden()
    studio.set(_older=0)
    expect(studio.root.get_by_text("Your clips appear here.")).to_be_visible()


def test_the_empty_studio_offers_examples(studio):
    example = studio.root.get_by_role("button", name="A lighthouse at dusk")
    example.click()

    assert studio.child("form").traits()["prompt"].startswith("A lighthouse at dusk")
    studio.set(_cards=[card()])
    expect(example).to_be_hidden()


def test_a_card_goes_back_into_the_form_by_way_of_python(studio):
    studio.set(_cards=[card(phase="failed", can_edit=True)])
    studio.root.get_by_role("button", name="Edit in form").click()

    assert studio.sent == [{"kind": "edit", "key": "k1"}]
    expect(studio.root.get_by_role("textbox", name="Prompt", exact=True)).to_be_focused()


def test_the_service_is_chosen_at_the_top_of_the_studio(studio):
    studio.root.locator("header .ww-service").click()
    expect(studio.root.get_by_role("dialog", name="Service")).to_have_count(1)
    studio.root.get_by_role("radio", name="ToAPIs").click()
    studio.root.get_by_role("button", name="Use ToAPIs").click()

    kinds = [message["kind"] for message in studio.child("form").sent]
    assert kinds == ["services", "choose"]


@pytest.mark.parametrize(
    ("ways", "names"),
    [
        (["new", "same"], ["Again, new seed", "Again, same seed"]),
        (["new"], ["Again, new seed"]),
        (["plain"], ["Again"]),
        (["unconfirmed"], ["Submit again"]),
        ([], []),
    ],
)
def test_each_way_of_ordering_again_says_what_becomes_of_the_seed(studio, page, ways, names):
    stop_time(page)
    studio.set(_cards=[card(phase="completed", clip=CLIP, ended=time.time(), again=ways)])
    buttons = studio.root.get_by_role("article").get_by_role("button", name=BUYS)

    assert buttons.all_inner_texts() == names
    for way, name in zip(ways, names, strict=True):
        studio.root.get_by_role("button", name=name, exact=True).click()
        assert {"kind": "again", "key": "k1", "turn": 0, "way": way} == studio.sent[-1]
        page.clock.run_for(700)


def test_a_view_of_a_task_orders_nothing(show):
    view = show(card(phase="failed", again=["plain"]), card(key="k2", phase="unconfirmed", again=["unconfirmed"]))
    expect(view.root.get_by_role("button", name=BUYS)).to_have_count(0)


def test_again_is_one_order_for_a_double_click(page, studio):
    stop_time(page)
    done = {"phase": "completed", "clip": CLIP, "ended": time.time()}
    studio.set(_cards=[card(**done)])
    again = studio.root.get_by_role("button", name="Again, new seed")
    again.click()
    studio.set(_cards=[card(**done, turn=1)])  # as quick as that the kernel answers
    again.click(force=True)
    assert [message["turn"] for message in studio.sent if message["kind"] == "again"] == [0]

    page.clock.run_for(700)
    expect(again).not_to_have_attribute("aria-disabled", "true")
    again.click()
    assert [message["turn"] for message in studio.sent if message["kind"] == "again"] == [0, 1]


def test_the_studio_is_one_column_where_it_is_narrow(studio):
    columns = "(root) => getComputedStyle(root.querySelector('.ww-columns')).display"
    assert studio.root.evaluate(columns) == "grid"
    studio.page.set_viewport_size({"width": 600, "height": 800})
    assert studio.root.evaluate(columns) == "block"
    assert studio.errors == []


def test_a_change_in_one_card_attaches_no_other_card_anew(studio, page):
    page.set_viewport_size({"width": 1200, "height": 800})
    cards = [card(key=f"k{number}") for number in range(40)]
    studio.set(_cards=cards)
    expect(studio.root.locator(".ww-card")).to_have_count(40)
    expect(studio.root.locator(".ww-new")).to_have_count(0)  # all are laid out
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    page.context.browser.start_tracing(page=page, categories=[INVALIDATIONS])
    for progress in range(41, 46):
        phase = "saving" if progress == 45 else "in_progress"
        studio.set(_cards=[card(key="k0", progress=progress, phase=phase), *cards[1:]])
        page.evaluate("() => new Promise(requestAnimationFrame).then(() => document.body.offsetHeight)")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    events = json.loads(page.context.browser.stop_tracing())["traceEvents"]

    changes = [event["args"]["data"] for event in events if event["name"] == "LayoutInvalidationTracking"]
    assert changes
    assert not [each for each in changes if each["nodeName"].startswith("ARTICLE") and "layout" in each["reason"]]
