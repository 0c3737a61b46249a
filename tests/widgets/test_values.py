"""What the form's values may be given, and what they become."""

import io
from pathlib import Path

import numpy as np
import pytest
import traitlets
from PIL import Image

import wan_widgets as ww
from wan_widgets.wan.sources import LocalFile

URL = "https://a.example/i.png"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))
    return tmp_path / "outputs" / "inputs"


@pytest.fixture
def form():
    form = ww.VideoForm()
    yield form
    form.close()


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "give",
    [
        png,
        lambda: bytearray(png()),
        lambda: Image.new("RGB", (300, 200), "red"),
        lambda: np.zeros((200, 300, 3), np.uint8),
        lambda: LocalFile(data=png()),
        lambda: ww.ImageReference(png()),
    ],
)
def test_what_is_in_memory_becomes_a_file(form, place, give):
    form.mode, form.image = "i2v", give()

    assert Path(form.image).parent == place
    with Image.open(form.image) as stored:
        assert stored.size == (300, 200)
    assert form._problems == []
    assert form.request.image == LocalFile(Path(form.image))


def test_paths_and_addresses_stay_what_they_are(form, tmp_path):
    for given, kept in (
        (URL, URL),
        (" typed by ", " typed by "),
        (Path("a.png"), str(Path("a.png").absolute())),
        (LocalFile(tmp_path / "b.png"), str(tmp_path / "b.png")),
        (None, ""),
    ):
        form.image = form.guide_audio = given
        assert (form.image, form.guide_audio) == (kept, kept)


@pytest.mark.parametrize("value", [5, ["a"], object(), np.zeros(3)])
def test_what_names_no_place_is_refused(form, value):
    with pytest.raises(traitlets.TraitError):
        form.image = value

    assert form.image == ""


def test_references_keep_their_order_and_their_kinds(form, place):
    form.references = (URL, ww.VideoReference("https://a.example/9f3a"), png(), ww.ImageReference(png()), Path("r.mp4"))

    plain, told, stored, stored_too, path = form.references
    assert (plain, told) == (URL, ww.VideoReference("https://a.example/9f3a"))
    assert Path(stored).parent == place
    assert stored_too == ww.ImageReference(stored)
    assert path == str(Path("r.mp4").absolute())
    assert form._kinds == ["image", "video", "image", "image", "video"]


@pytest.mark.parametrize("single", [URL, ww.ImageReference(URL), Path("/a.png"), LocalFile(Path("/a.png"))])
def test_one_reference_is_a_list_of_one(form, single):
    form.references = single

    assert len(form.references) == 1


@pytest.mark.parametrize("value", [5, [5], ["x", object()], {"a": 1}])
def test_what_is_no_list_of_references_is_refused(form, value):
    with pytest.raises(traitlets.TraitError):
        form.references = value


def test_references_travel_as_text_or_with_their_kind(form):
    form.references = [URL, ww.VideoReference(URL), ww.ImageReference("/tmp/x")]

    assert form.get_state()["references"] == [
        URL,
        {"kind": "video", "source": URL},
        {"kind": "image", "source": "/tmp/x"},
    ]


def test_what_the_browser_says_of_references_is_believed_as_far_as_it_is_sound(form):
    form.set_state({"references": [URL, {"kind": "image", "source": URL}]})
    assert form.references == [URL, ww.ImageReference(URL)]

    with pytest.raises(traitlets.TraitError):
        form.set_state({"references": [{"kind": "smell", "source": URL}]})
    assert form.references == [URL, ww.ImageReference(URL)]


def test_a_request_with_files_goes_into_the_form_and_comes_out_again(form, place):
    first = ww.ImageToVideo(image=png(), like="wan2.6", model="my-own", extra={"a": 1}, resolution="720p")
    form.fill(first)

    again = form.request
    assert Path(str(again.image.path)).parent == place
    assert (again.like, again.model, again.extra) == ("wan2.6", "my-own", {"a": 1})
    form.fill(ww.ReferenceToVideo(references=[ww.VideoReference(URL), png()], prompt="x"))
    assert (form.like, form.extra) == ("", {})
    assert form.references[0] == ww.VideoReference(URL)


def test_blank_references_are_left_out(form):
    form.mode, form.references = "r2v", ["", " ", ww.VideoReference(""), "https://a.example/r.mp4"]

    assert form.request.references == ("https://a.example/r.mp4",)


def test_values_that_the_service_has_not_are_not_sent_and_make_no_problems():
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="k"), model="wan2.6-flash", mode="i2v", image=URL)
    assert form._problems == []

    form.negative_prompt, form.seed, form.shot_type, form.guide_audio, form.prompt_extend = "x", 5, "multi", URL, False

    assert form._problems == []
    request = form.request
    assert (request.negative_prompt, request.seed, request.guide_audio) == (None, None, None)
    assert request.shot_type is None
    assert (form.negative_prompt, form.seed) == ("x", 5)


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ({"image": URL}, "i2v"),
        ({"image": png(), "model": "wan2.6"}, "i2v"),
        ({"image": Path("cat.png"), "references": []}, "i2v"),
        ({"references": [URL]}, "r2v"),
        ({"references": URL, "image": ""}, "r2v"),
        ({"references": np.zeros((400, 400, 3), np.uint8), "image": None}, "r2v"),
        ({"image": URL, "references": [URL]}, "t2v"),
        ({"image": URL, "mode": "t2v"}, "t2v"),
        ({"image": ""}, "t2v"),
        ({}, "t2v"),
    ],
)
@pytest.mark.parametrize("kind", [ww.VideoForm, ww.Studio])
def test_a_form_begins_with_the_mode_that_its_values_make(kind, values, mode, place):
    made = kind(prompt="It moves", **values)
    assert getattr(made, "form", made).mode == mode
