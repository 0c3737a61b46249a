"""Fields of the user's own at engines: parts of the form, but for those that make a server write files."""

import json

import pytest

from wan_widgets import TextToVideo
from wan_widgets.providers import OpenAIVideos

WORDS = {"model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers", "prompt": "A cat", "size": "832x480", "seconds": "4"}


@pytest.fixture(params=[None, "openai", "sglang", "vllm-omni"], ids=str)
def provider(request):
    return OpenAIVideos(request.param)


def text(extra):
    known = {"prompt": "A cat", "model": "wan2.2-t2v-a14b", "resolution": "480p", "duration": 4, "audio": False}
    return TextToVideo(**known, extra=extra)


def problems(request, provider):
    return {problem.field: problem for problem in provider.problems(request)}


def test_fields_of_the_users_own_are_parts_of_the_form():
    mine = {
        "num_inference_steps": 30,
        "guidance_scale": 3.5,
        "enable_teacache": True,
        "lora": {"name": "ä", "scale": 0.5},
        "note": "as it is",
        "num_frames": 49,
        "fps": None,
        "empty": [],
    }
    sent = dict(OpenAIVideos().encode_submit(text(mine)).form)
    assert sent == WORDS | {
        "num_inference_steps": "30",
        "guidance_scale": "3.5",
        "enable_teacache": "true",
        "lora": '{"name": "ä", "scale": 0.5}',
        "note": "as it is",
        "num_frames": "49",
        "empty": "[]",
    }


@pytest.mark.parametrize("name", ["output_path", "perf_dump_path"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda name: {name: "/etc"},
        lambda name: {name: None},
        lambda name: {"extra_body": {name: "/etc"}},
        lambda name: {"extra_params": [{"deep": {name: 1}}]},
        lambda name: {"extra_body": json.dumps({"extra_params": {name: "/etc"}})},
        lambda name: {"extra_params": " " + json.dumps([json.dumps({name: "/etc"})])},
    ],
)
def test_fields_that_make_a_server_write_files_are_refused(provider, name, wrap):
    problem = problems(text(wrap(name)), provider)["extra"]
    assert name in str(problem.message)
    assert problem.remedy


def test_texts_that_only_look_like_json_are_harmless():
    for harmless in ("{output_path", "[" * 5000, "output_path", '{"a": "output_path"}'):
        assert "extra" not in problems(text({"note": harmless}), OpenAIVideos())
