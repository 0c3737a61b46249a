"""DashScope: what is made of a request."""

import pytest

from simulator.studio import CLIP, FRAMES, IMAGE, SOUND, TEXT, media

pytestmark = pytest.mark.anyio

T2V, I2V, R2V = "wan2.6-t2v", "wan2.6-i2v-flash", "wan2.6-r2v-flash"
PICTURE = {"img_url": IMAGE}
CHARACTERS = {**TEXT, "reference_urls": [IMAGE]}


async def test_an_accepted_submission_has_the_documented_shape(studio):
    answer = await studio.submit(T2V, TEXT, size="1280*720")
    body = answer.json()
    assert answer.status_code == 200
    assert len(body.pop("request_id")) == 36
    assert len(body["output"].pop("task_id")) == 36
    assert body == {"output": {"task_status": "PENDING"}}


async def test_defaults_of_the_older_protocol(studio):
    made = await studio.order(T2V, TEXT)
    assert (made["size"], made["resolution"], made["duration"]) == ([1920, 1080], "1080p", 5)
    assert (made["audio"], made["prompt_extend"], made["watermark"], made["seed"]) == (True, True, False, None)
    made = await studio.order(I2V, PICTURE)
    assert (made["size"], made["resolution"], made["audio"], made["prompt"]) == (None, "1080p", True, "")


@pytest.mark.parametrize(
    ("model", "asked", "size", "tier"),
    [
        (T2V, "1088*832", [1088, 832], "720p"),
        (T2V, "1440*1440", [1440, 1440], "1080p"),
        ("wan2.5-t2v-preview", "624*624", [624, 624], "480p"),
        ("wan2.2-t2v-plus", "480*832", [480, 832], "480p"),
    ],
)
async def test_sizes_are_those_of_the_list(studio, model, asked, size, tier):
    made = await studio.order(model, TEXT, size=asked)
    assert (made["size"], made["resolution"]) == (size, tier)


@pytest.mark.parametrize(
    ("model", "parameters", "size"),
    [
        ("wan2.7-t2v", {}, [1920, 1080]),
        ("wan2.7-t2v", {"resolution": "720P", "ratio": "4:3"}, [1104, 832]),
        ("wan2.7-t2v-2026-06-12", {"ratio": "3:4"}, [1248, 1648]),
        ("wan2.7-t2v", {"size": "1280*720"}, [1920, 1080]),
        ("wan3.0-video", {}, [1920, 1080]),
        ("wan3.0-video-prime", {"resolution": "480P", "ratio": "adaptive"}, [832, 480]),
        ("wan3.0-video", {"resolution": "480P", "ratio": "9:16"}, [480, 832]),
    ],
)
async def test_sizes_of_the_newer_protocol_follow_from_tier_and_ratio(studio, model, parameters, size):
    assert (await studio.order(model, TEXT, **parameters))["size"] == size


async def test_a_clip_follows_its_picture(studio):
    for model, inputs in (
        ("wan2.7-i2v", media("first_frame", "last_frame", "driving_audio")),
        ("wan2.7-r2v", media("reference_video", "first_frame")),
        ("wan3.0-video", media("reference_image")),
    ):
        assert (await studio.order(model, inputs, resolution="720P"))["size"] is None
    assert (await studio.order("wan3.0-video", media("first_frame"), ratio="1:1"))["size"] == [1440, 1440]
    assert (await studio.order("wan2.7-r2v", media("reference_image")))["size"] == [1920, 1080]
    assert (await studio.order("wan3.0-video", media("reference_audio", "file")))["size"] == [1920, 1080]


async def test_roles_become_sources(studio):
    made = await studio.order("wan2.7-i2v", media("first_frame", "driving_audio"))
    assert (made["first_frame"], made["guide_audio"], made["references"]) == (IMAGE, SOUND, [])
    made = await studio.order("wan2.7-i2v", media("last_frame", "first_clip"))
    assert made["first_frame"] == CLIP
    made = await studio.order("wan2.7-r2v", media("reference_image", "reference_video", reference_voice=SOUND))
    assert (made["references"], made["guide_audio"]) == ([IMAGE, CLIP], SOUND)
    made = await studio.order(R2V, {**TEXT, "reference_urls": [CLIP, IMAGE]}, audio=False)
    assert (made["references"], made["audio"]) == ([CLIP, IMAGE], False)
    made = await studio.order("wan2.6-r2v", {**TEXT, "reference_video_urls": [CLIP]}, audio=False)
    assert (made["references"], made["audio"]) == ([CLIP], True)
    made = await studio.order("wan2.2-kf2v-flash", {"first_frame_url": IMAGE, "last_frame_url": IMAGE}, path=FRAMES)
    assert (made["first_frame"], made["resolution"], made["audio"]) == (IMAGE, "720p", False)


async def test_a_model_of_the_other_endpoint_is_refused_there_too(studio):
    answer = await studio.submit(T2V, TEXT, path=FRAMES)
    assert (answer.status_code, answer.json()["message"]) == (400, "url error, please check url!")
    answer = await studio.submit("wan2.2-kf2v-flash", TEXT, path=FRAMES)
    assert answer.json()["message"] == "Field required: input.first_frame_url"


async def test_silence_wins_over_a_sound(studio):
    made = await studio.order(I2V, {**PICTURE, "audio_url": SOUND}, audio=False)
    assert (made["audio"], made["guide_audio"]) == (False, None)
    assert (await studio.order(T2V, {**TEXT, "audio_url": SOUND}, audio=False))["guide_audio"] == SOUND
    assert (await studio.order("wan2.2-t2v-plus", {**TEXT, "audio_url": SOUND}))["guide_audio"] is None
    assert (await studio.order("wan3.0-video", TEXT, audio=False))["audio"] is False


async def test_shots_need_the_rewriting_of_the_prompt_except_for_characters(studio):
    assert (await studio.order(T2V, TEXT, shot_type="multi"))["shot_type"] == "multi"
    assert (await studio.order(T2V, TEXT, shot_type="multi", prompt_extend=False))["shot_type"] is None
    assert (await studio.order(R2V, CHARACTERS, shot_type="multi", prompt_extend=False))["shot_type"] == "multi"
    assert (await studio.order("wan2.7-t2v", TEXT, shot_type="multi"))["shot_type"] is None


async def test_long_prompts_are_cut_without_a_word_and_effects_have_their_own(studio):
    long = {"prompt": "猫" * 21_000, "negative_prompt": "b" * 600}
    for model, limit in ((T2V, 1500), ("wan2.2-t2v-plus", 800), ("wan2.7-t2v", 5000), ("wan3.0-video", 20_000)):
        made = await studio.order(model, long)
        assert (len(made["prompt"]), len(made["negative_prompt"])) == (limit, 500)
    assert (await studio.order("wan2.5-i2v-preview", {**PICTURE, **TEXT, "template": "flying"}))["prompt"] == ""


async def test_the_longest_model_makes_thirty_seconds_or_as_it_likes(studio):
    assert (await studio.order("wan3.0-video", TEXT, duration=30))["duration"] == 30
    assert (await studio.order("wan3.0-video", TEXT, duration=-1))["duration"] == 5
    assert (await studio.order("wan3.0-video", TEXT))["fps"] == 30
    assert (await studio.submit(T2V, TEXT, duration=-1)).status_code == 400


async def test_what_the_official_client_adds_is_ignored(studio):
    inputs = {**TEXT, "extend_prompt": True, "function": "video-synthesis", "negative_prompt": None}
    assert (await studio.submit(T2V, inputs)).status_code == 200
