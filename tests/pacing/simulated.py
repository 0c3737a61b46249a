"""Simulated tasks, and how well the package follows them: delays in simulated time at a number of questions a task.

``python tests/pacing/simulated.py`` prints the table of docs/waiting.md.
"""

import heapq
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import exp, floor, inf

from wan_widgets.pacing.courses import Courses
from wan_widgets.pacing.history import History
from wan_widgets.pacing.prior import Prior, prior_of
from wan_widgets.pacing.questions import Questions
from wan_widgets.pacing.retries import pause_before_asking
from wan_widgets.pacing.schedule import delay
from wan_widgets.wan.tasks import TaskStatus, VideoTask

USUAL = 120.0
GUESSED = prior_of((), USUAL)
_chance = random.Random(99)
LEARNED = prior_of(tuple(_chance.uniform(60, 300) for _ in range(100)), USUAL)
KNOWN = {"guessed": GUESSED, "learned": LEARNED}
QUEUED = 0.1  # the share of its time for which a task waits in the queue


def exact(done: float, _warp: float) -> int | None:
    return floor(100 * done)


def warped(done: float, warp: float) -> int | None:
    return floor(100 * done**warp)


def in_tens(done: float, _warp: float) -> int | None:
    return 10 * floor(10 * done)


def misleading(done: float, _warp: float) -> int | None:
    """99 per cent after seven tenths of the time."""
    return min(99, floor(99 * done / 0.7))


def absent(_done: float, _warp: float) -> int | None:
    return None


KINDS = {"exact": exact, "warped": warped, "in tens": in_tens, "misleading": misleading, "absent": absent}


@dataclass(frozen=True)
class Task:
    """A task that takes some seconds, and how it tells of its progress."""

    seconds: float
    told: Callable[[float, float], int | None]
    warp: float

    def answer(self, age: float) -> VideoTask:
        done = (age / self.seconds - QUEUED) / (1 - QUEUED)
        status = TaskStatus.QUEUED if done < 0 else TaskStatus.IN_PROGRESS
        progress = None if done < 0 else self.told(done, self.warp)
        return VideoTask(id="x", status=status, provider="x", progress=progress)


def tasks(kind: str, count: int, seconds: tuple[float, float] = (60, 300), seed: int = 1) -> list[Task]:
    chance = random.Random(seed)
    return [Task(chance.uniform(*seconds), KINDS[kind], exp(chance.gauss(0, 0.35))) for _ in range(count)]


@dataclass(frozen=True)
class Outcome:
    """How many questions were asked, and how late the ends were seen."""

    questions: float
    """For each task."""
    median: float
    p95: float
    busiest_moment: int = 0
    """A tenth of a second."""
    busiest_second: int = 0
    busiest_minute: int = 0


def outcome(asked: int, lags: list[float], **more: int) -> Outcome:
    lags = sorted(lags)
    return Outcome(asked / len(lags), lags[len(lags) // 2], lags[int(0.95 * len(lags))], **more)


def courses_of(earlier: list[Task], gap: float = 5.0) -> Courses:
    """The courses of tasks that were followed to their ends."""
    courses = []
    for task in earlier:
        history, age = History(LEARNED, 0.0), 0.0
        while (age := age + gap) < task.seconds:
            history.add(task.answer(age), age)
        courses.append(history.course(task.seconds) or ())
    return Courses(courses)


def at_a_cost(all_tasks: list[Task], prior: Prior, cost: float, courses: Courses | None = None) -> Outcome:
    """Each task alone, if a question costs this number of seconds, and nothing else limits the questions."""
    asked, lags, chance = 0, [], random.Random(2)
    for task in all_tasks:
        history, age = History(prior, 0.0, courses), 0.0
        while True:
            age = max(age + 1e-6, history.posterior(age).next_question(cost * (0.9 + 0.2 * chance.random()) ** 2))
            asked += 1
            if age >= task.seconds:
                break
            history.add(task.answer(age), age)
        lags.append(age - task.seconds)
    return outcome(asked, lags)


def at_a_number(kind: str, prior: Prior, questions: float, count: int, courses: Courses | None = None) -> Outcome:
    """Each task alone, at a cost that makes this number of questions for each task."""
    low, high = 1e-3, 60.0
    for _ in range(9):
        middle = (low * high) ** 0.5
        asked = at_a_cost(tasks(kind, 400), prior, middle, courses).questions
        low, high = (middle, high) if asked > questions else (low, middle)
    return at_a_cost(tasks(kind, count), prior, high, courses)


def together(
    all_tasks: list[Task],
    prior: Prior,
    *,
    rate: float,
    most: float = inf,
    failing: float = 0.0,
    retry_after: float | None = None,
    elsewhere: int = 0,
    seed: int = 1,
) -> Outcome:
    """All tasks ordered at once, and followed as the package does it. A share of the questions may fail."""
    chance, questions, asked, lags = random.Random(seed), Questions(rate, most), [], []
    questions.elsewhere = elsewhere
    histories, failures = [History(prior, 0.0) for _ in all_tasks], [0] * len(all_tasks)
    with ExitStack() as stack:
        ends = [ExitStack() for _ in all_tasks]
        followers = [stack.enter_context(end).enter_context(questions.followed()) for end in ends]

        def planned(number: int, now: float) -> tuple[float, bool, int]:
            if failures[number]:
                again = partial(pause_before_asking, refused=False, retry_after=retry_after, chance=chance.random())
                wait = again(failures[number], questions.failures)
            else:
                wait = delay(histories[number], questions, followers[number], now, chance.random())
            return now + wait, False, number

        waiting = [planned(number, 0.0) for number in range(len(all_tasks))]
        heapq.heapify(waiting)
        while waiting:
            now, has_turn, number = heapq.heappop(waiting)
            if not has_turn and (queue := questions.reserve(now)):
                heapq.heappush(waiting, (now + queue, True, number))
                continue
            task = all_tasks[number]
            asked.append(now)
            if chance.random() < failing:
                questions.failed(too_many=retry_after is not None)
                failures[number] += 1
            else:
                questions.answered()
                failures[number] = 0
                if now >= task.seconds:
                    lags.append(now - task.seconds)
                    ends[number].close()
                    continue
                histories[number].add(task.answer(now), now)
            heapq.heappush(waiting, planned(number, now))
    busiest = {"busiest_moment": 0.1, "busiest_second": 1.0, "busiest_minute": 60.0}
    return outcome(len(asked), lags, **{name: _busiest(asked, seconds) for name, seconds in busiest.items()})


def _busiest(moments: list[float], seconds: float) -> int:
    most, begin = 0, 0
    for end, moment in enumerate(moments):
        while moments[begin] < moment - seconds:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def main() -> None:
    rows = [(name, kind, prior, None) for name, prior in KNOWN.items() for kind in KINDS]
    followed = courses_of(tasks("misleading", 20, seed=3))
    for name, kind, prior, courses in [*rows, ("learned, and 20 courses", "misleading", LEARNED, followed)]:
        cells = [at_a_number(kind, prior, number, 2000, courses) for number in (6, 9, 18)]
        texts = [f"{each.median:.2f} / {each.p95:.1f} ({each.questions:.1f}) |" for each in cells]
        print(f"| {name}, {kind} |", *texts)  # noqa: T201


if __name__ == "__main__":
    main()
