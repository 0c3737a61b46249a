"""The recipe that a clip carries: in its file, behind what the service sent, and beside it; and what is not in it."""

import json
import re
import shutil
import subprocess
import time
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files as resources
from pathlib import Path

import av
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wan_widgets as ww
from files.recipes import NOW, made, with_recipe
from wan.made import URL
from wan.test_recipes import REQUESTS
from wan_widgets.files.making import Making
from wan_widgets.files.media import probe
from wan_widgets.files.origin import files_of, portable
from wan_widgets.files.recipe_file import sidecar_of
from wan_widgets.wan.recipes import to_recipe

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((resources("wan_widgets") / "files" / "recipe.schema.json").read_text("utf-8")),
    format_checker=jsonschema.FormatChecker(),
)
ODD = st.text(st.characters() | st.sampled_from("<>&\"']\x00\x1b\ud800\udfff\ufffe"), min_size=1, max_size=40)


@pytest.fixture
def cat(tmp_path):
    folder = tmp_path / "private-folder"
    folder.mkdir()
    (folder / "cat.png").write_bytes(b"the picture of a cat")
    return folder / "cat.png"


def test_the_bytes_that_were_paid_for_stay_as_they_are(tmp_path, clip):
    path = with_recipe(tmp_path / "a.mp4", clip)
    recipe = ww.load_recipe(path)

    assert path.read_bytes().startswith(clip)
    assert (recipe.sha256, recipe.size) == (sha256(clip).hexdigest(), len(clip))
    assert recipe.is_of(path)
    beside = json.loads(sidecar_of(path).read_text("utf-8"))
    assert beside["file"] == {"sha256": sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size}
    assert {**beside, "file": None} == {**recipe.document, "file": None}
    assert (probe(path).width, probe(path).duration) == (64, pytest.approx(1, abs=0.1))
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert not recipe.is_of(path)


@pytest.mark.parametrize("lost", ["the file beside it", "what is behind the clip"])
def test_each_place_alone_has_the_whole_recipe(tmp_path, clip, lost):
    path = with_recipe(tmp_path / "a.mp4", clip)
    if lost == "the file beside it":
        sidecar_of(path).unlink()
        assert ww.load_recipe(path)["seed"] == 7
    else:
        assert ww.load_recipe(sidecar_of(path))["seed"] == 7
        plain = tmp_path / "b.webm"
        noted = json.loads(sidecar_of(path).read_text("utf-8"))
        plain.write_bytes(b"no MP4")
        sidecar_of(plain).write_text(json.dumps(noted | {"file": {"sha256": "0" * 64, "size": 6}}), "utf-8")
        assert ww.load_recipe(plain)["seed"] == 7
        plain.write_bytes(b"another clip that took this name")
        with pytest.raises(ww.RecipeError, match="no recipe"):
            ww.load_recipe(plain)


def test_everything_that_is_known_is_in_it(tmp_path, clip):
    request = ww.TextToVideo(prompt="A kitten", negative_prompt="rain", seed=7)
    making = Making(ordered=NOW, price=ww.Money(Decimal("0.50"), "USD"), took=12.5)
    recipe = made(request, making, rewritten_prompt="A small kitten", completed_at=NOW)
    found = ww.load_recipe(with_recipe(tmp_path / "a.mp4", clip, recipe))

    assert found.request == request
    assert dict(found) == {
        "provider": "simulator",
        **{name: getattr(request, name) for name in found if name != "provider"},
    }
    assert (found.provider, found.task_id, found.rewritten_prompt) == ("simulator", "video_7", "A small kitten")
    assert (found.ordered, found.finished, found.took) == (NOW, NOW, 12.5)
    assert str(found.price) == "0.5 USD"
    assert found.version == ww.__version__
    assert repr(found) == f"Recipe('A kitten', 'simulator', sha256 {found.sha256[:12]}…)"


@given(request=REQUESTS)
def test_every_recipe_follows_the_schema_and_comes_back_as_it_was(request, tmp_path_factory, clip):
    path = with_recipe(tmp_path_factory.mktemp("clip") / "a.mp4", clip, made(request))
    recipe = ww.load_recipe(path)

    SCHEMA.validate(recipe.document)
    SCHEMA.validate(json.loads(sidecar_of(path).read_text("utf-8")))
    kept = {
        name: value
        for name, value in to_recipe(request).items()
        if name not in ("image", "references", "guide_audio", "extra")
    }
    assert kept.items() <= recipe.document["request"].items()


@given(prompt=ODD.filter(str.strip), rewritten=ODD)
def test_no_text_is_too_odd_for_it(prompt, rewritten, tmp_path_factory, clip):
    request = ww.TextToVideo.draft({"prompt": prompt, "seed": 7})
    path = with_recipe(tmp_path_factory.mktemp("clip") / "a.mp4", clip, made(request, rewritten_prompt=rewritten))
    for each in (path, sidecar_of(path)):
        if all(not "\ud800" <= char <= "\udfff" for char in prompt):  # no request may have one
            assert (ww.load_recipe(each)["prompt"], ww.load_recipe(each).rewritten_prompt) == (prompt, rewritten)
    with av.open(str(path), options={"export_xmp": "1"}, metadata_errors="replace") as film:
        assert "wan:recipe" in film.metadata["xmp"]


SIGNED = "https://user:word@cdn.example/a/cat.png?Signature=s3cr3t&Expires=1#frame"
SECRETS = ("s3cr3t", "word@", "private-folder", "10.0.0.8", "intern.example.lan", "sk-123456789")


def test_nothing_private_is_in_it(tmp_path, clip, cat):
    requests = [
        ww.ImageToVideo(image=SIGNED, extra={"input": {"url": SIGNED, "api_key": "sk-123456789", "fps": 16}}),
        ww.ImageToVideo(image=cat, guide_audio="http://10.0.0.8:9000/s3cr3t/song.mp3?s3cr3t"),
        ww.ReferenceToVideo(references=[ww.VideoReference(cat), "http://intern.example.lan/anna.mp4", SIGNED]),
    ]
    for request in requests:
        path = with_recipe(tmp_path / "a.mp4", clip, made(request))
        for place in (path, sidecar_of(path)):
            assert [word for word in SECRETS if word.encode() in place.read_bytes()] == []
        assert str(tmp_path).encode() not in path.read_bytes()
    found = ww.load_recipe(path)
    assert [(each.field, each.number, each.name, each.address) for each in found.inputs] == [
        ("references", 1, "cat.png", ""),
        ("references", 2, "anna.mp4", ""),
        ("references", 3, "", "https://cdn.example/a/cat.png"),
    ]
    assert found.document["request"]["references"][0] == {"kind": "video", "source": {"file": "cat.png"}}


SECRET_FIELDS = {
    "token": "s3cr3t",
    "callbackToken": "s3cr3t",
    "AccessKeyId": "s3cr3t",
    "private_key": "s3cr3t",
    "signature": "s3cr3t",
    "Cookie": "s3cr3t",
    "headers": [{"name": "Authorization", "value": "s3cr3t"}, "Bearer s3cr3t"],
    "in a list": [{"url": SIGNED}, SIGNED, [SIGNED]],
    "in a tuple": (SIGNED,),
    "in a sentence": f"see {SIGNED}, or <{SIGNED}>\n{SIGNED}",
}


@pytest.mark.parametrize("name", SECRET_FIELDS)
def test_no_field_of_the_service_tells_a_key_or_a_signature(name):
    plain, _ = portable(ww.TextToVideo(prompt="A cat", extra={"input": {name: SECRET_FIELDS[name]}}), [])
    assert [word for word in SECRETS if word in json.dumps(plain)] == []


def test_long_fields_of_the_service_are_looked_through_in_moments():
    begun = time.monotonic()
    for text in ("x" * 1_000_000, "://" * 300_000, "a:" * 500_000):
        portable(ww.TextToVideo(prompt="A cat", extra={"input": text}), [])
    assert time.monotonic() - begun < 5


def test_fields_of_the_service_that_only_sound_like_keys_are_kept():
    kept = {
        "max_tokens": 5,
        "token_merging": 0.5,
        "keyframes": [0, 8],
        "key_light": "bearer of light",
        "design": "a: //b",
    }
    assert portable(ww.TextToVideo(prompt="A cat", extra=kept), [])[0]["extra"] == kept


@pytest.mark.parametrize("where", ["beside the clip", "in the notebook's folder", "among the inputs"])
def test_a_file_is_found_by_its_name_and_taken_for_its_content(tmp_path, clip, cat, where, monkeypatch):
    request = ww.ImageToVideo(image=cat, seed=7)
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    path = with_recipe(there / "a.mp4", clip, made(request))
    recipe = ww.load_recipe(path)
    assert [each.name for each in recipe.missing] == ["cat.png"]
    digest = sha256(cat.read_bytes()).hexdigest()
    for use in (lambda: dict(recipe), lambda: recipe.request, lambda: ww.generate(**recipe)):
        with pytest.raises(ww.RecipeError, match=f"cat.png \\(SHA-256 {digest}\\).*recipe.replace\\(image=…\\)"):
            use()
    assert recipe["seed"] == 7
    assert recipe.replace(image=URL).request == ww.ImageToVideo(image=URL, seed=7)

    place = {
        "beside the clip": there / "cat.png",
        "in the notebook's folder": here / "cat.png",
        "among the inputs": recipe.place_of(recipe.inputs[0]),
    }[where]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"another cat's picture")
    assert recipe.missing
    shutil.copy(cat, place)
    assert recipe.missing == ()
    assert recipe["image"] == ww.LocalFile(place)
    assert recipe.request == ww.ImageToVideo(image=place, seed=7)


def test_the_content_counts_that_was_ordered_and_bytes_in_memory_have_a_name(tmp_path, clip, cat, monkeypatch):
    monkeypatch.chdir(tmp_path)
    request = ww.ReferenceToVideo(references=[cat, b"from memory"], seed=7)
    known = files_of(request)
    before = cat.read_bytes()
    cat.write_bytes(b"it was changed meanwhile")
    recipe = ww.load_recipe(with_recipe(tmp_path / "a.mp4", clip, made(request, Making(files=known))))

    assert [each.sha256 for each in recipe.inputs] == [sha256(each).hexdigest() for each in (before, b"from memory")]
    assert recipe.inputs[1].name == f"data-{sha256(b'from memory').hexdigest()[:12]}"


def test_an_address_that_was_shortened_is_not_ordered_again_unasked(tmp_path, clip):
    recipe = ww.load_recipe(with_recipe(tmp_path / "a.mp4", clip, made(ww.ImageToVideo(image=SIGNED, seed=7))))

    assert [each.address for each in recipe.missing] == ["https://cdn.example/a/cat.png"]
    with pytest.raises(ww.RecipeError, match="up to its query"):
        ww.generate(**recipe)
    with pytest.raises(ww.Misuse, match="no field colour"):
        recipe.replace(colour="red")


def test_a_copy_of_a_clip_has_the_recipe_too(tmp_path, clip):
    path = with_recipe(tmp_path / "a.mp4", clip)
    video = ww.Video(path=path, width=64, height=48, duration=1.0, size=path.stat().st_size)
    copy = video.at(tmp_path / "deep" / "b.mp4")

    assert copy.recipe.document == video.recipe.document
    assert sidecar_of(copy.path).read_bytes() == sidecar_of(path).read_bytes()
    sidecar_of(path).unlink()
    assert video.at(tmp_path / "c.mp4").recipe["seed"] == 7
    assert not sidecar_of(tmp_path / "c.mp4").exists()


@pytest.mark.parametrize("program", ["ffprobe", "exiftool"])
def test_other_programs_read_it(tmp_path, clip, program):
    """Each is asked where it is installed; the first comes with most browsers' tests, the second on request."""
    path = with_recipe(tmp_path / "a.mp4", clip, made(ww.TextToVideo("A kitten <&> 猫", seed=7)))
    commands = {
        "ffprobe": ["ffprobe", "-v", "error", "-export_xmp", "1", "-show_format", path],
        "exiftool": ["exiftool", "-XMP:all", path],
    }
    if shutil.which(program) is None:
        with av.open(str(path), options={"export_xmp": "1"}) as film:  # FFmpeg's own library, which is always here
            said = film.metadata["xmp"]
    else:
        said = subprocess.run(commands[program], capture_output=True, text=True, check=True).stdout
    assert "猫" in said
    assert "wan_widgets recipe" in said


def test_the_page_shows_the_schema_that_the_package_has():
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
    [shown] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(shown) == SCHEMA.schema
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)
