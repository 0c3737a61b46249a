import json

import pytest

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.orders import Order
from wan_widgets.simulator.protocols.toapis.orders import parse_order
from wan_widgets.wan.models import Size

IMAGE = "https://files.test/a.jpg"
REFERENCES = {"reference_urls": ["https://files.test/a.mp4"]}


def parse(**fields) -> Order:
    return parse_order({"model": "wan2.6", "prompt": "A cat", **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"model": "wan2.5"}, "model: 'wan2.5' is not known here; use 'wan2.6'"),
        ({"model": None}, "model: it is required"),
        ({"model": 26}, "model: it must be a string, not 26"),
        ({"prompt": None}, "prompt: it is required unless"),
        ({"prompt": "  \n"}, "prompt: it is required unless"),
        ({"prompt": 5}, "prompt: it must be a string"),
        ({"image_urls": IMAGE}, "image_urls: it must be an array of strings"),
        ({"image_urls": []}, "image_urls: exactly 1 image is supported, 0 were sent"),
        ({"image_urls": [IMAGE, IMAGE]}, "image_urls: exactly 1 image is supported, 2 were sent"),
        ({"image_urls": [{"url": IMAGE}]}, "image_urls: every item must be a string"),
        ({"image_urls": ["data:image/png;base64,iVBORw0KGgo="]}, "upload the file"),
        ({"image_urls": ["iVBORw0KGgo" * 200]}, "upload the file"),
        ({"image_urls": ["ftp://files.test/a.jpg"]}, "is not a public http:// or https:// URL"),
        ({"image_urls": ["https://"]}, "is not a public http:// or https:// URL"),
        ({"image_urls": ["http://[::1"]}, "is not a public http:// or https:// URL"),
        ({"image_urls": [IMAGE], "metadata": REFERENCES}, "exclude each other"),
        ({"image_urls": [IMAGE], "aspect_ratio": "16:9"}, "aspect_ratio: it is not supported with image_urls"),
        ({"image_urls": [IMAGE], "shot_type": "multi"}, "shot_type: it is not supported with image_urls"),
        ({"metadata": []}, "metadata: it must be an object"),
        ({"metadata": {"reference_urls": []}}, "metadata.reference_urls: 1 to 5 URLs are supported, 0"),
        ({"metadata": {"reference_urls": [IMAGE] * 6}}, "metadata.reference_urls: 1 to 5 URLs are supported, 6"),
        ({"metadata": {"reference_urls": "x"}}, "metadata.reference_urls: it must be an array"),
        ({"metadata": {"reference_urls": [IMAGE, "x"]}}, r"metadata.reference_urls\[1\]: 'x' is not"),
        ({"metadata": REFERENCES, "duration": 15}, "duration: 15 is not available with metadata.reference_urls"),
        ({"aspect_ratio": "21:9"}, "aspect_ratio: '21:9' is not available; use one of 16:9, 9:16, 1:1, 4:3, 3:4"),
        ({"resolution": "480p"}, "resolution: '480p' is not available; use one of 720p, 1080p"),
        ({"resolution": "720P"}, "resolution: '720P' is not available"),
        ({"duration": 8}, "duration: 8 is not available; use one of 5, 10, 15"),
        ({"duration": "5"}, "duration: it must be an integer, not '5'"),
        ({"duration": 5.0}, "duration: it must be an integer"),
        ({"duration": True}, "duration: it must be an integer"),
        ({"negative_prompt": ["blurry"]}, "negative_prompt: it must be a string"),
        ({"seed": "42"}, "seed: it must be an integer"),
        ({"seed": -2}, "seed: -2 is out of range"),
        ({"seed": 2**31}, "seed: 2147483648 is out of range"),
        ({"prompt_extend": "yes"}, "prompt_extend: it must be true or false"),
        ({"audio": False}, "audio: false is not possible"),
        ({"audio": 1}, "audio: it must be true or false"),
        ({"shot_type": "double"}, "shot_type: 'double' is not available; use one of single, multi"),
        ({"watermark": 0}, "watermark: it must be true or false"),
        ({"client_business_id": 7}, "client_business_id: it must be a string"),
    ],
)
def test_every_broken_rule_is_named_with_its_remedy(fields, words):
    with pytest.raises(RefusalError, match=words) as caught:
        parse(**fields)
    assert caught.value.status == 400
    assert caught.value.code == "invalid_request"


def test_a_callback_needs_a_webhook():
    with pytest.raises(RefusalError) as caught:
        parse(callback_url="https://me.test/hook")
    assert caught.value.code == "webhook_not_configured"


def test_defaults_are_those_of_the_documentation():
    assert parse() == Order(
        model="wan2.6",
        prompt="A cat",
        size=Size(1920, 1080),
        resolution="1080p",
        duration=5,
        audio=True,
        prompt_extend=True,
        watermark=False,
        wire={"aspect_ratio": "16:9"},
    )


def test_the_quick_model_needs_a_picture_and_can_be_silent():
    with pytest.raises(RefusalError, match="makes no videos of text alone; send image_urls or metadata"):
        parse(model="wan2.6-flash")
    audible = parse(model="wan2.6-flash", image_urls=[IMAGE])
    silent = parse(model="wan2.6-flash", metadata=REFERENCES, audio=False, resolution="720p")
    assert (audible.model, audible.mode, audible.audio) == ("wan2.6-flash", "i2v", True)
    assert (silent.mode, silent.audio, silent.size) == ("r2v", False, (1280, 720))


def test_what_the_page_of_the_quick_model_does_not_list_is_ignored():
    unlisted = {"aspect_ratio": "9:16", "seed": 5, "negative_prompt": "x", "shot_type": "multi", "prompt_extend": 3}
    plain = parse(model="wan2.6-flash", metadata=REFERENCES)
    assert parse(model="wan2.6-flash", metadata=REFERENCES, **unlisted) == plain
    assert plain.wire == {}


def test_the_mode_follows_from_what_is_sent():
    assert parse().mode == "t2v"
    assert parse_order({"model": "wan2.6", "image_urls": [IMAGE]}).mode == "i2v"
    assert parse_order({"model": "wan2.6", "metadata": REFERENCES, "shot_type": "single"}).mode == "r2v"


def test_sizes_are_those_of_the_table_and_open_for_an_image():
    assert parse(resolution="720p", aspect_ratio="4:3").size == (1088, 832)
    assert parse(image_urls=[IMAGE]).size is None
    assert parse(metadata=REFERENCES, aspect_ratio="3:4").size == (1248, 1632)


def test_long_prompts_are_cut_without_a_word():
    submission = parse(prompt="猫" * 1600, negative_prompt="b" * 600)
    assert (len(submission.prompt), len(submission.negative_prompt)) == (1500, 500)


def test_nulls_and_unknown_fields_are_ignored():
    assert parse(seed=None, duration=None, metadata=None, image_urls=None, style="noir") == parse()


def test_minus_one_means_a_random_seed():
    assert parse(seed=-1).seed is None
    assert parse(seed=0).seed == 0


def test_half_a_surrogate_pair_is_remove_to_free_name():
    assert parse(prompt="cat \ud83d").prompt == "cat ?"


@pytest.mark.anyio
@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, json.dumps(["model"]).encode(), b'"x"'])
async def test_a_body_that_is_no_json_object_is_refused(service, content):
    answer = await service.http.post("/v1/videos/generations", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert "JSON" in answer.json()["error"]["message"]
