"""What goes to Model Studio, key for key, from every family in every mode.

Held against help.aliyun.com/zh/model-studio: the three legacy-… pages (Wan 2.6), text-to-video-api-reference,
image-to-video-general-api-reference and wan-video-to-video-api-reference (2.7), wan3-video-generation-api-reference.
"""

from dataclasses import replace

import pytest

from wan_widgets import ImageToVideo, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import DashScope
from wan_widgets.wan.sources import ImageReference, VideoReference

DASHSCOPE = DashScope()
ORDER = "/api/v1/services/aigc/video-generation/video-synthesis"
ASYNC = {"X-DashScope-Async": "enable"}
IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/anna.mp4"
SOUND = "https://example.com/rap.mp3"
USUAL = {"duration": 5, "watermark": False}
EXTENDED = USUAL | {"prompt_extend": True}
EVERYTHING = {
    "negative_prompt": "blur",
    "resolution": "720p",
    "duration": 10,
    "seed": 7,
    "prompt_extend": False,
    "watermark": True,
}
EVERYTHING_SENT = {"duration": 10, "seed": 7, "watermark": True}

USUAL_CASES = {
    "wan2.6-t2v": (
        TextToVideo(prompt="A kitten"),
        {"prompt": "A kitten"},
        EXTENDED | {"size": "1920*1080", "shot_type": "single"},
    ),
    "wan2.6-i2v": (ImageToVideo(image=IMAGE), {"img_url": IMAGE}, EXTENDED | {"resolution": "1080P"}),
    "wan2.6-r2v": (
        ReferenceToVideo(prompt="character1 waves", references=[CLIP]),
        {"prompt": "character1 waves", "reference_urls": [CLIP]},
        USUAL | {"size": "1920*1080", "shot_type": "single"},
    ),
    "wan2.6-i2v-flash": (
        ImageToVideo(model="wan2.6-flash", image=IMAGE),
        {"img_url": IMAGE},
        EXTENDED | {"resolution": "1080P", "audio": True},
    ),
    "wan2.6-r2v-flash": (
        ReferenceToVideo(model="wan2.6-flash", prompt="character1 waves", references=[IMAGE]),
        {"prompt": "character1 waves", "reference_urls": [IMAGE]},
        USUAL | {"size": "1920*1080", "shot_type": "single", "audio": True},
    ),
    "wan2.7-t2v": (
        TextToVideo(model="wan2.7", prompt="A kitten"),
        {"prompt": "A kitten"},
        EXTENDED | {"resolution": "1080P", "ratio": "16:9"},
    ),
    "wan2.7-i2v": (
        ImageToVideo(model="wan2.7", image=IMAGE),
        {"media": [{"type": "first_frame", "url": IMAGE}]},
        EXTENDED | {"resolution": "1080P"},
    ),
    "wan2.7-r2v": (
        ReferenceToVideo(model="wan2.7", prompt="Video 1 waves", references=[CLIP]),
        {"prompt": "Video 1 waves", "media": [{"type": "reference_video", "url": CLIP}]},
        EXTENDED | {"resolution": "1080P", "ratio": "16:9"},
    ),
    "wan3.0-video": (
        TextToVideo(model="wan3.0", prompt="A kitten"),
        {"prompt": "A kitten"},
        EXTENDED | {"resolution": "1080P", "ratio": "16:9", "audio": True},
    ),
    "wan3.0-video of an image": (
        ImageToVideo(model="wan3.0", image=IMAGE),
        {"media": [{"type": "first_frame", "url": IMAGE}]},
        EXTENDED | {"resolution": "1080P", "ratio": "adaptive", "audio": True},
    ),
    "wan3.0-video of references": (
        ReferenceToVideo(model="wan3.0", references=[CLIP]),
        {"media": [{"type": "reference_video", "url": CLIP}]},
        EXTENDED | {"resolution": "1080P", "ratio": "16:9", "audio": True},
    ),
}
FULL_CASES = {
    "wan2.6-t2v": (
        TextToVideo(prompt="A kitten", aspect_ratio="4:3", guide_audio=SOUND, **EVERYTHING),
        {"prompt": "A kitten", "negative_prompt": "blur", "audio_url": SOUND},
        EVERYTHING_SENT | {"size": "1088*832", "shot_type": "single", "prompt_extend": False},
    ),
    "wan2.6-i2v": (
        ImageToVideo(
            prompt="It runs", image=IMAGE, shot_type="multi", guide_audio=SOUND, **EVERYTHING | {"prompt_extend": True}
        ),
        {"prompt": "It runs", "negative_prompt": "blur", "img_url": IMAGE, "audio_url": SOUND},
        EVERYTHING_SENT | {"resolution": "720P", "shot_type": "multi", "prompt_extend": True},
    ),
    "wan2.6-r2v": (
        ReferenceToVideo(
            prompt="character1", references=[CLIP, IMAGE], aspect_ratio="9:16", shot_type="multi", **EVERYTHING
        ),
        {"prompt": "character1", "negative_prompt": "blur", "reference_urls": [CLIP, IMAGE]},
        EVERYTHING_SENT | {"size": "720*1280", "shot_type": "multi"},
    ),
    "wan2.6-i2v-flash": (
        ImageToVideo(model="wan2.6-i2v-flash", prompt="It runs", image=IMAGE, audio=False, **EVERYTHING),
        {"prompt": "It runs", "negative_prompt": "blur", "img_url": IMAGE},
        EVERYTHING_SENT | {"resolution": "720P", "prompt_extend": False, "audio": False},
    ),
    "wan2.6-r2v-flash": (
        ReferenceToVideo(
            model="wan2.6-r2v-flash",
            prompt="character1",
            references=[CLIP],
            audio=False,
            shot_type="multi",
            **EVERYTHING,
        ),
        {"prompt": "character1", "negative_prompt": "blur", "reference_urls": [CLIP]},
        EVERYTHING_SENT | {"size": "1280*720", "shot_type": "multi", "audio": False},
    ),
    "wan2.7-t2v": (
        TextToVideo(model="wan2.7", prompt="A kitten", aspect_ratio="3:4", guide_audio=SOUND, **EVERYTHING),
        {"prompt": "A kitten", "negative_prompt": "blur", "audio_url": SOUND},
        EVERYTHING_SENT | {"resolution": "720P", "ratio": "3:4", "prompt_extend": False},
    ),
    "wan2.7-i2v": (
        ImageToVideo(model="wan2.7", prompt="It runs", image=IMAGE, guide_audio=SOUND, **EVERYTHING),
        {
            "prompt": "It runs",
            "negative_prompt": "blur",
            "media": [{"type": "first_frame", "url": IMAGE}, {"type": "driving_audio", "url": SOUND}],
        },
        EVERYTHING_SENT | {"resolution": "720P", "prompt_extend": False},
    ),
    "wan2.7-r2v": (
        ReferenceToVideo(
            model="wan2.7",
            prompt="Image 1 and Video 1",
            references=[ImageReference("https://example.com/9f3a"), CLIP, VideoReference("https://example.com/7")],
            aspect_ratio="1:1",
            **EVERYTHING,
        ),
        {
            "prompt": "Image 1 and Video 1",
            "negative_prompt": "blur",
            "media": [
                {"type": "reference_image", "url": "https://example.com/9f3a"},
                {"type": "reference_video", "url": CLIP},
                {"type": "reference_video", "url": "https://example.com/7"},
            ],
        },
        EVERYTHING_SENT | {"resolution": "720P", "ratio": "1:1", "prompt_extend": False},
    ),
    "wan3.0-video": (
        TextToVideo(
            model="wan3.0",
            prompt="A kitten",
            aspect_ratio="21:9",
            audio=False,
            **EVERYTHING | {"negative_prompt": None, "resolution": "480p", "duration": 30},
        ),
        {"prompt": "A kitten"},
        EVERYTHING_SENT
        | {"resolution": "480P", "ratio": "21:9", "prompt_extend": False, "audio": False, "duration": 30},
    ),
    "wan3.0-video of an image": (
        ImageToVideo(
            model="wan3.0", prompt="It runs", image=IMAGE, audio=False, **EVERYTHING | {"negative_prompt": None}
        ),
        {"prompt": "It runs", "media": [{"type": "first_frame", "url": IMAGE}]},
        EVERYTHING_SENT | {"resolution": "720P", "ratio": "adaptive", "prompt_extend": False, "audio": False},
    ),
    "wan3.0-video of references": (
        ReferenceToVideo(
            model="wan3.0",
            prompt="Image 1 sings Audio 1",
            references=[IMAGE, CLIP],
            guide_audio=SOUND,
            **EVERYTHING | {"negative_prompt": None},
        ),
        {
            "prompt": "Image 1 sings Audio 1",
            "media": [
                {"type": "reference_image", "url": IMAGE},
                {"type": "reference_video", "url": CLIP},
                {"type": "reference_audio", "url": SOUND},
            ],
        },
        EVERYTHING_SENT | {"resolution": "720P", "ratio": "16:9", "prompt_extend": False, "audio": True},
    ),
}
CASES = [
    pytest.param(request, name.split(" ")[0], inputs, parameters, id=f"{prefix}: {name}")
    for prefix, cases in (("usual", USUAL_CASES), ("full", FULL_CASES))
    for name, (request, inputs, parameters) in cases.items()
]
CASES += [  # the fast one is ordered as the other is
    pytest.param(replace(request, model="wan3.0-prime"), "wan3.0-video-prime", inputs, parameters, id=f"prime, {name}")
    for cases in (USUAL_CASES, FULL_CASES)
    for name, (request, inputs, parameters) in cases.items()
    if name.startswith("wan3.0")
]
OF_EACH = {"wan2.6": 3, "wan2.6-flash": 2, "wan2.7": 3, "wan3.0": 3, "wan3.0-prime": 3}


@pytest.mark.parametrize(("request_", "model", "inputs", "parameters"), CASES)
def test_every_family_in_every_mode_is_sent_key_for_key(request_, model, inputs, parameters):
    assert DASHSCOPE.problems(request_) == ()
    call = DASHSCOPE.encode_submit(request_, order="of no use here")
    assert (call.method, call.path, call.headers) == ("POST", ORDER, ASYNC)
    assert call.json == {"model": model, "input": inputs, "parameters": parameters}


def test_the_families_are_those_and_the_usual_one_comes_first():
    assert {family: len(modes) for family, modes in DASHSCOPE.offers.items()} == OF_EACH
    assert DASHSCOPE.models[0] == TextToVideo(prompt="x").model == "wan2.6"


@pytest.mark.parametrize(("family", "mode"), [(f, mode) for f, modes in DASHSCOPE.offers.items() for mode in modes])
def test_a_family_is_also_known_by_the_services_own_name(family, mode):
    fields = {"prompt": "x", "image": IMAGE, "references": (IMAGE,)}
    maker = {Mode.TEXT: TextToVideo, Mode.IMAGE: ImageToVideo, Mode.REFERENCE: ReferenceToVideo}[mode]
    fields = {name: value for name, value in fields.items() if name in maker.__dataclass_fields__}
    request = maker(model=family, **fields)
    own = DASHSCOPE.encode_submit(request).json["model"]
    again = maker(model=own, **fields)
    assert DASHSCOPE.problems(again) == ()
    assert DASHSCOPE.encode_submit(again).json == DASHSCOPE.encode_submit(request).json
