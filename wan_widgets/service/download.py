"""A finished clip to disk: fetched with patience, checked to be a whole video, and put in place in one step."""

import asyncio
import errno
import logging
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from wan_widgets.files.disk import move_to_free_name, sweep, temporary_beside
from wan_widgets.files.media import NotVideo
from wan_widgets.files.video import Video
from wan_widgets.pacing.retries import FETCHES_IN_VAIN, doubled
from wan_widgets.pacing.timing import Timing
from wan_widgets.service.addresses import ForbiddenAddress
from wan_widgets.service.connection import Connection
from wan_widgets.service.transfer import Interrupted, Refused, TooSlow, Transfer
from wan_widgets.wan.errors import DownloadError, TransportError
from wan_widgets.wan.tasks import VideoTask

_ATTEMPTS = 500  # in all: the largest clip over a link that breaks every five megabytes
_log = logging.getLogger(__name__)


async def download(connection: Connection, task: VideoTask, path: Path, timing: Timing, *, replaces: bool) -> Video:
    """Fetch a completed task's clip to `path`, or beside what is there if it `replaces` nothing.

    A broken connection is tried again a few times, and for as long as each attempt brings more of the file. Until the
    whole file is checked, `path` is left alone. Its name and place are never of the server's choosing.
    Raises `DownloadError`.
    """
    if not task.video_url:
        raise DownloadError("There is no clip to fetch: the task has no address for one.", task_id=task.id)
    try:
        with _beside(path) as temporary:
            with temporary.open("xb") as file:
                transfer = Transfer(file, temporary.parent, timing.now)
                video = await _fetched(connection, task, transfer, temporary, timing)
            path = temporary.replace(path) if replaces else move_to_free_name(temporary, path)
    except Refused as error:
        raise _refusal(task, error, timing) from error
    except (TransportError, Interrupted, ForbiddenAddress) as error:
        raise _failure(task, str(error), timing) from error
    except OSError as error:
        raise _disk_trouble(task, error, path, timing) from error
    except ValueError as error:  # the path cannot be one
        raise _failure(task, str(error), timing) from error
    return replace(video, path=path)


@contextmanager
def _beside(path: Path) -> Generator[Path, None, None]:
    """A path in the same folder for the file until it is complete; an incomplete file is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(path)
    with suppress(OSError):
        sweep(path.parent)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


async def _fetched(
    connection: Connection, task: VideoTask, transfer: Transfer, temporary: Path, timing: Timing
) -> Video:
    """Ask until all of the file is there."""
    in_vain = 0
    for attempt in count(1):
        try:
            async with connection.fetch(task.video_url or "", transfer.headers) as response:
                await transfer.receive(response)
            return await _checked(transfer, temporary, task)
        except (TransportError, Interrupted) as error:
            in_vain = 0 if transfer.has_advanced() and not isinstance(error, TooSlow) else in_vain + 1
            if in_vain == FETCHES_IN_VAIN or attempt == _ATTEMPTS:
                raise
            _log.info("fetching a clip, attempt %d, %d bytes so far: %s", attempt, transfer.size, error)
        await timing.sleep(doubled(in_vain))
    raise AssertionError  # for the type checker, which takes counting for finite


async def _checked(transfer: Transfer, temporary: Path, task: VideoTask) -> Video:
    await asyncio.to_thread(transfer.flush)
    try:
        return await asyncio.to_thread(_examined, temporary, task)
    except Refused as error:
        if transfer.begin_anew():  # the ranges that it was made of may not belong together
            raise Interrupted(str(error)) from error
        raise


def _examined(temporary: Path, task: VideoTask) -> Video:
    try:
        return Video.read(temporary, task)
    except NotVideo as error:
        with temporary.open("rb") as file:
            head = file.read(200).lstrip().lower()
        what = "a web page came in place of a video" if head.startswith((b"<!doctype", b"<html")) else str(error)
        raise Refused(f"the file is unusable: {what}") from error
    except Exception as error:  # a video library may do anything with a strange file
        raise Refused(f"the file could not be examined: {error!r}") from error


def _disk_trouble(task: VideoTask, error: OSError, path: Path, timing: Timing) -> DownloadError:
    """The error for a disk that is full, read-only or not there."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = f"no space is left for it in {path.parent}; free some and download again"
    else:
        why = error.strerror or error
        reason = f"it could not be written to {path} ({why}); choose another place and download again"
    return _failure(task, reason, timing)


def _refusal(task: VideoTask, error: Refused, timing: Timing) -> DownloadError:
    if error.status not in (403, 404, 410) or not (end := task.expires_at) or not _is_over(end, timing):
        return _failure(task, str(error), timing)
    begun = task.completed_at
    kept = f"the service's {round((end - begun).total_seconds() / 3600)} hours" if begun else "its time at the service"
    message = f"The clip can no longer be fetched: {kept} ran out on {_moment(end)} (HTTP {error.status})."
    expired = DownloadError(message, task_id=task.id)
    expired.expired = True
    return expired


def _failure(task: VideoTask, reason: str, timing: Timing) -> DownloadError:
    until = ""
    if end := task.expires_at:
        over = _is_over(end, timing)
        until = f" Its address {'stopped working on' if over else 'works until'} {_moment(end)}."
    return DownloadError(f"The clip is ready but is not saved: {reason.rstrip('.')}.{until}", task_id=task.id)


def _is_over(end: datetime, timing: Timing) -> bool:
    return end <= datetime.fromtimestamp(timing.now(), UTC)


def _moment(time: datetime) -> str:
    return time.astimezone().strftime("%d %b %H:%M")
