"""What a list, a range or a column becomes: steps on an axis, in the order in which they are written."""

from itertools import product
from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wan_widgets as ww
from wan_widgets.experiments.axes import axes_of, places
from wan_widgets.experiments.values import MOST_CELLS
from wan_widgets.wan.sources import LocalFile

VALUES = st.lists(st.integers() | st.text(max_size=5), min_size=1, max_size=4, unique_by=repr)


@given(st.dictionaries(st.sampled_from("abcdef"), VALUES, max_size=4))
def test_axes_are_multiplied_in_the_order_in_which_they_are_written(values):
    axes = axes_of(values)
    assert [axis.names for axis in axes] == [(name,) for name in values]
    found = [
        tuple(axis.steps[step][axis.name] for axis, step in zip(axes, place, strict=True)) for place in places(axes)
    ]
    assert found == list(product(*values.values()))
    assert len(found) == prod(map(len, axes))


@given(VALUES)
def test_labels_of_an_axis_are_all_different(values):
    [axis] = axes_of({"word": values})
    assert len({str(axis.label(step)) for step in range(len(axis))}) == len(values)


def test_what_is_named_together_steps_together_where_the_first_stands():
    given = {"seed": [1, 2], "animal": ["fox", "owl"], "size": [1, 2, 3], "weather": ["fog", "rain"]}
    axes = axes_of(given, [("animal", "weather")])
    assert [axis.name for axis in axes] == ["seed", "animal, weather", "size"]
    assert axes[1].steps == ({"animal": "fox", "weather": "fog"}, {"animal": "owl", "weather": "rain"})
    assert str(axes[1].label(1)) == "owl, rain"
    for group in (("animal", "weather"), ["animal", "weather"], {"animal", "weather"}, [["animal", "weather"]]):
        assert axes_of(given, group) == axes, "names alone are one group: multiplied, they would cost the double"
    assert axes_of(given, "animal") == axes_of(given)


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        (range(3), [0, 1, 2]),
        ((4, 5), [4, 5]),
        (np.arange(2), [0, 1]),
        ([np.int64(3), np.float64(0.5)], [3, 0.5]),
        (pd.Series([7, 8]), [7, 8]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        ({"a": 1, "b": 2}.keys(), None),
        ([True, 1], [True, 1]),
    ],
    ids=repr,
)
def test_whatever_has_a_sequence_is_stepped_through(given, steps):
    if steps is None:
        with pytest.raises(ww.InvalidRequest, match="sorted"):
            axes_of({"seed": given})
        return
    [axis] = axes_of({"seed": given})
    assert [step["seed"] for step in axis.steps] == steps
    assert {type(step["seed"]) for step in axis.steps} <= {int, float, str, bool}, "no number of numpy stays"


@pytest.mark.parametrize("value", ["fog", 3, None, True, np.int64(3), np.array(3), b"x"], ids=repr)
def test_a_single_value_is_no_axis(value):
    assert axes_of({"seed": value}) == ()


def test_files_are_single_and_lists_of_them_are_axes(tmp_path):
    pixels = np.zeros((16, 16, 3), np.uint8)
    assert axes_of({"image": pixels, "references": ["a.mp4", "b.png"], "extra": {"a": 1}}) == ()
    [image, references, extra] = axes_of(
        {"image": [pixels, tmp_path / "b.png"], "references": [["a.mp4"], ["a.mp4", "b.png"]], "extra": [{}, {"a": 1}]}
    )
    assert [type(step["image"]) for step in image.steps] == [LocalFile, LocalFile]
    assert [len(step["references"]) for step in references.steps] == [1, 2]
    assert len(extra) == 2


def test_a_count_of_repeats_is_an_axis():
    [axis] = axes_of({"repeat": 3})
    assert [step["repeat"] for step in axis.steps] == [0, 1, 2]


REFUSED = {
    "empty": ({"seed": []}, "seed: The list is empty"),
    "no repeat": ({"repeat": 0}, "repeat: 0 does not say how many"),
    "repeat as text": ({"repeat": "3"}, "repeat: '3' does not say how many"),
    "half a repeat": ({"repeat": [0.5, 1]}, "does not say how many"),
    "a true repeat": ({"repeat": True}, "does not say how many"),
    "generator": ({"seed": (each for each in "ab")}, "seed: A generator can be read only once.*seed=list"),
    "dict": ({"seed": {"a": 1}}, "seed: A dict is no list"),
    "set": ({"seed": {1, 2}}, "seed: A set has no sequence.*seed=sorted"),
    "table": ({"seed": pd.DataFrame({"a": [1]})}, "seed: A DataFrame with rows and columns"),
    "matrix": ({"seed": np.zeros((2, 2))}, "seed: A ndarray with rows and columns"),
    "nan": ({"seed": [1.5, float("nan")]}, "seed: nan stands for a missing value"),
    "one nan": ({"seed": float("nan")}, "seed: nan stands for a missing value"),
    "pandas": ({"seed": pd.array([1, None])}, "seed: <NA> stands for a missing value"),
    "twice": ({"seed": [1, 2, 1]}, "seed: 1 stands there twice.*repeat="),
    "mixed": ({"references": ["a.mp4", ["b.mp4"]]}, "references: Some items are lists"),
    "long": ({"seed": range(10**9)}, f"seed: These are 1000000000 clips; a sweep has at most {MOST_CELLS}"),
    "many": ({"seed": range(100), "number": range(100)}, "cells: These are 10000 clips.*together="),
}


@pytest.mark.parametrize(("given", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_with_the_remedy(given, said):
    with pytest.raises(ww.InvalidRequest, match=said):
        axes_of(given)


def test_all_faulty_values_are_told_at_once():
    with pytest.raises(ww.InvalidRequest) as caught:
        axes_of({"a": [], "b": {1}, "c": [1]})
    assert [problem.field for problem in caught.value.problems] == ["a", "b"]


@pytest.mark.parametrize(
    ("together", "said"),
    [
        ([("animal", "wether")], "wether.*Did you mean weather="),
        ([("animal", "seed")], "seed, which is no list of values"),
        ([("animal", "weather"), ("weather", "animal")], "only once"),
        ("animal weather", "names animal weather, which is no list"),
        (True, "together= takes the names .*; True is neither"),
        ([1, 2], "together= takes the names"),
        ([("animal", 1)], "together= takes the names"),
    ],
)
def test_together_names_axes_that_there_are(together, said):
    with pytest.raises(ww.Misuse, match=said):
        axes_of({"animal": ["a"], "weather": ["b"], "seed": 1}, together)


def test_what_steps_together_is_equally_long():
    with pytest.raises(ww.InvalidRequest, match="animal has 1 value and weather has 2 values"):
        axes_of({"animal": ["a"], "weather": ["b", "c"]}, [("animal", "weather")])


def test_labels_say_only_what_differs():
    def labels(name, values):
        [axis] = axes_of({name: values})
        return [str(axis.label(step)) for step in range(len(axis))]

    lighthouses = ["A lighthouse at dusk, calm sea", "A lighthouse in fog, calm sea"]
    assert labels("prompt", lighthouses) == ["at dusk", "in fog"]
    assert labels("prompt", ["A fox", "A fox runs"]) == ["fox", "fox runs"]
    assert labels("prompt", ["", "A fox"])[1] == "A fox"
    assert labels("seed", [1, 2]) == ["seed 1", "seed 2"]
    assert labels("duration", [5, 10]) == ["5 s", "10 s"]
    assert labels("audio", [True, False]) == ["audio True", "audio False"]
    assert labels("image", ["https://example.com/a/cat.jpg?x=1", "dogs/dog.png"]) == ["cat.jpg", "dog.png"]
    assert labels("image", [b"a", b"b"]) == ["data (1)", "data (2)"]
    assert labels("provider", [ww.providers.PROVIDERS["toapis"], "dashscope"]) == ["ToAPIs", "dashscope"]
