"""The Studio: a form and the clips that it ordered, as one widget."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Unpack

import anywidget

from wan_widgets.client import AsyncClient, client_for
from wan_widgets.files.video import Video
from wan_widgets.generation import buying, worker
from wan_widgets.generation.future import VideoFuture
from wan_widgets.generation.job import Job
from wan_widgets.generation.prepared import Prepared, prepare
from wan_widgets.generation.repeats import is_repeat
from wan_widgets.generation.request import wanted
from wan_widgets.generation.step import Step
from wan_widgets.ledger import orders
from wan_widgets.ledger.entry import Entry
from wan_widgets.providers import Provider
from wan_widgets.wan.errors import LedgerError, Unconfirmed, WanError
from wan_widgets.wan.field_types import FormValues, spelled_out
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.cards import has_seeds, phase
from wan_widgets.widgets.form import VideoForm
from wan_widgets.widgets.panel import STATIC


class Studio(TaskBoard):
    """Describe a clip, generate it, watch it become a video.

    `provider` is the name of a service, or a client. Without it, the environment names the service, else it is the
    simulator. Unfinished orders of this folder are shown again and go on.
    """

    _esm = STATIC / "studio.js"
    _form = anywidget.WidgetTrait().tag(sync=True)

    @spelled_out(FormValues)
    def __init__(self, provider: AsyncClient | Provider | str | None = None, **values: Unpack[FormValues]) -> None:
        client = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        form = VideoForm(client, **values)
        super().__init__(form.client, _form=form)
        form.sell_through(self._order, self._question)
        form.observe(self._on_service, "_service")
        self._taking_up = worker.submit(self._take_up_all(form.client, time.time()))

    def close(self) -> None:
        """Remove the widget and its form. Orders go on, and their clips are saved."""
        if hasattr(self, "_taking_up"):  # it is missing if the constructor failed
            self._taking_up.cancel()
            with suppress(ValueError):  # it may be closed twice
                self.form.unobserve(self._on_service, "_service")
            self.form.close()
        super().close()

    @property
    def form(self) -> VideoForm:
        """The form. Its values are traits: ``studio.form.prompt = "..."``."""
        form: VideoForm = self._form
        return form

    @property
    def tasks(self) -> tuple[VideoTask, ...]:
        """The tasks in their present state, newest first."""
        return tuple(step.task for step in self._present_steps() if step.task is not None)

    @property
    def videos(self) -> tuple[Video, ...]:
        """The finished clips, newest first."""
        return self._videos_in(self._present_steps())

    def submit(self, request: VideoRequest | str) -> VideoFuture:
        """Order a clip and show it, as a click on Generate does, but without a question.

        Returns at once, with something to wait for: ``video = await studio.submit(request)``. Raises `InvalidRequest`
        before anything is sent.
        """
        self._buy_from(self.form.client)
        return self._order(prepare(self._client, wanted(self._client, request)))

    def _order(self, prepared: Prepared) -> VideoFuture:
        if self.comm is None:
            raise WanError("This Studio is closed. Nothing was ordered; a new ww.Studio() orders.")
        self._buy_from(self.form.client)
        client = self._client
        steps = buying.run(client, prepared)
        return self._show_job(client, lambda: steps, Step(request=prepared.request)).outcome

    async def _take_up_all(self, client: AsyncClient, before: float) -> None:
        """Resume all unfinished orders, at whichever service. Orders that cannot be asked about are shown too."""
        with suppress(LedgerError):  # the next order will report it
            for entry in await asyncio.to_thread(orders.unfinished, before):
                try:
                    self._take_up(entry, client_for(entry, client))
                except WanError as error:  # mostly the key is missing, and the card waits for it
                    self._show_waiting(entry, client, error)

    def _show_waiting(self, entry: Entry, client: AsyncClient, error: WanError) -> None:
        async def waiting() -> AsyncGenerator[Step, None]:
            raise error
            yield Step()

        if entry.task is None:  # it may have been bought
            error = Unconfirmed(error.message, ledger_id=entry.id)
        step = Step(request=entry.request, order=entry.id, task=entry.task)
        self._show_job(client, waiting, step, entry)

    def _question(self, prepared: Prepared) -> str:
        """The question before the same clip is ordered again so soon; empty if it is another clip."""
        return str(self._labels["repeat.question"]) if is_repeat(prepared) else ""

    def _on_service(self, _change: object) -> None:
        self._buy_from(self.form.client)

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        job = self._jobs.get(str(content.get("key")))
        if content.get("kind") == "edit" and job is not None and job.step.request is not None:
            self.form.fill(job.step.request)  # on this thread, because the worker must not write the form
        else:
            super()._hear(content, buffers)

    def _again(self, job: Job, request: VideoRequest, content: dict[str, Any]) -> None:
        seen = content.get("turn")
        # A double click is one order, and so are clicks in two views.
        if type(seen) is int and seen == job.orders_again:
            job.orders_again += 1
            another = has_seeds(job) and phase(job) != "unconfirmed"  # an unconfirmed order is sent again unchanged
            self._buy(replace(request, seed=secrets.randbelow(2**31)) if another else request, job.service)
