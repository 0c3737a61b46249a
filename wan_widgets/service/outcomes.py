"""What an answer or an error means for a task. No I/O."""

from dataclasses import replace

from wan_widgets.wan.errors import (
    AuthenticationError,
    ConnectError,
    HTTPStatusError,
    InvalidRequest,
    NotFound,
    RateLimited,
    ServerError,
    TransportError,
    UnexpectedReply,
    WanError,
)
from wan_widgets.wan.field_checks import is_unicode
from wan_widgets.wan.pasted import name
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.tasks import NO_ADDRESS, TaskError, TaskStatus, VideoTask
from wan_widgets.words import Said, joined, say

_FINAL_AFTER = 6
"""After so many refusals in a row, a refusal is final. With the pauses between them this takes some minutes."""


def outcome_unknown(error: WanError) -> bool:
    """Whether the service may have accepted an order although an error came."""
    if isinstance(error, HTTPStatusError):
        # A redirect is no refusal: a server took the order, and may have passed it on. An error with a 2xx status is
        # no refusal either, unless its code is known to be one.
        kind, number = type(error), error.status_code
        return number == 408 or (not 400 <= number < 500 and (number >= 300 or kind in (HTTPStatusError, ServerError)))
    return isinstance(error, TransportError | UnexpectedReply) and not isinstance(error, ConnectError)


def reason(task: VideoTask) -> Said:
    """Why a task failed."""
    return task.error.text if task.error else say("wan.task.no_reason")


def is_refusal(error: WanError) -> bool:
    """Whether the service would answer the same question again in the same way."""
    if not isinstance(error, HTTPStatusError) or isinstance(error, RateLimited | ServerError):
        return False
    if error.status_code // 100 == 2:
        return type(error) is not HTTPStatusError  # the service's code for it is known
    return 400 <= error.status_code < 500 and error.status_code not in (408, 425, 429)


def is_final(error: WanError, refusals: int) -> bool:
    """Whether a refusal is final for a task that the service has accepted. `refusals` counts those before it, in a row.

    A single odd answer is not final. `NotFound` never is, because services remember their tasks for a day.
    """
    return isinstance(error, AuthenticationError) or (refusals >= _FINAL_AFTER and not isinstance(error, NotFound))


def id_of(task: VideoTask | str) -> str:
    """The id of a task, which is given as a `VideoTask` or as its id. Raises `InvalidRequest` for anything else."""
    known = task.id if isinstance(task, VideoTask) else name(task)
    if isinstance(known, str) and known and is_unicode(known):
        return known
    allowed, remedy = say("service.task.allowed"), say("service.task.remedy")
    raise InvalidRequest([Problem("task", say("service.task.none", value=shown(task)), allowed, remedy)])


def lacks_url(task: VideoTask) -> bool:
    """Whether the task is completed, but without an address of its clip."""
    return task.status is TaskStatus.COMPLETED and not task.video_url


def without_url(task: VideoTask, *, final: bool) -> VideoTask:
    """A completed task without an address of its clip counts as in progress, or as failed if this answer is `final`.

    Every other task is returned unchanged.
    """
    if not lacks_url(task):
        return task
    message = say("service.task.no_address")
    if final:
        return replace(task, status=TaskStatus.FAILED, error=TaskError(message, NO_ADDRESS))
    return replace(task, status=TaskStatus.IN_PROGRESS, note=joined(message, say("service.asked_again")))
