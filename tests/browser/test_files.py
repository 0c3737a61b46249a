"""Files in the form, in an empty page: chosen, dropped or pasted, sent in chunks, or refused before a byte is sent."""

import pytest
from playwright.sync_api import expect

import wan_widgets as ww
from browser.media import make_image
from browser.page import mount, stop_time
from browser.test_form import form_state
from wan_widgets.widgets.bundle import STATIC

MIB = 2**20
RULES = {"types": ["image/png", "image/jpeg"], "max_bytes": 10_000_000}
VIDEOS = {"types": ["video/mp4"], "max_bytes": 50_000_000}

KINDS = {".mp4": "video/mp4", ".txt": "text/plain"}

# A DataTransfer can be made by a page, so that this is a drop as the form sees it.
DROP = """(node, { type, files }) => {
  const data = new DataTransfer();
  for (const { name, kind, size } of files) {
    data.items.add(new File([new Uint8Array(size).map((_, index) => index % 251)], name, { type: kind }));
  }
  for (const each of ["dragenter", "dragover", type]) {
    node.dispatchEvent(new DragEvent(each, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """(node) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(5)], "image.png", { type: "image/png" }));
  node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def show(page):
    def show(mode="i2v", files=None, **values):
        traits = form_state(ww.VideoForm(mode=mode, **values))
        rules = {"image": RULES, "video": VIDEOS} if files is None else files
        traits["_offers"][mode] |= {"files": rules, "max_images": None, "max_references": 3, "guide_audio": True}
        return mount(page, STATIC / "form.js", None, traits)

    return show


def messages(form, kind):
    return [message for message in form.sent if message["kind"] == kind]


def drop(form, field, *files, kind="image/png", size=5):
    made = [{"name": name, "kind": KINDS.get(name[-4:], kind), "size": size} for name in files]
    form.root.locator(f'[data-field="{field}"]').evaluate(DROP, {"type": "drop", "files": made})


def problem(form, field):
    return form.root.locator(f'[data-field="{field}"]').get_by_role("alert")


def chunks(form, transfer):
    """Where each chunk begins, and its bytes."""
    sent = [(message["content"], message["buffers"]) for message in form._sent()]
    ours = [(content["start"], buffers[0]) for content, buffers in sent if content.get("id") == transfer and buffers]
    assert [start for start, _ in ours] == [sum(len(data) for _, data in ours[:n]) for n in range(len(ours))]
    return ours


def wait_for_chunks(form, transfer, count):
    form.wait_for_messages(count, kind="file-chunk", id=transfer)


def receive(form):
    """Play Python: take a file to its end; returns its bytes."""
    begun = messages(form, "file-begin")[-1]
    form.message({"kind": "file-here", "id": begun["id"], "received": 0})
    count = max(1, -(-begun["size"] // MIB))
    for number in range(1, count + 1):
        wait_for_chunks(form, begun["id"], number)
        if number < count:
            form.message({"kind": "file-here", "id": begun["id"], "received": number * MIB})
    content = b"".join(data for _, data in chunks(form, begun["id"]))
    form.message({"kind": "file-stored", "id": begun["id"], "path": f"/inputs/{begun['name']}"})
    return content


def test_a_chosen_file_goes_in_chunks_and_becomes_its_path(show, tmp_path):
    form = show()
    path = tmp_path / "cat.png"
    path.write_bytes(make_image(path, 64, 64).read_bytes() + bytes(2 * MIB + 7))
    form.root.locator('[data-field="image"] input[type=file]').set_input_files(path)
    expect(form.root.get_by_text("cat.png · 0.0 / 2.1 MB")).to_be_visible()
    [begun] = messages(form, "file-begin")
    assert (begun["name"], begun["size"], begun["type"]) == ("cat.png", path.stat().st_size, "image/png")
    assert messages(form, "file-chunk") == []  # nothing before Python is ready

    assert receive(form) == path.read_bytes()

    assert {len(buffers[0]) for buffers in form.sent_buffers if buffers} <= {MIB, path.stat().st_size % MIB}
    assert form.traits()["image"] == "/inputs/cat.png"
    expect(form.root.get_by_text("2.1 MB")).to_be_hidden()
    expect(form.root.get_by_role("img", name="The first frame")).to_be_visible()
    assert messages(form, "thumbnail") == []  # it is here already


def test_no_more_than_a_few_chunks_wait_for_their_confirmation(show):
    form = show()
    drop(form, "image", "cat.png", size=7 * MIB)
    transfer = messages(form, "file-begin")[0]["id"]
    form.message({"kind": "file-here", "id": transfer, "received": 0})
    wait_for_chunks(form, transfer, 4)
    form.page.wait_for_timeout(100)
    assert len(messages(form, "file-chunk")) == 4

    form.message({"kind": "file-here", "id": transfer, "received": 2 * MIB})

    wait_for_chunks(form, transfer, 6)
    expect(form.root.get_by_text("cat.png · 2.1 / 7.3 MB")).to_be_visible()


def test_a_transfer_can_be_called_off(show):
    form = show(image="https://a.example/before.png")
    drop(form, "image", "cat.png", size=7 * MIB)
    transfer = messages(form, "file-begin")[0]["id"]
    form.message({"kind": "file-here", "id": transfer, "received": 0})
    wait_for_chunks(form, transfer, 4)
    form.root.get_by_role("button", name="Cancel").click()

    assert messages(form, "file-cancel") == [{"kind": "file-cancel", "id": transfer}]
    form.message({"kind": "file-here", "id": transfer, "received": 4 * MIB})
    form.page.wait_for_timeout(100)
    assert len(messages(form, "file-chunk")) == 4
    assert form.traits()["image"] == "https://a.example/before.png"
    expect(form.root.get_by_text("cat.png")).to_be_hidden()


def test_a_view_that_goes_away_calls_its_transfers_off(show):
    form = show()
    form.add_view()
    form.view(1).locator('[data-field="image"]').evaluate(
        DROP, {"type": "drop", "files": [{"name": "cat.png", "kind": "image/png", "size": 9 * MIB}]}
    )
    form.remove_view(1)

    assert len(messages(form, "file-cancel")) == 1


def test_what_python_cannot_store_is_told_at_the_field(show):
    form = show()
    drop(form, "image", "cat.png")
    form.message({"kind": "file-failed", "id": messages(form, "file-begin")[0]["id"], "message": "No space is left."})

    expect(problem(form, "image")).to_have_text("cat.png: No space is left.")
    drop(form, "image", "cat.png")
    expect(problem(form, "image")).to_be_hidden()


@pytest.mark.parametrize(
    ("files", "kind", "size", "words"),
    [
        ({}, "image/png", 5, "Simulator takes addresses only"),
        ({"image": RULES}, "video/mp4", 5, "An image is wanted here, and x is video/mp4."),
        ({"image": RULES}, "image/webp", 5, "x is image/webp, which Simulator does not take. It takes PNG, JPEG."),
        ({"image": RULES}, "image/png", 10_000_001, "x has 10 MB; Simulator takes up to 10 MB."),
        ({"video": RULES}, "image/png", 5, "Simulator takes no images as files"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_a_byte_is(show, files, kind, size, words):
    form = show(files=files)
    drop(form, "image", "x", kind=kind, size=size)

    expect(problem(form, "image")).to_contain_text(words)
    assert messages(form, "file-begin") == []


def test_several_files_become_references_in_their_order(show):
    form = show("r2v", references=["https://a.example/first.mp4", ""])
    drop(form, "references", "one.png", "two.png")
    receive(form)
    receive(form)

    assert form.traits()["references"] == ["https://a.example/first.mp4", "/inputs/one.png", "/inputs/two.png"]
    expect(form.root.locator(".ww-thumb img")).to_have_count(2)


def test_no_more_references_are_taken_than_the_service_takes(show):
    form = show("r2v", references=["https://a.example/first.mp4"])
    drop(form, "references", *(f"{number}.png" for number in range(4)))
    receive(form)
    receive(form)

    assert [message["name"] for message in messages(form, "file-begin")] == ["0.png", "1.png"]
    expect(problem(form, "references")).to_have_text("No more than 3 are taken.")


def test_a_file_that_is_refused_takes_no_others_place(show):
    form = show("r2v", {"video": VIDEOS}, references=["https://a.example/1.mp4", "https://a.example/2.mp4"])
    form.set(_offers={**form.traits()["_offers"], "r2v": form.traits()["_offers"]["r2v"] | {"max_images": 0}})
    drop(form, "references", "red.png", "clip.mp4")
    receive(form)

    assert form.traits()["references"][2:] == ["/inputs/clip.mp4"]
    expect(problem(form, "references")).to_have_text("A video is wanted here, and red.png is image/png.")


def test_of_several_files_an_image_is_the_first_that_is_one(show):
    form = show()
    drop(form, "image", "notes.txt", "cat.png", "dog.png")
    receive(form)

    assert form.traits()["image"] == "/inputs/cat.png"
    assert [message["name"] for message in messages(form, "file-begin")] == ["cat.png"]


def test_a_refusal_ends_with_its_cause(show):
    form = show(files={"image": RULES, "audio": {"types": ["audio/mpeg"], "max_bytes": 100}})
    drop(form, "image", "notes.txt")
    expect(problem(form, "image")).to_contain_text("An image is wanted here")
    form.root.get_by_role("textbox", name="Image", exact=True).fill("https://a.example/a.png")
    expect(problem(form, "image")).to_be_hidden()

    form.set(guide_audio="https://a.example/a.mp3")
    drop(form, "guide_audio", "red.png")
    expect(problem(form, "guide_audio")).to_contain_text("A sound is wanted here")
    form.root.get_by_role("textbox", name="Guide audio").fill("")
    expect(problem(form, "guide_audio")).to_be_hidden()


def test_a_refusal_at_the_references_ends_when_one_goes_on(show):
    form = show("r2v", references=["https://a.example/1.mp4"])
    drop(form, "references", "notes.txt")
    expect(problem(form, "references")).to_contain_text("is wanted here")
    form.root.get_by_role("textbox", name="Reference 1").fill("https://a.example/2.mp4")

    expect(problem(form, "references")).to_be_hidden()


@pytest.mark.parametrize(("mode", "name"), [("i2v", "Image"), ("r2v", "Reference 1")])
def test_where_no_files_are_taken_none_are_asked_for(show, mode, name):
    form = show(mode, files={})

    expect(form.root.get_by_role("button", name="Choose a file")).to_have_count(0)
    field = form.root.get_by_role("textbox", name=name, exact=True)
    assert "file" not in field.get_attribute("placeholder").lower()
    assert "file" not in form.root.get_by_role("textbox", name="Guide audio").get_attribute("placeholder").lower()

    form.set(_offers={**form.traits()["_offers"], mode: form.traits()["_offers"][mode] | {"files": {"image": RULES}}})
    expect(form.root.get_by_role("button", name="Choose a file")).to_have_count(1)
    assert "file" in field.get_attribute("placeholder").lower()


def test_a_picture_that_cannot_be_seen_is_not_said_to_be_good(show, page):
    stop_time(page)
    form = show(image="/tmp/fake.png")
    form.set(_problems=[])
    page.clock.run_for(500)
    form.message({"kind": "thumbnail", "source": "/tmp/fake.png"}, [b"nothing"])
    expect(form.root.locator(".ww-preview")).to_have_text(
        "This browser cannot show the image; the service may still read it."
    )
    form.set(_problems=[{"field": "image", "text": "It is damaged."}])

    expect(form.root.locator(".ww-preview")).to_have_text("No preview.")


def test_a_file_for_one_reference_takes_its_place(show, tmp_path):
    form = show("r2v", references=["https://a.example/1.mp4", "https://a.example/2.mp4"])
    form.root.locator(".ww-reference input[type=file]").nth(0).set_input_files(make_image(tmp_path / "new.png", 8, 8))
    receive(form)

    assert form.traits()["references"] == ["/inputs/new.png", "https://a.example/2.mp4"]


def test_a_picture_can_be_pasted_and_text_still_can(show):
    form = show()
    form.root.get_by_role("textbox", name="Image", exact=True).evaluate(PASTE)

    assert [message["name"] for message in messages(form, "file-begin")] == ["image.png"]


def test_a_sound_goes_where_sounds_go(show):
    form = show(files={"audio": {"types": ["audio/mpeg"], "max_bytes": 100}})
    drop(form, "guide_audio", "song.mp3", kind="audio/mpeg")
    receive(form)

    assert form.traits()["guide_audio"] == "/inputs/song.mp3"


def test_a_path_that_was_typed_gets_its_picture_from_the_kernel(show, page, tmp_path):
    stop_time(page)
    form = show()
    for typed in ("/tmp/a", "/tmp/a.p", "/tmp/a.png"):
        form.root.get_by_role("textbox", name="Image", exact=True).fill(typed)
    page.clock.run_for(500)
    assert messages(form, "thumbnail") == [{"kind": "thumbnail", "source": "/tmp/a.png"}]

    picture = make_image(tmp_path / "small.png", 30, 20).read_bytes()
    form.message({"kind": "thumbnail", "source": "/tmp/a.png"}, [picture])

    image = form.root.get_by_role("img", name="The first frame")
    expect(image).to_be_visible()
    assert image.evaluate("(image) => image.naturalWidth") == 30
    assert form.errors == []


def test_where_there_is_nothing_to_see_the_words_stay(show, page):
    stop_time(page)
    form = show("r2v", references=["/tmp/a.mp4"])
    page.clock.run_for(600)
    form.message({"kind": "thumbnail", "source": "/tmp/a.mp4"})

    expect(form.root.locator(".ww-thumb img")).to_have_count(0)
    assert len(messages(form, "thumbnail")) == 1


# While a file is on its way

BUSY = "A file is still on its way to the kernel. Generate when it has arrived."


@pytest.mark.parametrize(("mode", "field"), [("i2v", "image"), ("r2v", "references"), ("t2v", "guide_audio")])
def test_no_clip_is_ordered_from_what_was_there_before_the_file(show, mode, field):
    before = {"image": "/old.png"} if mode == "i2v" else {}
    form = show(mode, files={"image": RULES, "audio": {"types": ["audio/mpeg"], "max_bytes": 10}}, **before)
    name, kind = ("song.mp3", "audio/mpeg") if field == "guide_audio" else ("new.png", "image/png")
    drop(form, field, name, kind=kind)
    generate = form.root.get_by_role("button", name="Generate")
    generate.click()

    expect(form.root.locator(".ww-footer").get_by_role("alert")).to_have_text(BUSY)
    assert messages(form, "generate") == []
    receive(form)
    expect(form.root.get_by_text(BUSY)).to_be_hidden()
    generate.click()
    [order] = messages(form, "generate")
    path = f"/inputs/{name}"
    assert order["values"][field] == ([path] if field == "references" else path)


@pytest.mark.parametrize("end", ["failed", "called off", "another mode"])
def test_a_file_that_does_not_come_does_not_hinder_the_order(show, end):
    form = show(image="/old.png")
    drop(form, "image", "new.png")
    form.root.get_by_role("button", name="Generate").click()
    expect(form.root.get_by_text(BUSY)).to_be_visible()
    match end:
        case "failed":
            [begun] = messages(form, "file-begin")
            form.message({"kind": "file-failed", "id": begun["id"], "message": "disk full"})
        case "called off":
            form.root.get_by_role("button", name="Cancel").click()
        case "another mode":
            form.root.get_by_role("tab", name="Text to video").click()

    expect(form.root.get_by_text(BUSY)).to_be_hidden()
    form.root.get_by_role("button", name="Generate").click()
    assert len(messages(form, "generate")) == 1


@pytest.mark.parametrize("wish", ["typed", "code in a cell", "another file"])
def test_what_is_wanted_later_is_not_replaced_by_a_file_that_arrives_then(show, wish):
    form = show()
    drop(form, "image", "first.png")
    match wish:
        case "typed":
            form.root.get_by_role("textbox", name="Image", exact=True).fill("/later.png")
        case "code in a cell":
            form.set(image="/later.png")
        case "another file":
            drop(form, "image", "later.png")

    [cancelled] = messages(form, "file-cancel")
    assert cancelled["id"] == messages(form, "file-begin")[0]["id"]
    if wish == "another file":
        assert messages(form, "file-begin")[-1]["name"] == "later.png"
    else:
        expect(form.root.locator(".ww-sending").first).to_be_hidden()
