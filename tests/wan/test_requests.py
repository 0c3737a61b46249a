"""What every request refuses when made, whichever service it is meant for."""

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest

from wan_widgets import ImageToVideo, InvalidRequest, ReferenceToVideo, TextToVideo, WanError
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.wan.sources import ImageReference, LocalFile, VideoReference

URL = "https://example.com/cat.jpg"
MAKERS = {
    "t2v": lambda **fields: TextToVideo(**{"prompt": "A kitten"} | fields),
    "i2v": lambda **fields: ImageToVideo(**{"image": URL} | fields),
    "r2v": lambda **fields: ReferenceToVideo(**{"references": [URL]} | fields),
}
HUGE = 10**5000
STRANGE = [b"bytes", [], ["16:9"], {}, {"a": 1}, 3.5, object(), np.arange(3), np.float32(2), Path("x")]


def kind(value):
    """A name for a test's value; pytest's own fails at numbers of thousands of digits."""
    return ascii(value)[:30] if isinstance(value, str | bool | float) else type(value).__name__


def problems(make, **fields):
    with pytest.raises(InvalidRequest) as caught:
        make(**fields)
    return {problem.field: problem for problem in caught.value.problems}


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]


def test_the_defaults_are_the_services_own_and_complete():
    request = TextToVideo(prompt="A kitten")
    assert (request.aspect_ratio, request.resolution, request.duration) == ("16:9", "1080p", 5)
    assert (request.prompt_extend, request.audio, request.watermark, request.shot_type) == (True, True, False, "single")
    assert (request.model, request.seed, request.negative_prompt) == ("wan2.6", None, None)


def test_requests_are_values():
    request = TextToVideo(prompt="A kitten", seed=7)
    assert request == TextToVideo(prompt="A kitten", seed=7)
    assert hash(request) == hash(replace(request))
    with pytest.raises(FrozenInstanceError):
        request.seed = 8


def test_a_changed_copy_is_checked_again():
    with pytest.raises(InvalidRequest, match="duration"):
        replace(TextToVideo(prompt="A kitten"), duration=0)


@pytest.mark.parametrize("prompt", [None, "", "  \n\t", "\u3000"])
def test_text_to_video_needs_a_prompt(prompt):
    found = problems(TextToVideo, prompt=prompt)
    assert set(found) == {"prompt"}
    assert found["prompt"].remedy == "Describe what the clip shows."


@pytest.mark.parametrize("image", [None, "", " "])
def test_image_to_video_needs_an_image(image):
    found = problems(ImageToVideo, image=image)
    assert set(found) == {"image"}
    assert "the file of one image" in found["image"].text


@pytest.mark.parametrize("references", [None, (), [], "", iter(())])
def test_reference_to_video_needs_a_reference(references):
    found = problems(ReferenceToVideo, references=references)
    assert set(found) == {"references"}
    assert "at least one" in found["references"].text


@pytest.mark.parametrize("kind", [ImageToVideo, ReferenceToVideo])
def test_the_prompt_is_optional_where_there_is_an_input(kind):
    given = {"image": URL} if kind is ImageToVideo else {"references": [URL]}
    assert kind(**given).prompt is None
    assert kind(prompt="  ", **given).prompt is None


@pytest.mark.parametrize("images", [[URL], (URL, URL), []])
def test_one_image_is_not_a_list(images):
    found = problems(ImageToVideo, image=images)
    assert set(found) == {"image"}
    assert found["image"].message == f"A list of {len(images)} was given."
    assert "one image" in found["image"].allowed


def test_references_may_come_as_any_iterable_and_keep_their_order():
    first, second = "https://example.com/1.mp4", "https://example.com/2.mp4"
    assert ReferenceToVideo(references=(url for url in (first, second))).references == (first, second)
    assert ReferenceToVideo(references=first).references == (first,)


def test_a_faulty_reference_is_named_by_its_number():
    found = problems(ReferenceToVideo, references=[URL, "ftp://example.com/cat.mp4", URL])
    assert found["references"].message == "Reference 2: 'ftp://example.com/cat.mp4' is not an address."


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
    assert found["image"].allowed == "an http:// or https:// address, or a file"
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
    assert remedy in problems(ImageToVideo, image=url)["image"].remedy


def test_a_megabyte_of_base64_is_not_repeated_in_the_message():
    assert len(str(problems(ImageToVideo, image="data:image/png;base64," + "A" * 2**20)["image"])) < 300
    assert len(str(problems(ImageToVideo, image="A" * 2**20)["image"])) < 300


@pytest.mark.parametrize(
    "duration", [0, -5, True, 5.0, "5", None, float("nan"), HUGE, -HUGE, np.arange(2), [5]], ids=kind
)
def test_a_duration_is_whole_seconds(make, duration):
    assert set(problems(make, duration=duration)) == {"duration"}


@pytest.mark.parametrize("seed", [-2, True, False, 7.0, "7", -HUGE, HUGE, 2**64, np.arange(2), []], ids=kind)
def test_a_seed_is_a_whole_number(make, seed):
    assert set(problems(make, seed=seed)) == {"seed"}


@pytest.mark.parametrize(("seed", "kept"), [(-1, None), (None, None), (0, 0), (2**31 - 1, 2**31 - 1)])
def test_minus_one_and_none_let_the_service_choose(make, seed, kept):
    assert make(seed=seed).seed == kept


@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_a_blank_negative_prompt_is_none(make, blank):
    assert make(negative_prompt=blank).negative_prompt is None


@pytest.mark.parametrize("name", ["prompt_extend", "audio", "watermark"])
@pytest.mark.parametrize("value", [None, 0, 1, "false", [], np.True_])
def test_a_switch_is_true_or_false(make, name, value):
    found = problems(make, **{name: value})
    assert set(found) == {name}
    assert found[name].allowed == "True, False"


@pytest.mark.parametrize("name", ["prompt", "negative_prompt"])
@pytest.mark.parametrize("value", [*STRANGE, HUGE, True], ids=kind)
def test_texts_are_text(make, name, value):
    assert name in problems(make, **{name: value})


@pytest.mark.parametrize("name", ["model", "resolution", "aspect_ratio", "shot_type"])
@pytest.mark.parametrize("value", [*STRANGE, HUGE, True, "", " "], ids=kind)
def test_choices_are_names(make, name, value):
    assert set(problems(make, **{name: value})) == {name}


@pytest.mark.parametrize("name", ["prompt", "negative_prompt"])
def test_half_an_emoji_cannot_be_sent(make, name):
    assert "half a character" in problems(make, **{name: "A cat \ud83d"})[name].message


@pytest.mark.parametrize(
    "prompt", ["😀" * 100, "قطة تركض في العشب", "\u202eright to left", "a\0b", "<script>", "'\"\\"]
)
def test_any_writing_may_be_a_prompt(make, prompt):
    assert make(prompt=prompt).prompt == prompt


@pytest.mark.parametrize("ratio", ["16x9", "16:", ":9", "0:9", "16:0", "16:9:4", "a:b", "-16:9", "9" * 5000, "1.5:1"])
def test_an_aspect_ratio_is_two_whole_numbers(make, ratio):
    found = problems(make, aspect_ratio=ratio)
    assert set(found) == {"aspect_ratio"}
    assert '"16:9"' in found["aspect_ratio"].allowed


@pytest.mark.parametrize("shot", ["Single", "triple", "single "])
def test_an_unknown_shot_type_is_refused(make, shot):
    assert problems(make, shot_type=shot)["shot_type"].allowed == "single, multi"


def test_an_image_needs_neither_ratio_nor_shot_type():
    assert ImageToVideo(image=URL, aspect_ratio=None, shot_type=None).aspect_ratio is None
    assert set(problems(TextToVideo, prompt="x", aspect_ratio=None, shot_type=None)) == {"aspect_ratio", "shot_type"}


def test_everything_that_is_wrong_is_said_at_once():
    wrong = {
        "negative_prompt": 5,
        "model": "",
        "resolution": None,
        "duration": 0,
        "seed": -2,
        "prompt_extend": "yes",
        "audio": 1,
        "watermark": None,
        "aspect_ratio": "wide",
        "shot_type": "all",
    }
    for kind, own in ((TextToVideo, "prompt"), (ImageToVideo, "image"), (ReferenceToVideo, "references")):
        found = problems(kind, **wrong)
        assert set(found) == {*wrong, own}
        for problem in found.values():
            assert problem.message
            assert problem.allowed or problem.remedy, problem.field


def test_the_error_is_prose_that_counts_its_problems():
    with pytest.raises(InvalidRequest) as caught:
        TextToVideo(duration=0, prompt="x")
    assert str(caught.value) == (
        "The request has 1 problem; nothing was sent.\n"
        "  duration: 0 is not a length. Allowed: whole seconds, 1 to 3600."
    )
    with pytest.raises(InvalidRequest, match="has 2 problems"):
        TextToVideo(duration=0)
    assert isinstance(caught.value, WanError)
    assert isinstance(caught.value, ValueError)
    assert not caught.value.maybe_billed


def test_a_draft_is_not_checked_but_knows_its_problems():
    draft = TextToVideo.draft({"duration": 0, "nonsense": 1})
    assert {problem.field for problem in draft.problems()} == {"prompt", "duration"}
    assert draft.resolution == "1080p"


def test_every_mode_has_its_request():
    assert {mode.value: kind for mode, kind in REQUEST_TYPES.items()} == {
        "t2v": TextToVideo,
        "i2v": ImageToVideo,
        "r2v": ReferenceToVideo,
    }


def test_numbers_of_a_sweep_become_plain_ones():
    request = TextToVideo(prompt="x", seed=np.int64(7), duration=np.arange(5, 6)[0])

    assert (request.seed, request.duration) == (7, 5)
    assert repr(request) == repr(TextToVideo(prompt="x", seed=7, duration=5))


@pytest.mark.parametrize("extra", [None, [], "a", 5, {1: 2}, {None: 1}, {b"a": 1}, [("a", 1)]], ids=kind)
def test_extra_is_a_set_of_named_fields(make, extra):
    found = problems(make, extra=extra)
    assert set(found) == {"extra"}
    assert "text as its keys" in found["extra"].allowed
    assert found["extra"].remedy


def looped():
    loop = {}
    loop["a"] = loop
    return loop


def deep():
    top = inner = {}
    for _ in range(20_000):
        inner["a"] = inner = {}
    return top


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        float("nan"),
        float("inf"),
        HUGE,
        {1, 2},
        object(),
        np.int64(1),
        Path("x"),
        "\ud83d",
        {"\ud83d": 1},
        looped(),
        deep(),
    ],
    ids=kind,
)
def test_extra_is_json_and_nothing_else(make, value):
    for extra in ({"a": value}, {"a": [{"b": value}]}):
        found = problems(make, extra=extra)
        assert set(found) == {"extra"}
        assert "JSON" in found["extra"].message
        assert len(str(found["extra"])) < 400


def test_extra_is_kept_as_it_was_given_whatever_becomes_of_it_later():
    mine = {"metadata": {"a": [1, None, True, "ä😀", 1.5]}}
    request = TextToVideo(prompt="x", extra=mine)
    mine["metadata"]["a"].append("later")
    assert request.extra == {"metadata": {"a": [1, None, True, "ä😀", 1.5]}}
    assert TextToVideo(prompt="x").extra == {}
    assert TextToVideo(prompt="x").extra is not TextToVideo(prompt="x").extra


def test_a_model_may_be_unlisted_and_like_another():
    request = TextToVideo(prompt="x", model="wan9.9-secret", like="wan2.6")
    assert (request.model, request.like) == ("wan9.9-secret", "wan2.6")
    assert TextToVideo(prompt="x", like=" ").like is None
    assert set(problems(TextToVideo, prompt="x", like=5)) == {"like"}
    assert set(problems(TextToVideo, prompt="x", like=["wan2.6"])) == {"like"}


def test_a_sound_may_guide_a_clip_that_has_one():
    address = "https://example.com/song.mp3"
    assert TextToVideo(prompt="x", guide_audio=address).guide_audio == address
    assert TextToVideo(prompt="x", guide_audio="song.mp3").guide_audio == LocalFile(Path("song.mp3").absolute())
    assert TextToVideo(prompt="x", guide_audio=b"RIFF").guide_audio == LocalFile(data=b"RIFF")
    found = problems(TextToVideo, prompt="x", guide_audio=address, audio=False)
    assert found["guide_audio"].message == "A silent clip cannot follow a sound."


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
    assert "ReferenceToVideo" in found["image"].remedy


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
