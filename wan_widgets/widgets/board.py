"""Generations that are followed live. Its cards are written by the worker alone; the browser is heard as messages."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Any

import traitlets

from wan_widgets.generation import buying as generation
from wan_widgets.generation import worker
from wan_widgets.generation.buying import Generation
from wan_widgets.ledger import orders as recall
from wan_widgets.ledger.entry import Entry
from wan_widgets.providers import Provider
from wan_widgets.service.service import AsyncClient
from wan_widgets.wan.errors import LedgerError, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, Video, VideoTask, unknown_task
from wan_widgets.widgets.cards import Job, card, phase
from wan_widgets.widgets.clip_sending import Transfers
from wan_widgets.widgets.panel import Panel

_log = logging.getLogger(__name__)


class TaskBoard(Panel):
    """Follows generations on the worker and shows them as cards, newest first. The base of `TaskView` and `Studio`."""

    _cards: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, provider: AsyncClient | Provider | str | None = None, **traits: Any) -> None:
        self._made_for = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._client = self._made_for.copy()
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asides: set[asyncio.Task[None]] = set()
        self._sendings: set[asyncio.Task[None]] = set()
        self._transfers = Transfers(self.send)
        super().__init__(**traits)

    def close(self) -> None:
        """Take it away. What was ordered goes on; what only the browser waited for does not."""
        # Nothing may wait for the worker without need: the garbage collector comes here, too.
        if sendings := getattr(self, "_sendings", None):
            worker.call(_cancel_all, sendings)
        super().close()

    def _steps_of(self) -> tuple[Generation, ...]:
        """Each generation as it stands, newest first; safe from every thread."""
        return tuple(job.step for job in reversed(list(self._jobs.values())))

    def _now_with(self, client: AsyncClient) -> None:
        """Buy from another service from now on; what was bought before goes on where it is."""
        if client is self._made_for:
            return
        self._made_for = client
        self._client = client.copy()  # the worker's loop has clients of its own
        worker.call(self._publish)

    def _buy(self, request: VideoRequest, client: AsyncClient | None = None) -> str:
        """Order a clip and show it; returns its card's key."""
        client = client or self._client
        return self._show_job(client, Generation(request=request), lambda: generation.run(client, request))

    def _follow(self, task: VideoTask | str) -> str:
        """Show a task that was ordered before."""
        client = self._client
        known = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
        step = Generation(request=known.request, task=known)
        return self._show_job(client, step, lambda: self._steps_to_file(client, known))

    def _take_up(self, entry: Entry, client: AsyncClient) -> str:
        """Show an order of the ledger, and go on with it where it stands."""
        task = entry.task
        step = Generation(request=entry.request, order=entry.id, task=task, is_lookup=task is None)
        return self._show_job(client, step, lambda: generation.resume(client, entry), entry.created_at)

    def _steps_to_file(self, client: AsyncClient, task: VideoTask) -> AsyncIterator[Generation]:
        """Follow from what the service says now: an address that was known before may have run out."""
        return generation.follow(client, replace(task, status=TaskStatus.UNCONFIRMED, video_url=None))

    def _show_job(
        self,
        client: AsyncClient,
        step: Generation,
        steps: Callable[[], AsyncIterator[Generation]],
        begun: float | None = None,
    ) -> str:
        job = Job(key=secrets.token_hex(8), step=step, client=client, begun=begun or time.time())

        def begin() -> None:
            self._jobs[job.key] = job
            self._run(job, steps())
            self._publish()

        worker.call(begin)
        return job.key

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        worker.call(self._act, content)

    # From here on everything runs on the worker.

    def _run(self, job: Job, steps: AsyncIterator[Generation]) -> None:
        task = asyncio.get_running_loop().create_task(self._advance(job, steps))
        self._running[job.key] = task
        task.add_done_callback(lambda done: self._running.pop(job.key) if self._running.get(job.key) is done else None)

    async def _advance(self, job: Job, steps: AsyncIterator[Generation]) -> None:
        job.error, job.ended, job.stopped = None, None, False
        try:
            async for step in steps:
                job.take(step)
                if not job.is_ending_badly:  # its reason comes next
                    self._publish()
        except WanError as error:
            self._end(job, error)
        except Exception as error:  # noqa: BLE001  # whatever it is, the card must say so
            _log.exception("a generation broke off")
            ordered = job.step.task is None  # or perhaps not: nobody can tell
            self._end(job, WanError(f"Something unforeseen went wrong: {error!r}.", maybe_billed=ordered))

    def _end(self, job: Job, error: WanError) -> None:
        job.error, job.ended, job.cancelling = error, time.time(), False
        self._publish()

    def _publish(self) -> None:
        """Show how things stand. What cannot be shown must not end what goes on."""
        try:
            self._cards = [card(job, self._client, self._labels) for job in reversed(self._jobs.values())]
        except Exception:  # noqa: BLE001  # whatever it is
            _log.exception("the cards could not be drawn")

    def _act(self, content: dict[str, Any]) -> None:
        job = self._jobs.get(str(content.get("key")))
        kind, wish = content.get("kind"), str(content.get("wish"))
        if kind == "chunk-here":
            self._transfers.confirm(wish)
        elif job is None:
            _log.debug("a message for no card: %s", kind)
        elif kind == "fetch" and job.step.video is not None:
            self._aside(self._transfers.send(wish, job.step.video.path), self._sendings)
        elif kind == "cancel":
            self._aside(self._cancel(job))
        elif kind in ("follow", "save") and job.key not in self._running:
            self._aside(self._go_on(job))
        elif kind == "dismiss" and phase(job) == "unconfirmed" and job.step.order is not None:
            self._aside(self._dismiss(job, job.step.order))
        elif kind == "again" and job.step.request is not None:
            self._again(job, job.step.request, content)

    async def _go_on(self, job: Job) -> None:
        """Follow a task again, or ask what became of an order that has none."""
        task, order = job.step.task, job.step.order
        entry, trouble = None, "The ledger does not know the order any more."
        try:
            entry = await recall.entry_of(order) if order is not None else None
        except LedgerError as error:
            trouble = error.message
        if entry is not None and (self._client.provider.name, self._client.base_url) == (
            entry.provider,
            entry.base_url,
        ):
            job.client = self._client.copy()  # the one that is chosen now may have the key that was missing
        steps = None
        if task is not None:
            steps = self._steps_to_file(job.client, task)
        elif entry is not None:
            steps = generation.resume(job.client, entry)
        if steps is None and order is not None:
            self._end(job, Unconfirmed(trouble, ledger_id=order))
        elif steps is not None and job.key not in self._running:
            self._run(job, steps)
            self._publish()

    async def _dismiss(self, job: Job, order: str) -> None:
        """The user knows that it was not bought; another process may know better by now."""
        try:
            was_open = await asyncio.to_thread(recall.dismiss, order)
        except LedgerError as error:
            self._end(job, Unconfirmed(error.message, ledger_id=order))
            return
        if not was_open:
            await self._go_on(job)
        elif job.key not in self._running:
            job.error, job.withdrawn = None, True
            self._publish()

    def _again(self, job: Job, request: VideoRequest, content: dict[str, Any]) -> None:
        """Only a board that buys does."""

    def _aside(self, coroutine: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None) -> None:
        tasks = self._asides if among is None else among
        task = asyncio.get_running_loop().create_task(coroutine)
        tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(tasks.discard)

    async def _cancel(self, job: Job) -> None:
        """Call the task off; where the service cannot, stop following it."""
        task = job.step.task
        if not job.is_over and job.is_before_order:
            job.withdrawn, job.ended = True, time.time()
            self._halt(job)
            return
        if job.is_over or task is None:
            return
        if not job.client.provider.cancels:
            job.stopped = True
            self._halt(job)
            return
        job.cancelling = True
        self._publish()
        try:
            cancelled = await generation.cancel(job.client, task)
        except WanError as error:
            note = f"It could not be cancelled: {error.message}"
            job.step, job.cancelling = replace(job.step, task=replace(job.step.task or task, note=note)), False
            self._publish()
            return
        if cancelled.status is not TaskStatus.CANCELLED:
            note = self._labels["cancel.late"]
            job.step, job.cancelling = replace(job.step, task=replace(job.step.task or task, note=note)), False
            self._publish()
        elif not job.is_over:
            job.step = replace(job.step, task=cancelled)  # before it halts, so that no card offers to cancel again
            self._halt(job)
            try:
                cancelled.raise_for_status()
            except WanError as error:
                self._end(job, error)

    def _halt(self, job: Job) -> None:
        if running := self._running.pop(job.key, None):
            running.cancel()
        self._publish()

    @staticmethod
    def _videos_in(steps: tuple[Generation, ...]) -> tuple[Video, ...]:
        return tuple(step.video for step in steps if step.video is not None)


def _cancel_all(tasks: set[asyncio.Task[None]]) -> None:
    for task in tuple(tasks):
        task.cancel()
