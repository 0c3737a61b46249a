"""Recipes from strangers: no file of this machine is read for them, nothing fills the memory, and each says why not."""

import json
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wan_widgets as ww
from files.recipes import made, with_recipe
from wan.made import URL
from wan_widgets.files import xmp
from wan_widgets.files.boxes import uuid_box
from wan_widgets.files.recipe import recipe_in
from wan_widgets.files.recipe_file import LARGEST, embed, sidecar_of

CLIP = {"clip": {"sha256": "0" * 64, "size": 7}}
RECIPE = made() | CLIP


def loaded(tmp_path, recipe):
    path = tmp_path / "b.recipe.json"
    path.write_text(recipe if isinstance(recipe, str) else json.dumps(recipe), "utf-8")
    return ww.load_recipe(path)


def of_image(image, inputs=()):
    return (
        made(ww.ImageToVideo(image=URL))
        | CLIP
        | {
            "request": {"version": 1, "mode": "i2v", "image": image},
            "inputs": [{"field": "image", **each} for each in inputs],
        }
    )


DAMAGED = {
    "no JSON": "{",
    "a number that is none": json.dumps(RECIPE).replace('"took": null', '"took": NaN'),
    "deep": '{"format": "wan_widgets recipe", "version": 1, "request": ' + "[" * 100_000,
    "an older version": RECIPE | {"version": 0},
    "a version that is a truth": RECIPE | {"version": True},
    "no clip": {name: value for name, value in RECIPE.items() if name != "clip"},
    "a time without a zone": RECIPE | {"ordered": "2026-05-04T03:02:01"},
    "a price of nonsense": RECIPE | {"price": {"amount": "much", "currency": "USD"}},
    "an infinite time": json.dumps(RECIPE).replace('"took": null', '"took": 1e999'),
    "deep fields": json.dumps(RECIPE).replace('"extra": {}', '"extra": {"a": ' + "[" * 500 + "]" * 500 + "}"),
    "a price that fills the memory": RECIPE | {"price": {"amount": "1E+999999999", "currency": "USD"}},
    "an infinite price": RECIPE | {"price": {"amount": "Infinity", "currency": "USD"}},
    "a digest that is none": RECIPE | {"clip": {"sha256": "../../etc/passwd", "size": 7}},
    "a service with a line": RECIPE | {"provider": "toapis\nIgnore"},
    "a prompt that is a number": RECIPE | {"request": RECIPE["request"] | {"prompt": 7}},
    "a field of tomorrow": RECIPE | {"request": RECIPE["request"] | {"colour": "red"}},
    "inputs that are none": RECIPE | {"inputs": {"field": "image"}},
    "an input with a name of its own": RECIPE | {"inputs": [{"field": "image", "name": "a.png", "run": "ls"}]},
    "an absolute path": of_image("/etc/passwd"),
    "a relative path": of_image("cat.png"),
    "a path out of here": of_image({"file": "../cat.png"}, [{"name": "../cat.png"}]),
    "a path into a folder": of_image({"file": "a/cat.png"}, [{"name": "a/cat.png"}]),
    "a path of Windows": of_image({"file": "C:\\cat.png"}, [{"name": "C:\\cat.png"}]),
    "the folder": of_image({"file": ".."}, [{"name": ".."}]),
    "a file that no input names": of_image({"file": "cat.png"}),
    "another file than the input": of_image({"file": "cat.png"}, [{"name": "dog.png", "sha256": "0" * 64}]),
    "a file by its address": of_image("file:///etc/passwd"),
}


@pytest.mark.parametrize("recipe", DAMAGED.values(), ids=DAMAGED)
def test_what_is_no_sound_recipe_is_refused(recipe, tmp_path):
    with pytest.raises(ww.RecipeError, match="is damaged"):
        loaded(tmp_path, recipe)


OTHER = {
    "another JSON": ({"format": "a recipe"}, "has no recipe of a clip"),
    "a list": ("[]", "has no recipe of a clip"),
    "a newer version": (RECIPE | {"version": 2}, "has version 2.*Install a newer"),
}


@pytest.mark.parametrize(("recipe", "words"), OTHER.values(), ids=OTHER)
def test_each_other_reason_is_told(recipe, words, tmp_path):
    with pytest.raises(ww.RecipeError, match=words):
        loaded(tmp_path, recipe)


def test_a_clip_without_one_and_a_packet_of_another_program(tmp_path, clip):
    path = tmp_path / "a.mp4"
    foreign = xmp.packet("", "A cat", "Another program").replace(b"<wan:recipe></wan:recipe>", b"")
    for content in (clip, clip + uuid_box(xmp.ID, foreign), clip + uuid_box(xmp.ID, b"<x"), b"no clip at all", b""):
        path.write_bytes(content)
        with pytest.raises(ww.RecipeError, match=r"a\.mp4 has no recipe of a clip"):
            ww.load_recipe(path)
    with pytest.raises(ww.RecipeError, match=r"b\.mp4 cannot be read"):
        ww.load_recipe(tmp_path / "b.mp4")
    with pytest.raises(ww.RecipeError, match="cannot be read"):
        ww.load_recipe(tmp_path)


def test_behind_the_packet_of_another_program_it_is_found_and_before_one(tmp_path, clip):
    foreign = uuid_box(xmp.ID, xmp.packet("", "A cat", "Another program").replace(b"<wan:recipe></wan:recipe>", b""))
    path = with_recipe(tmp_path / "a.mp4", clip + foreign, beside=False)
    path.write_bytes(path.read_bytes() + foreign)
    assert ww.load_recipe(path)["seed"] == 7


def test_a_packet_that_another_program_has_written_anew_is_read():
    short = xmp.packet(json.dumps(RECIPE), "", "x").decode()
    text = short[short.index("<wan:recipe>") + 12 : short.index("</wan:recipe>")].replace('"', "&quot;")
    attribute = short.replace('<rdf:Description rdf:about=""', f'<rdf:Description wan:recipe="{text}"')
    attribute = attribute[: attribute.index("<wan:recipe>")] + attribute[attribute.index("</wan:recipe>") + 13 :]
    assert recipe_in(attribute.encode(), "a.mp4")["seed"] == 7


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_would_fill_the_memory_are_not_read(encoding, tmp_path, clip):
    packet = xmp.packet("&a11;", "", "x").decode().replace("&amp;", "&")
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]>{packet[packet.index("<x:xmpmeta") :]}'.encode(encoding)
    path = tmp_path / "a.mp4"
    path.write_bytes(clip + uuid_box(xmp.ID, bomb))
    begun = time.monotonic()
    with pytest.raises(ww.RecipeError):
        ww.load_recipe(path)
    assert time.monotonic() - begun < 2


def test_only_what_is_needed_is_read_of_a_large_file(tmp_path, clip):
    path = tmp_path / "a.mp4"
    with path.open("wb") as file:  # the file has this size, but takes no room on the disk
        file.write(clip + b"\0\0\0\1free" + (3 * 2**30 + 16).to_bytes(8))
        file.truncate(len(clip) + 16 + 3 * 2**30)
        file.seek(0, 2)
        end = file.tell()
        from_small = with_recipe(tmp_path / "b.mp4", clip, beside=False).read_bytes()[len(clip) :]
        file.write(from_small)
    tracemalloc.start()
    assert ww.load_recipe(path)["seed"] == 7
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert path.stat().st_size > end
    path.write_bytes(clip + uuid_box(xmp.ID, b" " * LARGEST + b"urn:wan-widgets:recipe/"))
    with pytest.raises(ww.RecipeError, match="no recipe"):
        ww.load_recipe(path)
    sidecar_of(path).write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(ww.RecipeError, match="damaged"):
        ww.load_recipe(sidecar_of(path))


ENDLESS = {
    "a last box up to the end": lambda clip: clip + b"\0\0\0\0mdat" + bytes(64),
    "no MP4": lambda clip: b"\x1aE\xdf\xa3" + bytes(64),
    "cut short": lambda clip: clip[:-7],
    "a rest of some bytes": lambda clip: clip + b"abc",
    "empty": lambda clip: b"",
}


@pytest.mark.parametrize("change", ENDLESS.values(), ids=ENDLESS)
def test_where_nothing_may_follow_the_file_stays_as_it_is(change, tmp_path, clip):
    content = change(clip)
    path = with_recipe(tmp_path / "a.mp4", content)
    assert path.read_bytes() == content
    assert ww.load_recipe(path)["seed"] == 7  # the file beside it


@given(st.binary(max_size=200), st.integers(0, 5000))
def test_no_bytes_make_it_fail_in_another_way(noise, at):
    whole = uuid_box(xmp.ID, xmp.packet(json.dumps(RECIPE), "A kitten", "x"))[24:]
    torn = whole[:at] + noise + whole[at + len(noise) :]
    for name in ("a.mp4", "a.recipe.json"):
        with suppress(ww.RecipeError):
            assert recipe_in(torn, name).provider


def test_a_recipe_that_is_too_large_is_only_beside_the_clip(tmp_path, clip):
    recipe = made(ww.TextToVideo(prompt="A kitten", extra={"input": "x" * LARGEST}))
    path = tmp_path / "a.mp4"
    path.write_bytes(clip)
    embed(path, recipe)
    assert path.read_bytes() == clip
