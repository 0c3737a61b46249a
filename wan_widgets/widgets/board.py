"""Steps that are followed live. Its cards are written by the worker alone; the browser is heard as messages."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import replace
from typing import Any

import traitlets

from wan_widgets.client import AsyncClient
from wan_widgets.files.video import Video
from wan_widgets.generation import buying, following, resuming, worker
from wan_widgets.generation.job import Begin, Job
from wan_widgets.generation.prepared import prepare
from wan_widgets.generation.step import Step
from wan_widgets.ledger import orders
from wan_widgets.ledger.entry import Entry
from wan_widgets.providers import Provider
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import LedgerError, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, VideoTask, unknown_task
from wan_widgets.widgets.cards import can_withdraw, card, phase
from wan_widgets.widgets.clip_sending import ClipSender
from wan_widgets.widgets.panel import Panel

_log = logging.getLogger(__name__)


class TaskBoard(Panel):
    """Follows generations on the worker and shows them as cards, newest first. The base of `TaskView` and `Studio`."""

    _cards: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, provider: AsyncClient | Provider | str | None = None, **traits: Any) -> None:
        self._made_for = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._client = self._made_for.copy()
        self._jobs: dict[str, Job] = {}
        self._asides: set[asyncio.Task[None]] = set()
        self._sendings: set[asyncio.Task[None]] = set()
        self._clips = ClipSender(self.send)
        super().__init__(**traits)

    def close(self) -> None:
        """Take it away. What was ordered goes on; what only the browser waited for does not."""
        # Nothing may wait for the worker without need: the garbage collector comes here, too.
        if sendings := getattr(self, "_sendings", None):
            worker.call(_cancel_all, sendings)
        super().close()

    def _steps_of(self) -> tuple[Step, ...]:
        """Each generation as it stands, newest first; safe from every thread."""
        return tuple(job.step for job in reversed(list(self._jobs.values())))

    def _now_with(self, client: AsyncClient) -> None:
        """Buy from another service from now on; what was bought before goes on where it is."""
        if client is self._made_for:
            return
        self._made_for = client
        self._client = client.copy()  # the worker's loop has clients of its own
        worker.call(self._publish)

    def _buy(self, request: VideoRequest, client: Service | None = None) -> str:
        """Order a clip and show it; returns its card's key."""
        service: Service = client or self._client
        return self._show_job(service, lambda: buying.run(service, prepare(service, request)), Step(request=request))

    def _follow(self, task: VideoTask | str) -> str:
        """Show a task that was ordered before."""
        client = self._client
        known = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
        step = Step(request=known.request, task=known)
        return self._show_job(client, lambda: _to_file(client, known), step)

    def _take_up(self, entry: Entry, client: AsyncClient) -> str:
        """Show an order of the ledger, and go on with it where it stands."""
        task = entry.task
        step = Step(request=entry.request, order=entry.id, task=task, is_lookup=task is None)
        return self._show_job(client, lambda: resuming.resume(client, entry), step, entry.created_at)

    def _show_job(self, client: Service, begin: Begin, step: Step, begun: float | None = None) -> str:
        job = Job(client, begin, step, begun=begun, listener=self._changed)

        def start() -> None:
            self._jobs[job.key] = job
            job.start()

        worker.call(start)
        return job.key

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        worker.call(self._act, content)

    # From here on everything runs on the worker.

    def _changed(self, job: Job) -> None:
        if job.unforeseen is not None:
            _log.error("a generation broke off", exc_info=job.unforeseen)
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
            self._clips.confirm(wish)
        elif job is None:
            _log.debug("a message for no card: %s", kind)
        elif kind == "fetch" and job.step.video is not None:
            self._aside(self._clips.send(wish, job.step.video.path), self._sendings)
        elif kind == "cancel":
            self._cancel(job)
        elif kind in ("follow", "save") and not job.is_running:
            self._aside(self._go_on(job))
        elif kind == "dismiss" and phase(job) == "unconfirmed" and job.step.order is not None:
            self._aside(self._dismiss(job, job.step.order))
        elif kind == "again" and job.step.request is not None:
            self._again(job, job.step.request, content)

    def _cancel(self, job: Job) -> None:
        """Call it off; where the service cannot, stop following it."""
        if can_withdraw(job):
            job.withdraw()
        elif job.step.task is not None and not job.is_over:
            if job.service.provider.cancels:
                self._aside(self._cancel_task(job))
            else:
                job.stop()

    async def _cancel_task(self, job: Job) -> None:
        try:
            if not await job.cancel():
                job.remark(self._labels["cancel.late"])
        except WanError as error:
            job.remark(f"It could not be cancelled: {error.message}")

    async def _go_on(self, job: Job) -> None:
        """Follow a task again, or ask what became of an order that has none."""
        task, order = job.step.task, job.step.order
        entry, trouble = None, "The ledger does not know the order any more."
        try:
            entry = await asyncio.to_thread(orders.entry_if_known, order) if order is not None else None
        except LedgerError as error:
            trouble = error.message
        if job.is_running:
            return
        client = job.service
        if entry is not None and self._client.site == entry.site:
            client = job.service = self._client.copy()  # the one that is chosen now may have the key that was missing
        if task is not None:
            job.start(lambda: _to_file(client, task))
        elif entry is not None:
            job.start(lambda: resuming.resume(client, entry))
        elif order is not None:
            job.end(Unconfirmed(trouble, ledger_id=order))

    async def _dismiss(self, job: Job, order: str) -> None:
        """The user knows that it was not bought; another process may know better by now."""
        try:
            was_open = await asyncio.to_thread(orders.dismiss, order)
        except LedgerError as error:
            job.end(Unconfirmed(error.message, ledger_id=order))
            return
        if not was_open:
            await self._go_on(job)
        elif not job.is_running:
            job.dismiss()

    def _again(self, job: Job, request: VideoRequest, content: dict[str, Any]) -> None:
        """Only a board that buys does."""

    def _aside(self, coroutine: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None) -> None:
        tasks = self._asides if among is None else among
        task = asyncio.get_running_loop().create_task(coroutine)
        tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(tasks.discard)

    @staticmethod
    def _videos_in(steps: tuple[Step, ...]) -> tuple[Video, ...]:
        return tuple(step.video for step in steps if step.video is not None)


def _to_file(client: Service, task: VideoTask) -> AsyncGenerator[Step, None]:
    """Follow from what the service says now: an address that was known before may have run out."""
    return following.follow(client, replace(task, status=TaskStatus.UNCONFIRMED, video_url=None))


def _cancel_all(tasks: set[asyncio.Task[None]]) -> None:
    for task in tuple(tasks):
        task.cancel()
