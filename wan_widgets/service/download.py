"""A finished clip to disk: fetched with patience, checked to be a whole video, and put in place in one step."""

import asyncio
import errno
import logging
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from wan_widgets.files import outputs
from wan_widgets.files.media import Facts, NotVideo, probe
from wan_widgets.pacing.timing import Timing
from wan_widgets.service.addresses import ForbiddenAddress
from wan_widgets.service.connection import Connection
from wan_widgets.service.transfer import Interrupted, Refused, TooSlow, Transfer
from wan_widgets.wan.errors import DownloadError, TransportError
from wan_widgets.wan.tasks import Video, VideoTask

_IN_VAIN = 4  # attempts in a row that bring nothing new
_ATTEMPTS = 500  # with those that do: the largest clip over a link that breaks every five megabytes
_log = logging.getLogger(__name__)


async def download(connection: Connection, task: VideoTask, path: Path, timing: Timing, *, replaces: bool) -> Video:
    """Fetch a completed task's clip to `path`, or beside what is there if it `replaces` nothing.

    Raises `DownloadError`.

    A broken connection is tried again a few times, and for as long as each attempt brings more of the file. Until the
    whole file is checked, `path` is left alone. Its name and place are never of the server's choosing.
    """
    if not task.video_url:
        raise DownloadError("There is no clip to fetch: the task has no address for one.", task_id=task.id)
    try:
        with _beside(path) as part:
            with part.open("xb") as file:
                transfer = Transfer(file, part.parent, timing.now)
                facts = await _fetch(connection, task.video_url, transfer, part, timing)
            path = part.replace(path) if replaces else outputs.placed(part, path)
    except Refused as error:
        raise _refusal(task, error, timing) from error
    except (TransportError, Interrupted, ForbiddenAddress) as error:
        raise _failure(task, str(error), timing) from error
    except OSError as error:
        raise _disk_trouble(task, error, path, timing) from error
    except ValueError as error:  # of a path that cannot be one
        raise _failure(task, str(error), timing) from error
    return _video(task, path, transfer.size, facts)


@contextmanager
def _beside(path: Path) -> Generator[Path, None, None]:
    """A place in the same folder for a file that is not whole; what is left in it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = outputs.part_beside(path)
    with suppress(OSError):
        outputs.sweep(path.parent)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


async def _fetch(connection: Connection, url: str, transfer: Transfer, part: Path, timing: Timing) -> Facts:
    """Ask until all of the file is there."""
    in_vain = 0
    for attempt in count(1):
        try:
            async with connection.fetch(url, transfer.headers) as response:
                await transfer.receive(response)
            return await _checked(transfer, part)
        except (TransportError, Interrupted) as error:
            in_vain = 0 if transfer.has_advanced() and not isinstance(error, TooSlow) else in_vain + 1
            if in_vain == _IN_VAIN or attempt == _ATTEMPTS:
                raise
            _log.info("fetching a clip, attempt %d, %d bytes so far: %s", attempt, transfer.size, error)
        await timing.sleep(2.0**in_vain)
    raise AssertionError  # for the type checker, which takes counting for finite


async def _checked(transfer: Transfer, part: Path) -> Facts:
    await asyncio.to_thread(transfer.flush)
    try:
        return await asyncio.to_thread(_examined, part)
    except Refused as error:
        if transfer.begin_anew():  # the parts that it was made of may not belong together
            raise Interrupted(str(error)) from error
        raise


def _examined(part: Path) -> Facts:
    try:
        return probe(part)
    except NotVideo as error:
        with part.open("rb") as file:
            head = file.read(200).lstrip().lower()
        what = "a web page came in place of a video" if head.startswith((b"<!doctype", b"<html")) else str(error)
        raise Refused(f"the file is unusable: {what}") from error
    except Exception as error:  # whatever a video library may do with a strange file
        raise Refused(f"the file could not be examined: {error!r}") from error


def _video(task: VideoTask, path: Path, size: int, facts: Facts) -> Video:
    return Video(
        path=path,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        size=size,
        has_audio=facts.has_audio,
        url=task.video_url,
        expires_at=task.expires_at,
        task_id=task.id,
    )


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
