"""How late the end of a task is seen, at how many questions: simulated tasks of 60 to 300 s, seeded."""

import pytest

from pacing.simulated import GUESSED, LEARNED, at_a_cost, tasks, together

COSTS = {
    # What a question costs, so that there are about 6, 9 and 18 of them, and the median delay in seconds to be reached.
    "exact": [(0.40, 6, 0.9), (0.155, 9, 0.42), (0.031, 18, 0.12)],
    "in tens": [(1.1, 6, 3.4), (0.34, 9, 2.0), (0.067, 18, 0.75)],
    "misleading": [(4.6, 6, 1.2 * 8.7), (1.75, 9, 1.2 * 5.6), (0.42, 18, 1.2 * 2.7)],
}


@pytest.mark.parametrize("kind", COSTS)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_the_end_is_seen_soon_after_few_questions_even_if_nothing_is_known_of_such_tasks(kind, column):
    cost, questions, median = COSTS[kind][column]
    reached = at_a_cost(tasks(kind, 200 if column > 1 else 400), GUESSED, cost)
    assert reached.questions <= questions * 1.05
    assert reached.median <= median


@pytest.mark.parametrize(("cost", "questions", "median"), [(2.3, 6, 8.7), (1.0, 9, 5.6), (0.215, 18, 2.7)])
def test_without_progress_it_is_seen_as_soon_as_the_durations_of_others_allow(cost, questions, median):
    reached = at_a_cost(tasks("absent", 600), LEARNED, cost)
    assert reached.questions < questions * 1.06
    assert reached.median <= 1.2 * median


def test_quick_tasks_are_seen_at_once_with_fewer_questions_than_one_a_second():
    reached = together(tasks("exact", 100, (2, 8)), GUESSED, rate=500)
    assert reached.median <= 0.15
    assert reached.questions <= 5.3


@pytest.mark.parametrize("kind", ["exact", "absent"])
@pytest.mark.parametrize(("rate", "count"), [(50, 300), (20, 120), (5, 60)])
def test_many_tasks_share_what_the_service_allows(kind, rate, count):
    reached = together(tasks(kind, count), LEARNED, rate=rate)
    assert reached.busiest_second <= rate
    assert reached.busiest_minute <= 60 * rate


@pytest.mark.parametrize("rate", [50, 20])
def test_a_kernel_asks_seldom_and_much_at_once_within_what_the_service_allows(rate):
    reached = together(tasks("absent", 300), LEARNED, rate=rate, most=16)
    assert reached.busiest_second <= rate
    assert reached.busiest_minute <= 60 * 17


def test_other_processes_have_their_share():
    reached = together(tasks("absent", 30), GUESSED, rate=20, elsewhere=270)
    assert reached.busiest_minute <= 60 * 2


def test_many_are_seen_nearly_as_soon_as_ten():
    ten = together(tasks("exact", 10), LEARNED, rate=20)
    many = together(tasks("exact", 400), LEARNED, rate=20)  # ToAPIs with 1,000 tasks allows as few questions a task
    assert many.median <= 2 * max(0.2, ten.median)


@pytest.mark.parametrize("kind", ["exact", "in tens", "absent"])
def test_refusals_cost_little(kind):
    usual = together(tasks(kind, 40), GUESSED, rate=50)
    refused = together(tasks(kind, 40), GUESSED, rate=50, failing=0.1)
    assert refused.p95 <= 2 * max(1.2, usual.p95)  # a question that failed is put again after about a second


def test_a_class_that_orders_at_once_does_not_ask_in_step():
    reached = together(tasks("absent", 30), GUESSED, rate=500)
    assert reached.busiest_moment <= 10
