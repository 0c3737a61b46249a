"""The remaining time that people see: it is right as often as it says, calm, and silent where it would guess."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from pacing.simulated import GUESSED, LEARNED, courses_of, tasks
from wan_widgets.console.remaining import remaining
from wan_widgets.pacing.history import History
from wan_widgets.wan.estimates import Estimate


def shown(task, prior, gap=8.0, courses=None):
    """What is shown of a task over its time, at each question."""
    history, last, age = History(prior, 0.0, courses), None, 0.0
    while (age := age + gap) < task.seconds:
        history.add(task.answer(age), age)
        last = history.estimate(age, last)
        yield age, last


def hits(kind, prior, count=120, courses=None):
    """Of estimates at moments drawn at random: the share in which the task ended from `low` to `high`."""
    chance, found = random.Random(7), []
    for task in tasks(kind, count):
        told = [
            estimate
            for _, estimate in shown(task, prior, courses=courses)
            if estimate is not None and not estimate.is_late
        ]
        if told:
            estimate = chance.choice(told)
            found.append(estimate.low <= task.seconds <= estimate.high)
    assert len(found) > count / 2
    return sum(found) / len(found)


@pytest.mark.parametrize("kind", ["absent", "exact", "warped", "in tens"])
def test_the_end_is_in_eight_of_ten_ranges_that_are_shown(kind):
    assert 0.72 <= hits(kind, LEARNED) <= 1.0


@pytest.mark.parametrize("kind", ["exact", "in tens"])
def test_so_it_is_if_only_the_progress_is_known(kind):
    assert 0.72 <= hits(kind, GUESSED) <= 1.0


@pytest.mark.parametrize("kind", ["misleading", "exact", "warped", "in tens", "absent"])
@pytest.mark.parametrize("gap", [2.0, 8.0])
def test_after_some_tasks_of_a_service_it_is_so_also_if_its_progress_misleads(kind, gap):
    earlier = courses_of(tasks(kind, 20, seed=3), gap)
    assert earlier.mislead == (kind == "misleading") or kind == "warped"
    assert 0.72 <= hits(kind, LEARNED, courses=earlier) <= 1.0


def test_a_few_tasks_say_nothing_of_the_progress_of_others():
    few = courses_of(tasks("misleading", 4, seed=3))
    assert not few.mislead
    assert hits("misleading", LEARNED) < 0.6, "which is why more of them are wanted"


def test_a_guess_is_not_shown():
    for task in tasks("absent", 20):
        assert {estimate for _, estimate in shown(task, GUESSED)} == {None}


@pytest.mark.parametrize("kind", ["absent", "exact", "in tens"])
def test_it_is_calm(kind):
    for task in tasks(kind, 20):
        told = [estimate for _, estimate in shown(task, LEARNED)]
        changes = sum(before != after for before, after in pairwise(told))
        assert changes <= 14


def test_a_task_that_takes_longer_than_nearly_all_others_says_so():
    late = replace(tasks("absent", 1)[0], seconds=600.0)
    told = dict(shown(late, LEARNED))
    assert not told[152.0].is_late
    assert told[400.0].is_late


def test_progress_that_tells_the_end_is_never_called_late():
    slow = replace(tasks("exact", 1)[0], seconds=600.0)
    assert not any(estimate.is_late for _, estimate in shown(slow, LEARNED))


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (None, ""),
        (Estimate(100, 120, 190), "about 2 min left (1:40 to 3:10)"),
        (Estimate(10, 20, 42), "about 20 s left (0:10 to 0:40)"),
        (Estimate(20, 20, 21), "about 20 s left"),
        (Estimate(-9, 3, 8), "any moment"),
        (Estimate(-9, -5, -1), ""),
        (Estimate(10, 20, 42, is_late=True), "longer than usual"),
    ],
)
def test_it_is_said_in_round_numbers(estimate, text):
    assert remaining(estimate, 0.0) == text
