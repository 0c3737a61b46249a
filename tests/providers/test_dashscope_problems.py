"""What Model Studio would refuse, drop without a word, or bill for nothing: said before anything is sent."""

import pytest

from wan_widgets import ImageToVideo, InvalidRequest, Mode, ReferenceToVideo, TextToVideo
from wan_widgets.providers import DashScope
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.sources import ImageReference

DASHSCOPE = DashScope()
NAME = "Alibaba Model Studio"
IMAGE = "https://example.com/cat.jpg"
CLIP = "https://example.com/anna.mp4"
SOUND = "https://example.com/rap.mp3"


def text(**fields):
    return TextToVideo(**{"prompt": "A kitten"} | fields)


def image(**fields):
    return ImageToVideo(**{"image": IMAGE} | fields)


def reference(**fields):
    return ReferenceToVideo(**{"prompt": "character1", "references": [CLIP]} | fields)


BAD = {
    "15 seconds of references": (
        reference(duration=15),
        Problem("duration", f"wan2.6 at {NAME} has no clips of 15 s.", "2 to 10 seconds"),
    ),
    "15 seconds of a video": (
        reference(model="wan2.7", duration=15),
        Problem(
            "duration", f"wan2.7 at {NAME} has no clips of 15 s. A video is among the references.", "2 to 10 seconds"
        ),
    ),
    "30 seconds of a video": (
        reference(model="wan3.0", duration=30),
        Problem(
            "duration", f"wan3.0 at {NAME} has no clips of 30 s. A video is among the references.", "2 to 29 seconds"
        ),
    ),
    "one second": (text(duration=1), Problem("duration", f"wan2.6 at {NAME} has no clips of 1 s.", "2 to 15 seconds")),
    "six references": (
        reference(references=[IMAGE] * 6),
        Problem("references", f"6 references are too many for wan2.6 at {NAME}.", "up to 5"),
    ),
    "four videos": (
        reference(references=[CLIP] * 4),
        Problem("references", f"4 videos are too many for wan2.6 at {NAME}.", "up to 3"),
    ),
    "eleven images": (
        reference(model="wan3.0", references=[IMAGE] * 11),
        Problem("references", f"11 images are too many for wan3.0 at {NAME}.", "up to 10"),
    ),
    "an unclear reference": (
        reference(model="wan2.7", references=["https://example.com/9f3a"]),
        Problem(
            "references",
            "Reference 1: the address does not tell whether it is an image or a video.",
            remedy="Write ww.ImageReference(…) or ww.VideoReference(…) around it.",
        ),
    ),
    "480p (quirk 12)": (
        text(resolution="480p"),
        Problem("resolution", f"wan2.6 at {NAME} has no 480p.", "720p, 1080p"),
    ),
    "a size that is not there": (
        text(aspect_ratio="21:9"),
        Problem("aspect_ratio", f"wan2.6 at {NAME} has no 21:9.", "16:9, 9:16, 1:1, 4:3, 3:4"),
    ),
    "a ratio beside an image (quirk 2)": (
        image(aspect_ratio="16:9"),
        Problem(
            "aspect_ratio",
            f"wan2.6 at {NAME} gives the clip the image's shape.",
            remedy="Leave it out, and crop the image instead.",
        ),
    ),
    "several shots (quirk 5)": (
        text(shot_type="multi", prompt_extend=False),
        Problem(
            "shot_type",
            "Several shots come from the rewriting of the prompt, which is switched off.",
            "single",
            "Set prompt_extend=True to have several.",
        ),
    ),
    "several shots of 2.7": (
        text(model="wan2.7", shot_type="multi"),
        Problem("shot_type", f"wan2.7 at {NAME} has no shot type 'multi'.", "single"),
    ),
    "silence": (
        text(audio=False),
        Problem("audio", f"wan2.6 at {NAME} always makes a sound track.", "True", "Mute the clip when you play it."),
    ),
    "a guide for references (quirk 8)": (
        reference(guide_audio=SOUND),
        Problem("guide_audio", f"wan2.6 at {NAME} takes no guide audio.", remedy="Leave it out."),
    ),
    "a long prompt (quirk 14)": (
        text(prompt="猫" * 1507),
        Problem(
            "prompt",
            f"{NAME} reads the first 1500 characters and drops the rest without a word.",
            "up to 1500 characters",
            "Shorten it by 7.",
        ),
    ),
    "a negative prompt of 3.0": (
        text(model="wan3.0", negative_prompt="blur"),
        Problem(
            "negative_prompt",
            f"wan3.0 at {NAME} has no negative prompt.",
            remedy="Leave it out, and say it in the prompt.",
        ),
    ),
    "no words beside references": (
        reference(prompt=None),
        Problem("prompt", f"wan2.6 at {NAME} needs a prompt.", remedy="Describe what the clip shows."),
    ),
    "a large seed": (
        text(seed=2**31),
        Problem("seed", f"wan2.6 at {NAME} takes no seed as large as 2147483648.", "0 to 2147483647"),
    ),
    "a guide for an image of 3.0": (
        image(guide_audio=SOUND, model="wan3.0"),
        Problem("guide_audio", f"wan3.0 at {NAME} takes no guide audio.", remedy="Leave it out."),
    ),
    "flash from words": (
        text(model="wan2.6-flash"),
        Problem("model", f"wan2.6-flash at {NAME} has no text to video.", "wan2.6, wan2.7, wan3.0, wan3.0-prime"),
    ),
    "an unknown model": (
        text(model="wan9"),
        Problem(
            "model",
            f"{NAME} has no model 'wan9'.",
            "wan2.6, wan2.6-flash, wan2.7, wan3.0, wan3.0-prime",
            'If it has one all the same, say which of these it is like: set like="wan2.6".',
        ),
    ),
}


@pytest.mark.parametrize(("request_", "problem"), BAD.values(), ids=BAD)
def test_what_cannot_be_is_refused_in_these_words(request_, problem):
    assert str(problem) in map(str, DASHSCOPE.problems(request_))
    assert {found.field for found in DASHSCOPE.problems(request_)} == {problem.field}


@pytest.mark.parametrize(
    "request_",
    [
        image(shot_type="multi"),
        image(shot_type="single", prompt_extend=False),
        reference(shot_type="multi", prompt_extend=False),
        reference(model="wan2.7", references=[IMAGE] * 5, duration=15),
        reference(model="wan3.0", references=[IMAGE] * 10 + [CLIP] * 5, prompt=None, guide_audio=SOUND),
        text(model="wan2.7", prompt="x" * 5000, prompt_extend=False),
        text(model="wan3.0", prompt="x" * 20_000, aspect_ratio="21:9", resolution="480p"),
        image(image="oss://dashscope-instant/a.png", guide_audio="oss://dashscope-instant/a.mp3"),
    ],
)
def test_what_the_pages_allow_is_not_refused(request_):
    assert DASHSCOPE.problems(request_) == ()


def test_quirk_11_embedded_data_is_refused_with_the_way_that_works():
    with pytest.raises(InvalidRequest) as caught:
        ImageToVideo(image="data:image/png;base64,GDU7")
    (problem,) = caught.value.problems
    assert (problem.field, str(problem.message)) == ("image", "Embedded (base64) data is not an address.")
    assert str(problem.remedy) == "Give the bytes themselves."


def test_every_fault_is_said_at_once():
    request = reference(
        references=[CLIP] * 6, prompt="x" * 1501, resolution="480p", aspect_ratio="21:9", duration=15, seed=2**31
    )
    fields = {problem.field for problem in DASHSCOPE.problems(request)}
    assert fields == {"references", "prompt", "resolution", "aspect_ratio", "duration", "seed"}


def test_a_model_that_is_not_there_is_never_ordered():
    with pytest.raises(InvalidRequest, match="wan9"):
        DASHSCOPE.encode_submit(text(model="wan9"))


@pytest.mark.parametrize(
    ("family", "mode", "rules"),
    [
        ("wan2.6", Mode.TEXT, "audio 15 MB 3-30 s"),
        ("wan2.6", Mode.IMAGE, "image 20 MB 240-8000 px, audio 15 MB 3-30 s"),
        ("wan2.6-flash", Mode.REFERENCE, "image 20 MB 240-8000 px, video 100 MB 1-30 s"),
        ("wan2.7", Mode.IMAGE, "image 20 MB 240-8000 px, audio 15 MB 2-30 s"),
        ("wan2.7", Mode.REFERENCE, "image 20 MB 240-8000 px, video 100 MB 240-4096 px 1-30 s"),
        ("wan3.0", Mode.TEXT, ""),
        ("wan3.0", Mode.IMAGE, "image 20 MB 240-8000 px"),
        (
            "wan3.0-prime",
            Mode.REFERENCE,
            "image 20 MB 240-8000 px, video 100 MB 240-4096 px 1-15 s, audio 15 MB 1-15 s",
        ),
    ],
)
def test_files_are_those_of_the_pages(family, mode, rules):
    def spelled(kind, rule):
        sides = " {}-{} px".format(*rule.sides) if rule.sides else ""
        seconds = " {}-{} s".format(*rule.seconds) if rule.seconds else ""
        return f"{kind} {rule.max_bytes // 1_000_000} MB{sides}{seconds}"

    files = DASHSCOPE.offer(family, mode).files
    assert ", ".join(spelled(kind, rule) for kind, rule in files.items()) == rules
    types = {"image": "jpeg png bmp webp", "video": "mp4 quicktime", "audio": "wav mpeg"}
    for kind, rule in files.items():
        assert " ".join(each.removeprefix(f"{kind}/") for each in rule.types) == types[kind]


def test_references_that_count_by_kind_are_told_apart_by_their_type():
    assert DASHSCOPE.problems(reference(model="wan2.7", references=[ImageReference("https://example.com/9f3a")])) == ()


@pytest.mark.parametrize(
    ("make", "model", "like"),
    [
        (text, "wan2.7-t2v-2026-04-25", "wan2.7"),
        (text, "Wan2.7-T2V-2026-04-25", "wan2.7"),
        (reference, "wan2.6-r2v-flash-2026-04-25", "wan2.6-flash"),
        (text, "wan3.0-prime-2", "wan3.0-prime"),
        (text, "wan2.6-flash-2", "wan2.6"),  # which has no text to video
        (image, "my-own", "wan2.6"),
    ],
)
def test_an_unlisted_model_is_taken_to_be_like_the_family_that_its_name_begins_with(make, model, like):
    [problem] = DASHSCOPE.problems(make(model=model))
    assert str(problem.remedy).endswith(f'set like="{like}".')
    assert DASHSCOPE.problems(make(model=model, like=like)) == ()
