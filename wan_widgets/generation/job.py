"""A generation that runs on the worker, for the code that shows it or waits for it."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import replace

from wan_widgets.files.checks import Check
from wan_widgets.files.destination import Destination, destination
from wan_widgets.files.video import Video
from wan_widgets.generation.following import refollow
from wan_widgets.generation.future import VideoFuture
from wan_widgets.generation.resuming import resume
from wan_widgets.generation.step import Step
from wan_widgets.ledger import orders
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import LedgerError, Unconfirmed, WanError
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import Said, say

Begin = Callable[[], AsyncGenerator[Step, None]]


class Job:
    """One generation. It may be created on any thread; everything else happens on the worker's thread.

    `begin` returns the steps. `listener` is called with the job after each change.
    """

    def __init__(
        self,
        service: Service,
        begin: Begin,
        step: Step | None = None,
        *,
        wanted: Destination | None = None,
        begun: float | None = None,
        listener: Callable[["Job"], object] = lambda _: None,
    ) -> None:
        self.key = secrets.token_hex(8)
        self.service = service
        """The service at which it was ordered. The form may have another one by now."""
        self.step = step or Step()
        self.destination = wanted or destination()
        """Where its clip will be saved."""
        self.outcome = VideoFuture()
        """Its clip or its error: the first end that it comes to."""
        self.error: WanError | None = None
        self.unforeseen: Exception | None = None
        """The original exception, if it is not an error of this package."""
        self.is_stopped = False
        """The user no longer wants to follow it."""
        self.is_let_go = False
        """The user does not want to see it again either. The ledger has noted that."""
        self.cancel_failed = False
        """The service did not cancel it, so that one can only stop following it."""
        self.is_withdrawn = False
        """It was withdrawn before anything was ordered, or the user has said that nothing was bought."""
        self.is_unwanted = False
        """It is to be withdrawn if nothing is ordered yet. This is the only attribute that any thread may set."""
        self.is_cancelling = False
        self.orders_again = 0
        """How often it was ordered again from its card. A click brings the number that its card showed."""
        self.begun = begun or time.time()
        """The Unix time of the request."""
        self.is_earlier = begun is not None
        """It was ordered before it was shown here, maybe days ago."""
        self.ended: float | None = None
        self._begin = begin
        self.listener = listener
        """Only the worker changes it: whoever takes a job over hears of it from then on."""
        self._running: asyncio.Task[Video] | None = None
        self._halted: asyncio.Task[Video] | None = None

    @property
    def is_running(self) -> bool:
        """More steps may come."""
        return self._running is not None and not self._running.done()

    @property
    def is_over(self) -> bool:
        """It has a clip or an error, or it was withdrawn. Only starting it again changes that."""
        return self.step.video is not None or self.error is not None or self.is_withdrawn

    @property
    def is_unordered(self) -> bool:
        """Nothing is ordered yet, so that withdrawing it costs nothing."""
        return self.step.is_unordered and not self.is_over

    @property
    def can_cancel(self) -> bool:
        """Whether its task can be cancelled, as far as is known."""
        return self.service.provider.cancels and not self.cancel_failed

    def start(self, begin: Begin | None = None) -> "asyncio.Task[Video]":
        """Run it. To go on with a job that has stopped, `begin` returns the further steps."""
        self._begin = begin or self._begin
        self.error, self.ended, self.is_stopped, self.is_let_go = None, None, False, False
        self._running = asyncio.get_running_loop().create_task(self._run())
        self._running.add_done_callback(_read_error)
        self.listener(self)
        return self._running

    async def _run(self) -> Video:
        try:
            async with aclosing(self._begin()) as steps:
                async for step in steps:
                    self._take(step)
        except WanError as error:
            self.end(error)
            raise
        except Exception as error:
            self.unforeseen = error
            happened = say("generation.unforeseen", error=repr(error))
            self.end(WanError(happened, maybe_billed=self.step.task is None))  # it may have been bought
            raise
        assert self.step.video is not None
        return self.step.video

    def _take(self, step: Step) -> None:
        """Go on to the next step. A task that was not ordered here brings its own times.

        Raises `asyncio.CancelledError` if the job is unwanted and nothing is ordered yet.
        """
        self.step, task = step, step.task
        if step.request is None and task and task.created_at:
            self.begun = task.created_at.timestamp()
        if step.video is not None:
            known = task.completed_at if task and step.request is None else None
            self.ended = known.timestamp() if known else time.time()
            self._settle(step.video)
            self._wait_for_check(step)
        self.listener(self)
        if self.is_unwanted and self.withdraw():
            raise asyncio.CancelledError

    def _wait_for_check(self, step: Step) -> None:
        """Take the check of the clip when it is there. Nothing waits for it."""
        loop = asyncio.get_running_loop()

        def pass_on(checking: Future[Check | None]) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._checked, checking.result())

        if step.checking is not None:
            step.checking.add_done_callback(pass_on)

    def _checked(self, check: Check | None) -> None:
        if self.step.video is not None and check is not None:
            self.step = replace(self.step, video=replace(self.step.video, check=check), checking=None)
            self.listener(self)

    def end(self, error: WanError) -> None:
        """End it without a clip."""
        self.error, self.ended, self.is_cancelling = error, time.time(), False
        self._settle(error)
        self.listener(self)

    def remark(self, note: Said) -> None:
        """Show a note on its task until the next step."""
        if self.step.task is not None:
            self.step = replace(self.step, task=replace(self.step.task, note=note))
            self.listener(self)

    def withdraw(self) -> bool:
        """End it if nothing is ordered yet. False if something may be ordered, or if it is over."""
        if not self.is_unordered:
            return False
        self.is_withdrawn, self.ended = True, time.time()
        self._settle(_named(WanError(say("generation.withdrawn")), self.step))
        self._halt()
        return True

    async def call_off(self) -> None:
        """Withdraw it, or cancel its task; where the service cannot cancel, or did not, stop following it.

        If it was too late, or did not succeed, a note on the task says so.
        """
        task = self.step.task
        if self.withdraw() or self.is_over or task is None:
            return
        if not self.can_cancel:
            await self.service.learn_if_possible()
        if self.can_cancel:
            await self._cancel(task)
            return
        self.is_stopped = True
        remedy = say("generation.stopped.remedy", call=f"ww.wait({task.id!r})")
        stopped = WanError(say("generation.stopped"), remedy=remedy, task_id=task.id)
        self._settle(_named(stopped, self.step))
        self._halt()

    async def _cancel(self, task: VideoTask) -> None:
        self.is_cancelling = True
        self.listener(self)
        state, note = None, say("generation.cancelled_late")
        try:
            state = await self.service.cancel(task)
        except WanError as error:
            self.cancel_failed, note = True, say("generation.not_cancelled", reason=error.message)
        finally:
            self.is_cancelling = False
        if state is None or state.status is not TaskStatus.CANCELLED:
            self.remark(note)
        elif not self.is_over:
            self.step = replace(self.step, task=state)  # first, so that no card offers to cancel it again
            self._halt()
            try:
                state.raise_for_status()
            except WanError as error:
                self.end(error)

    async def go_on(self, service: Service) -> None:
        """Follow its task again, or ask what became of an order that has none.

        `service` is asked if it has the site of the order: it may have the key that was missing.
        """
        task, order = self.step.task, self.step.order
        trouble: Said = say("generation.order_lost")
        entry = None
        try:
            entry = await asyncio.to_thread(orders.entry_if_known, order) if order is not None else None
        except LedgerError as error:
            trouble = error.message
        if self.is_running:  # the button was pressed in another view, too
            return
        if entry is not None and entry.site == service.site:
            self.service = service
        if task is not None:
            self.start(lambda: refollow(self.service, task))
        elif entry is not None:
            self.start(lambda: resume(self.service, entry))
        elif order is not None:
            self.end(Unconfirmed(trouble, ledger_id=order))

    async def dismiss(self, service: Service) -> None:
        """Note that its order was not bought, as the user says. Where the ledger knows more by now, go on with it."""
        order = self.step.order
        if order is None:
            return
        try:
            was_open = await asyncio.to_thread(orders.dismiss, order)
        except LedgerError as error:
            self.end(Unconfirmed(error.message, ledger_id=order))
            return
        if not was_open:
            await self.go_on(service)
        elif not self.is_running:
            self.error, self.is_withdrawn = None, True
            self.listener(self)

    async def let_go(self) -> None:
        """Note that its task is not followed any more. Raises `LedgerError`."""
        name = self.step.order or (self.step.task.id if self.step.task else "")
        entry = await asyncio.to_thread(orders.entry_if_known, name)
        if entry is not None:
            await asyncio.to_thread(orders.let_go, entry.id)
        if not self.is_running:
            self.is_let_go = True
            self.listener(self)

    async def settled(self) -> None:
        """Wait until it runs no longer."""
        if tasks := {task for task in (self._running, self._halted) if task is not None}:
            await asyncio.wait(tasks)

    def _settle(self, end: Video | WanError) -> None:
        if self.outcome.done():  # it was tried again; the first end is what is waited for
            return
        if isinstance(end, WanError):
            self.outcome.set_exception(end)
        else:
            self.outcome.set_result(end)

    def _halt(self) -> None:
        if self._running is not None:
            self._running.cancel()
        self._running, self._halted = None, self._running  # it may start again while the old run still ends
        self.listener(self)


def _named(error: WanError, step: Step) -> WanError:
    """The error, with the request and the order that it came of."""
    error.request, error.ledger_id = step.request, step.order
    return error


def _read_error(task: "asyncio.Task[Video]") -> None:
    """Read the error of a run, which the job has already. Asyncio would log an error that nobody has read."""
    if not task.cancelled():
        task.exception()
