"""The key of a clip: what makes it, and nothing else; the same in every version of the package."""

from dataclasses import dataclass, fields
from typing import ClassVar

import pytest

from shared.network import Service
from wan_widgets import ImageReference, ImageToVideo, LocalFile, ReferenceToVideo, TextToVideo, VideoReference
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.wan.models import Mode
from wan_widgets.wan.site import Site

URL = "https://example.com/9f3a"


def key(request, **settings):
    return recipe_key(Service().client(**settings).site, request)


def test_the_keys_of_orders_that_lie_in_ledgers_stay_as_they_are():
    """Another key for an old order, and “Run All Cells” buys it again."""
    assert key(TextToVideo(prompt="A kitten", resolution="720p", seed=7)) == PINNED_TEXT
    cat = LocalFile(data=b"a picture")
    request = ReferenceToVideo(
        prompt="character1 waves", references=[VideoReference(URL), cat], seed=7, extra={"steps": 30}
    )
    assert key(request) == PINNED_REFERENCES


PINNED_TEXT = "b38a1c6bf9b65ae1e79e32553ad1bba85abb5aaa0b1dce401e699f97cbe1ed2b"
PINNED_REFERENCES = "dd5a825343d0eef099f187f08febb71c95dcca969a283ce63c39512986d41954"


def test_what_stands_for_a_field_that_was_not_given_stays_as_it_is():
    """It is not in the keys: a default that changes would make another clip under the key of the old one."""
    common = {"prompt": None, "model": "wan2.6", "resolution": "1080p", "duration": 5, "negative_prompt": None}
    common |= {"like": None, "seed": None, "prompt_extend": True, "audio": True, "guide_audio": None}
    common |= {"watermark": False, "extra": {}}
    shape = {"aspect_ratio": "16:9", "shot_type": "single"}
    known = {
        TextToVideo: common | shape,
        ImageToVideo: common | {"image": "", "aspect_ratio": None, "shot_type": None},
        ReferenceToVideo: common | shape | {"references": ()},
    }
    for kind, values in known.items():
        usual = kind.draft({})
        now = {each.name: getattr(usual, each.name) for each in fields(kind)}
        assert {name: now[name] for name in values} == values


def test_a_field_that_a_later_version_adds_changes_no_key_until_it_is_used():
    @dataclass(frozen=True, kw_only=True)
    class LaterTextToVideo(TextToVideo):
        mode: ClassVar[Mode] = Mode.TEXT
        camera: str = "still"

    assert key(LaterTextToVideo(prompt="A kitten", seed=7)) == key(TextToVideo(prompt="A kitten", seed=7))
    assert key(LaterTextToVideo(prompt="A kitten", camera="dolly")) != key(TextToVideo(prompt="A kitten"))


def test_of_a_file_its_content_counts_not_where_it_lies_nor_what_it_is_called(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    places = [tmp_path / "cat.png", tmp_path / "kitten.jpg", tmp_path / "elsewhere" / "cat.png"]
    for place in places:
        place.write_bytes(b"a picture")
    same = [*places, b"a picture", LocalFile(data=b"a picture")]
    for make in (
        lambda file: ImageToVideo(image=file),
        lambda file: TextToVideo(prompt="x", guide_audio=file),
        lambda file: ReferenceToVideo(references=[URL, file]),
        lambda file: ReferenceToVideo(references=[URL, ImageReference(file)]),
    ):
        assert len({key(make(file)) for file in same}) == 1
        assert key(make(places[0])) != key(make(b"another picture"))
    # What a file is its content tells.
    assert key(ReferenceToVideo(references=[b"x"])) == key(ReferenceToVideo(references=[ImageReference(b"x")]))


@pytest.mark.parametrize(
    "other",
    [
        TextToVideo(prompt="A kitten", seed=8),
        TextToVideo(prompt="A kitten", seed=7, watermark=True),
        TextToVideo(prompt="A kitten", seed=7, extra={"steps": 30}),
        TextToVideo(prompt="A kitten", seed=7, model="wan2.7"),
        ImageToVideo(prompt="A kitten", seed=7, image=URL),
    ],
)
def test_whatever_else_makes_the_clip_makes_another_key(other):
    assert key(other) != key(TextToVideo(prompt="A kitten", seed=7))


def test_of_an_address_it_counts_what_it_is_said_to_be_and_in_which_order_it_stands():
    said = [URL, ImageReference(URL), VideoReference(URL)]
    assert len({key(ReferenceToVideo(references=[each])) for each in said}) == 3
    one, two = f"{URL}/1", f"{URL}/2"
    assert key(ReferenceToVideo(references=[one, two])) != key(ReferenceToVideo(references=[two, one]))


def test_a_repeat_is_another_clip_and_without_one_the_key_is_the_ordinary_one():
    request, site = TextToVideo(prompt="A kitten"), Site("toapis", "https://toapis.com")
    assert len({recipe_key(site, request, repeat) for repeat in (None, 0, 1)}) == 3
    assert recipe_key(site, request, None) == recipe_key(site, request)


def test_another_service_makes_another_clip():
    request = TextToVideo(prompt="A kitten", seed=7)
    assert key(request) != key(request, base_url="https://toapis.com.example")
