"""Values as people write, copy and compute them: taken where the meaning is plain, else refused with the remedy."""

import enum
import fractions
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from wan.made import URL, kind, problems
from wan_widgets import ImageToVideo, ReferenceToVideo, TextToVideo
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.wan.sources import LocalFile


class Whole(int):
    """A number of a class of its own."""


class Text(str):
    """A text of a class of its own."""

    __slots__ = ()

    def __str__(self):
        return "a text"


class Numbered(enum.IntEnum):
    FIVE = 5


class Named(enum.Enum):
    FIVE = 5
    TEXT = "A kitten"
    SIZE = "720p"
    SHAPE = "16:9"
    MODEL = "wan2.6"


class Worded(enum.StrEnum):
    TEXT = "A kitten"


FIVE = [5, 5.0, "5", "5s", " 5 s ", "5 sec", "5 seconds", "5.0", "5.0s", "\uff15", np.int64(5), np.uint8(5)]
FIVE += [np.float32(5), np.float64(5), np.array(5), np.array(5.0), np.str_("5"), Decimal("5.00"), fractions.Fraction(5)]
FIVE += ["\u0665", "\u096b s", Whole(5), Numbered.FIVE, Named.FIVE]


@pytest.mark.parametrize("five", FIVE, ids=lambda five: f"{type(five).__name__} {five}")
def test_five_seconds_are_five_however_they_are_written(make, five):
    request = make(duration=five)
    assert (request.duration, type(request.duration)) == (5, int)
    assert request == make(duration=5)
    if not isinstance(five, str) or "s" not in five:
        assert (make(seed=five).seed, type(make(seed=five).seed)) == (5, int)


@pytest.mark.parametrize(
    "length",
    [
        *("5m", "five", "5-10", "s", "", "0x5", "5_0", "1e1", "5,5"),
        *(5.5, np.float64("nan"), np.inf, 1e300, 5 + 0j, True, np.True_),
        *map(Decimal, ("NaN", "sNaN", "Infinity", "1e999999")),
        *([5], {5}, np.arange(2)),
    ],
    ids=kind,
)
def test_a_length_that_could_be_another_is_refused(make, length):
    assert "whole seconds, 1 to 3600" in str(problems(make, duration=length)["duration"].allowed)
    assert "seed" in problems(make, seed=length)


@pytest.mark.parametrize("text", ["-1", -1.0, np.int64(-1), None])
def test_minus_one_lets_the_service_choose_in_any_form(make, text):
    assert make(seed=text).seed is None


@pytest.mark.parametrize(
    "written", ["720p", "720P", " 720p ", "'720p'", "720", 720, 720.0, np.int64(720), "\uff17\uff12\uff10P"]
)
def test_a_resolution_is_known_however_it_is_written(make, written):
    assert make(resolution=written).resolution == "720p"


def test_4k_is_known_too(make):
    assert make(resolution="4K").resolution == "4k"


@pytest.mark.parametrize(
    "written", ["16:9", " 16:9 ", "16 : 9", "16\uff1a9", "16\u22369", "\uff11\uff16:\uff19", '"16:9"', "16:9\n"]
)
def test_an_aspect_ratio_is_known_however_it_is_written(written):
    assert TextToVideo(prompt="x", aspect_ratio=written).aspect_ratio == "16:9"
    assert ReferenceToVideo(references=[URL], aspect_ratio=written).aspect_ratio == "16:9"
    assert ImageToVideo(image=URL, aspect_ratio=written).aspect_ratio == "16:9"


@pytest.mark.parametrize("written", ["multi", "Multi", " MULTI\n", "'multi'"])
def test_a_shot_type_is_known_however_it_is_written(written):
    assert TextToVideo(prompt="x", shot_type=written).shot_type == "multi"


@pytest.mark.parametrize("written", [" wan2.6", "wan2.6\n", '"wan2.6"', "\ufeffwan2.6", np.str_("wan2.6")])
def test_a_models_name_is_what_was_meant(make, written):
    request = make(model=written, like=written)
    assert (request.model, request.like) == ("wan2.6", "wan2.6")
    assert type(request.model) is str


@pytest.mark.parametrize("name", ["prompt_extend", "audio", "watermark"])
@pytest.mark.parametrize("on", [True, False])
def test_a_switch_of_numpy_is_a_switch(make, name, on):
    for given in (np.bool_(on), np.array(on)):
        assert getattr(make(**{name: given}), name) is on


@pytest.mark.parametrize("written", [Text("A kitten"), Named.TEXT, Worded.TEXT, np.str_("A kitten")], ids=kind)
def test_a_text_of_a_class_of_its_own_is_text(make, written):
    request = make(prompt=written, negative_prompt=written)
    assert request == make(prompt="A kitten", negative_prompt="A kitten")
    assert (type(request.prompt), type(request.negative_prompt)) == (str, str)
    assert repr(request) == repr(make(prompt="A kitten", negative_prompt="A kitten"))


def test_each_choice_may_be_named_by_an_enum():
    given = TextToVideo("x", model=Named.MODEL, resolution=Named.SIZE, aspect_ratio=Named.SHAPE, seed=Named.FIVE)
    assert given == TextToVideo("x", model="wan2.6", resolution="720p", aspect_ratio="16:9", seed=5)


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, 1.0, np.int64(1), None, np.array([True])])
def test_what_may_not_mean_on_is_refused_with_the_two_words(make, value):
    assert str(problems(make, watermark=value)["watermark"].allowed) == "True, False"


PATHS = [
    '"/clips/cat.png"',
    "'/clips/cat.png'",
    "\u201c/clips/cat.png\u201d",
    " /clips/cat.png\n",
    "\u202a/clips/cat.png",
    "\ufeff/clips/cat.png",
    '\u200b"/clips/cat.png" ',
    "`/clips/cat.png`",
]


@pytest.mark.parametrize("path", PATHS, ids=ascii)
def test_a_pasted_path_is_that_path(path):
    file = LocalFile(Path("/clips/cat.png"))
    assert ImageToVideo(image=path).image == file
    assert ReferenceToVideo(references=path).references == (file,)
    assert ReferenceToVideo(references=[path, URL]).references == (file, URL)
    assert TextToVideo(prompt="x", guide_audio=path).guide_audio == file


@pytest.mark.parametrize("address", [f'"{URL}"', f"<{URL}>", f" {URL}\u200b", f"'{URL}'\n"], ids=ascii)
def test_a_pasted_address_is_that_address(address):
    assert ImageToVideo(image=address).image == URL


def test_quotes_within_a_name_stay():
    assert ImageToVideo(image="the 'cat'.png").image.name == "the 'cat'.png"
    assert ImageToVideo(image="'tis a cat.png").image.name == "'tis a cat.png"


def test_values_of_numpy_may_be_fields_of_the_services_own(make):
    extra = {"steps": np.int64(50), "scale": np.float32(1.5), "on": np.True_, "list": [np.int8(1)]}
    assert make(extra=extra).extra == {"steps": 50, "scale": 1.5, "on": True, "list": [1]}


@pytest.mark.parametrize("request_type", REQUEST_TYPES.values())
def test_the_prompt_may_come_without_its_name(request_type):
    own = {"i2v": {"image": URL}, "r2v": {"references": [URL]}}.get(request_type.mode, {})
    assert request_type("A kitten", **own) == request_type(prompt="A kitten", **own)
    with pytest.raises(TypeError):
        request_type("A kitten", "wan2.6", **own)


TEXTS = ["prompt", "negative_prompt", "model", "like", "resolution", "aspect_ratio", "shot_type"]


@pytest.mark.parametrize("code", [0xD83D, 0xDE00, 0xDCFF])
def test_half_a_character_is_refused_in_every_text(code):
    half = chr(code)
    for name in TEXTS:
        assert set(problems(TextToVideo, **{"prompt": "x"} | {name: half})) == {name}, name
    assert set(problems(TextToVideo, prompt="x", guide_audio=f"https://a.example/{half}.mp3")) == {"guide_audio"}
    assert set(problems(ImageToVideo, image=f"https://a.example/{half}")) == {"image"}
    assert set(problems(ReferenceToVideo, references=[f"https://a.example/{half}"])) == {"references"}
    for extra in ({"a": half}, {half: 1}, {"a": [{"b": half}]}):
        assert set(problems(TextToVideo, prompt="x", extra=extra)) == {"extra"}


@pytest.mark.parametrize(
    "seed", [2**31, 2**32, 2**53, 2**63, 2**64 - 1, 2**64, 2**100, 10**5000, 1e25, "9" * 29], ids=kind
)
def test_a_seed_that_is_too_large_is_told_the_limit(make, seed):
    try:
        request = make(seed=seed)
    except ValueError as error:
        text = str(error)
    else:
        text = " ".join(map(str, PROVIDERS["toapis"].problems(request)))
    assert "2147483647" in text
    assert "large" in text
    assert len(text) < 800
