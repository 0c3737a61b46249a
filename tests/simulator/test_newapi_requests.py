"""New API: what it makes of a request before it asks Model Studio."""

import json

import pytest

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.protocols.newapi.orders import read_asked, upstream_body

IMAGE = "https://files.test/a.png"
LAST = "https://files.test/b.png"
SOUND = "https://files.test/a.mp3"


def body(model="wan2.6-t2v", **fields) -> dict:
    return upstream_body(read_asked({"model": model, "prompt": "A kitten", **fields}))


def parameters(model="wan2.6-t2v", **fields) -> dict:
    return body(model, **fields)["parameters"]


def inputs(model="wan2.6-t2v", **fields) -> dict:
    return body(model, **fields)["input"]


def test_defaults_are_the_gateways_own():
    assert body() == {
        "model": "wan2.6-t2v",
        "input": {"prompt": "A kitten"},
        "parameters": {"size": "1280*720", "duration": 5, "prompt_extend": True},
    }
    assert body("wan3.0-video") == {
        "model": "wan3.0-video",
        "input": {"prompt": "A kitten"},
        "parameters": {"duration": 5},
    }


@pytest.mark.parametrize(
    ("model", "size", "expected"),
    [
        ("wan2.6-t2v", "", {"size": "1280*720"}),
        ("wan2.7-t2v", "", {"size": "1280*720"}),
        ("wan2.5-t2v-preview", "", {"size": "1920*1080"}),
        ("wan2.2-t2v-plus", "", {"size": "1920*1080"}),
        ("wan2.6-i2v", "", {"resolution": "1080P"}),
        ("wan2.5-i2v-preview", "", {"resolution": "1080P"}),
        ("wan2.2-i2v-flash", "", {"resolution": "720P"}),
        ("wan2.2-i2v-plus", "", {"resolution": "1080P"}),
        ("wan2.7-i2v", "", {"resolution": "720P"}),
        ("wan2.6-i2v", "720p", {"resolution": "720P"}),
        ("wan2.6-i2v", "720", {"resolution": "720P"}),
        ("wan2.6-i2v", "1280*720", {"size": "1280*720"}),
        ("wan2.6-t2v", "832*1088", {"size": "832*1088"}),
        ("wan3.0-video", "480p", {"resolution": "480P"}),
    ],
)
def test_an_asterisk_tells_pixels_from_tiers(model, size, expected):
    made = parameters(model, size=size, image=IMAGE)
    assert {name: made[name] for name in ("size", "resolution") if name in made} == expected


def test_the_first_picture_there_is_becomes_the_first_frame():
    assert inputs("wan2.6-i2v", image=IMAGE, images=[LAST])["img_url"] == IMAGE
    assert inputs("wan2.6-i2v", images=[" ", LAST])["img_url"] == LAST
    assert inputs("wan2.6-i2v", input_reference=IMAGE)["img_url"] == IMAGE
    assert "img_url" not in inputs("wan2.6-i2v")


def test_2_7_gets_media_instead_of_fields_it_does_not_know():
    made = inputs("wan2.7-i2v", images=[IMAGE, LAST], metadata={"input": {"audio_url": SOUND}})
    assert made == {
        "prompt": "A kitten",
        "media": [
            {"type": "first_frame", "url": IMAGE},
            {"type": "last_frame", "url": LAST},
            {"type": "driving_audio", "url": SOUND},
        ],
    }
    given = [{"type": "first_clip", "url": IMAGE}]
    assert inputs("wan2.7-i2v", image=LAST, metadata={"input": {"media": given}})["media"] == given
    assert inputs("wan3.0-video", images=[IMAGE])["media"] == [{"type": "first_frame", "url": IMAGE}]


def test_metadata_lie_over_everything():
    metadata = {
        "input": {"prompt": "A dog", "negative_prompt": "people"},
        "parameters": {"size": "960*960", "duration": 3, "seed": 7, "watermark": True},
    }
    for spelled in (metadata, json.dumps(metadata)):
        assert body(size="1280*720", duration=10, metadata=spelled) == {"model": "wan2.6-t2v", **metadata} | {
            "parameters": metadata["parameters"] | {"prompt_extend": True}
        }
    for nonsense in ("{", "[]", 5, [], None, {"input": []}):
        assert body(metadata=nonsense) == body()


def test_what_has_no_field_is_lost():
    metadata = {
        "input": {
            "reference_urls": [IMAGE],
            "media": [{"type": "reference_image", "url": IMAGE, "reference_voice": SOUND}],
        },
        "parameters": {"shot_type": "multi", "ratio": "9:16"},
        "negative_prompt": "flat",
    }
    made = body("wan2.7-r2v", metadata=metadata, seed=3, n=2)
    assert made["input"]["media"] == [{"type": "reference_image", "url": IMAGE}]
    assert made["input"].keys() == {"prompt", "media"}
    assert made["parameters"].keys() == {"resolution", "duration", "prompt_extend"}
    assert parameters("wan3.0-video", metadata=metadata)["ratio"] == "9:16"


def test_what_is_false_or_zero_is_lost_too():
    metadata = {"parameters": {"prompt_extend": False, "seed": 0, "audio": False}}
    assert parameters(metadata=metadata) == {"size": "1280*720", "duration": 5, "audio": False}
    assert parameters("wan3.0-video", metadata=metadata)["prompt_extend"] is False


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"duration": 7}, 7),
        ({"duration": "7"}, 7),
        ({"duration": "seven", "seconds": "8"}, 8),
        ({"duration": 7, "seconds": "8"}, 7),
        ({"duration": 7.5}, 5),
        ({"duration": 0, "seconds": "0"}, 5),
        ({}, 5),
    ],
)
def test_lengths_are_read_leniently(fields, seconds):
    assert parameters(**fields)["duration"] == seconds


@pytest.mark.parametrize(
    ("fields", "status", "code", "words"),
    [
        ({"model": None}, 400, "missing_model", "model field is required"),
        ({"prompt": " "}, 400, "invalid_request", "prompt is required"),
        ({"size": "720p"}, 500, "build_request_failed", "invalid size: 720p, example: 1920*1080"),
        ({"seconds": "five"}, 500, "build_request_failed", "convert seconds to int failed"),
        ({"metadata": {"model": "wan2.7-t2v"}}, 500, "build_request_failed", "can't change model with metadata"),
        ({"metadata": {"input": [1]}}, 500, "build_request_failed", "unmarshal metadata failed"),
        ({"model": "wan2.7-i2v"}, 500, "build_request_failed", "wan2.7-i2v requires image"),
    ],
)
def test_what_the_gateway_itself_refuses(fields, status, code, words):
    with pytest.raises(RefusalError) as caught:
        body(**fields)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert words in caught.value.message
