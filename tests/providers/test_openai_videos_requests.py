"""What goes to engines behind `/v1/videos`: each dialect's form, field for field, and what would be refused."""

import json

import pytest

from wan_widgets import ConfigurationError, ImageToVideo, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import PROVIDERS, Call, OpenAIVideos
from wan_widgets.wan.models import Size
from wan_widgets.wan.sources import ImageReference, Kind, LocalFile

DIALECTS = (None, "openai", "sglang", "vllm-omni")
IMAGE = "https://example.com/cat.jpg?a=1&b=ä"
HUB = {
    "wan2.2-t2v-a14b": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
    "wan2.2-i2v-a14b": "Wan-AI/Wan2.2-I2V-A14B-Diffusers",
    "wan2.2-ti2v-5b": "Wan-AI/Wan2.2-TI2V-5B-Diffusers",
    "wan2.1-t2v-14b": "Wan-AI/Wan2.1-T2V-14B-Diffusers",
    "wan2.1-t2v-1.3b": "Wan-AI/Wan2.1-T2V-1.3B-Diffusers",
    "wan2.1-i2v-14b-480p": "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
    "wan2.1-i2v-14b-720p": "Wan-AI/Wan2.1-I2V-14B-720P-Diffusers",
}
ENGINE = OpenAIVideos()


@pytest.fixture(params=DIALECTS, ids=str)
def provider(request):
    return OpenAIVideos(request.param)


def text(**fields):
    known = {"prompt": "A cat", "model": "wan2.2-t2v-a14b", "resolution": "480p", "duration": 4, "audio": False}
    return TextToVideo(**known | fields)


def image(provider=ENGINE, **fields):
    known = {"image": IMAGE, "prompt": "A cat", "model": "wan2.2-i2v-a14b", "resolution": "480p", "duration": 4}
    offer = provider.offer(fields.get("model", known["model"]), Mode.IMAGE, fields.get("like"))
    shape = {} if offer and offer.shape_follows_image else {"aspect_ratio": "16:9"}
    return ImageToVideo(**known | {"audio": False} | shape | fields)


def form(call):
    assert (call.method, call.path, call.json) == ("POST", "/v1/videos", None)
    names = [name for name, _ in call.form]
    assert len(set(names)) == len(names)
    assert all(isinstance(value, str | LocalFile) for _, value in call.form)
    return dict(call.form)


def problems(request, provider=ENGINE):
    return {problem.field: problem for problem in provider.problems(request)}


WORDS = {"model": HUB["wan2.2-t2v-a14b"], "prompt": "A cat", "size": "832x480", "seconds": "4"}
FRAMES = {"fps": "16", "num_frames": "65"}
CHOSEN = {"negative_prompt": "blur", "seed": "7"}


@pytest.mark.parametrize("dialect", [None, "sglang", "vllm-omni"])
def test_text_goes_as_a_form(dialect):
    provider = OpenAIVideos(dialect)
    assert form(provider.encode_submit(text(), order="ww-1")) == WORDS | FRAMES
    full = text(negative_prompt="blur", seed=7)
    assert problems(full, provider) == {}
    assert form(provider.encode_submit(full)) == WORDS | FRAMES | CHOSEN
    assert form(provider.encode_submit(text(seed=0)))["seed"] == "0"


def test_openai_is_sent_what_it_has_fields_for_and_no_more():
    provider = OpenAIVideos("openai")
    assert form(provider.encode_submit(text())) == WORDS
    found = problems(text(negative_prompt="blur", seed=7), provider)
    assert set(found) == {"negative_prompt", "seed"}
    # Not even where nobody looked at the problems.
    assert form(provider.encode_submit(text(negative_prompt="blur", seed=7))) == WORDS


@pytest.mark.parametrize(
    ("dialect", "fields"),
    [
        ("sglang", {"reference_url": IMAGE}),
        ("vllm-omni", {"image_reference": json.dumps({"image_url": IMAGE}, ensure_ascii=False)}),
        (
            None,
            {"reference_url": IMAGE, "image_reference": json.dumps({"image_url": IMAGE}, ensure_ascii=False)},
        ),
    ],
)
@pytest.mark.parametrize("given", [IMAGE, ImageReference(IMAGE)])
def test_an_images_address_goes_where_the_engine_looks_for_it(dialect, fields, given):
    provider = OpenAIVideos(dialect)
    request = image(provider, image=given)
    assert problems(request, provider) == {}
    words = WORDS | {"model": HUB["wan2.2-i2v-a14b"]} | FRAMES
    assert form(provider.encode_submit(request)) == words | fields


def test_an_images_address_goes_to_openai_as_json_for_a_form_has_no_objects():
    call = OpenAIVideos("openai").encode_submit(
        image(extra={"input_reference": {"file_id": "f"}, "user": "me", "seconds": None})
    )
    words = {"model": HUB["wan2.2-i2v-a14b"], "prompt": "A cat", "size": "832x480"}
    reference = {"image_url": IMAGE, "file_id": "f"}
    assert call == Call("POST", "/v1/videos", json=words | {"input_reference": reference, "user": "me"})


def test_a_file_goes_within_the_order_in_every_dialect(provider):
    request = image(provider, image=b"png")
    assert provider.files_in_submit
    assert problems(request, provider) == {}
    sent = form(provider.encode_submit(request))
    words = WORDS | {"model": HUB["wan2.2-i2v-a14b"]}
    expected = words if provider.dialect == "openai" else words | FRAMES
    assert sent == expected | {"input_reference": LocalFile(data=b"png")}
    assert provider.encode_submit(request).form[-1][0] == "input_reference"


@pytest.mark.parametrize("family", HUB)
def test_every_open_model_is_sent_by_its_name_at_hugging_face(provider, family):
    for mode in provider.offers[family]:
        make = {Mode.TEXT: text, Mode.IMAGE: lambda **fields: image(provider, **fields)}[mode]
        for name in (family, family.upper(), HUB[family], HUB[family].lower()):
            resolution = next(iter(provider.offers[family][mode].sizes))
            request = make(model=name, resolution=resolution)
            assert problems(request, provider) == {}
            call = provider.encode_submit(request)
            assert (call.json or dict(call.form))["model"] == HUB[family]


def test_each_model_has_the_modes_and_sizes_it_was_trained_for():
    both = {"480p", "720p"}
    expected = {
        "wan2.2-t2v-a14b": ({Mode.TEXT}, both),
        "wan2.2-i2v-a14b": ({Mode.IMAGE}, both),
        "wan2.2-ti2v-5b": ({Mode.TEXT, Mode.IMAGE}, {"720p"}),
        "wan2.1-t2v-14b": ({Mode.TEXT}, both),
        "wan2.1-t2v-1.3b": ({Mode.TEXT}, {"480p"}),
        "wan2.1-i2v-14b-480p": ({Mode.IMAGE}, {"480p"}),
        "wan2.1-i2v-14b-720p": ({Mode.IMAGE}, both),
    }
    for family, offers in ENGINE.offers.items():
        assert (set(offers), *(set(offer.sizes) for offer in offers.values())) == (
            expected[family][0],
            *(expected[family][1] for _ in offers),
        )
    sizes = ENGINE.offer("wan2.1-t2v-14b", Mode.TEXT).sizes
    assert sizes["480p"] == {"16:9": Size(832, 480), "9:16": Size(480, 832)}
    assert sizes["720p"] == {"16:9": Size(1280, 720), "9:16": Size(720, 1280)}
    small = ENGINE.offer("wan2.2-ti2v-5b", Mode.TEXT).sizes
    assert small["720p"] == {"16:9": Size(1280, 704), "9:16": Size(704, 1280)}


@pytest.mark.parametrize("seconds", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("model", "fps"), [("wan2.1-t2v-14b", 16), ("wan2.2-t2v-a14b", 16), ("wan2.2-ti2v-5b", 24)])
def test_frames_are_those_of_the_training_and_never_left_to_the_engine(model, fps, seconds):
    sent = form(ENGINE.encode_submit(text(model=model, resolution="720p", duration=seconds)))
    assert (int(sent["fps"]), int(sent["num_frames"])) == (fps, fps * seconds + 1)
    assert int(sent["num_frames"]) % 4 == 1


@pytest.mark.parametrize(("dialect", "lengths"), [(None, {1, 2, 3, 4, 5}), ("openai", {4, 8, 12})])
def test_lengths(dialect, lengths):
    provider = OpenAIVideos(dialect)
    found = {length for length in range(1, 61) if "duration" not in problems(text(duration=length), provider)}
    assert found == lengths
    assert str(problems(text(duration=30), provider)["duration"].message).endswith((".",))


def test_what_engines_do_not_have_is_refused(provider):
    found = problems(text(audio=True, watermark=True, shot_type="multi", resolution="1080p"), provider)
    assert set(found) == {"audio", "watermark", "shot_type", "resolution"}
    assert str(found["resolution"].allowed) == "480p, 720p"
    assert str(found["audio"].allowed) == "False"
    assert str(problems(text(aspect_ratio="1:1"), provider)["aspect_ratio"].allowed) == "16:9, 9:16"
    assert "guide_audio" in problems(text(audio=True, guide_audio="https://example.com/a.mp3"), provider)
    reference = ReferenceToVideo(references=[IMAGE], prompt="x", model="wan2.2-i2v-a14b")
    assert "has no reference to video" in str(problems(reference, provider)["model"].message)
    assert problems(image(provider, prompt=None), provider)["prompt"].remedy


def test_long_prompts_are_the_engines_business(provider):
    request = text(prompt="x" * 20_000, **({} if provider.dialect == "openai" else {"negative_prompt": "y" * 9_000}))
    assert problems(request, provider) == {}
    assert len(form(provider.encode_submit(request))["prompt"]) == 20_000


def test_an_image_must_fit_the_shape_where_the_engine_would_stretch_it():
    for dialect in (None, "openai", "vllm-omni"):
        problem = problems(image(aspect_ratio=None), OpenAIVideos(dialect))["aspect_ratio"]
        assert "needs an aspect ratio" in str(problem.message)
        assert "the image has" in str(problem.remedy)
    sglang = OpenAIVideos("sglang")
    assert problems(image(sglang), sglang) == {}
    assert "image's shape" in str(problems(image(sglang, aspect_ratio="9:16"), sglang)["aspect_ratio"].message)


def test_files_are_images_of_kinds_that_engines_read():
    for provider in map(OpenAIVideos, DIALECTS):
        files = provider.offer("wan2.2-i2v-a14b", Mode.IMAGE).files
        assert set(files) == {Kind.IMAGE}
        assert "image/gif" not in files[Kind.IMAGE].types  # SGLang takes one for a video
        assert provider.offer("wan2.2-t2v-a14b", Mode.TEXT).files == {}


@pytest.mark.parametrize("model", ["wan2.6", "wan2.2", "Wan-AI/Wan2.2-T2V-A14B", "wan2.2-i2v-a14b", ""])
def test_another_model_is_refused_by_name(provider, model):
    draft = TextToVideo.draft({"prompt": "x", "model": model})
    problem = problems(draft, provider)["model"]
    assert "wan2.2-t2v-a14b" in str(problem.allowed)


def test_an_unlisted_model_is_sent_as_it_stands_with_the_frames_of_the_one_it_is_like():
    request = text(model="lab/my-wan", like="wan2.2-ti2v-5b", resolution="720p", duration=5)
    assert problems(request) == {}
    sent = form(ENGINE.encode_submit(request))
    assert (sent["model"], sent["size"], sent["fps"], sent["num_frames"]) == ("lab/my-wan", "1280x704", "24", "121")
    assert problems(text(model="lab/my-wan", like="wan9"))["like"].allowed


def test_a_task_is_asked_about_by_its_id():
    assert OpenAIVideos("vllm-omni").encode_retrieve("video_1") == Call("GET", "/v1/videos/video_1")


def test_only_where_it_frees_something_is_a_task_called_off():
    assert OpenAIVideos("vllm-omni").encode_cancel("v1") == Call("DELETE", "/v1/videos/v1")
    assert OpenAIVideos("openai").encode_cancel("v1") == Call("DELETE", "/v1/videos/v1")
    assert OpenAIVideos("sglang").encode_cancel("v1") is None
    assert OpenAIVideos().encode_cancel("v1") is None


def test_it_is_what_the_registry_says():
    provider = PROVIDERS["openai-videos"]
    assert isinstance(provider, OpenAIVideos)
    assert (provider.name, provider.base_url, provider.dialect) == ("openai-videos", "", None)
    assert (provider.needs_key, provider.key_host, provider.key_variables) == (
        False,
        "api.openai.com",
        ("OPENAI_API_KEY",),
    )
    assert provider.models == tuple(HUB)


@pytest.mark.parametrize("dialect", ["vllm", "SGLang", "", 5, []])
def test_a_dialect_that_is_none_is_refused(dialect):
    with pytest.raises(ConfigurationError, match="openai, sglang, vllm-omni"):
        OpenAIVideos(dialect)
