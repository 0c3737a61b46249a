"""What was heard of one task so far. No I/O."""

from wan_widgets.pacing.courses import Courses, course_of
from wan_widgets.pacing.posterior import Posterior
from wan_widgets.pacing.prior import Prior
from wan_widgets.pacing.readings import Plateau, Span, ends
from wan_widgets.wan.estimates import Course, Estimate
from wan_widgets.wan.tasks import TaskStatus, VideoTask

_UNEVEN = 0.12  # a share of the time that is left, by which uneven progress may mislead
_TOLD = 0.9  # how certain it must be that the progress tells the end, before anybody is told
_MOVED, _MOVED_LITTLE = 0.25, 3.0  # a share of the time that is left, and seconds: a smaller change is not told anew
_EXACT, _EXACT_SHARE = 0.5, 0.1  # seconds, and a share of the duration, that do not matter
_SAME = 0.05  # seconds for which what was computed of the end is not computed again


class History:
    """The answers about one task: their moments, states and progress. Ages are seconds since the order at `begun`."""

    def __init__(self, prior: Prior, begun: float, courses: Courses | None = None) -> None:
        self.prior = prior
        self._courses = courses
        self.begun = begun
        self._answered: float | None = None  # the age at the last answer
        self._plateaus: list[Plateau] = []
        self._queued = 0.0
        self._latest: Posterior | None = None

    def age(self, now: float) -> float:
        """The age at a Unix time. It is never less than nothing, although clocks may differ."""
        return max(0.0, now - self.begun)

    def add(self, task: VideoTask, now: float) -> None:
        """An answer that was asked for at a Unix time."""
        age = self._answered = self.age(now)
        self._latest = None
        last = self._plateaus[-1] if self._plateaus else None
        if task.status is TaskStatus.QUEUED:
            self._queued = age
        elif task.progress is None or (last and task.progress < last.percent):
            self._plateaus.clear()  # it tells nothing, or begins anew
        elif last and task.progress == last.percent:
            self._plateaus[-1] = last._replace(last=age)
        else:
            self._plateaus.append(Plateau(task.progress, age, age))

    def took(self, task: VideoTask, now: float) -> float | None:
        """How long a completed task took, in seconds; ``None`` if that is not known well.

        It ended between the last answer and this one. If nobody asked for long, the service's own times are taken.
        """
        age, last = self.age(now), self._answered
        if last is not None and age - last <= max(_EXACT, _EXACT_SHARE * age):
            return (last + age) / 2
        if task.created_at and task.completed_at and task.completed_at > task.created_at:
            return (task.completed_at - task.created_at).total_seconds()
        return None

    def course(self, took: float | None) -> Course | None:
        """How the progress of a task went that took some seconds; ``None`` if that is not known."""
        return (course_of(self._plateaus, took) or None) if took else None

    def posterior(self, now: float) -> Posterior:
        """When the task will end, as far as is known at a Unix time."""
        age, latest = self.age(now), self._latest
        if latest is None or not 0 <= age - latest.now <= _SAME:
            percent = self._plateaus[-1].percent if self._plateaus else None
            latest = self._latest = Posterior(self.prior, age, self._told(), percent)
        return latest

    def _told(self) -> list[Span]:
        """The possible ends by the progress."""
        if not self._plateaus:
            return []
        if self._courses is not None and self._courses.mislead:
            return self._courses.ends(self._plateaus, self._queued)
        return ends(self._plateaus, self._queued, self.prior)

    def estimate(self, now: float, last: Estimate | None) -> Estimate | None:
        """When the task will end, for people; ``None`` if that would be a guess.

        It is the `last` one as long as that one is about right, so that what people read is calm.
        """
        posterior = self.posterior(now)
        is_told = len(self._plateaus) > 1 and posterior.trust >= _TOLD
        if not (is_told or self.prior.is_learned):
            return None
        low, likely, high = (self.begun + posterior.quantile(share) for share in (0.1, 0.5, 0.9))
        if is_told:  # progress is seldom as even as its latest readings
            low, high = low - _UNEVEN * (likely - now), high + _UNEVEN * (likely - now)
        low = max(now, low)
        new = Estimate(low, likely, high, is_late=not is_told and self.age(now) > self.prior.late)
        return last if last is not None and _is_calm(last, new, now) else new


def _is_calm(last: Estimate, new: Estimate, now: float) -> bool:
    moved = max(abs(last.low - new.low), abs(last.likely - new.likely), abs(last.high - new.high))
    return last.is_late == new.is_late and moved <= max(_MOVED_LITTLE, _MOVED * (new.likely - now))
