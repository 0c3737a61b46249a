"""How Model Studio wants to be asked, where services differ: by the numbers of the quirks in their comparison."""

import pytest

from wan_widgets import ImageToVideo, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import DashScope
from wan_widgets.wan.sources import ImageReference

DASHSCOPE = DashScope()
ASYNC = {"X-DashScope-Async": "enable"}
IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/anna.mp4"


def test_quirk_1_and_20_one_path_for_every_mode_and_no_name_of_ours():
    for request in (TextToVideo(prompt="x"), ImageToVideo(image=IMAGE)):
        call = DASHSCOPE.encode_submit(request, order="01J9HA7JPQ")
        assert call.path == "/api/v1/services/aigc/video-generation/video-synthesis"
        assert "01J9HA7JPQ" not in str(call)


def test_quirk_4_rewriting_is_a_choice_but_among_references_of_2_6():
    makers = [
        lambda **rest: TextToVideo(prompt="x", **rest),
        lambda **rest: ReferenceToVideo(references=[CLIP], **rest),
    ]
    sent = [
        DASHSCOPE.encode_submit(make(model=model, prompt_extend=False)).json["parameters"].get("prompt_extend")
        for model in ("wan2.6", "wan2.7", "wan3.0")
        for make in makers
    ]
    assert sent == [False, None, False, False, False, False]


@pytest.mark.parametrize(
    ("family", "mode", "longest"),
    [
        ("wan2.6", Mode.TEXT, 15),
        ("wan2.6-flash", Mode.IMAGE, 15),
        ("wan2.6", Mode.REFERENCE, 10),
        ("wan2.7", Mode.REFERENCE, 15),
        ("wan3.0", Mode.TEXT, 30),
    ],
)
def test_quirk_7_every_whole_second_from_two(family, mode, longest):
    assert DASHSCOPE.offer(family, mode).durations == tuple(range(2, longest + 1))


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:3", "3:4"])
@pytest.mark.parametrize("resolution", ["720p", "1080p"])
def test_quirk_2_and_25_sizes_are_pixels_with_an_asterisk_or_a_tier_with_a_ratio(resolution, ratio):
    page = {
        "720p": "1280*720 720*1280 960*960 1088*832 832*1088",
        "1080p": "1920*1080 1080*1920 1440*1440 1632*1248 1248*1632",
    }
    sizes = dict(zip(["16:9", "9:16", "1:1", "4:3", "3:4"], page[resolution].split(), strict=True))
    shape = {"resolution": resolution, "aspect_ratio": ratio}
    old = DASHSCOPE.encode_submit(TextToVideo(prompt="x", **shape)).json["parameters"]
    new = DASHSCOPE.encode_submit(TextToVideo(prompt="x", model="wan2.7", **shape)).json["parameters"]
    assert (old["size"], "resolution" in old, "ratio" in old) == (sizes[ratio], False, False)
    assert (new["resolution"], new["ratio"], "size" in new) == (resolution.upper(), ratio, False)


def test_quirk_25_the_pixels_of_2_7_differ_at_4_3():
    sizes = DASHSCOPE.offer("wan2.7", Mode.TEXT).sizes
    assert [str(sizes[row][ratio]) for row in sizes for ratio in ("4:3", "3:4")] == [
        *("1104×832", "832×1104"),
        *("1648×1248", "1248×1648"),
    ]


@pytest.mark.parametrize("seed", [None, -1])
def test_quirk_6_a_random_seed_is_left_out_and_zero_is_sent(seed):
    assert "seed" not in DASHSCOPE.encode_submit(TextToVideo(prompt="x", seed=seed)).json["parameters"]
    assert DASHSCOPE.encode_submit(TextToVideo(prompt="x", seed=0)).json["parameters"]["seed"] == 0


def test_quirk_9_references_keep_their_order_whatever_they_are():
    urls = [IMAGE, CLIP, "https://example.com/without-an-ending"]
    call = DASHSCOPE.encode_submit(ReferenceToVideo(prompt="x", references=urls))
    assert call.json["input"]["reference_urls"] == urls


def test_quirk_23_what_was_not_given_is_left_out():
    call = DASHSCOPE.encode_submit(ImageToVideo(image=IMAGE, prompt=" ", negative_prompt=""))
    assert call.json["input"] == {"img_url": IMAGE}


@pytest.mark.parametrize(
    "request_",
    [
        TextToVideo(prompt="x", guide_audio="oss://dashscope-instant/a.mp3"),
        ImageToVideo(image="OSS://dashscope-instant/a.png"),
        ReferenceToVideo(prompt="x", references=[CLIP, "oss://dashscope-instant/a.png"]),
        ReferenceToVideo(prompt="x", model="wan2.7", references=[ImageReference("oss://dashscope-instant/a")]),
        ImageToVideo(
            model="wan2.7", image=IMAGE, extra={"input": {"media": [{"type": "first_clip", "url": "oss://a/b.mp4"}]}}
        ),
    ],
)
def test_an_uploaded_file_is_announced_in_a_header(request_):
    assert DASHSCOPE.encode_submit(request_).headers == ASYNC | {"X-DashScope-OssResourceResolve": "enable"}


def test_an_unlisted_model_is_sent_verbatim_with_the_fields_of_the_one_it_is_like():
    request = TextToVideo(model="wan2.7-t2v-2026-04-25", like="wan2.7", prompt="x", aspect_ratio="4:3")
    assert DASHSCOPE.problems(request) == ()
    body = DASHSCOPE.encode_submit(request).json
    assert body["model"] == "wan2.7-t2v-2026-04-25"
    assert body["parameters"]["ratio"] == "4:3"
    older = TextToVideo(model="wan2.6-t2v-us", like="wan2.6-t2v", prompt="x")
    assert DASHSCOPE.encode_submit(older).json["parameters"]["size"] == "1920*1080"


def test_extra_fields_are_laid_over_at_any_depth():
    extra = {"input": {"template": "flying"}, "parameters": {"duration": -1, "new": {"deep": [1]}}}
    body = DASHSCOPE.encode_submit(ImageToVideo(image=IMAGE, extra=extra)).json
    assert body["input"] == {"img_url": IMAGE, "template": "flying"}
    assert body["parameters"] == {
        "resolution": "1080P",
        "prompt_extend": True,
        "watermark": False,
        "duration": -1,
        "new": {"deep": [1]},
    }


def test_a_task_is_asked_about_and_called_off_by_its_id():
    ask, cancel = DASHSCOPE.encode_retrieve("0385dc79-5ff8"), DASHSCOPE.encode_cancel("0385dc79-5ff8")
    assert (ask.method, ask.path) == ("GET", "/api/v1/tasks/0385dc79-5ff8")
    assert (cancel.method, cancel.path) == ("POST", "/api/v1/tasks/0385dc79-5ff8/cancel")


def test_a_task_is_asked_about_every_fifteen_seconds():
    assert DASHSCOPE.pace.questions == 20
