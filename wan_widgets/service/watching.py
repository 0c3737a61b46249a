"""Following a task over HTTP: when the service is asked, and which answers are the last."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from wan_widgets.pacing.courses import courses_of
from wan_widgets.pacing.history import History
from wan_widgets.pacing.prior import prior_of
from wan_widgets.pacing.questions import Follower, Questions
from wan_widgets.pacing.retries import (
    ANSWERED_UNKNOWN,
    ASK_UNKNOWN,
    LATE_ADDRESS,
    WAVERED_UNKNOWN,
    pause_before_asking,
)
from wan_widgets.pacing.schedule import delay
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import Provider
from wan_widgets.service.outcomes import is_final, is_refusal, lacks_url, reason, without_url
from wan_widgets.service.pools import running_loop
from wan_widgets.wan.errors import HTTPStatusError, NotFound, RateLimited, UnknownTask, WanError
from wan_widgets.wan.estimates import Earlier
from wan_widgets.wan.tasks import LOST, UNENDED, TaskError, TaskStatus, VideoTask, is_beyond_memory, unknown_task
from wan_widgets.words import Said, joined, say

_ENOUGH = 3  # answers in a row, or failures, after the time is over


class Askable(Protocol):
    """What following a task needs of a service."""

    @property
    def provider(self) -> Provider: ...

    @property
    def timing(self) -> Timing: ...

    @property
    def questions(self) -> Questions: ...


@dataclass
class _Failures:
    """The failed questions in a row."""

    count: int = 0
    refusals: int = 0
    """How many of them were refused, in a row."""
    retry_after: float | None = None
    too_many: bool = False
    """The last one was refused because too many came."""
    unknown: int = 0
    """How many of them said that the server does not know the task, in a row."""
    unknown_since: float | None = None
    """Since when every answer was that the server does not know the task."""
    has_wavered: bool = False
    """The server said before that it does not know the task, and then knew it: several share the address."""

    def add(self, error: WanError, now: float) -> None:
        self.count += 1
        self.refusals = self.refusals + 1 if is_refusal(error) else 0
        self.retry_after = error.retry_after if isinstance(error, HTTPStatusError) else None
        self.too_many = isinstance(error, RateLimited)
        self.unknown = self.unknown + 1 if isinstance(error, UnknownTask) else 0
        if not self.unknown:
            self.unknown_since = None
        elif self.unknown_since is None:
            self.unknown_since = now

    def mean_lost(self, now: float) -> bool:
        """Whether the server has said for long enough that it does not know the task."""
        since, patience = self.unknown_since, WAVERED_UNKNOWN if self.has_wavered else ANSWERED_UNKNOWN
        return since is not None and self.unknown >= patience / ASK_UNKNOWN and now - since >= patience

    def over(self) -> "_Failures":
        """No failures in a row, after an answer."""
        return _Failures(has_wavered=self.has_wavered or self.unknown_since is not None)


async def watched(
    service: Askable,
    ask: Callable[[VideoTask], Awaitable[VideoTask]],
    task: VideoTask | str,
    *,
    known: bool,
    since: float | None = None,
    earlier: Earlier,
) -> AsyncIterator[VideoTask]:
    """The states of a task, as `Service.watch` describes. `ask` puts a question to the service."""
    running_loop()  # without one, every question would fail, and be asked again
    current, timing = _known(service, task), service.timing
    pace, ends, failures = _Pacing(service, current, since, earlier), _Ends(current, timing.now()), _Failures()
    if current.status is not TaskStatus.UNCONFIRMED:
        yield current
    with pace.questions.followed() as follower:
        while not current.is_terminal:
            unknown = current.status is TaskStatus.UNCONFIRMED
            doubtful = unknown and not known
            await pace.wait(follower, failures, is_first=unknown and not failures.count)
            over = ends.are_due(timing.now())
            try:
                answer = await ask(current)
                if answer.is_forgotten and not (doubtful or over):  # an earlier answer said otherwise
                    raise NotFound(reason(answer), status_code=404)
            except WanError as error:
                pace.questions.failed(too_many=isinstance(error, RateLimited))
                if is_refusal(error) and (doubtful or over or (unknown and is_final(error, failures.refusals))):
                    raise
                failures.add(error, timing.now())
                if over and failures.count >= _ENOUGH:
                    raise
                answer = _after_failure(service.provider, current, error, failures, timing.now())
            else:
                pace.questions.answered()
                failures = failures.over()
                answer = pace.seen(ends.seen(answer, timing.now()))
            if answer != current:
                current = answer
                yield current


class _Pacing:
    """When one task is asked about, and when it will probably end."""

    def __init__(self, service: Askable, task: VideoTask, since: float | None, earlier: Earlier) -> None:
        self.questions, self._timing = service.questions, service.timing
        now, created = self._timing.now(), task.created_at
        begun = since if since is not None else created.timestamp() if created else now
        self._memory_outlives_process = service.provider.memory_outlives_process
        self._is_dated = since is not None or created is not None
        prior = prior_of(earlier.durations, service.provider.pace.usual)
        self._history = History(prior, min(begun, now), courses_of(earlier.courses))
        self._asked = now
        self._estimate = task.estimate

    async def wait(self, follower: Follower, failures: _Failures, *, is_first: bool) -> None:
        """Wait for the moment of the next question. The first one about a task of unknown state is asked at once."""
        now, chance = self._timing.now(), self._timing.random()
        if failures.unknown_since is not None and not self._memory_outlives_process:
            pause = max(ASK_UNKNOWN, failures.retry_after or 0.0)
        elif failures.count:
            pause = pause_before_asking(
                failures.count,
                self.questions.failures,
                refused=failures.refusals > 0,
                retry_after=failures.retry_after,
                chance=chance,
                too_many=failures.too_many,
            )
        else:
            pause = 0.0 if is_first else delay(self._history, self.questions, follower, now, chance)
        if pause > 0:
            await self._timing.sleep(pause)
        if (queue := self.questions.reserve(self._timing.now())) > 0:
            await self._timing.sleep(queue)
        self._asked = self._timing.now()

    def seen(self, answer: VideoTask) -> VideoTask:
        """An answer, with what is known of its end: when it will probably be, or how long it took."""
        if answer.status is TaskStatus.COMPLETED:
            took = self._history.took(answer, self._asked)
            return replace(answer, took=took, course=self._history.course(took))
        if answer.is_terminal:
            return answer
        if not self._is_dated and answer.created_at:
            self._is_dated = True
            self._history.begun = min(self._history.begun, answer.created_at.timestamp())
        self._history.add(answer, self._asked)
        self._estimate = self._history.estimate(self._timing.now(), self._estimate)
        return replace(answer, estimate=self._estimate)


def _after_failure(provider: Provider, task: VideoTask, error: WanError, failures: _Failures, now: float) -> VideoTask:
    """The task after a question that failed: as it was, or lost."""
    if provider.memory_outlives_process or not isinstance(error, UnknownTask):
        return replace(task, note=joined(error.happened, say("service.asked_again")))
    if failures.mean_lost(now):
        lost = TaskError(joined(say("service.task.lost"), say("service.task.lost.remedy")), LOST)
        return replace(task, status=TaskStatus.FAILED, error=lost, note=None)
    return replace(task, note=joined(error.message, say("service.asked_again.minute")))


class _Ends:
    """When it is enough: a clip's address may be late, and no service works on a task that it has forgotten."""

    def __init__(self, task: VideoTask, now: float) -> None:
        self.begun = task.created_at.timestamp() if task.created_at else now
        self._watched_since = now
        self._ready_since: float | None = None
        self._late_answers = 0

    def are_due(self, now: float) -> bool:
        """Whether the time is over in which services remember a task."""
        return is_beyond_memory(self._watched_since, now)

    def seen(self, answer: VideoTask, now: float) -> VideoTask:
        """An answer as it counts: as an end, where it has gone on for too long."""
        if lacks_url(answer):
            self._ready_since = now if self._ready_since is None else self._ready_since
            return without_url(answer, final=now - self._ready_since > LATE_ADDRESS)
        if answer.is_terminal or not is_beyond_memory(self.begun, now):
            return answer
        self._late_answers += 1  # after a long sleep of this machine the first answer may still be an old one
        if self._late_answers < _ENOUGH:
            return answer
        last: Said = say("service.task.unended.last", note=answer.note) if answer.note else ""
        unended = TaskError(joined(say("service.task.unended"), last), UNENDED)
        return replace(answer, status=TaskStatus.FAILED, error=unended, note=None)


def _known(service: Askable, task: VideoTask | str) -> VideoTask:
    if isinstance(task, VideoTask):
        return without_url(task, final=False)
    return unknown_task(task, service.provider.name)
