"""The courses that the progress of earlier tasks took. No I/O.

Some services tell a progress that is even and wrong, such as 99 per cent after seven tenths of the time: it comes from
a clock and not from the work. What it means is learned from the tasks that have ended.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from wan_widgets.pacing.readings import NARROW, Plateau, Span
from wan_widgets.wan.estimates import Course

_POINTS = 12  # how many points of a course are kept
_FEWEST, _MOST = 5, 20  # how many courses are used; fewer say nothing
_EVEN = 0.08  # a share of the time, by which an even course is missed where tasks are seldom asked about
_READINGS = 4  # how many of the latest readings are used
_SEEN_LATE = 0.04  # a share of the time, by which a per cent is seen later in one task than in another


def course_of(plateaus: Sequence[Plateau], took: float) -> Course:
    """The course of a task that took some seconds; empty if its progress told nothing."""
    told = [each for each in plateaus if each.percent > 0 and each.first < took]
    shares = [(each.percent, round(each.first / took, 4)) for each in told]
    step = max(1, -(-len(shares) // _POINTS))
    return tuple(shares[::-step][::-1])  # the last one says most


class Courses:
    """What a progress means where earlier tasks took these courses."""

    def __init__(self, courses: Sequence[Course]) -> None:
        self._known = [each for each in courses if len(each) > 1][:_MOST]
        self.mislead = len(self._known) >= _FEWEST and median(map(_unevenness, self._known)) > _EVEN
        """The progress is not even, so that it says by itself little about the end."""

    def ends(self, plateaus: Sequence[Plateau], queued: float) -> list[Span]:
        """The possible ends by these readings, as ages of the task in seconds with their weights.

        `queued` is the age at which the task was last seen in the queue.
        """
        before = [queued, *(each.last for each in plateaus)]
        readings = [*zip(before, plateaus, strict=False)][-_READINGS:]
        return [span for course in self._known for span in _end(course, readings)]


@lru_cache(maxsize=256)
def courses_of(courses: tuple[Course, ...]) -> Courses:
    """The courses of earlier tasks. Many tasks of a kind are followed at once, and have the same."""
    return Courses(courses)


def _end(course: Course, readings: Sequence[tuple[float, Plateau]]) -> list[Span]:
    """When a task with this course ends. A per cent was reached between the reading before and its first sight."""
    shares = [(share, before, each.first) for before, each in readings if (share := _share_at(course, each.percent))]
    if not shares:
        return []
    begin = max(before / share for share, before, _ in shares)
    end = min(first / share for share, _, first in shares)
    begin, end = min(begin, end) * (1 - _SEEN_LATE), max(begin, end) * (1 + _SEEN_LATE)
    return [(begin, max(end, begin + NARROW), 1.0)]


def _unevenness(course: Course) -> float:
    """By which share of the time a course misses the even one that begins where it begins, at most."""
    percent, share = course[0]
    begun = (share - percent / 100) / (1 - percent / 100) if percent < 100 else 0.0
    return max(abs(share - (begun + (1 - begun) * percent / 100)) for percent, share in course)


def _share_at(course: Course, percent: int) -> float | None:
    """The share of its time at which a task had told so many per cent; ``None`` if that is not known."""
    index = bisect_left(course, (percent, 0.0))
    if index == len(course) or (index == 0 and course[0][0] != percent):
        return None
    after, late = course[index]
    if after == percent:
        return late
    before, early = course[index - 1]
    return early + (late - early) * (percent - before) / (after - before)
