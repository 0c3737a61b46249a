"""The Studio: a form and the clips that it ordered, as one widget."""

import asyncio
import concurrent.futures
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Unpack

import anywidget
import traitlets

from wan_widgets.client import AsyncClient, client_for, described
from wan_widgets.experiments import gallery
from wan_widgets.experiments.gallery import Cursor, Query
from wan_widgets.files import disk
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
from wan_widgets.wan.recipes import to_recipe
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.widgets.board import TaskBoard
from wan_widgets.widgets.bundle import STATIC
from wan_widgets.widgets.cards import FileGone, again, phase
from wan_widgets.widgets.form import VideoForm
from wan_widgets.widgets.in_marimo import give_form
from wan_widgets.words import say

_AT_ONCE = 20  # finished clips that are shown at once
_PATIENCE = 2.0  # seconds to look for them before the cell goes on


class Studio(TaskBoard):
    """Describe a clip, generate it, watch it become a video.

    `provider` is the name of a service, or a client. Without it, the environment names the service, else it is the
    simulator. Unfinished orders of this folder are shown again and go on, and so are the newest finished clips of this
    notebook. With `embed`, the saved notebook has the clips inside.
    """

    _esm = STATIC / "studio.js"
    _form = anywidget.WidgetTrait().tag(sync=True)
    _older = traitlets.Int(None, allow_none=True).tag(sync=True)
    """How many finished clips of this notebook are not shown; ``None`` until that is known."""

    @spelled_out(FormValues)
    def __init__(
        self, provider: AsyncClient | Provider | str | None = None, *, embed: bool = False, **values: Unpack[FormValues]
    ) -> None:
        client = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        form = VideoForm(client, **values)
        self._earlier: dict[str, Entry] = {}
        self._behind: Cursor | None = None
        self._shown = self._left = 0  # finished clips
        super().__init__(form.client, embed=embed, _form=form)
        form.sell_through(self._order, self._question)
        form.observe(self._on_service, "_service")
        give_form(self.comm, form)
        self._taking_up = worker.submit(self._bring_back(form.client, time.time()))

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

    def _find_clips(self) -> None:
        concurrent.futures.wait([self._taking_up], timeout=_PATIENCE)

    def _public_value(self) -> dict[str, Any]:
        try:
            request: dict[str, Any] | None = to_recipe(self.form.request)
        except WanError:
            request = None
        return {"request": request, **super()._public_value()}

    def submit(self, request: VideoRequest | str) -> VideoFuture:
        """Order a clip and show it, as a click on Generate does, but without a question.

        Returns at once, with something to wait for: ``video = await studio.submit(request)``. Raises `InvalidRequest`
        before anything is sent.
        """
        self._check_open()
        if isinstance(request, str):
            self.form.check_service()
        client = self.form.client
        return self._order(client, prepare(client, wanted(client, request)))

    def _check_open(self) -> None:
        if self.comm is None:
            raise WanError(say("widgets.studio.closed", code="ww.Studio()"))

    def _order(self, client: AsyncClient, prepared: Prepared) -> VideoFuture:
        """Buy at the service that the request was prepared for. Another one may be in use by now."""
        self._check_open()
        own = self._client  # read before the next line: another thread may change both, this one last
        client = own if client is self._made_for else client.copy()  # a client belongs to one loop, here the worker's
        steps = buying.run(client, prepared)
        return self._show_job(client, lambda: steps, Step(request=prepared.request)).outcome

    async def _bring_back(self, client: AsyncClient, before: float) -> None:
        """Show the orders of this folder that are not finished, and the newest finished clips of this notebook."""
        await self._take_up_all(client, before)
        self._finished_before = Query(where="notebook", until=datetime.fromtimestamp(before, UTC))
        await self._show_finished()

    async def _show_finished(self) -> None:
        """Show some more finished clips, from their files. No service is asked."""
        with suppress(LedgerError):
            found = await asyncio.to_thread(gallery.entries, self._finished_before, self._behind, _AT_ONCE)
            self._behind = found.after
            running = {job.step.order for job in self._jobs.values()}
            for entry in [entry for entry, _ in found.orders if entry.id not in running]:
                self._show_ended(entry, await asyncio.to_thread(orders.saved_video, entry))
            self._shown += len(found.orders)
            self._left = found.total - self._shown if found.after else 0
        self._updates.flush()
        self._older = self._left

    def _show_ended(self, entry: Entry, video: Video | None) -> None:
        step = Step(request=entry.request, order=entry.id, task=entry.task, video=video)
        job = self._job(described(entry, self._client), _not_begun, step, entry)
        if video is None:
            job.error = FileGone(disk.shown(Path(entry.path or "")))
        self._jobs[job.key], self._earlier[job.key] = job, entry
        self._updates.note(job.key)

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
        job = self._show_job(described(entry, client), waiting, step, entry)
        self._earlier[job.key] = entry

    def _question(self, prepared: Prepared) -> str:
        """The question before the same clip is ordered again so soon; empty if it is another clip."""
        return str(say("repeat.question")) if is_repeat(prepared) else ""

    def _on_service(self, _change: object) -> None:
        self._buy_from(self.form.client)

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        job = self._jobs.get(str(content.get("key")))
        if content.get("kind") == "edit" and job is not None and job.step.request is not None:
            self.form.fill(job.step.request)  # on this thread, because the worker must not write the form
        else:
            super()._hear(content, buffers)

    def _again(self, job: Job, request: VideoRequest, content: dict[str, Any]) -> None:
        seen, way = content.get("turn"), content.get("way")
        # A double click is one order, and so are clicks in two views. A view may offer what it no longer may.
        if type(seen) is int and seen == job.orders_again and way in again(job, phase(job)):
            job.orders_again += 1
            self._updates.note(job.key)
            self._buy_again(job, replace(request, seed=None) if way == "new" else request)

    def _buy_again(self, job: Job, request: VideoRequest) -> None:
        """Order a clip at the service of a job. For an order of an earlier session, this needs the key of today."""
        entry = self._earlier.get(job.key)

        def begin() -> AsyncGenerator[Step, None]:
            bought.service = job.service if entry is None else client_for(entry, self._client)
            return buying.run_request(bought.service, request)

        bought = self._show_job(job.service, begin, Step(request=request))
        if entry is not None:
            self._earlier[bought.key] = entry

    def _act(self, content: dict[str, Any]) -> None:
        if content.get("kind") != "older":
            super()._act(content)
        elif content.get("left") == self._older == self._left > 0:  # a double click shows more once
            self._left = 0
            self._spawn(self._show_finished())

    async def _go_on(self, job: Job) -> None:
        entry = self._earlier.get(job.key)
        try:
            client = self._client.copy() if entry is None else client_for(entry, self._client)
        except WanError as error:
            job.end(error if job.step.task else Unconfirmed(error.message, ledger_id=job.step.order or ""))
        else:
            await job.go_on(client)


async def _not_begun() -> AsyncGenerator[Step, None]:
    raise AssertionError("It has ended, and nothing is to be done for it.")
    yield Step()
