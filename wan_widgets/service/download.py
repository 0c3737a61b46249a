"""Downloading a finished clip: it is fetched with retries, checked to be a whole video, and then given its name."""

import asyncio
import errno
import logging
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from wan_widgets.files.incomplete import Incomplete
from wan_widgets.files.making import Making, document
from wan_widgets.files.media import NotVideo
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.pacing.retries import FETCHES_IN_VAIN, doubled
from wan_widgets.pacing.timing import Timing
from wan_widgets.service.addresses import ForbiddenAddress
from wan_widgets.service.connection import Connection
from wan_widgets.service.transfer import Interrupted, Refused, TooSlow, Transfer
from wan_widgets.wan.errors import DownloadError, TransportError
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Said, english, joined, reason_of, said_by, say

_ATTEMPTS = 500  # enough for the largest clip, if the connection breaks every five megabytes
_LONGEST_DISCARD = 1.0  # seconds
_log = logging.getLogger(__name__)


async def download(
    connection: Connection, task: VideoTask, path: Path, timing: Timing, making: Making, *, replaces: bool
) -> Video:
    """Fetch a completed task's clip to `path`. Unless it `replaces` the file there, the clip gets a free name.

    After a broken connection it tries again: a few times, and for as long as each attempt brings more of the file.
    `path` does not change before the whole file is checked. The server never chooses the name or the folder.
    Raises `DownloadError`.
    """
    if not task.video_url:
        raise DownloadError(say("service.download.no_address"), task_id=task.id)
    try:
        return await _downloaded(connection, task, Incomplete(path, replaces=replaces), timing, making)
    except Refused as error:
        raise _refusal(task, error, timing) from error
    except TransportError as error:
        raise _failure(task, say("service.download.broke", reason=error.said), timing) from error
    except (Interrupted, ForbiddenAddress) as error:
        raise _failure(task, _unsaved(said_by(error)), timing) from error
    except OSError as error:
        raise _disk_trouble(task, error, path, timing) from error
    except ValueError as error:  # the path is not valid
        raise _failure(task, _unsaved(said_by(error)), timing) from error


async def _downloaded(
    connection: Connection, task: VideoTask, file: Incomplete, timing: Timing, making: Making
) -> Video:
    """Fetch the clip. What is written into its folder is written on the folder's thread, because a disk may be slow."""
    try:
        transfer = Transfer(await on_thread(file.folder, file.open), file.folder, timing.now)
        video = await _fetched(connection, task, transfer, file.temporary, timing)

        def recipe() -> dict[str, Any]:
            known: dict[str, Any] = connection.struck(document(task, making, datetime.fromtimestamp(timing.now(), UTC)))
            return known

        path, size = await on_thread(file.folder, file.complete, recipe)
    except GeneratorExit:  # the event loop is gone, so that nothing can be waited for
        file.discard()
        raise
    except BaseException:
        file.is_given_up = True
        # It is done although this is cancelled once more, and a disk that hangs holds nobody up.
        await asyncio.wait({on_thread(file.folder, file.discard)}, timeout=_LONGEST_DISCARD)
        raise
    return replace(video, path=path, size=size)


async def _fetched(
    connection: Connection, task: VideoTask, transfer: Transfer, temporary: Path, timing: Timing
) -> Video:
    """Request the file again and again until all of it has arrived."""
    in_vain = 0
    for attempt in count(1):
        try:
            async with connection.fetch(task.video_url or "", transfer.headers) as response:
                await transfer.receive(response)
            await on_thread(temporary.parent, transfer.flush)
            return await _checked(transfer, temporary, task)
        except (TransportError, Interrupted) as error:
            in_vain = 0 if transfer.has_advanced() and not isinstance(error, TooSlow) else in_vain + 1
            if in_vain == FETCHES_IN_VAIN or attempt == _ATTEMPTS:
                raise
            why = english(said_by(error))
            _log.info("fetching a clip, attempt %d, %d bytes so far: %s", attempt, transfer.size, why)
        await timing.sleep(doubled(in_vain))
    raise AssertionError  # the type checker does not know that counting never ends


async def _checked(transfer: Transfer, temporary: Path, task: VideoTask) -> Video:
    try:
        return await on_thread("arrival", _examined, temporary, task)
    except Refused as error:
        if transfer.begin_anew():  # it was made of ranges that may not belong together
            raise Interrupted(said_by(error)) from error
        raise


def _examined(temporary: Path, task: VideoTask) -> Video:
    try:
        return Video.read(temporary, task)
    except NotVideo as error:
        with temporary.open("rb") as file:
            head = file.read(200).lstrip().lower()
        is_page = head.startswith((b"<!doctype", b"<html"))
        why = say("service.download.page") if is_page else said_by(error)
        raise Refused(say("service.download.unusable", reason=why)) from error
    except Exception as error:  # a video library may raise any error for a strange file
        raise Refused(say("service.download.strange", error=repr(error))) from error


def _disk_trouble(task: VideoTask, error: OSError, path: Path, timing: Timing) -> DownloadError:
    """The error for a disk that is full, read-only or missing."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = say("service.download.full", folder=str(path.parent))
    else:
        reason = say("service.download.unwritable", path=str(path), reason=reason_of(error))
    return _failure(task, _unsaved(reason), timing)


def _refusal(task: VideoTask, error: Refused, timing: Timing) -> DownloadError:
    if error.status not in (403, 404, 410) or not (end := task.expires_at) or not _is_over(end, timing):
        return _failure(task, _unsaved(said_by(error)), timing)
    message = say("service.download.expired", moment=end, status=error.status)
    if begun := task.completed_at:
        hours = round((end - begun).total_seconds() / 3600)
        message = say("service.download.expired.hours", count=hours, moment=end, status=error.status)
    expired = DownloadError(message, task_id=task.id)
    expired.expired = True
    return expired


def _unsaved(reason: Said) -> Said:
    return say("service.download.failed", reason=reason)


def _failure(task: VideoTask, happened: Said, timing: Timing) -> DownloadError:
    until: Said = ""
    if end := task.expires_at:
        key = "service.download.stopped" if _is_over(end, timing) else "service.download.works"
        until = say(key, moment=end)
    return DownloadError(joined(happened, until), task_id=task.id)


def _is_over(end: datetime, timing: Timing) -> bool:
    return end <= datetime.fromtimestamp(timing.now(), UTC)
