"""What goes to a New API gateway, and what it would drop or refuse: held against the gateway's own code."""

import pytest

from providers.shapes import CLIP, IMAGE, SOUND, durations, paths, problems
from wan_widgets import ImageToVideo, InvalidRequest, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import PROVIDERS, NewAPI

NEWAPI = NewAPI()
VIDEOS = NewAPI(style="videos")
USUAL = {"parameters": {"prompt_extend": True, "watermark": False}}
FULL = {
    "negative_prompt": "blur",
    "guide_audio": SOUND,
    "prompt_extend": False,
    "watermark": True,
    "seed": 7,
    "resolution": "720p",
    "duration": 10,
}
ASKED = {
    "input": {"negative_prompt": "blur", "audio_url": SOUND},
    "parameters": {"prompt_extend": False, "watermark": True, "seed": 7},
}


def t2v(**fields):
    return TextToVideo(**{"prompt": "A kitten"} | fields)


def i2v(**fields):
    return ImageToVideo(**{"prompt": "It runs", "image": IMAGE} | fields)


def body(request, provider=NEWAPI):
    assert problems(provider, request) == {}
    call = provider.encode_submit(request)
    assert (call.method, call.form) == ("POST", ())
    return call.json


@pytest.mark.parametrize(("family", "full"), [("wan2.6", "wan2.6-t2v"), ("wan2.5", "wan2.5-t2v-preview")])
def test_text_to_video_sends_a_size_and_nests_the_rest(family, full):
    """Quirks 2, 6 and 13: an asterisk, no seed for a random one, and never what costs money left open."""
    expected = {"model": full, "prompt": "A kitten"}
    for model in (family, full):
        plain = expected | {"size": "1920*1080", "duration": 5, "metadata": USUAL}
        assert body(t2v(model=model)) == plain
        everything = expected | {"size": "832*1088", "duration": 10, "metadata": ASKED}
        assert body(t2v(model=model, aspect_ratio="3:4", **FULL)) == everything


@pytest.mark.parametrize(
    ("family", "full"), [("wan2.6", "wan2.6-i2v"), ("wan2.5", "wan2.5-i2v-preview"), ("wan2.7", "wan2.7-i2v")]
)
def test_image_to_video_sends_a_resolution_and_nests_the_rest(family, full):
    """Quirk 2; quirk 8: the sound is an address, under DashScope's name."""
    expected = {"model": full, "prompt": "It runs", "image": IMAGE}
    for model in (family, full):
        plain = expected | {"size": "1080P", "duration": 5, "metadata": USUAL}
        assert body(i2v(model=model)) == plain
        assert body(i2v(model=model, **FULL)) == expected | {"size": "720P", "duration": 10, "metadata": ASKED}


def test_both_styles_send_the_same_to_their_own_paths():
    """Quirk 1."""
    assert NEWAPI.encode_submit(t2v()).path == "/v1/video/generations"
    assert VIDEOS.encode_submit(t2v()).path == "/v1/videos"
    assert NEWAPI.encode_submit(t2v()).json == VIDEOS.encode_submit(t2v()).json
    assert paths(NEWAPI, "task_1") == ["/v1/video/generations/task_1"]
    assert paths(VIDEOS, "../a b?c#猫") == ["/v1/videos/..%2Fa%20b%3Fc%23%E7%8C%AB"]


def test_a_style_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="There are: video-generations, videos"):
        NewAPI(style="openai")


def test_it_is_registered_and_only_the_user_knows_where_it_is():
    assert isinstance(PROVIDERS["newapi"], NewAPI)
    assert PROVIDERS["newapi"].style == "video-generations"
    assert NEWAPI.base_url == ""
    assert NEWAPI.key_variables == ("NEWAPI_API_KEY", "NEW_API_KEY")


def test_480p_is_there_for_wan_2_5_alone():
    """Quirk 12."""
    assert body(t2v(model="wan2.5", resolution="480p", aspect_ratio="1:1"))["size"] == "624*624"
    assert body(i2v(model="wan2.5", resolution="480p"))["size"] == "480P"
    problem = problems(NEWAPI, t2v(model="wan2.5", resolution="480p", aspect_ratio="4:3"))["aspect_ratio"]
    assert str(problem.allowed) == "16:9, 9:16, 1:1"
    assert str(problems(NEWAPI, t2v(resolution="480p"))["resolution"].allowed) == "720p, 1080p"


def test_every_size_is_one_that_the_gateway_knows():
    """It refuses any other with ``invalid_size``."""
    known = """
        832*480 480*832 624*624
        1280*720 720*1280 960*960 1088*832 832*1088
        1920*1080 1080*1920 1440*1440 1632*1248 1248*1632
    """
    cells = [(tier, ratio) for tier, row in NEWAPI.offer("wan2.5", Mode.TEXT).sizes.items() for ratio in row]
    sent = [body(t2v(model="wan2.5", resolution=tier, aspect_ratio=ratio))["size"] for tier, ratio in cells]
    assert sent == known.split()


def test_extra_fields_are_laid_over_the_body():
    extra = {"metadata": {"input": {"template": "flying"}, "parameters": {"audio": False}}, "user": "me"}
    assert body(i2v(extra=extra)) == {
        "model": "wan2.6-i2v",
        "prompt": "It runs",
        "image": IMAGE,
        "size": "1080P",
        "duration": 5,
        "metadata": {
            "input": {"template": "flying"},
            "parameters": {"prompt_extend": True, "watermark": False, "audio": False},
        },
        "user": "me",
    }


def test_an_operators_own_name_is_sent_as_it_stands():
    sent = body(i2v(model="wan-hd", like="wan2.7", prompt="x" * 5000))
    assert (sent["model"], sent["size"]) == ("wan-hd", "1080P")
    problem = problems(NEWAPI, i2v(model="wan-hd"))["model"]
    assert (str(problem.allowed), 'like="wan2.6"' in str(problem.remedy)) == ("wan2.6, wan2.5, wan2.7", True)


def test_the_lengths_are_the_models():
    """Quirk 7."""
    for make in (t2v, i2v):
        assert durations(NEWAPI, make) == set(range(2, 16))
        assert durations(NEWAPI, lambda make=make, **fields: make(model="wan2.5", **fields)) == {5, 10}
    assert durations(NEWAPI, lambda **fields: i2v(model="wan2.7", **fields)) == set(range(2, 16))


def test_a_silent_clip_follows_no_sound():
    """Quirk 8."""
    with pytest.raises(InvalidRequest) as caught:
        i2v(audio=False, guide_audio=SOUND)
    assert [problem.field for problem in caught.value.problems] == ["guide_audio"]


REFUSED = [
    (t2v(shot_type="multi"), "shot_type", "no shot type", "single"),
    (i2v(shot_type="multi"), "shot_type", "no shot type", "single"),
    (ReferenceToVideo(prompt="x", references=[CLIP]), "model", "no reference to video", ""),
    (t2v(model="wan2.7"), "model", "no text to video", "wan2.6, wan2.5"),
    (i2v(prompt=None), "prompt", "needs a prompt", ""),  # quirk 23
    (i2v(image=b"\x89PNG"), "image", "no files", "an address"),
    (t2v(guide_audio=b"ID3"), "guide_audio", "no files", "an address"),
    (i2v(aspect_ratio="16:9"), "aspect_ratio", "the image's shape", ""),
    (t2v(aspect_ratio="21:9"), "aspect_ratio", "no 21:9", "16:9, 9:16, 1:1, 4:3, 3:4"),
    (t2v(resolution="4k"), "resolution", "no 4k", "720p, 1080p"),
    (t2v(audio=False), "audio", "always makes a sound track", "True"),
    (t2v(seed=2**31), "seed", "no seed as large", "0 to 2147483647"),
    (t2v(duration=16), "duration", "no clips of 16 s", "2 to 15 seconds"),
    (t2v(prompt="猫" * 1501), "prompt", "first 1500", "up to 1500 characters"),  # quirk 14
    (i2v(model="wan2.7", prompt="猫" * 5001), "prompt", "first 5000", "up to 5000 characters"),
    (t2v(negative_prompt="猫" * 501), "negative_prompt", "first 500", "up to 500 characters"),
]


@pytest.mark.parametrize(("request_", "field", "message", "allowed"), REFUSED)
def test_what_the_gateway_drops_or_refuses_is_refused_here(request_, field, message, allowed):
    found = problems(NEWAPI, request_)
    assert set(found) == {field}
    assert message in str(found[field].message)
    assert str(found[field].allowed) == allowed
