"""What a server behind `/v1/videos` says of itself, and what follows for requests to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets import (
    AuthenticationError,
    ConfigurationError,
    HTTPStatusError,
    ImageToVideo,
    Mode,
    NotFound,
    ServerError,
    TextToVideo,
    UnexpectedReply,
)
from wan_widgets.providers import Call, OpenAIVideos, Reply

ENGINE = OpenAIVideos()


def sglang(name, tasks=("T2V",), **fields):
    card = {
        "id": name,
        "object": "model",
        "created": 1768380224,
        "owned_by": "sglang",
        "root": name,
        "parent": None,
        "max_model_len": None,
        "num_gpus": 8,
        "task_type": tasks[0],
        "supported_task_types": list(tasks),
        "dit_precision": "bf16",
        "vae_precision": "fp32",
        "pipeline_name": "WanPipeline",
        "pipeline_class": "WanPipeline",
    }
    return {"object": "list", "data": [card | fields]}


def vllm(*names):
    cards = [
        {
            "id": name,
            "object": "model",
            "created": 1768380224,
            "owned_by": "vllm",
            "root": name,
            "parent": None,
            "max_model_len": None,
            "permission": [{"id": "modelperm-1", "object": "model_permission", "organization": "*"}],
        }
        for name in names
    ]
    return {"object": "list", "data": cards}


def discovered(body, status=200, provider=ENGINE):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return provider.decode_discover(Reply(status, content))


def model_sent(provider, **fields):
    known = {"prompt": "x", "resolution": "480p", "duration": 5, "audio": False}
    request = TextToVideo(**known | fields)
    assert provider.problems(request) == ()
    return dict(provider.encode_submit(request).form)


def test_the_server_is_asked_until_it_is_known():
    assert ENGINE.encode_discover() == Call("GET", "/v1/models")
    assert OpenAIVideos("sglang").encode_discover() == Call("GET", "/v1/models")
    assert discovered(sglang("Wan-AI/Wan2.1-T2V-14B-Diffusers")).encode_discover() is None


def test_sglang_is_known_by_its_name_and_serves_one_model():
    found = discovered(sglang("Wan-AI/Wan2.2-T2V-A14B-Diffusers"))
    assert (found.name, found.dialect, found.title) == ("openai-videos", "sglang", "SGLang")
    assert found.models == ("wan2.2-t2v-a14b",)
    for name in ("wan2.2-t2v-a14b", "Wan-AI/Wan2.2-T2V-A14B-Diffusers"):
        assert model_sent(found, model=name)["model"] == "Wan-AI/Wan2.2-T2V-A14B-Diffusers"
    problem = found.problems(TextToVideo(prompt="x", model="wan2.1-t2v-14b"))[0]
    assert (problem.field, str(problem.allowed)) == ("model", "wan2.2-t2v-a14b")


def test_vllm_omni_is_known_by_its_name():
    found = discovered(vllm("Wan-AI/Wan2.2-I2V-A14B-Diffusers"))
    assert (found.dialect, found.title, found.models) == ("vllm-omni", "vLLM-Omni", ("wan2.2-i2v-a14b",))
    assert found.cancels is True
    assert found.encode_cancel("v1") is not None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("nvidia/Wan2.2-T2V-A14B-Diffusers-NVFP4", "wan2.2-t2v-a14b"),
        ("/models/Wan2.2-T2V-A14B/", "wan2.2-t2v-a14b"),
        ("wan2_2_t2v_a14b", "wan2.2-t2v-a14b"),
        ("WAN2.2 T2V A14B", "wan2.2-t2v-a14b"),
        ("FastVideo/FastWan2.1-T2V-1.3B-Diffusers", "wan2.1-t2v-1.3b"),
        ("FastVideo/FastWan2.2-TI2V-5B-FullAttn-Diffusers", "wan2.2-ti2v-5b"),
        ("IPostYellow/TurboWan2.2-I2V-A14B-Diffusers", "wan2.2-i2v-a14b"),
        ("IPostYellow/TurboWan2.1-T2V-14B-720P-Diffusers", "wan2.1-t2v-14b"),
        ("Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", "wan2.1-i2v-14b-480p"),
        ("Wan-AI/Wan2.1-I2V-14B-720P-Diffusers", "wan2.1-i2v-14b-720p"),
    ],
)
def test_a_wan_model_is_known_however_its_server_spells_it(name, family):
    found = discovered(vllm(name))
    assert found.models == (family,)
    for mode, offer in found.offers[family].items():
        assert offer.sizes == OpenAIVideos("vllm-omni").offer(family, mode).sizes
    for spelling in (name, family):
        mode = next(iter(found.offers[family]))
        assert found.family(spelling, mode) == family


def test_the_servers_own_spelling_is_sent_back_to_it():
    found = discovered(vllm("/models/Wan2.2-T2V-A14B"))
    for spelling in ("wan2.2-t2v-a14b", "/models/Wan2.2-T2V-A14B", "Wan-AI/Wan2.2-T2V-A14B-Diffusers"):
        assert model_sent(found, model=spelling)["model"] == "/models/Wan2.2-T2V-A14B"


@pytest.mark.parametrize(
    ("tasks", "modes"),
    [
        (("T2V",), {Mode.TEXT}),
        (("I2V",), {Mode.IMAGE}),
        (("TI2V",), {Mode.TEXT, Mode.IMAGE}),
        (("T2V", "I2V"), {Mode.TEXT, Mode.IMAGE}),
        (("t2v", "T2I", 5), {Mode.TEXT}),
    ],
)
def test_an_unknown_model_can_do_what_its_server_says(tasks, modes):
    found = discovered(sglang("lab/kitten-maker", tasks))
    assert found.models == ("lab/kitten-maker",)
    assert set(found.offers["lab/kitten-maker"]) == modes


@pytest.mark.parametrize("name", ["lab/my-wan-tuned", "lab/kitten-i2v", "hunyuanvideo-community/HunyuanVideo"])
def test_without_a_word_of_its_tasks_a_model_for_videos_may_do_either(name):
    found = discovered(vllm(name))
    assert set(found.offers[name]) == {Mode.TEXT, Mode.IMAGE}
    old = sglang("lab/kitten-maker", ("I2V",))
    del old["data"][0]["supported_task_types"]
    assert set(discovered(old).offers["lab/kitten-maker"]) == {Mode.IMAGE}


def test_a_model_under_another_name_is_known_by_the_name_of_its_weights():
    card = vllm("my-model")["data"][0] | {"root": "/models/Wan2.2-I2V-A14B-Diffusers"}
    found = discovered({"data": [card]})
    assert found.models == ("wan2.2-i2v-a14b",)
    assert found.dialect == "vllm-omni"


@pytest.mark.parametrize(("name", "frames"), [("lab/my-wan-tuned", ("16", "81")), ("lab/my-video", (None, None))])
def test_an_unknown_model_runs_at_wans_rate_or_at_its_own(name, frames):
    sent = model_sent(discovered(vllm(name)), model=name)
    assert (sent.get("fps"), sent.get("num_frames")) == frames
    assert sent["seconds"] == "5"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (sglang("black-forest-labs/FLUX.1-dev", ("T2I",)), "black-forest-labs/FLUX.1-dev"),
        (vllm("Qwen/Qwen3-8B"), "Qwen/Qwen3-8B"),
        (vllm("lab/kitten-maker"), "lab/kitten-maker"),
        ({"data": [{"id": "gpt-9", "owned_by": "openai"}, {"id": "sora-2", "owned_by": "system"}]}, "gpt-9, sora-2"),
        ({"data": [{"id": f"m{n}", "owned_by": "x"} for n in range(9)]}, "m0, m1, m2, …"),
    ],
)
def test_a_server_without_a_model_for_videos_says_what_it_serves(body, named):
    with pytest.raises(ConfigurationError, match="nothing says that this makes videos") as caught:
        discovered(body)
    assert f"The server serves {named}, and" in str(caught.value)
    assert 'like="wan2.2-t2v-a14b"' in str(caught.value.remedy)


def test_several_models_are_all_offered_and_two_of_one_family_apart():
    names = ["Wan-AI/Wan2.2-T2V-A14B-Diffusers", "nvidia/Wan2.2-T2V-A14B-NVFP4", "lab/kitten-t2v"]
    found = discovered(vllm(*names))
    assert found.models == ("wan2.2-t2v-a14b", "nvidia/Wan2.2-T2V-A14B-NVFP4", "lab/kitten-t2v")
    assert model_sent(found, model=names[1])["model"] == names[1]
    assert model_sent(found, model="wan2.2-t2v-a14b")["model"] == names[0]


def test_a_gateway_of_everything_offers_its_wan_models_alone():
    cards = [{"id": name, "owned_by": "someone"} for name in ("gpt-9", "whisper-1", "Wan2.2-TI2V-5B", "embed")]
    found = discovered({"data": cards})
    assert found.models == ("wan2.2-ti2v-5b",)
    assert found.dialect is None


def test_openai_is_known_and_what_it_lists_besides_is_not_offered():
    cards = [{"id": name, "owned_by": owner} for name, owner in (("gpt-9", "openai"), ("Wan2.2-TI2V-5B", "system"))]
    found = discovered({"object": "list", "data": cards})
    assert found.dialect == "openai"
    assert found.models == ("wan2.2-ti2v-5b",)
    assert found.encode_discover() is None


def test_what_is_said_outright_holds_where_the_server_says_nothing():
    told = OpenAIVideos("sglang")
    assert discovered({"data": [{"id": "Wan2.2-TI2V-5B", "owned_by": "lab"}]}, provider=told).dialect == "sglang"
    assert discovered(vllm("Wan2.2-TI2V-5B"), provider=told).dialect == "vllm-omni"


def test_the_image_finds_its_way_once_the_server_is_known():
    request = ImageToVideo(
        image="https://x.net/a.png", prompt="x", model="wan2.2-i2v-a14b", resolution="480p", audio=False
    )
    found = discovered(sglang("Wan-AI/Wan2.2-I2V-A14B-Diffusers", ("I2V",)))
    assert found.problems(request) == ()
    sent = dict(found.encode_submit(request).form)
    assert sent["reference_url"] == "https://x.net/a.png"
    assert "image_reference" not in sent


@pytest.mark.parametrize(
    ("status", "kind", "remedy"),
    [
        (401, AuthenticationError, "WAN_API_KEY"),
        (403, AuthenticationError, "api_key="),
        (404, NotFound, "name the model"),
        (500, ServerError, "Try again later"),
        (503, ServerError, "Try again later"),
        (302, HTTPStatusError, ""),
    ],
)
def test_a_server_that_does_not_say_is_an_error_with_what_to_do(status, kind, remedy):
    for body in (vllm("Wan2.2-TI2V-5B"), {"error": "Unauthorized"}, b"<html>"):
        with pytest.raises(kind) as caught:
            discovered(body, status)
        assert remedy in str(caught.value.remedy)
        assert "console" not in str(caught.value), "one's own engine has none"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[" * 50_000,
        [],
        {},
        {"data": None},
        {"data": {}},
        {"data": [None, 5, "x", []]},
        {"data": [{}]},
        {"data": [{"id": 5, "owned_by": 5}]},
        {"data": [{"id": "gpt-9", "owned_by": ["vllm"]}]},
    ],
)
def test_what_is_not_understood_is_an_error(body):
    with pytest.raises((UnexpectedReply, ConfigurationError)):
        discovered(body)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\u202eevil", None, 5, ["x"]])
def test_a_models_name_that_is_none_is_left_out(name):
    with pytest.raises(ConfigurationError, match="serves no model"):
        discovered({"data": [{"id": name, "owned_by": "vllm"}]})
    both = [*vllm("Wan2.2-TI2V-5B")["data"], {"id": name, "owned_by": "vllm"}]
    assert discovered({"data": both}).models == ("wan2.2-ti2v-5b",)


CARD = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text() | st.sampled_from(["Wan2.2-TI2V-5B", "wan"]) | st.none() | st.integers(),
        "owned_by": st.sampled_from(["vllm", "sglang", "openai", "SYSTEM"])
        | st.text()
        | st.none()
        | st.lists(st.text()),
        "task_type": st.sampled_from(["T2V", "I2V", "TI2V", "T2I"]) | st.text() | st.none() | st.integers(),
        "supported_task_types": st.lists(st.sampled_from(["T2V", "I2V"]) | st.none() | st.integers()) | st.text(),
    },
)


@given(st.lists(CARD, max_size=5))
def test_whatever_a_server_lists_every_model_on_offer_can_be_ordered(cards):
    try:
        found = discovered({"data": cards})
    except ConfigurationError:
        return
    for family, offers in found.offers.items():
        for mode, offer in offers.items():
            shape = {} if offer.shape_follows_image else {"aspect_ratio": "16:9"}
            fields = {"model": family, "prompt": "x", "resolution": next(iter(offer.sizes)), "audio": False} | shape
            fields["duration"] = offer.durations[0]
            request = TextToVideo(**fields) if mode is Mode.TEXT else ImageToVideo(image=b"x", **fields)
            assert found.problems(request) == ()
            assert dict(found.encode_submit(request).form)["model"]


def test_a_users_own_title_stays():
    class Lab(OpenAIVideos):
        title = "The lab's GPUs"

    found = discovered(vllm("Wan2.2-TI2V-5B"), provider=Lab())
    assert isinstance(found, Lab)
    assert found.title == "The lab's GPUs"


@pytest.mark.parametrize(
    ("task", "request_", "said"),
    [
        (
            "I2V",
            TextToVideo("x", audio=False),
            "serves wan, which starts from an image. Give an image, or start",
        ),
        ("T2V", ImageToVideo("x", image=b"x", audio=False), "serves wan, which takes no image. Leave the image"),
    ],
)
def test_a_server_without_a_mode_says_what_it_needs(task, request_, said):
    [problem] = discovered(sglang("wan", (task,))).problems(request_)
    assert said in problem.text


class Subclass(OpenAIVideos):
    """An engine of a user's own, with an argument and an attribute of its own."""

    name = "lab"
    title = "The lab"

    def __init__(self, host):
        super().__init__()
        self.base_url = f"https://{host}"


def test_a_subclass_keeps_what_it_was_made_with():
    found = discovered(sglang("Wan-AI/Wan2.1-T2V-1.3B-Diffusers"), provider=Subclass("gpu-1.example"))
    assert (type(found), found.base_url, found.title) == (Subclass, "https://gpu-1.example", "The lab")
    assert (found.dialect, found.models) == ("sglang", ("wan2.1-t2v-1.3b",))


@pytest.mark.parametrize("name", ["yentinglin/Taiwan-LLM-7B", "lmms-lab/LLaVA-NeXT-Video-7B", "lab/Swan-8B"])
def test_a_model_that_writes_is_not_taken_for_one_that_makes_videos(name):
    with pytest.raises(ConfigurationError, match="nothing says that this makes videos"):
        discovered(vllm(name))


def test_an_order_that_the_server_has_no_model_for_is_no_unknown_task():
    said = {"error": {"message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}}
    with pytest.raises(NotFound, match="does not exist") as caught:
        ENGINE.decode_submit(Reply(404, json.dumps(said).encode()))
    assert "another model by now" in str(caught.value.remedy)
