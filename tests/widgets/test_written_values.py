"""What code and browsers write into the form: the values that are meant, and nothing that breaks its messages."""

import numpy as np
import pytest
import traitlets
from jupyter_client.session import Session

import wan_widgets as ww
from wan_widgets.wan.sources import LocalFile


@pytest.fixture
def form():
    form = ww.VideoForm()
    yield form
    form.close()


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("duration", 5.0, 5),
        ("duration", "10 s", 10),
        ("duration", np.float32(10), 10),
        ("seed", np.int64(7), 7),
        ("seed", "7", 7),
        ("resolution", "720P", "720p"),
        ("resolution", 720, "720p"),
        ("aspect_ratio", " 9 \uff1a 16 ", "9:16"),
        ("shot_type", "Multi", "multi"),
        ("watermark", np.True_, True),
        ("audio", np.bool_(True), True),
    ],
)
def test_a_value_is_taken_as_it_is_meant(form, name, written, kept):
    setattr(form, name, written)
    assert getattr(form, name) == kept
    assert type(getattr(form, name)) is type(kept)
    with_it = ww.VideoForm(**{name: written})
    assert getattr(with_it, name) == kept
    with_it.close()


@pytest.mark.parametrize(
    ("name", "value"), [("duration", 5.5), ("seed", "x"), ("watermark", "true"), ("resolution", [])]
)
def test_what_could_mean_something_else_is_refused(form, name, value):
    before = getattr(form, name)
    with pytest.raises(traitlets.TraitError):
        setattr(form, name, value)
    assert getattr(form, name) == before


def test_a_pasted_path_is_a_file(form, tmp_path):
    form.mode, form.image = "i2v", f'"{tmp_path}/cat.png"'
    assert form._draft().image == LocalFile(tmp_path / "cat.png")
    form.mode, form.references = "r2v", [f"'{tmp_path}/a.mp4'"]
    assert form._kinds == ["video"]


@pytest.mark.parametrize("seed", [2**53, 2**63, 10**400])
def test_a_seed_that_is_too_large_for_the_browser_is_told_the_limit(form, seed):
    with pytest.raises(traitlets.TraitError, match="2147483647"):
        form.seed = seed


def test_a_seed_that_is_too_large_for_the_service_is_told_the_limit(form):
    form.seed = 2**31
    assert [problem["text"] for problem in form._problems if "0 to 2147483647" in problem["text"]]


def sent(form):
    """What the kernel sends of the form. It raises where a message cannot be written."""
    session = Session()
    session.serialize(session.msg("comm_msg", {"data": form.get_state()}))
    return form.get_state()


@pytest.mark.parametrize("name", ["prompt", "negative_prompt", "model", "like", "image", "resolution"])
def test_half_a_character_is_a_problem_and_breaks_no_message(form, name):
    form.mode = "i2v" if name == "image" else "t2v"
    form.prompt = "x"
    setattr(form, name, "cat \ud83d")
    assert sent(form)[name] == "cat \ufffd"
    assert [problem for problem in form._problems if problem["field"] == name]
    with pytest.raises(ww.InvalidRequest):
        form.submit()


def test_half_a_character_deep_within_breaks_no_message(form):
    form.extra = {"a": [{"\ud83d": "\ud83d"}]}
    form.references = ["\ud83d", ww.ImageReference("https://a.example/\ud83d")]
    sent(form)


def test_half_a_character_from_a_browser_is_left_out(form):
    form.set_state({"prompt": "A cat \ud83d", "extra": {"a": "\ud83d!"}})
    assert (form.prompt, form.extra) == ("A cat ", {"a": "!"})
