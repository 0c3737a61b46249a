"""Whatever a service says of a task, there is a next question, and it is neither at once nor far away."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacing.simulated import GUESSED, LEARNED
from wan_widgets.pacing.history import History
from wan_widgets.pacing.prior import prior_of
from wan_widgets.pacing.questions import Questions
from wan_widgets.pacing.retries import pause_before_asking
from wan_widgets.pacing.schedule import delay
from wan_widgets.wan.tasks import TaskStatus, VideoTask

STATES = st.sampled_from([TaskStatus.QUEUED, TaskStatus.IN_PROGRESS])
ANSWERS = st.tuples(st.floats(0, 1e5), STATES, st.one_of(st.none(), st.integers(0, 100)))


@given(st.lists(ANSWERS, max_size=30), st.booleans(), st.floats(0, 1), st.booleans())
def test_a_next_question_is_always_some_time_away_and_never_far(answers, learned, chance, sorts):
    history, questions, now = History(LEARNED if learned else GUESSED, 1000.0), Questions(5.0), 1000.0
    percents = [percent for _, _, percent in answers if percent is not None]
    ordered = iter(sorted(percents))
    with questions.followed() as follower:
        for seconds, status, percent in answers:
            now += seconds
            told = next(ordered) if sorts and percent is not None else percent
            history.add(VideoTask(id="x", status=status, provider="x", progress=told), now)
            wait = delay(history, questions, follower, now, chance)
            assert 0.1 - 1e-6 <= wait <= 30.0 + 0.125
            estimate = history.estimate(now, None)
            assert estimate is None or now <= estimate.low <= estimate.likely <= estimate.high


@given(st.lists(st.floats(0, 1e7), max_size=20), st.floats(0.1, 1e4))
def test_any_durations_make_a_prior(durations, usual):
    prior = prior_of(tuple(durations), usual)
    assert sum(prior.masses) == pytest.approx(1)
    assert min(prior.masses) >= 0
    assert prior.late >= prior.edges[0]


def test_clocks_that_differ_do_no_harm():
    history, questions = History(GUESSED, 1e9), Questions(5.0)
    with questions.followed() as follower:
        assert delay(history, questions, follower, 5.0, 0.5) <= 5.0


@given(st.floats(0, 2e9), st.floats(0.1, 30), st.floats(0, 1))
def test_a_question_comes_a_little_later_so_that_it_comes_with_others(now, pause, phase):
    later = Questions(5.0, phase=phase).together(now, pause)
    assert pause - 1e-6 <= later <= pause + min(0.125, pause / 32) + 1e-6


def test_many_questions_come_together_and_those_of_another_process_at_another_time():
    chance = random.Random(1)
    pauses = [chance.uniform(4, 8) for _ in range(500)]
    ours, others = (
        {round(Questions(50.0, phase=phase).together(1e9, each), 4) for each in pauses} for phase in (0.1, 0.7)
    )
    assert len(ours) <= 4 * 8 + 1
    assert not ours & others


def test_a_clock_that_is_set_back_by_an_hour_stops_no_questions():
    questions = Questions(5.0)
    with questions.followed():
        for now in (3600.0, 3600.1, 0.0, 0.1, 0.2):
            assert questions.reserve(now) <= 1.0


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("failures", [1, 5, 10**6])
@pytest.mark.parametrize("refused", [False, True])
def test_a_pause_after_a_failure_is_never_for_ever(chance, failures, refused):
    pause = pause_before_asking(failures, failures, refused=refused, retry_after=None, chance=chance)
    assert 0 < pause <= 75
    alone = pause_before_asking(failures, 0, refused=False, retry_after=None, chance=chance)
    assert alone <= 1.25, "others are answered"


def test_a_service_that_refuses_for_too_many_questions_is_asked_less_until_it_answers_again():
    questions, chance = Questions(50.0), random.Random(1)
    before = questions.rate
    for _ in range(30):
        questions.failed(too_many=chance.random() < 0.5)
    assert questions.rate < before / 2
    for _ in range(200):
        questions.answered()
    assert questions.rate == before


def test_one_refusal_in_ten_changes_nothing_for_long():
    questions, chance = Questions(50.0), random.Random(1)
    for _ in range(500):
        if chance.random() < 0.1:
            questions.failed(too_many=True)
        else:
            questions.answered()
    assert questions.rate > 25
