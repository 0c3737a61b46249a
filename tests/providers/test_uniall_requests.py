"""What goes to UniAll, and what it would refuse: held against the service's own pages."""

import json

import pytest

from providers.shapes import CLIP, IMAGE, SOUND, durations, paths, problems
from wan_widgets import ImageToVideo, InvalidRequest, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import PROVIDERS, UniAll
from wan_widgets.wan.sources import ImageReference, VideoReference

UNIALL = UniAll()
VIDEO_EXAMPLE = r"""{
"model": "wan2.6-r2v-flash-720p-audio",
"prompt": "保持相同主体身份与电影感风格,生成一段更快节奏的新镜头。",
"videos": [
"https://example.com/reference-shot-1.mp4"
],
"size": "1280*720",
"duration": 5,
"extra_body": {
"negative_prompt": "watermark, blur, flicker",
"audio": "https://example.com/guide-audio.mp3",
"shot_type": "single",
"enable_prompt_expansion": false,
"seed": -1
}
}"""
IMAGES_EXAMPLE = r"""{
"model": "wan2.6-r2v-flash-1080p-silent",
"prompt": "保持相同产品身份与风格,生成一段干净的营销视频。",
"images": [
"https://example.com/ref-1.png",
"https://example.com/ref-2.png"
],
"size": "1920*1080",
"duration": 10,
"extra_body": {
"negative_prompt": "watermark, blur",
"shot_type": "multi",
"enable_prompt_expansion": true,
"seed": 42
}
}"""
TEXT_EXAMPLE = r"""{
"model": "wan2.6-video-1080p",
"prompt": "日出",
"duration": 5,
"size": "1080*1920",
"extra_body": {
"negative_prompt": "不要出现模糊, 不要出现水印",
"shot_type": "multi",
"seed": -1
}
}"""


def t2v(**fields):
    return TextToVideo(**{"prompt": "A kitten"} | fields)


def i2v(**fields):
    return ImageToVideo(**{"prompt": "It runs", "image": IMAGE} | fields)


def r2v(**fields):
    return ReferenceToVideo(**{"prompt": "character1 waves", "references": [CLIP]} | fields)


def flash(make, **fields):
    return make(**{"model": "wan2.6-flash"} | fields)


def body(request):
    assert problems(UNIALL, request) == {}
    call = UNIALL.encode_submit(request)
    assert (call.method, call.path, call.form) == ("POST", "/v1/video/generations", ())
    return call.json


VIDEO_ORDER = {
    "prompt": "保持相同主体身份与电影感风格,生成一段更快节奏的新镜头。",
    "references": ["https://example.com/reference-shot-1.mp4"],
    "negative_prompt": "watermark, blur, flicker",
    "guide_audio": "https://example.com/guide-audio.mp3",
    "resolution": "720p",
    "prompt_extend": False,
}
IMAGES_ORDER = {
    "prompt": "保持相同产品身份与风格,生成一段干净的营销视频。",
    "references": ["https://example.com/ref-1.png", "https://example.com/ref-2.png"],
    "negative_prompt": "watermark, blur",
    "duration": 10,
    "shot_type": "multi",
    "audio": False,
    "seed": 42,
}


@pytest.mark.parametrize(
    ("example", "order", "whole"),
    [
        (VIDEO_EXAMPLE, VIDEO_ORDER, "wan2.6-r2v-flash-720p-audio"),
        (IMAGES_EXAMPLE, IMAGES_ORDER, "wan2.6-r2v-flash-1080p-silent"),
    ],
    ids=["videos", "images"],
)
def test_the_pages_examples_come_out_key_for_key(example, order, whole):
    """Quirk 3: extra_body is literally nested."""
    for model in ("wan2.6-flash", "wan2.6-r2v-flash", whole):
        assert body(ReferenceToVideo(model=model, **order)) == json.loads(example)


def test_the_page_of_text_to_video_comes_out_key_for_key():
    request = TextToVideo(
        prompt="日出", aspect_ratio="9:16", shot_type="multi", negative_prompt="不要出现模糊, 不要出现水印"
    )
    assert body(request) == json.loads(TEXT_EXAMPLE)


RANDOM = {"shot_type": "single", "seed": -1}
DEFAULTS = [
    (t2v(), {"model": "wan2.6-video-1080p", "prompt": "A kitten", "size": "1920*1080", "extra_body": RANDOM}),
    (i2v(), {"model": "wan2.6-video-1080p", "prompt": "It runs", "image": IMAGE, "extra_body": {"seed": -1}}),
    (
        flash(i2v),
        {"model": "wan2.6-i2v-flash-1080p-audio", "prompt": "It runs", "image": IMAGE, "extra_body": {"seed": -1}},
    ),
    (
        r2v(),
        {
            "model": "wan2.6-r2v-1080p",
            "prompt": "character1 waves",
            "videos": [CLIP],
            "size": "1920*1080",
            "extra_body": {**RANDOM, "enable_prompt_expansion": True},
        },
    ),
    (
        flash(r2v),
        {
            "model": "wan2.6-r2v-flash-1080p-audio",
            "prompt": "character1 waves",
            "videos": [CLIP],
            "size": "1920*1080",
            "extra_body": {**RANDOM, "enable_prompt_expansion": True},
        },
    ),
]


@pytest.mark.parametrize(("request_", "expected"), DEFAULTS)
def test_what_was_not_asked_for_is_left_out_but_never_what_costs_money(request_, expected):
    """Quirks 6, 13 and 23: the seed is -1, resolution and sound are always told, no text is empty."""
    assert body(request_) == expected | {"duration": 5}


FULL = {"resolution": "720p", "negative_prompt": "blur", "seed": 7, "shot_type": "multi"}
ASKED = {"negative_prompt": "blur", "shot_type": "multi", "seed": 7}
GUIDED = ASKED | {"audio": SOUND, "enable_prompt_expansion": False}
EVERYTHING = [
    (
        t2v(aspect_ratio="9:16", duration=15, **FULL),
        {"model": "wan2.6-video-720p", "prompt": "A kitten", "size": "720*1280", "duration": 15, "extra_body": ASKED},
    ),
    (
        i2v(duration=10, **FULL),
        {"model": "wan2.6-video-720p", "prompt": "It runs", "image": IMAGE, "duration": 10, "extra_body": ASKED},
    ),
    (
        flash(i2v, duration=7, audio=False, **FULL),
        {
            "model": "wan2.6-i2v-flash-720p-silent",
            "prompt": "It runs",
            "image": IMAGE,
            "duration": 7,
            "extra_body": ASKED,
        },
    ),
    *(
        (
            r2v(
                model=family,
                references=[CLIP, IMAGE],
                aspect_ratio="9:16",
                duration=10,
                guide_audio=SOUND,
                prompt_extend=False,
                **FULL,
            ),
            {
                "model": whole,
                "prompt": "character1 waves",
                "videos": [CLIP],
                "images": [IMAGE],
                "size": "720*1280",
                "duration": 10,
                "extra_body": GUIDED,
            },
        )
        for family, whole in [("wan2.6", "wan2.6-r2v-720p"), ("wan2.6-flash", "wan2.6-r2v-flash-720p-audio")]
    ),
]


@pytest.mark.parametrize(("request_", "expected"), EVERYTHING)
def test_everything_that_can_be_asked_for_has_its_place(request_, expected):
    """Quirk 2: sizes are written with an asterisk, and not at all where the image decides."""
    assert body(request_) == expected


def test_references_go_by_their_kinds_each_in_its_order():
    """Quirk 9: two arrays, whose common order UniAll does not define."""
    told = [VideoReference("https://example.com/1"), ImageReference("https://example.com/2"), CLIP, IMAGE]
    sent = body(r2v(references=told))
    assert (sent["videos"], sent["images"]) == (["https://example.com/1", CLIP], ["https://example.com/2", IMAGE])


def test_mixing_kinds_is_allowed_and_has_a_note():
    """Quirk 9."""
    assert problems(UNIALL, r2v(references=[CLIP, IMAGE])) == {}
    for model in ("wan2.6", "wan2.6-flash"):
        assert "character1" in str(UNIALL.offer(model, Mode.REFERENCE).mixing_note)
    assert not UNIALL.offer("wan2.6", Mode.TEXT).mixing_note


def test_extra_fields_are_laid_over_the_body():
    extra = {"extra_body": {"audio": SOUND, "seed": 0}, "user": "me"}
    assert body(t2v(extra=extra)) == {
        "model": "wan2.6-video-1080p",
        "prompt": "A kitten",
        "size": "1920*1080",
        "duration": 5,
        "extra_body": {"shot_type": "single", "seed": 0, "audio": SOUND},
        "user": "me",
    }


def test_an_unlisted_model_is_sent_as_it_stands():
    sent = body(r2v(model="wan2.7-r2v-pro", like="wan2.6-flash", audio=False, resolution="720p"))
    assert (sent["model"], sent["size"]) == ("wan2.7-r2v-pro", "1280*720")
    assert str(problems(UNIALL, r2v(model="wan2.7-r2v-pro"))["model"].allowed) == "wan2.6, wan2.6-flash"


@pytest.mark.parametrize(
    ("make", "fields", "field", "allowed"),
    [
        (r2v, {"model": "wan2.6-r2v-flash-720p-audio"}, "resolution", "720p"),
        (r2v, {"model": "wan2.6-r2v-flash-1080p-silent"}, "audio", "False"),
        (r2v, {"model": "wan2.6-r2v-flash-1080p-silent", "guide_audio": SOUND}, "audio", "False"),  # quirk 8
        (i2v, {"model": "wan2.6-i2v-flash-1080p-audio", "audio": False}, "audio", "True"),
        (t2v, {"model": "wan2.6-video-720p"}, "resolution", "720p"),
        (t2v, {"model": "wan2.6-video-720p", "like": "wan2.6"}, "resolution", "720p"),
    ],
)
def test_a_whole_name_that_contradicts_the_fields_is_refused(make, fields, field, allowed):
    found = problems(UNIALL, make(**fields))
    assert {name: str(problem.allowed) for name, problem in found.items()} == {field: allowed}


def test_a_whole_name_belongs_to_its_mode():
    assert set(problems(UNIALL, r2v(model="wan2.6-video-1080p"))) == {"model"}
    assert set(problems(UNIALL, t2v(model="wan2.6-r2v-1080p"))) == {"model"}
    assert problems(UNIALL, i2v(model="wan2.6-video-1080p")) == {}


def test_a_silent_clip_follows_no_sound():
    """Quirk 8."""
    with pytest.raises(InvalidRequest) as caught:
        flash(r2v, audio=False, guide_audio=SOUND)
    assert [problem.field for problem in caught.value.problems] == ["guide_audio"]


REFUSED = [
    (r2v(duration=15), "duration", "stops at 10 s", "5, 10 seconds"),
    (r2v(references=[IMAGE] * 6), "references", "6 references", "up to 5"),
    (r2v(references=[CLIP] * 4), "references", "4 videos", "up to 3"),
    (r2v(references=["https://example.com/9f3a"]), "references", "Reference 1: the address does not tell", ""),
    (r2v(references=["cat.mp4"]), "references", "no files", "an address"),
    (i2v(image=b"\x89PNG"), "image", "no files", "an address"),
    (r2v(guide_audio=b"ID3"), "guide_audio", "no files", "an address"),
    (t2v(aspect_ratio="1:1"), "aspect_ratio", "no 1:1", "16:9, 9:16"),
    (t2v(resolution="480p"), "resolution", "no 480p", "720p, 1080p"),  # quirk 12
    (i2v(aspect_ratio="16:9"), "aspect_ratio", "the image's shape", ""),
    (t2v(guide_audio=SOUND), "guide_audio", "takes no guide audio", ""),
    (flash(i2v, guide_audio=SOUND), "guide_audio", "takes no guide audio", ""),
    (t2v(audio=False), "audio", "always makes a sound track", "True"),
    (t2v(watermark=True), "watermark", "no watermark", "False"),
    (t2v(seed=2**31), "seed", "no seed as large", "0 to 2147483647"),
    (t2v(prompt="猫" * 1501), "prompt", "first 1500", "up to 1500 characters"),  # quirk 14
    (t2v(model="wan2.6-flash"), "model", "no text to video", "wan2.6"),
    (i2v(prompt=None), "prompt", "needs a prompt", ""),
    (r2v(prompt=None), "prompt", "needs a prompt", ""),
]


@pytest.mark.parametrize(("request_", "field", "message", "allowed"), REFUSED)
def test_what_uniall_lacks_is_refused_with_a_remedy(request_, field, message, allowed):
    found = problems(UNIALL, request_)
    assert set(found) == {field}
    assert message in found[field].text
    assert str(found[field].allowed) == allowed
    assert allowed or found[field].remedy


def test_the_lengths_are_the_pages():
    """Quirk 7: the pages leave reference to video to the account; the model behind it stops at 10 s."""
    for make in (t2v, i2v):
        assert durations(UNIALL, make) == {5, 10, 15}
    assert durations(UNIALL, lambda **fields: flash(i2v, **fields)) == set(range(5, 16))
    for model in ("wan2.6", "wan2.6-flash"):
        assert durations(UNIALL, lambda model=model, **fields: r2v(model=model, **fields)) == {5, 10}


def test_a_half_filled_form_is_answered_whatever_its_values():
    """Also where the model is one of UniAll's whole names."""
    for value in (None, [], {}, 5, 5.5, True, b"x", 10**5000, "x" * 5000):
        for name in ("model", "resolution", "duration", "seed", "audio", "aspect_ratio", "shot_type", "like"):
            for kind in (TextToVideo, ImageToVideo, ReferenceToVideo):
                draft = kind.draft({"model": "wan2.6-r2v-flash-720p-audio", name: value})
                assert isinstance(UNIALL.problems(draft), tuple)


def test_it_is_registered_and_its_paths_are_its_own():
    """Quirk 1: created in the singular, asked after in the plural."""
    assert isinstance(PROVIDERS["uniall"], UniAll)
    assert (UNIALL.base_url, UNIALL.key_variables) == ("https://api.uniall.ai", ("UNIALL_API_KEY",))
    assert paths(UNIALL, "task_1") == ["/v1/videos/task_1"]
    assert paths(UNIALL, "../a b?c#猫") == ["/v1/videos/..%2Fa%20b%3Fc%23%E7%8C%AB"]
