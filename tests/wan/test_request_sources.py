"""Images, references and sounds as fields of a request: which are refused, which listed, which replaced."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wan.made import HUGE, URL, kind, problems
from wan_widgets import ImageToVideo, ReferenceToVideo, TextToVideo
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.wan.sources import ImageReference, LocalFile, VideoReference


@pytest.mark.parametrize("images", [[URL], (URL, URL), []])
def test_one_image_is_not_a_list(images):
    found = problems(ImageToVideo, image=images)
    assert set(found) == {"image"}
    assert str(found["image"].message) == f"A list of {len(images)} was given."
    assert "one image" in str(found["image"].allowed)


def test_references_may_come_as_any_iterable_and_keep_their_order():
    first, second = "https://example.com/1.mp4", "https://example.com/2.mp4"
    assert ReferenceToVideo(references=(url for url in (first, second))).references == (first, second)
    assert ReferenceToVideo(references=first).references == (first,)


def test_a_faulty_reference_is_named_by_its_number():
    found = problems(ReferenceToVideo, references=[URL, "ftp://example.com/cat.mp4", URL])
    assert found["references"].text.startswith("Reference 2: 'ftp://example.com/cat.mp4' is not an address.")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/cat.jpg",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///cat.jpg",
        "https:/example.com/cat.jpg",
        "https://[::1",
        "https://example.com:99999/cat.jpg",
        "https://example.com:0/cat.jpg",
        "https://example.com/a cat.jpg",
        "https://example.com/\ud83d",
        "data:image/png;base64,iVBORw0KGgo=",
        "DATA:image/png;base64,iVBORw0KGgo=",
        5,
        0,
        False,
        {"url": URL},
        {},
        HUGE,
        object(),
    ],
    ids=kind,
)
def test_what_is_neither_an_address_nor_a_file_is_refused(url):
    found = problems(ImageToVideo, image=url)
    assert set(found) == {"image"}
    assert str(found["image"].allowed) == "an http:// or https:// address, or a file"
    assert "references" in problems(ReferenceToVideo, references=[url])
    assert "references" in problems(ReferenceToVideo, references=url)
    assert "guide_audio" in problems(TextToVideo, prompt="x", guide_audio=url)


@pytest.mark.parametrize(
    "url", ["http://1.2.3.4/a", "HTTPS://Example.com/ä?q=%2F#x", "https://例え.jp/猫.png", "oss://bucket/key"]
)
def test_any_sound_address_is_kept_as_it_is(url):
    assert ImageToVideo(image=url).image == url
    assert ImageToVideo(image=f" {url}\n").image == url
    assert ReferenceToVideo(references=[url]).references == (url,)


@pytest.mark.parametrize(
    ("url", "remedy"),
    [("data:image/png;base64,iVBORw0KGgo=", "bytes themselves"), ("file:///cat.png", "without file://")],
)
def test_what_people_often_try_instead_has_a_remedy(url, remedy):
    assert remedy in str(problems(ImageToVideo, image=url)["image"].remedy)


def test_a_megabyte_of_base64_is_not_repeated_in_the_message():
    assert len(str(problems(ImageToVideo, image="data:image/png;base64," + "A" * 2**20)["image"])) < 300
    assert len(str(problems(ImageToVideo, image="A" * 2**20)["image"])) < 300


def test_a_sound_may_guide_a_clip_that_has_one():
    address = "https://example.com/song.mp3"
    assert TextToVideo(prompt="x", guide_audio=address).guide_audio == address
    assert TextToVideo(prompt="x", guide_audio="song.mp3").guide_audio == LocalFile(Path("song.mp3").absolute())
    assert TextToVideo(prompt="x", guide_audio=b"RIFF").guide_audio == LocalFile(data=b"RIFF")
    found = problems(TextToVideo, prompt="x", guide_audio=address, audio=False)
    assert str(found["guide_audio"].message) == "A silent clip cannot follow a sound."


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_no_guide_audio_is_none(make, blank):
    assert make(guide_audio=blank).guide_audio is None
    assert make(guide_audio=blank, audio=False).audio is False


@pytest.mark.parametrize(
    "value", [0, False, [], {}, np.zeros(5), np.zeros((4, 4)), ImageReference(URL), VideoReference(URL), b""], ids=kind
)
def test_what_nobody_hears_is_no_sound(make, value):
    assert set(problems(make, guide_audio=value)) == {"guide_audio"}


def test_a_video_is_no_first_frame():
    assert ImageToVideo(image=ImageReference(URL)).image == URL
    found = problems(ImageToVideo, image=VideoReference(URL))
    assert "ReferenceToVideo" in str(found["image"].remedy)


def test_everything_a_request_is_made_from_is_listed_with_its_field():
    song = "https://example.com/song.mp3"
    assert TextToVideo(prompt="x").sources == ()
    assert TextToVideo(prompt="x", guide_audio=song).sources == (("guide_audio", song),)
    assert ImageToVideo(image=URL, guide_audio=song).sources == (("image", URL), ("guide_audio", song))
    request = ReferenceToVideo(references=[URL, VideoReference(song)])
    assert request.sources == (("references", URL), ("references", VideoReference(song)))
    assert ImageToVideo.draft({}).sources == ()
    assert ReferenceToVideo.draft({}).sources == ()


def test_files_are_replaced_by_their_addresses_and_nothing_else_is():
    first, second, song = (LocalFile(data=data) for data in (b"1", b"2", b"3"))
    image = ImageToVideo(image=b"1", prompt="x", seed=7, guide_audio=b"3", extra={"a": 1})
    ready = image.with_addresses({first: ImageReference(URL), song: "https://example.com/3"})
    assert ready == replace(image, image=URL, guide_audio="https://example.com/3")
    assert image.image == first

    request = ReferenceToVideo(references=[b"2", URL, ImageReference(b"1"), b"2"])
    ready = request.with_addresses({first: "https://example.com/1", second: VideoReference("https://example.com/2")})
    video = VideoReference("https://example.com/2")
    # What the user said of a file holds for its address, too.
    assert ready.references == (video, URL, ImageReference("https://example.com/1"), video)
    assert TextToVideo(prompt="x").with_addresses({}) == TextToVideo(prompt="x")


def test_a_file_that_was_not_sent_stays_a_file():
    request = ReferenceToVideo(references=[b"1", b"2"])
    assert request.with_addresses({LocalFile(data=b"1"): URL}).references == (URL, LocalFile(data=b"2"))


def test_requests_with_files_and_extra_fields_are_values_too():
    def made():
        return ReferenceToVideo(references=["a.png", b"x", np.zeros((2, 2))], extra={"a": [1]}, guide_audio=b"y")

    assert made() == made()
    assert hash(made()) == hash(made())
    assert made() != replace(made(), extra={"a": [2]})
    assert made() != replace(made(), references=[b"z"])
    assert len({made(), made(), TextToVideo(prompt="x")}) == 2


@pytest.mark.parametrize("make_", REQUEST_TYPES.values())
@pytest.mark.parametrize(
    "value",
    [None, 5, 5.5, [], {}, b"x", b"", object(), np.zeros(4), np.zeros((2, 2)), "x", Path("x"), True, [None], {1: 2}],
    ids=kind,
)
def test_a_draft_of_whatever_a_form_holds_knows_its_problems(make_, value):
    for name in ("image", "references", "guide_audio", "extra", "like", "seed", "duration", "prompt", "shot_type"):
        draft = make_.draft({name: value})
        assert all(problem.text for problem in draft.problems())
        assert isinstance(draft.sources, tuple)
        assert repr(draft)
