"""A finished clip to disk: streamed, checked to be a whole video, and put in place in one step."""

import asyncio
import errno
import logging
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from wan_widgets.client.connection import Connection
from wan_widgets.client.media import Facts, NotVideo, probe
from wan_widgets.client.pacing import Timing
from wan_widgets.wan.errors import DownloadError, TransportError
from wan_widgets.wan.tasks import Video, VideoTask

_CHUNK = 2**20
_ATTEMPTS = 4
_log = logging.getLogger(__name__)


async def download(connection: Connection, task: VideoTask, path: Path, timing: Timing) -> Video:
    """Fetch a completed task's clip to `path`, replacing what is there; raises `DownloadError`.

    A broken connection is tried again a few times. Until the whole file is checked, `path` is left alone.
    """
    if not task.video_url:
        raise DownloadError("There is no clip to fetch: the task has no address for one.", task_id=task.id)
    attempt = 1
    while True:
        try:
            return await _fetch(connection, task, task.video_url, path)
        except (TransportError, _TryAgain) as error:
            if attempt == _ATTEMPTS:
                raise _failure(task, str(error), timing) from error
            _log.info("fetching the clip of %s, attempt %d: %s", task.id, attempt, error)
        except OSError as error:
            raise disk_trouble(task, error, path, timing) from error
        except (_GiveUp, ValueError) as error:  # the latter of a path that cannot be one
            raise _failure(task, str(error), timing) from error
        await timing.sleep(2.0**attempt)
        attempt += 1


class _TryAgain(Exception):
    """The file server stumbled."""


class _GiveUp(Exception):
    """Asking again would bring the same."""


async def _fetch(connection: Connection, task: VideoTask, url: str, path: Path) -> Video:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            size = await _stream(connection, url, file.write)
            await asyncio.to_thread(os.fsync, file.fileno())
        facts = await asyncio.to_thread(_checked, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return _video(task, path, size, facts)


async def _stream(connection: Connection, url: str, write: Callable[[bytes], object]) -> int:
    async with connection.fetch(url) as response:
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise _TryAgain(f"the file server is in trouble (HTTP {response.status_code})")
        if response.status_code != 200:
            raise _GiveUp(f"the file server refused (HTTP {response.status_code})")
        size = 0
        async for chunk in response.aiter_bytes(_CHUNK):
            await asyncio.to_thread(write, chunk)
            size += len(chunk)
        promised = response.headers.get("content-length", "")
        if promised.isdecimal() and not response.headers.get("content-encoding") and size != int(promised):
            raise _TryAgain(f"the file broke off after {size} of {promised} bytes")
    return size


def _checked(part: Path) -> Facts:
    try:
        return probe(part)
    except NotVideo as error:
        with part.open("rb") as file:
            head = file.read(200).lstrip().lower()
        what = "a web page came in place of a video" if head.startswith((b"<!doctype", b"<html")) else str(error)
        raise _GiveUp(f"the file is unusable: {what}") from error
    except Exception as error:  # whatever a video library may do with a strange file
        raise _GiveUp(f"the file could not be examined: {error!r}") from error


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


def disk_trouble(task: VideoTask, error: OSError, path: Path, timing: Timing) -> DownloadError:
    """The error for a disk that is full, read-only or not there."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = f"no space is left for it in {path.parent}; free some and download again"
    else:
        why = error.strerror or error
        reason = f"it could not be written to {path} ({why}); choose another place and download again"
    return _failure(task, reason, timing)


def _failure(task: VideoTask, reason: str, timing: Timing) -> DownloadError:
    until = ""
    if task.expires_at:
        over = task.expires_at <= datetime.fromtimestamp(timing.now(), UTC)
        moment = task.expires_at.astimezone().strftime("%d %b %H:%M")
        until = f" Its address stopped working on {moment}." if over else f" Its address works until {moment}."
    return DownloadError(f"The clip is ready but is not saved: {reason.rstrip('.')}.{until}", task_id=task.id)
