"""ToAPIs' quicker model: what its page lists, what it costs, and nothing that it does not list."""

from decimal import Decimal

import pytest

from wan_widgets import ImageToVideo, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import Simulator, ToAPIs

TOAPIS = ToAPIs()
IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/anna.mp4"
MAKERS = {
    "i2v": lambda **fields: ImageToVideo(**{"image": IMAGE, "model": "wan2.6-flash"} | fields),
    "r2v": lambda **fields: ReferenceToVideo(**{"references": [CLIP], "model": "wan2.6-flash"} | fields),
}
INPUTS = {"i2v": {"image_urls": [IMAGE]}, "r2v": {"metadata": {"reference_urls": [CLIP]}}}


@pytest.fixture(params=MAKERS)
def mode(request):
    return request.param


def problems(request):
    return {problem.field: problem for problem in TOAPIS.problems(request)}


@pytest.mark.parametrize("provider", [TOAPIS, Simulator()], ids=lambda provider: provider.name)
@pytest.mark.parametrize("audio", [True, False])
def test_only_what_the_page_lists_is_sent(provider, mode, audio):
    request = MAKERS[mode](prompt="It waves", audio=audio, resolution="720p", duration=10)
    assert provider.problems(request) == ()
    call = provider.encode_submit(request, order="ww-1")
    assert (call.method, call.path, call.form) == ("POST", "/v1/videos/generations", ())
    assert call.json == INPUTS[mode] | {
        "model": "wan2.6-flash",
        "prompt": "It waves",
        "resolution": "720p",
        "duration": 10,
        "audio": audio,
        "watermark": False,
        "client_business_id": "ww-1",
    }


def test_everything_that_costs_money_is_sent_even_at_its_default(mode):
    assert TOAPIS.encode_submit(MAKERS[mode]()).json == INPUTS[mode] | {
        "model": "wan2.6-flash",
        "resolution": "1080p",
        "duration": 5,
        "audio": True,
        "watermark": False,
    }


@pytest.mark.parametrize("name", ["wan2.6-flash", "wan2.6-{mode}-flash"])
def test_the_name_may_say_the_mode(mode, name):
    request = MAKERS[mode](model=name.format(mode=mode))
    assert problems(request) == {}
    assert TOAPIS.encode_submit(request).json["model"] == "wan2.6-flash"


def test_words_alone_are_not_enough_for_it():
    problem = problems(TextToVideo(prompt="x", model="wan2.6-flash"))["model"]
    assert str(problem.message) == "wan2.6-flash at ToAPIs has no text to video."
    assert str(problem.allowed) == "wan2.6"
    assert TOAPIS.offer("wan2.6-flash", Mode.TEXT) is None


def test_what_it_does_not_list_is_refused(mode):
    found = problems(MAKERS[mode](negative_prompt="blur", seed=7, shot_type="multi"))
    assert set(found) == {"negative_prompt", "seed", "shot_type"}
    assert str(found["negative_prompt"].remedy) == "Leave it out, and say it in the prompt."
    assert problems(MAKERS[mode](negative_prompt=" ", seed=-1)) == {}


def test_it_has_one_shape():
    assert str(problems(MAKERS["r2v"](aspect_ratio="9:16"))["aspect_ratio"].allowed) == "16:9"
    assert "image's shape" in str(problems(MAKERS["i2v"](aspect_ratio="9:16"))["aspect_ratio"].message)


@pytest.mark.parametrize(("name", "lengths"), [("i2v", {5, 10, 15}), ("r2v", {5, 10})])
def test_its_lengths(name, lengths):
    assert {length for length in range(1, 61) if not problems(MAKERS[name](duration=length))} == lengths


def test_another_model_may_be_like_it(mode):
    body = TOAPIS.encode_submit(MAKERS[mode](model="wan2.9-flash", like="wan2.6-flash", audio=False)).json
    assert set(body) == {*INPUTS[mode], "model", "resolution", "duration", "audio", "watermark"}
    assert (body["model"], body["audio"]) == ("wan2.9-flash", False)


def test_its_prices_are_the_pages():
    for mode in (Mode.IMAGE, Mode.REFERENCE):
        price = TOAPIS.offer("wan2.6-flash", mode).price
        assert price.currency == "CNY"
        assert price.per_second == {
            ("720p", True): Decimal("0.30"),
            ("720p", False): Decimal("0.15"),
            ("1080p", True): Decimal("0.50"),
            ("1080p", False): Decimal("0.25"),
        }
        assert price.source.startswith("https://docs.toapis.com/")
        assert price.date == "2026-08-20"
    assert all(TOAPIS.offer("wan2.6", mode).price is None for mode in Mode)
