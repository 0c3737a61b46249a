"""Following a task over HTTP: when it is asked about, and which answers end that."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Protocol

from wan_widgets.pacing.schedule import delay
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import Provider
from wan_widgets.service.outcomes import is_refusal, lacks_url, reason, stays, without_url
from wan_widgets.wan.errors import HTTPStatusError, NotFound, WanError
from wan_widgets.wan.tasks import TaskStatus, VideoTask, is_beyond_memory, unknown_task

_WITHOUT_URL = 5  # readings for which a completed task may lack its address


class Asked(Protocol):
    """What is needed of a service to follow a task."""

    @property
    def provider(self) -> Provider: ...

    @property
    def timing(self) -> Timing: ...

    async def retrieve(self, task: VideoTask | str) -> VideoTask: ...


@dataclass
class _Failures:
    """The questions in a row that brought no answer."""

    count: int = 0
    retry_after: float | None = None

    def add(self, error: WanError) -> None:
        self.count += 1
        self.retry_after = error.retry_after if isinstance(error, HTTPStatusError) else None


async def watched(service: Asked, task: VideoTask | str, *, known: bool) -> AsyncIterator[VideoTask]:
    """The states of a task, as `Service.watch` says."""
    current, started = _known(service, task), service.timing.now()
    failures, addressless = _Failures(), 0
    if current.status is not TaskStatus.UNCONFIRMED:
        yield current
    while not current.is_terminal:
        unknown = current.status is TaskStatus.UNCONFIRMED
        doubtful = unknown and not known
        if failures.count or not unknown:
            await _pause(service, current, started, failures)
        over = is_beyond_memory(started, service.timing.now())
        try:
            reading = await service.retrieve(current)
            if reading.is_forgotten and not (doubtful or over):  # it said otherwise before
                raise NotFound(reason(reading), status_code=404)
        except WanError as error:
            if is_refusal(error) and (doubtful or over or (unknown and stays(error, failures.count))):
                raise
            failures.add(error)
            reading = replace(current, note=f"{error.happened} It is asked again.")
        else:
            failures = _Failures()
            addressless += lacks_url(reading)
            reading = without_url(reading, final=addressless >= _WITHOUT_URL)
        if reading != current:
            current = reading
            yield current


def _known(service: Asked, task: VideoTask | str) -> VideoTask:
    if isinstance(task, VideoTask):
        return without_url(task, final=False)
    return unknown_task(task, service.provider.name)


async def _pause(service: Asked, task: VideoTask, started: float, failures: _Failures) -> None:
    timing = service.timing
    begun = task.created_at.timestamp() if task.created_at else started
    seconds = delay(
        service.provider.pace,
        age=timing.now() - begun,
        failures=failures.count,
        retry_after=failures.retry_after,
        chance=timing.random(),
    )
    await timing.sleep(seconds)
