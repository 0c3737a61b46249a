"""What a card shows of the pictures that its clip is made from, before there is a clip."""

from io import BytesIO

import httpx
import pytest
from PIL import Image

import wan_widgets as ww
from browser.media import make_clip
from shared.network import KEY
from wan_widgets.generation.job import Job
from wan_widgets.generation.step import Step
from wan_widgets.wan.models import Mode
from wan_widgets.wan.sources import LocalFile
from wan_widgets.widgets.cards import card
from widgets.messages import say
from widgets.test_board import scripted, until

ADDRESS = "https://a.example/shelf/my%20cat.png?size=large"


@pytest.fixture
def files(tmp_path):
    Image.new("RGB", (300, 400), "teal").save(tmp_path / "cat.png")
    make_clip(tmp_path / "walk.mp4")
    (tmp_path / "empty.png").write_bytes(b"")
    return tmp_path


def a_card(request, provider="toapis"):
    client = ww.AsyncClient(provider, api_key=KEY)
    return card(Job(client, None, Step(request=request)), client)


def picture(**values):
    return {"is_first_frame": False, "name": "", "kind": "", "url": "", "is_file": False} | values


def test_an_image_to_video_card_has_its_image_and_its_shape(files):
    shown = a_card(ww.ImageToVideo(image=files / "cat.png"))
    assert shown["pictures"] == [picture(is_first_frame=True, name="cat.png", kind="image", is_file=True)]
    assert shown["ratio"] == [300, 400]
    data = (files / "cat.png").read_bytes()
    assert a_card(ww.ImageToVideo(image=data))["ratio"] == [300, 400]
    assert str(files) not in repr(shown | {"code": "", "place": ""}), "it names no folder of this machine"


def test_an_image_at_an_address_is_shown_from_there_in_its_own_shape():
    shown = a_card(ww.ImageToVideo(image=ADDRESS))
    assert shown["pictures"] == [picture(is_first_frame=True, name="my cat.png", kind="image", url=ADDRESS)]
    assert shown["ratio"] is None


@pytest.mark.parametrize("name", ["empty.png", "gone.png", "walk.mp4/x"])
def test_an_image_that_cannot_be_read_has_no_shape(files, name):
    assert a_card(ww.ImageToVideo(image=LocalFile(files / name)))["ratio"] is None


def test_a_chosen_shape_counts_more_than_that_of_the_image(files):
    client = ww.AsyncClient("openai-videos", base_url="http://127.0.0.1:9")
    sizes = client.provider.offer("wan2.2-ti2v-5b", Mode.IMAGE).sizes
    for resolution, row in sizes.items():
        for ratio, size in row.items():
            shape = {"resolution": resolution, "aspect_ratio": ratio}
            request = ww.ImageToVideo(image=files / "cat.png", model="wan2.2-ti2v-5b", audio=False, **shape)
            assert card(Job(client, None, Step(request=request)), client)["ratio"] == list(size)


def test_references_and_sounds_are_named(files):
    given = [ADDRESS, files / "walk.mp4", ww.VideoReference("https://a.example/9f3a"), ww.ImageReference(b"x")]
    shown = a_card(ww.ReferenceToVideo(references=given, guide_audio="https://a.example/drums.mp3"))
    assert shown["pictures"] == [
        picture(name="my cat.png", kind="image", url=ADDRESS),
        picture(name="walk.mp4", kind="video", is_file=True),
        picture(name="9f3a", kind="video"),
        picture(name="data", kind="image", is_file=True),
    ]
    assert "sound drums.mp3" in shown["facts"]


@pytest.mark.parametrize(
    "address", ["oss://bucket/a.png", "javascript:alert(1)", "file:///etc/a.png", "data:image/png,x"]
)
def test_only_web_addresses_are_loaded_by_the_browser(address):
    shown = a_card(ww.ImageToVideo.draft({"image": address}))
    assert [each["url"] for each in shown["pictures"]] == [""]


@pytest.mark.parametrize("address", ["http://[bad/a.png", "https://", "https://a.example"])
def test_odd_addresses_break_no_card(address):
    assert a_card(ww.ImageToVideo.draft({"image": address}))["ratio"] is None


def test_words_alone_have_no_pictures():
    assert a_card(ww.TextToVideo(prompt="An owl"))["pictures"] == []
    client = ww.AsyncClient("simulator")
    assert card(Job(client, None, Step()), client)["pictures"] == []


@pytest.fixture
def studio(monkeypatch, tmp_path):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    scripted(monkeypatch, {})
    return ww.Studio(
        ww.AsyncClient("toapis", api_key=KEY, transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    )


def asked(studio, number):
    """What the browser gets for a picture of the newest card."""
    told = say(studio, kind="pictures", wanted=[{"key": studio._cards[0]["key"], "number": number}])
    answers = lambda: [each for each in told if each[0]["kind"] == "picture"]  # it may tell of its cards meanwhile
    until(answers)
    return answers()[0]


def test_the_browser_gets_small_pictures_of_files_and_of_nothing_else(studio, files):
    data = (files / "cat.png").read_bytes()
    references = [files / "cat.png", files / "walk.mp4", ww.ImageReference(data), files / "empty.png", ADDRESS]
    studio._buy(ww.ReferenceToVideo.draft({"references": tuple(references)}))
    until(lambda: studio._cards)
    for number, sides in enumerate([(240, 320), (320, 180), (240, 320), None, None]):
        content, buffers = asked(studio, number)
        assert content == {"kind": "picture", "key": studio._cards[0]["key"], "number": number}
        assert [Image.open(BytesIO(each)).size for each in buffers] == ([sides] if sides else [])
    for number in (-1, 5, None, "0", 10**30, [0], {}):
        assert asked(studio, number)[1] == []
