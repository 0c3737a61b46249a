"""Fields and models that are not known here: what may be written, and that it stays as it was."""

from pathlib import Path

import numpy as np
import pytest

from wan.made import HUGE, kind, problems
from wan_widgets import TextToVideo


@pytest.mark.parametrize("extra", [None, [], "a", 5, {1: 2}, {None: 1}, {b"a": 1}, [("a", 1)]], ids=kind)
def test_extra_is_a_set_of_named_fields(make, extra):
    found = problems(make, extra=extra)
    assert set(found) == {"extra"}
    assert "text as its keys" in str(found["extra"].allowed)
    assert found["extra"].remedy


def looped():
    loop = {}
    loop["a"] = loop
    return loop


def deep():
    top = inner = {}
    for _ in range(20_000):
        inner["a"] = inner = {}
    return top


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        float("nan"),
        float("inf"),
        HUGE,
        {1, 2},
        object(),
        np.arange(3),
        Path("x"),
        "\ud83d",
        {"\ud83d": 1},
        looped(),
        deep(),
    ],
    ids=kind,
)
def test_extra_is_json_and_nothing_else(make, value):
    for extra in ({"a": value}, {"a": [{"b": value}]}):
        found = problems(make, extra=extra)
        assert set(found) == {"extra"}
        assert "JSON" in str(found["extra"].message)
        assert len(str(found["extra"])) < 400


def test_extra_is_kept_as_it_was_given_whatever_becomes_of_it_later():
    mine = {"metadata": {"a": [1, None, True, "ä😀", 1.5]}}
    request = TextToVideo(prompt="x", extra=mine)
    mine["metadata"]["a"].append("later")
    assert request.extra == {"metadata": {"a": [1, None, True, "ä😀", 1.5]}}
    assert TextToVideo(prompt="x").extra == {}
    assert TextToVideo(prompt="x").extra is not TextToVideo(prompt="x").extra


def test_a_model_may_be_unlisted_and_like_another():
    request = TextToVideo(prompt="x", model="wan9.9-secret", like="wan2.6")
    assert (request.model, request.like) == ("wan9.9-secret", "wan2.6")
    assert TextToVideo(prompt="x", like=" ").like is None
    assert set(problems(TextToVideo, prompt="x", like=5)) == {"like"}
    assert set(problems(TextToVideo, prompt="x", like=["wan2.6"])) == {"like"}
