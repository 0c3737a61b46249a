"""What goes to ToAPIs, and what it would refuse: held against the service's own page."""

import pytest

from wan_widgets import ImageToVideo, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import PROVIDERS, Call, Simulator, ToAPIs
from wan_widgets.wan.models import WAN_2_6_SIZES
from wan_widgets.wan.sources import ImageReference, VideoReference

TOAPIS = ToAPIs()
IMAGE = "https://example.com/cat.jpg"
CLIP = "https://cdn.example.com/ref-character.mp4"
MAKERS = {
    "t2v": lambda **fields: TextToVideo(**{"prompt": "A kitten"} | fields),
    "i2v": lambda **fields: ImageToVideo(**{"image": IMAGE} | fields),
    "r2v": lambda **fields: ReferenceToVideo(**{"references": [CLIP]} | fields),
}
TEXT_SCENARIO = {
    "model": "wan2.6",
    "prompt": "Милый котенок бежит по траве, солнечный день",
    "aspect_ratio": "16:9",
    "resolution": "1080p",
    "duration": 5,
}
IMAGE_SCENARIO = {
    "model": "wan2.6",
    "prompt": "Кот начинает радостно бегать",
    "image_urls": ["https://example.com/cat.jpg"],
    "resolution": "1080p",
    "duration": 10,
}
REFERENCE_SCENARIO = {
    "model": "wan2.6",
    "prompt": "Персонаж машет рукой и улыбается камере",
    "metadata": {"reference_urls": ["https://cdn.example.com/ref-character.mp4"]},
    "shot_type": "single",
    "resolution": "1080p",
    "duration": 5,
}
FULL_SCENARIO = {
    "model": "wan2.6",
    "prompt": "Золотистый ретривер бежит через поле подсолнухов",
    "negative_prompt": "размытый, низкое качество, деформированный",
    "aspect_ratio": "16:9",
    "resolution": "1080p",
    "duration": 10,
    "seed": 12345,
    "prompt_extend": True,
    "shot_type": "multi",
    "watermark": False,
}
ALWAYS = {"audio": True, "prompt_extend": True, "watermark": False}
SHAPED = ALWAYS | {"aspect_ratio": "16:9", "shot_type": "single"}
SCENARIOS = [
    pytest.param(TextToVideo(prompt=TEXT_SCENARIO["prompt"]), TEXT_SCENARIO, SHAPED, id="text"),
    pytest.param(
        ImageToVideo(prompt=IMAGE_SCENARIO["prompt"], image=IMAGE, duration=10), IMAGE_SCENARIO, ALWAYS, id="image"
    ),
    pytest.param(
        ReferenceToVideo(prompt=REFERENCE_SCENARIO["prompt"], references=[CLIP]),
        REFERENCE_SCENARIO,
        SHAPED,
        id="reference",
    ),
    pytest.param(
        TextToVideo(
            prompt=FULL_SCENARIO["prompt"],
            negative_prompt=FULL_SCENARIO["negative_prompt"],
            duration=10,
            seed=12345,
            shot_type="multi",
        ),
        FULL_SCENARIO,
        ALWAYS,
        id="full",
    ),
]


@pytest.fixture(params=[ToAPIs(), Simulator()], ids=lambda provider: provider.name)
def provider(request):
    return request.param


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]


def problems(request, provider=TOAPIS):
    return {problem.field: problem for problem in provider.problems(request)}


@pytest.mark.parametrize(("request_", "scenario", "besides"), SCENARIOS)
def test_the_pages_scenarios_are_sent_key_for_key(provider, request_, scenario, besides):
    call = provider.encode_submit(request_)
    assert (call.method, call.path) == ("POST", "/v1/videos/generations")
    assert call.json == besides | scenario
    assert provider.problems(request_) == ()


def test_what_costs_money_is_never_left_to_the_service(make):
    body = TOAPIS.encode_submit(make()).json
    assert (body["resolution"], body["duration"], body["audio"]) == ("1080p", 5, True)


def test_what_was_not_given_is_left_out_and_never_null(make):
    body = TOAPIS.encode_submit(make(negative_prompt=" ", seed=-1)).json
    assert "negative_prompt" not in body
    assert "seed" not in body
    assert None not in body.values()


def test_an_input_without_words_sends_no_prompt():
    assert "prompt" not in TOAPIS.encode_submit(ImageToVideo(image=IMAGE)).json
    assert "prompt" not in TOAPIS.encode_submit(ReferenceToVideo(references=[CLIP])).json


def test_the_sizes_are_the_pages_table():
    page = """
        16:9 1280×720 1920×1080
        9:16 720×1280 1080×1920
        1:1  960×960  1440×1440
        4:3  1088×832 1632×1248
        3:4  832×1088 1248×1632
    """
    rows = [line.split() for line in page.split("\n") if line.strip()]
    for mode in Mode:
        sizes = TOAPIS.offer("wan2.6", mode).sizes
        assert sizes is WAN_2_6_SIZES
        assert list(sizes) == ["720p", "1080p"]
        assert [[ratio, str(sizes["720p"][ratio]), str(sizes["1080p"][ratio])] for ratio in sizes["720p"]] == rows


@pytest.mark.parametrize(("name", "durations"), [("t2v", {5, 10, 15}), ("i2v", {5, 10, 15}), ("r2v", {5, 10})])
def test_the_lengths_are_the_pages_but_references_stop_at_ten_seconds(name, durations):
    assert {length for length in range(1, 61) if not problems(MAKERS[name](duration=length))} == durations


def test_fifteen_seconds_of_reference_to_video_say_why_not():
    problem = problems(MAKERS["r2v"](duration=15))["duration"]
    assert str(problem.allowed) == "5, 10 seconds"
    assert "stops at 10 s" in str(problem.message)


def test_an_image_makes_one_take():
    assert str(problems(MAKERS["i2v"](shot_type="multi"))["shot_type"].allowed) == "single"
    for harmless in (None, "single"):
        request = MAKERS["i2v"](shot_type=harmless)
        assert problems(request) == {}
        assert "shot_type" not in TOAPIS.encode_submit(request).json


@pytest.mark.parametrize(("name", "limit"), [("prompt", 1500), ("negative_prompt", 500)])
def test_a_text_that_would_be_cut_silently_is_refused(make, name, limit):
    assert problems(make(**{name: "猫" * limit})) == {}
    problem = problems(make(**{name: "猫" * (limit + 7)}))[name]
    assert "without a word" in str(problem.message)
    assert str(problem.remedy) == "Shorten it by 7."


def test_there_are_at_most_three_references():
    assert problems(ReferenceToVideo(references=[CLIP] * 3)) == {}
    assert str(problems(ReferenceToVideo(references=[CLIP] * 4))["references"].allowed) == "up to 3"


def test_a_seed_is_at_most_what_the_model_takes(make):
    assert problems(make(seed=2**31 - 1)) == {}
    assert str(problems(make(seed=2**31))["seed"].allowed) == "0 to 2147483647"


@pytest.mark.parametrize("model", ["wan2.7", "WAN2.6", "wan2.6!", "wan2.6-i2v-i2v", "-t2v"])
def test_another_model_is_refused_by_name(provider, make, model):
    problem = problems(make(model=model), provider)["model"]
    assert str(problem.allowed) == "wan2.6, wan2.6-flash"
    assert 'like="wan2.6"' in str(problem.remedy)


def test_a_model_without_a_mode_is_told_from_one_that_is_not_there(provider):
    problem = problems(TextToVideo(prompt="x", model="wan2.6-flash"), provider)["model"]
    assert "has no text to video" in str(problem.message)
    assert str(problem.allowed) == "wan2.6"


def test_a_models_name_may_say_its_mode(make):
    for name in ("wan2.6", f"wan2.6-{make().mode}"):
        assert problems(make(model=name)) == {}
        assert TOAPIS.encode_submit(make(model=name)).json["model"] == "wan2.6"


def test_an_unlisted_model_is_sent_as_it_stands_with_the_fields_of_the_one_it_is_like(provider, make):
    request = make(model="wan2.9-pro", like="wan2.6", extra={"frames": 24})
    assert problems(request, provider) == {}
    plain = provider.encode_submit(make()).json
    assert provider.encode_submit(request).json == plain | {"model": "wan2.9-pro", "frames": 24}
    # Its limits hold, too, and what it is like must itself be there.
    assert "duration" in problems(make(model="wan2.9-pro", like="wan2.6", duration=7), provider)
    assert str(problems(make(model="wan2.9-pro", like="wan2.8"), provider)["like"].allowed) == "wan2.6, wan2.6-flash"


def test_our_own_name_for_an_order_goes_along(provider, make):
    assert provider.encode_submit(make(), order="ww-7").json["client_business_id"] == "ww-7"
    assert "client_business_id" not in provider.encode_submit(make()).json


def test_fields_of_the_users_own_are_laid_over_the_body():
    request = ReferenceToVideo(
        references=[CLIP], extra={"metadata": {"tag": "a"}, "callback_url": "https://x.net/", "seed": 9}
    )
    body = TOAPIS.encode_submit(request).json
    assert body["metadata"] == {"reference_urls": [CLIP], "tag": "a"}
    assert (body["callback_url"], body["seed"]) == ("https://x.net/", 9)


def test_references_may_be_told_to_be_videos_and_must_not_be_images():
    named, told = "https://example.com/a.png", ImageReference("https://example.com/a")
    body = TOAPIS.encode_submit(ReferenceToVideo(references=[VideoReference("https://example.com/v")])).json
    assert body["metadata"] == {"reference_urls": ["https://example.com/v"]}
    for image in (named, told):
        problem = problems(ReferenceToVideo(references=[CLIP, image]))["references"]
        assert problem.text.startswith("Reference 2:")
        assert str(problem.allowed) == "videos"


def test_addresses_of_another_services_storage_are_refused():
    assert "oss://" in str(problems(ImageToVideo(image="oss://bucket/key"))["image"].message)


def test_a_file_that_has_not_been_sent_is_never_written_into_a_body():
    with pytest.raises(TypeError, match="has not been sent"):
        TOAPIS.encode_submit(ImageToVideo(image=b"x"))


def test_everything_that_is_wrong_is_said_at_once():
    request = ReferenceToVideo(
        references=[CLIP] * 4,
        prompt="x" * 1501,
        negative_prompt="x" * 501,
        resolution="480p",
        aspect_ratio="21:9",
        duration=15,
        seed=2**31,
        audio=False,
    )
    wrong = {"references", "prompt", "negative_prompt", "resolution", "aspect_ratio", "duration", "seed", "audio"}
    found = problems(request)
    assert set(found) == wrong
    assert all(str(problem.allowed) for problem in found.values())


def test_providers_are_found_by_their_names():
    assert all(provider.name == name for name, provider in PROVIDERS.items())
    assert list(PROVIDERS)[:2] == ["simulator", "toapis"]
    assert TOAPIS.base_url == "https://toapis.com"
    assert not TOAPIS.is_simulated
    assert PROVIDERS["simulator"].is_simulated


def test_a_task_is_asked_about_and_called_off_by_its_id(provider):
    assert provider.encode_retrieve("video_1") == Call("GET", "/v1/videos/generations/video_1")
    assert Simulator().encode_cancel("video_1").path == "/v1/videos/generations/video_1/cancel"


def test_a_video_is_no_first_frame():
    found = PROVIDERS["toapis"].problems(ImageToVideo(image="https://example.com/a.mp4", resolution="720p"))
    assert [problem.text for problem in found] == [
        "https://example.com/a.mp4 is a video, by its name. Allowed: an image."
    ]


def test_a_kind_that_is_not_taken_is_named_with_its_article():
    sound = ImageToVideo(image="https://example.com/a.mp3", resolution="720p")
    assert "a.mp3 is a sound, by its name. Allowed: an image." in PROVIDERS["toapis"].problems(sound)[0].text
    song = TextToVideo(prompt="x", guide_audio="https://example.com/a.png", resolution="720p")
    assert "a.png is an image, by its name. Allowed: a sound." in PROVIDERS["dashscope"].problems(song)[0].text
