"""How long many tasks take, a few at a time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_widgets.pacing.makespan import Line, makespan

DURATIONS = st.lists(st.floats(1, 100), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("lines", "at_once", "seconds"),
    [
        ([Line([10.0], 8)], 4, 20.0),
        ([Line([10.0], 9)], 4, 30.0),
        ([Line([10.0], 8, limit=1)], 4, 80.0),
        ([Line([10.0], 2, limit=1), Line([10.0], 4)], 4, 20.0),
        ([Line([10.0], 0, ages=[4.0, 6.0])], 1, 6.0),
        ([Line([10.0], 2, ages=[4.0])], 1, 26.0),
        ([Line([10.0], 1, ages=[50.0])], 9, 10.0),
        ([Line([], 0)], 4, 0.0),
    ],
)
def test_tasks_that_always_take_the_same(lines, at_once, seconds):
    assert makespan(lines, at_once) == (seconds, seconds, seconds)


def test_without_earlier_tasks_of_a_kind_nothing_is_guessed():
    assert makespan([Line([10.0], 1), Line([], 1)], 4) is None


@given(st.lists(st.tuples(DURATIONS, st.integers(0, 30), st.none() | st.integers(1, 3)), max_size=3), st.integers(1, 8))
def test_it_is_never_less_than_the_work_and_never_more_than_one_by_one(kinds, at_once):
    lines = [Line(*kind) for kind in kinds]
    span = makespan(lines, at_once)
    assert span.low <= span.likely <= span.high
    assert span.high <= sum(max(line.durations) * line.waiting for line in lines) + 1e-6
    assert span.low >= sum(min(line.durations) * line.waiting for line in lines) / at_once - 1e-6
    assert span == makespan(lines, at_once), "it does not flicker"


def test_thousands_of_tasks_take_no_second():
    begun = time.process_time()
    makespan([Line([10.0, 20.0, 40.0], 2000)], 4)
    assert time.process_time() - begun < 1
