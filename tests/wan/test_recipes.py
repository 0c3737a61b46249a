"""A request as plain data and back, whatever it holds; and data that only looks like one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan.made import URL
from wan_widgets import (
    ImageReference,
    ImageToVideo,
    InvalidRequest,
    LocalFile,
    ReferenceToVideo,
    TextToVideo,
    VideoReference,
    VideoRequest,
)
from wan_widgets.wan.recipes import from_recipe, to_recipe

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40).filter(str.strip)
NAMES = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=20)
SOURCES = st.one_of(
    st.sampled_from([URL, "https://example.com/9f3a", "oss://bucket/cat.mp4", "http://b\u00fccher.example/猫.png"]),
    NAMES.map(lambda name: Path("/films", name)),
)
REFERENCES = st.one_of(SOURCES, SOURCES.map(ImageReference), SOURCES.map(VideoReference))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
LOOKALIKES = st.sampled_from(
    [{"file": "a.png"}, {"bytes": 3}, {"kind": "image", "source": URL}, {"kind": "no kind", "source": 1}]
)
COMMON = {
    "prompt": WORDS,
    "negative_prompt": st.none() | WORDS,
    "model": st.sampled_from(["wan2.6", "wan9-ultra", "модель"]),
    "like": st.none() | st.just("wan2.6"),
    "resolution": st.sampled_from(["480p", "720p", "1080p"]),
    "duration": st.integers(1, 3600),
    "seed": st.none() | st.integers(0, 2**64 - 1),
    "prompt_extend": st.booleans(),
    "watermark": st.booleans(),
    "guide_audio": st.none() | SOURCES,
    "extra": LOOKALIKES | st.dictionaries(WORDS, JSON | LOOKALIKES, max_size=3),
}
SHAPES = {"aspect_ratio": st.sampled_from(["16:9", "1:1", "21:9"]), "shot_type": st.sampled_from(["single", "multi"])}
OPTIONAL = {name: st.none() | shape for name, shape in SHAPES.items()}
REQUESTS = st.one_of(
    st.builds(TextToVideo, **COMMON, **SHAPES),
    st.builds(ImageToVideo, **COMMON, **OPTIONAL, image=SOURCES),
    st.builds(ReferenceToVideo, **COMMON, **SHAPES, references=st.lists(REFERENCES, min_size=1, max_size=4)),
)


def there_and_back(request: VideoRequest) -> VideoRequest:
    return from_recipe(json.loads(json.dumps(to_recipe(request))))


@given(REQUESTS)
def test_every_request_comes_back_as_it_was(request):
    assert there_and_back(request) == request


def test_what_kind_a_reference_is_comes_back_too():
    """Two references of other kinds are equal to a dataclass only if their types are."""
    request = ReferenceToVideo(references=[VideoReference(URL), ImageReference("/films/a.mp4"), URL])
    assert [type(each) for each in there_and_back(request).references] == [VideoReference, ImageReference, str]


def test_a_file_whose_name_is_no_unicode_comes_back():
    request = ImageToVideo(image=Path("/films/caf\udce9.png"))
    assert there_and_back(request).image == LocalFile(Path("/films/caf\udce9.png"))


def test_of_bytes_in_memory_only_the_number_is_kept_and_nothing_is_ordered_without_them():
    request = ReferenceToVideo(references=[ImageReference(b"secret picture"), URL])
    recipe = to_recipe(request)
    assert recipe["references"] == [{"kind": "image", "source": {"bytes": 14}}, URL]
    again = from_recipe(json.loads(json.dumps(recipe)))
    assert again.prompt == request.prompt
    with pytest.raises(InvalidRequest, match="empty"):
        again.__post_init__()


KITTEN = TextToVideo(prompt="A kitten", seed=7)


def test_a_recipe_says_of_which_version_it_is_and_the_first_had_none():
    recipe = to_recipe(KITTEN)
    assert recipe["version"] == 1
    del recipe["version"]
    assert from_recipe(recipe) == KITTEN


def test_what_a_recipe_leaves_out_has_its_default():
    recipe = to_recipe(KITTEN)
    del recipe["watermark"], recipe["extra"]
    assert from_recipe(recipe) == KITTEN


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"camera": 1, "steps": 80}, ["'camera'", "'steps'"]),
        ({"image": URL}, ["'image'"]),  # of another mode
        ({"\ud800": None}, [r"'\ud800'"]),
        ({"Prompt": "A dog"}, ["'Prompt'"]),
    ],
)
def test_what_is_not_known_is_named_and_not_left_out_for_the_clip_would_be_another(more, named):
    with pytest.raises(ValueError, match="is not known here") as caught:
        from_recipe(to_recipe(KITTEN) | more)
    assert all(name in str(caught.value) for name in named)


@pytest.mark.parametrize("version", [2, 0, "1", True, None, []])
def test_a_recipe_of_another_version_is_refused_whatever_else_is_in_it(version):
    for recipe in (to_recipe(KITTEN), {"modus": "t2v", "camera": "dolly"}):
        with pytest.raises(ValueError, match=r"A recipe of version .* cannot be read here; one of version 1 can"):
            from_recipe(recipe | {"version": version})


DEEP = json.loads("[" * 500 + "]" * 500)
HOSTILE = [None, [], {}, "", 0, True, -1.5, DEEP, {"file": 5}, {"bytes": -1}, {"kind": []}, {"file": {"file": "x"}}]
HOSTILE += [{"kind": "audio", "source": URL}, {"kind": "image", "source": {"kind": "image", "source": None}}, "\ud800"]


@pytest.mark.parametrize(
    "recipe",
    [*HOSTILE, {"mode": []}, {"mode": "t2v", "prompt": None}, {"mode": "t2v", "prompt": {"bytes": 3}}],
    ids=lambda each: ascii(each)[:45],
)
def test_what_is_no_recipe_is_refused(recipe):
    with pytest.raises(ValueError, match=r".+"):
        from_recipe(recipe)


@given(
    st.sampled_from(["t2v", "i2v", "r2v"]),
    st.dictionaries(
        st.sampled_from([*COMMON, *SHAPES, "image", "references", "mode", "version"]),
        JSON | LOOKALIKES | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE)),
    ),
)
def test_whatever_stands_in_a_recipe_makes_a_sound_request_or_is_refused(mode, fields):
    known = {"mode": mode, "prompt": "A kitten"} | {"t2v": {}, "i2v": {"image": URL}, "r2v": {"references": [URL]}}[
        mode
    ]
    fields = {name: value for name, value in fields.items() if name in to_recipe(from_recipe(known))}
    try:
        request = from_recipe(known | fields)
    except ValueError:
        return
    assert isinstance(request.prompt, str | None)
    assert hash(request) is not None
    to_recipe(request)
