"""What every request refuses when made, whichever service it is meant for."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from wan.made import HUGE, STRANGE, URL, kind, problems
from wan_widgets import ImageToVideo, InvalidRequest, ReferenceToVideo, TextToVideo, WanError
from wan_widgets.wan.requests import REQUEST_TYPES


def test_the_defaults_are_the_services_own_and_complete():
    request = TextToVideo(prompt="A kitten")
    assert (request.aspect_ratio, request.resolution, request.duration) == ("16:9", "1080p", 5)
    assert (request.prompt_extend, request.audio, request.watermark, request.shot_type) == (True, True, False, "single")
    assert (request.model, request.seed, request.negative_prompt) == ("wan2.6", None, None)


def test_requests_are_values():
    request = TextToVideo(prompt="A kitten", seed=7)
    assert request == TextToVideo(prompt="A kitten", seed=7)
    assert hash(request) == hash(replace(request))
    with pytest.raises(FrozenInstanceError):
        request.seed = 8


def test_a_changed_copy_is_checked_again():
    with pytest.raises(InvalidRequest, match="duration"):
        replace(TextToVideo(prompt="A kitten"), duration=0)


@pytest.mark.parametrize("prompt", [None, "", "  \n\t", "\u3000"])
def test_text_to_video_needs_a_prompt(prompt):
    found = problems(TextToVideo, prompt=prompt)
    assert set(found) == {"prompt"}
    assert str(found["prompt"].remedy) == "Describe what the clip shows."


@pytest.mark.parametrize("image", [None, "", " "])
def test_image_to_video_needs_an_image(image):
    found = problems(ImageToVideo, image=image)
    assert set(found) == {"image"}
    assert "the file of one image" in found["image"].text


@pytest.mark.parametrize("references", [None, (), [], "", iter(())])
def test_reference_to_video_needs_a_reference(references):
    found = problems(ReferenceToVideo, references=references)
    assert set(found) == {"references"}
    assert "at least one" in found["references"].text


@pytest.mark.parametrize("kind", [ImageToVideo, ReferenceToVideo])
def test_the_prompt_is_optional_where_there_is_an_input(kind):
    given = {"image": URL} if kind is ImageToVideo else {"references": [URL]}
    assert kind(**given).prompt is None
    assert kind(prompt="  ", **given).prompt is None


@pytest.mark.parametrize(
    "duration", [0, -5, True, 5.5, "5.5", "5 min", None, float("nan"), HUGE, -HUGE, np.arange(2), [5]], ids=kind
)
def test_a_duration_is_whole_seconds(make, duration):
    assert set(problems(make, duration=duration)) == {"duration"}


@pytest.mark.parametrize("seed", [-2, True, False, 7.5, "x7", -HUGE, HUGE, 2**64, np.arange(2), []], ids=kind)
def test_a_seed_is_a_whole_number(make, seed):
    assert set(problems(make, seed=seed)) == {"seed"}


@pytest.mark.parametrize(("seed", "kept"), [(-1, None), (None, None), (0, 0), (2**31 - 1, 2**31 - 1)])
def test_minus_one_and_none_let_the_service_choose(make, seed, kept):
    assert make(seed=seed).seed == kept


@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_a_blank_negative_prompt_is_none(make, blank):
    assert make(negative_prompt=blank).negative_prompt is None


@pytest.mark.parametrize("name", ["prompt_extend", "audio", "watermark"])
@pytest.mark.parametrize("value", [None, 0, 1, "false", [], np.int64(1)])
def test_a_switch_is_true_or_false(make, name, value):
    found = problems(make, **{name: value})
    assert set(found) == {name}
    assert str(found[name].allowed) == "True, False"


@pytest.mark.parametrize("name", ["prompt", "negative_prompt"])
@pytest.mark.parametrize("value", [*STRANGE, HUGE, True], ids=kind)
def test_texts_are_text(make, name, value):
    assert name in problems(make, **{name: value})


@pytest.mark.parametrize("name", ["model", "resolution", "aspect_ratio", "shot_type"])
@pytest.mark.parametrize("value", [*STRANGE, HUGE, True, "", " "], ids=kind)
def test_choices_are_names(make, name, value):
    assert set(problems(make, **{name: value})) == {name}


@pytest.mark.parametrize("name", ["prompt", "negative_prompt"])
def test_half_an_emoji_cannot_be_sent(make, name):
    assert "half a character" in str(problems(make, **{name: "A cat \ud83d"})[name].message)


@pytest.mark.parametrize(
    "prompt", ["😀" * 100, "قطة تركض في العشب", "\u202eright to left", "a\0b", "<script>", "'\"\\"]
)
def test_any_writing_may_be_a_prompt(make, prompt):
    assert make(prompt=prompt).prompt == prompt


@pytest.mark.parametrize("ratio", ["16x9", "16:", ":9", "0:9", "16:0", "16:9:4", "a:b", "-16:9", "9" * 5000, "1.5:1"])
def test_an_aspect_ratio_is_two_whole_numbers(make, ratio):
    found = problems(make, aspect_ratio=ratio)
    assert set(found) == {"aspect_ratio"}
    assert '"16:9"' in str(found["aspect_ratio"].allowed)


@pytest.mark.parametrize("shot", ["Singles", "triple", "single!"])
def test_an_unknown_shot_type_is_refused(make, shot):
    assert str(problems(make, shot_type=shot)["shot_type"].allowed) == "single, multi"


def test_an_image_needs_neither_ratio_nor_shot_type():
    assert ImageToVideo(image=URL, aspect_ratio=None, shot_type=None).aspect_ratio is None
    assert set(problems(TextToVideo, prompt="x", aspect_ratio=None, shot_type=None)) == {"aspect_ratio", "shot_type"}


def test_everything_that_is_wrong_is_said_at_once():
    wrong = {
        "negative_prompt": 5,
        "model": "",
        "resolution": None,
        "duration": 0,
        "seed": -2,
        "prompt_extend": "yes",
        "audio": 1,
        "watermark": None,
        "aspect_ratio": "wide",
        "shot_type": "all",
    }
    for request_type, own in ((TextToVideo, "prompt"), (ImageToVideo, "image"), (ReferenceToVideo, "references")):
        found = problems(request_type, **wrong)
        assert set(found) == {*wrong, own}
        for problem in found.values():
            assert problem.message
            assert problem.allowed or problem.remedy, problem.field


def test_the_error_is_prose_that_counts_its_problems():
    with pytest.raises(InvalidRequest) as caught:
        TextToVideo(duration=0, prompt="x")
    assert str(caught.value) == (
        "The request has 1 problem; nothing was sent.\n"
        "  duration: 0 is not a length. Allowed: whole seconds, 1 to 3600."
    )
    with pytest.raises(InvalidRequest, match="has 2 problems"):
        TextToVideo(duration=0)
    assert isinstance(caught.value, WanError)
    assert isinstance(caught.value, ValueError)
    assert not caught.value.maybe_billed


def test_a_draft_is_not_checked_but_knows_its_problems():
    draft = TextToVideo.draft({"duration": 0, "nonsense": 1})
    assert {problem.field for problem in draft.problems()} == {"prompt", "duration"}
    assert draft.resolution == "1080p"


def test_every_mode_has_its_request():
    assert {mode.value: kind for mode, kind in REQUEST_TYPES.items()} == {
        "t2v": TextToVideo,
        "i2v": ImageToVideo,
        "r2v": ReferenceToVideo,
    }


def test_numbers_of_a_sweep_become_plain_ones():
    request = TextToVideo(prompt="x", seed=np.int64(7), duration=np.arange(5, 6)[0])

    assert (request.seed, request.duration) == (7, 5)
    assert repr(request) == repr(TextToVideo(prompt="x", seed=7, duration=5))
