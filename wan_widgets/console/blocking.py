"""Waiting for a clip in a cell or a script. The generation itself runs on the worker."""

import asyncio
import concurrent.futures
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from wan_widgets.client import AsyncClient, client_at, client_for
from wan_widgets.console.statusline import StatusLine, describe
from wan_widgets.console.tasks import state_said
from wan_widgets.files.destination import destination
from wan_widgets.files.disk import shown
from wan_widgets.files.video import Video
from wan_widgets.generation import following, worker
from wan_widgets.generation.job import Job
from wan_widgets.generation.jobs import Look, job_for, job_of, once_after
from wan_widgets.generation.prepared import prepare
from wan_widgets.generation.repeats import reusable
from wan_widgets.generation.request import check_names, route
from wan_widgets.generation.step import Step
from wan_widgets.ledger import orders
from wan_widgets.providers import Provider
from wan_widgets.service.outcomes import id_of
from wan_widgets.wan.errors import LedgerError, WanError
from wan_widgets.wan.field_types import References, RequestFields, spelled_out
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import Media
from wan_widgets.wan.switches import switch
from wan_widgets.wan.tasks import VideoTask, unknown_task
from wan_widgets.wan.tracebacks import ShownBriefly
from wan_widgets.words import Text, say, showing

_REFRESH = 0.2  # seconds
_left: dict[str, "_Waiting"] = {}
"""The generations that go on although their waiting was interrupted, by the id of the task or of the order."""


@spelled_out(RequestFields)
def generate(
    prompt: VideoRequest | str | None = None,
    *,
    image: Media | None = None,
    references: References | None = None,
    provider: AsyncClient | Provider | str | None = None,
    path: Path | str | None = None,
    fresh: bool = False,
    embed: bool = False,
    **fields: Unpack[RequestFields],
) -> Video:
    """Make a clip and wait for it.

    Takes a request or a prompt. A prompt with `image` is image-to-video, with `references` reference-to-video, else
    text-to-video. The others are fields of the request, such as ``resolution="720p"``; those that are not given get the
    service's usual values. Images and videos are addresses or files (see `ImageToVideo.image`).

    With a fixed seed, a clip that was ordered before is used again, also if another notebook has ordered it, so that
    running all cells twice buys once; ``fresh=True`` buys again. With ``embed=True`` a notebook that shows the clip has
    it inside, and is larger by its size and a third. An interrupt ends the waiting, not the task. Raises
    `InvalidRequest` before anything is sent, `TaskFailed`, and what `AsyncClient.submit` raises.
    """
    check_names(fields)
    fresh, embed = switch("fresh", fresh), switch("embed", embed)
    is_named = "model" in fields or isinstance(prompt, VideoRequest)
    client = client_at(provider, is_named=is_named)
    request = route(
        prompt, image=image, references=references, provider=client.provider, base_url=client.base_url, **fields
    )
    prepared = prepare(client, request)
    look = Look.now() if prepared.is_one_clip and not fresh else None
    known = None if fresh else reusable(prepared)
    if known is None and prepared.remark:
        with showing():
            warnings.warn(str(prepared.remark), stacklevel=2)
    once = once_after(look) if look else None
    remark = say("console.step.ordered_before") if known else None
    waiting = _Waiting(job_for(client, prepared, known, path, once=once), remark)
    return replace(waiting.result(), embed=embed)


def wait(
    task: VideoTask | str, *, provider: AsyncClient | Provider | str | None = None, path: Path | str | None = None
) -> Video:
    """Wait for a clip that was ordered before, and download it. `task` is a task, its id, or the id of the order.

    The ledger knows where it was ordered. `provider` is needed for a task that is not in the ledger, and for an address
    that is not the service's own. Raises `ConfigurationError` if such an address has no `provider`, `TaskFailed`, and
    what `AsyncClient.download` raises.
    """
    task = task if isinstance(task, VideoTask) else id_of(task)
    named = task.provider if isinstance(task, VideoTask) else None
    waiting = _left.get(id_of(task)) if path is None else None
    if waiting is not None and waiting.has_failed:  # a failed job is tried again
        path, waiting = waiting.destination.path, None
    if waiting is None:
        waiting = _taken_up(task, provider, path) or _followed(task, named if provider is None else provider, path)
    return waiting.result()


def dismiss(order: VideoTask | str) -> None:
    """Let an unfinished order go, so that no Studio shows it again. `order` is its id in the ledger, or its task.

    If it is unconfirmed, this says that it was not bought, because the service's console does not show it: budgets do
    not count it. If it has a task, the task is not followed any more; the service may go on with it and bill it, so
    budgets count it. `resume` follows it again. Raises `LedgerError` if the ledger has no such order, if the order has
    ended, or if the ledger cannot be written.
    """
    entry = orders.entry_named(id_of(order))
    if not orders.dismiss(entry.id) and not orders.let_go(entry.id):
        raise LedgerError(say("console.dismiss.ended", id=entry.id, state=state_said(entry)))


def _taken_up(
    task: VideoTask | str, provider: AsyncClient | Provider | str | None, path: Path | str | None
) -> "_Waiting | None":
    """The waiting for an order of the ledger; ``None`` for a task that the ledger does not know.

    Raises `LedgerError` if the ledger cannot be read and the arguments do not say where the task is.
    """
    try:
        entry = orders.entry_if_known(id_of(task))
    except LedgerError as error:
        if provider is None and not isinstance(task, VideoTask):
            elsewhere = say("console.wait.elsewhere", code=f"ww.wait({task!r}, provider=…)")
            raise LedgerError(error.message, remedy=elsewhere) from error
        entry = None
    if entry is None:
        return None
    client = client_for(entry) if provider is None else client_at(provider)
    return _Waiting(job_of(client, entry, path))


def _followed(
    task: VideoTask | str, provider: AsyncClient | Provider | str | None, path: Path | str | None
) -> "_Waiting":
    client = client_at(provider)
    known = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
    job = Job(client, lambda: following.follow(client, task, path), Step(task=known), wanted=destination(path))
    return _Waiting(job)


class Interrupted(ShownBriefly, KeyboardInterrupt):
    """An interrupt of the waiting. What was said about it stands above it."""


class _Waiting:
    """A job on the worker, and the waiting for it on this thread. The job goes on when the waiting ends."""

    def __init__(self, job: Job, remark: Text | None = None) -> None:
        if worker.is_current():
            raise RuntimeError(say("generation.waits_for_itself", code="await client.generate(…)"))
        self.destination = job.destination
        self._job, self._remark = job, remark
        self._future: concurrent.futures.Future[Video] | None = None

    @property
    def has_failed(self) -> bool:
        """It has ended without a clip, so that waiting for it again means to try again."""
        future = self._future
        return future is not None and future.done() and (future.cancelled() or future.exception() is not None)

    def result(self) -> Video:
        """Wait, with a status line. An interrupt does not stop what is ordered, and says how to come back to it."""
        line = StatusLine(self._remark)
        try:
            future = self._future = self._future or worker.submit(_finished(self._job))
            while True:
                done, _ = concurrent.futures.wait([future], timeout=_REFRESH)
                line.show(self._job.step)
                if done:
                    video = future.result()
                    line.keep()
                    return video
        except WanError as error:
            raise error.with_traceback(None) from None  # the frames of the worker and of httpx do not help the user
        except KeyboardInterrupt:
            self._job.is_unwanted = True
            is_withdrawn = worker.submit(_withdrawn(self._job)).result()
            line.say(*([say("console.stopped.unordered")] if is_withdrawn else self._left_alone()))
            raise Interrupted from None
        finally:
            line.close()

    def _left_alone(self) -> list[Text]:
        step = self._job.step
        name = step.task.id if step.task else step.order
        place = shown(self.destination.path or self.destination.folder)
        if step.task:
            stopped = say("console.stopped.task", place=place)
        else:
            with showing():
                described = describe(step)
            stopped = say("console.stopped.order", place=place, step=described)
        assert name is not None  # without an order it would have been withdrawn
        if self._future is not None:  # after an interrupt during the start, the ledger leads back to the order
            _left[name] = self
        return [stopped, say("console.stopped.way_back", code=f"ww.wait({name!r})")]


async def _finished(job: Job) -> Video:
    if job.is_unwanted:  # an interrupt came before the start
        raise asyncio.CancelledError
    async with job.service:
        return await job.start()


async def _withdrawn(job: Job) -> bool:
    """Withdraw the job if nothing is ordered yet. On the worker, no order can leave between the check and the end."""
    if not job.step.is_unordered:
        return False
    job.withdraw()
    await job.settled()
    return True
