"""A generation as it runs on the worker, for whoever shows it or waits for it."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from wan_widgets.files.video import Video
from wan_widgets.generation.step import Step
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import WanError
from wan_widgets.wan.tasks import TaskStatus

Begin = Callable[[], AsyncGenerator[Step, None]]


class Job:
    """One generation. It may be made on any thread; everything else happens on the worker's.

    `begin` makes the steps. `listener` is called after each change with the job.
    """

    def __init__(
        self,
        service: Service,
        begin: Begin,
        step: Step | None = None,
        *,
        begun: float | None = None,
        listener: Callable[["Job"], object] = lambda _: None,
    ) -> None:
        self.key = secrets.token_hex(8)
        self.service = service
        """Who was asked. The form may have gone on to another service."""
        self.step = step or Step()
        self.error: WanError | None = None
        self.unforeseen: Exception | None = None
        """What the error is made of, where it is none of this package's."""
        self.is_stopped = False
        """The user no longer wants to follow it."""
        self.is_withdrawn = False
        """It was called off before anything was ordered."""
        self.is_unwanted = False
        """It is to be withdrawn as long as nothing is ordered. The only attribute that any thread may set."""
        self.is_cancelling = False
        self.orders_again = 0
        """How often it was ordered again from its card. A click says which of these it saw."""
        self.begun = begun or time.time()
        """When it was asked for, as Unix time."""
        self.ended: float | None = None
        self._begin = begin
        self._listener = listener
        self._running: asyncio.Task[Video] | None = None
        self._halted: asyncio.Task[Video] | None = None

    @property
    def is_running(self) -> bool:
        """Whether more may come of it."""
        return self._running is not None and not self._running.done()

    @property
    def is_over(self) -> bool:
        """Nothing more will come."""
        return self.step.video is not None or self.error is not None or self.is_withdrawn

    @property
    def is_unordered(self) -> bool:
        """Nothing is ordered yet: it may be withdrawn, and costs nothing then."""
        return self.step.is_unordered and not self.is_over

    def start(self, begin: Begin | None = None) -> "asyncio.Task[Video]":
        """Run it; `begin` makes other steps than the ones that it was made with, to go on with it."""
        self._begin = begin or self._begin
        self.error, self.ended, self.is_stopped = None, None, False
        self._running = asyncio.get_running_loop().create_task(self._run())
        self._running.add_done_callback(_look_at)
        self._listener(self)
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
            message = f"Something unforeseen went wrong: {error!r}."
            self.end(WanError(message, maybe_billed=self.step.task is None))  # or perhaps not: nobody can tell
            raise
        assert self.step.video is not None
        return self.step.video

    def _take(self, step: Step) -> None:
        """Go one step on. A task that was not ordered here has its own times.

        Raises `asyncio.CancelledError` where nobody wants it any more and nothing is ordered yet.
        """
        self.step, task = step, step.task
        if step.request is None and task and task.created_at:
            self.begun = task.created_at.timestamp()
        if step.video is not None:
            known = task.completed_at if task and step.request is None else None
            self.ended = known.timestamp() if known else time.time()
        is_failing = task is not None and task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)
        if not is_failing:  # the error comes next, and says why
            self._listener(self)
        if self.is_unwanted and self.withdraw():
            raise asyncio.CancelledError

    def end(self, error: WanError) -> None:
        """It has come to an end without a clip."""
        self.error, self.ended, self.is_cancelling = error, time.time(), False
        self._listener(self)

    def remark(self, note: str) -> None:
        """Say something of its task, until the service says more."""
        if self.step.task is not None:
            self.step = replace(self.step, task=replace(self.step.task, note=note))
            self._listener(self)

    def withdraw(self) -> bool:
        """End it, if nothing is ordered yet. False if something may be, or if it is over."""
        if not self.is_unordered:
            return False
        self.is_withdrawn, self.ended = True, time.time()
        self._halt()
        return True

    def stop(self) -> None:
        """Follow it no longer: what was ordered goes on at the service."""
        self.is_stopped = True
        self._halt()

    def dismiss(self) -> None:
        """The user has said that its order was not bought."""
        self.error, self.is_withdrawn = None, True
        self._listener(self)

    async def cancel(self) -> bool:
        """Call the task off at the service. False if that came too late. Raises what `AsyncClient.cancel` raises."""
        if self.is_over or self.step.task is None:
            return True
        self.is_cancelling = True
        self._listener(self)
        try:
            state = await self.service.cancel(self.step.task)
        finally:
            self.is_cancelling = False
        if state.status is not TaskStatus.CANCELLED:
            return False
        if not self.is_over:
            self.step = replace(self.step, task=state)  # before it halts, so that no card offers to cancel again
            self._halt()
            try:
                state.raise_for_status()
            except WanError as error:
                self.end(error)
        return True

    async def settled(self) -> None:
        """Wait until it has ended, however that was."""
        if tasks := {task for task in (self._running, self._halted) if task is not None}:
            await asyncio.wait(tasks)

    def _halt(self) -> None:
        if self._running is not None:
            self._running.cancel()
        self._running, self._halted = None, self._running  # it may be gone on with while this still ends
        self._listener(self)


def _look_at(task: "asyncio.Task[Video]") -> None:
    """Asyncio would report an error that nobody has looked at; whoever shows the job has it."""
    if not task.cancelled():
        task.exception()
