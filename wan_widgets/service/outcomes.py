"""What an answer or an error means for a task: pure functions."""

from dataclasses import replace

from wan_widgets.wan.errors import (
    AuthenticationError,
    ConnectError,
    HTTPStatusError,
    NotFound,
    RateLimited,
    ServerError,
    TransportError,
    UnexpectedReply,
    WanError,
)
from wan_widgets.wan.tasks import NO_ADDRESS, TaskError, TaskStatus, VideoTask

_INSISTS = 6
"""Refusals in a row, with the pauses between them some minutes."""


def outcome_unknown(error: WanError) -> bool:
    """Whether a failed submission may have been accepted all the same."""
    if isinstance(error, HTTPStatusError):
        # A redirect is no refusal: something took the order, and it may have gone further. Nor is an error that comes
        # with a success, unless its word is one that is known to refuse.
        kind, number = type(error), error.status_code
        return number == 408 or (not 400 <= number < 500 and (number >= 300 or kind in (HTTPStatusError, ServerError)))
    return isinstance(error, TransportError | UnexpectedReply) and not isinstance(error, ConnectError)


def reason(task: VideoTask) -> str:
    """Why a task failed, in the service's words."""
    return task.error.message if task.error else "The service gave no reason."


def is_refusal(error: WanError) -> bool:
    """Whether asking again would bring the same."""
    if not isinstance(error, HTTPStatusError) or isinstance(error, RateLimited | ServerError):
        return False
    if error.status_code // 100 == 2:
        return type(error) is not HTTPStatusError  # its word is a known one
    return 400 <= error.status_code < 500 and error.status_code not in (408, 425, 429)


def stays(error: WanError, failures: int) -> bool:
    """Whether a refusal after so many in a row is the service's word on a task that it has accepted.

    One odd answer is not, and that it knows no such task never is before a day is over.
    """
    return isinstance(error, AuthenticationError) or (failures >= _INSISTS and not isinstance(error, NotFound))


def id_of(task: VideoTask | str) -> str:
    """A task's id, of either."""
    return task.id if isinstance(task, VideoTask) else task


def lacks_url(task: VideoTask) -> bool:
    """Whether it is completed, but does not say where the clip is."""
    return task.status is TaskStatus.COMPLETED and not task.video_url


def without_url(task: VideoTask, *, final: bool) -> VideoTask:
    """A completed task is not completed for us until it says where the clip is."""
    if not lacks_url(task):
        return task
    message = "The service says that the clip is ready but gives no address for it."
    if final:
        return replace(task, status=TaskStatus.FAILED, error=TaskError(message, NO_ADDRESS))
    return replace(task, status=TaskStatus.IN_PROGRESS, note=f"{message} It is asked again.")
