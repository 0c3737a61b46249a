"""Generations that are followed live, as cards. Only the worker writes the cards. Clicks arrive as messages."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import traitlets

from wan_widgets.client import AsyncClient
from wan_widgets.files.threads import on_thread
from wan_widgets.files.video import Video
from wan_widgets.generation import buying, following, resuming, worker
from wan_widgets.generation.job import Begin, Job
from wan_widgets.generation.step import Step
from wan_widgets.ledger.entry import Entry
from wan_widgets.providers import Provider
from wan_widgets.service.service import Service
from wan_widgets.wan.errors import Misuse, WanError
from wan_widgets.wan.problems import shown
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import source_of
from wan_widgets.wan.tasks import VideoTask, unknown_task
from wan_widgets.widgets.cards import can_withdraw, card, phase
from wan_widgets.widgets.clip_sending import ClipSender
from wan_widgets.widgets.in_marimo import clip
from wan_widgets.widgets.listeners import Listener
from wan_widgets.widgets.record import Figures, MimeBundle, Recorded, id_to_resume, is_unfinished, record_of
from wan_widgets.widgets.sources import pictured
from wan_widgets.widgets.thumbnails import pictures_of
from wan_widgets.widgets.updates import Updates, differences
from wan_widgets.words import say

_log = logging.getLogger(__name__)


class TaskBoard(Recorded):
    """Follows generations on the worker and shows them as cards, newest first. The base of `TaskView` and `Studio`."""

    _lists: ClassVar[dict[str, str]] = {"_cards": "_number"}
    """The lists of which the browser is told only what differs, each with the trait that counts its changes."""
    _cards: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    _number = traitlets.Int().tag(sync=True)
    """How many changes of the cards the browser was told."""
    _finished = traitlets.Int().tag(sync=True)
    """How many clips the browser shows. It counts them only in marimo, where cells run again when this changes."""

    def __init__(
        self, provider: AsyncClient | Provider | str | None = None, *, embed: bool = False, **traits: Any
    ) -> None:
        self._embed = embed
        self._made_for = provider if isinstance(provider, AsyncClient) else AsyncClient(provider)
        self._client = self._made_for.copy()
        self._jobs: dict[str, Job] = {}
        self._spawned: set[asyncio.Task[None]] = set()
        self._sendings: set[asyncio.Task[None]] = set()
        self._clips = ClipSender(self.send)
        self._listeners: list[Listener] = []
        self._told: set[str] = set()
        self._figures: dict[tuple[bool, str], Figures] = {}
        self._kept: object = None
        """What the record in the notebook is about."""
        self._keeping = asyncio.Lock()
        self._updates = Updates(self._show_cards)
        super().__init__(**traits)

    def close(self) -> None:
        """Remove the widget. Orders go on; clips on their way to the browser do not."""
        # The garbage collector calls this too, so it must not use the worker without need.
        if sendings := getattr(self, "_sendings", None):
            worker.call(_cancel_all, sendings)
        super().close()

    @property
    def embed(self) -> bool:
        """Whether the saved notebook has the clips inside. Else it refers to their files. It may be changed."""
        return self._embed

    @embed.setter
    def embed(self, embed: bool) -> None:
        self._embed = embed
        worker.call(self._keep_record)

    def _present_steps(self) -> tuple[Step, ...]:
        """The present step of each generation, newest first. It may be called on any thread."""
        return tuple(job.step for job in self._newest_first())

    def _newest_first(self) -> list[Job]:
        return sorted(self._jobs.values(), key=lambda job: job.begun)[::-1]

    def _buy_from(self, client: AsyncClient) -> None:
        """Buy from another service from now on. Earlier orders stay at their own service."""
        if client is self._made_for:
            return
        self._made_for = client
        self._client = client.copy()  # a client belongs to one loop: this one to the worker's
        worker.call(self._show_all)

    def on_video(self, function: Callable[[Video], object], *, remove: bool = False) -> None:
        """Call `function(video)` for each clip that arrives from now on; with `remove`, no longer.

        In a notebook it is called between cells, not while one runs. An error in it is logged.
        """
        if not callable(function):
            raise Misuse(say("widgets.board.no_function", value=shown(function)))
        if remove:
            self._listeners = [each for each in self._listeners if each.function != function]
        else:
            self._listeners = [*self._listeners, Listener(function)]

    def _buy(self, request: VideoRequest) -> Job:
        """Order a clip and show its card."""
        service = self._client
        return self._show_job(service, lambda: buying.run_request(service, request), Step(request=request))

    def _follow(self, task: VideoTask | str) -> Job:
        """Follow a task that was ordered before, and show its card."""
        client = self._client
        known = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
        step = Step(request=known.request, task=known)
        return self._show_job(client, lambda: following.refollow(client, known), step)

    def _take_up(self, entry: Entry, client: AsyncClient) -> Job:
        """Resume an order of the ledger, and show its card."""
        task = entry.task
        step = Step(request=entry.request, order=entry.id, task=task, is_lookup=task is None)
        return self._show_job(client, lambda: resuming.resume(client, entry), step, entry)

    def _show_job(self, client: Service, begin: Begin, step: Step, entry: Entry | None = None) -> Job:
        job = self._job(client, begin, step, entry)

        def start() -> None:
            self._jobs[job.key] = job
            job.start()

        worker.call(start)
        return job

    def _job(self, client: Service, begin: Begin, step: Step, entry: Entry | None = None) -> Job:
        """A job that is not shown yet. `entry` is its order, if it was ordered before."""
        return Job(
            client,
            begin,
            step,
            wanted=entry.destination if entry else None,
            begun=entry.created_at if entry else None,
            listener=self._changed,
        )

    def _hear(self, content: dict[str, Any], buffers: list[Any]) -> None:
        worker.call(self._act, content)

    def _speak_anew(self) -> None:
        worker.call(self._show_all)

    def get_state(self, *names: Any, **options: Any) -> dict[str, Any]:
        """The values for the browser."""
        # A number is read before its list. Then a change may be told twice, but no change is left out.
        numbers = {name: getattr(self, name) for name in self._lists.values()}
        state: dict[str, Any] = super().get_state(*names, **options)
        return state | {name: number for name, number in numbers.items() if name in state}

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take the values from the browser, but not the cards: it has them from here."""
        super().set_state({name: value for name, value in sync_data.items() if not self._is_told_apart(name)})

    def _public_value(self) -> dict[str, Any]:
        return {"clips": [clip(video) for video in self._videos_in(self._present_steps())]}

    def _should_send_property(self, key: str, value: Any) -> bool:
        """Cards are not sent whole when one of them changes: see `_tell_list`."""
        return not self._is_told_apart(key) and bool(super()._should_send_property(key, value))

    def _is_told_apart(self, name: str) -> bool:
        return name in self._lists or name in self._lists.values()

    # All methods below run on the worker.

    def _changed(self, job: Job) -> None:
        if job.unforeseen is not None:
            _log.error("a generation broke off", exc_info=job.unforeseen)
        self._tell_listeners(job)
        self._updates.note(job.key)

    def _tell_listeners(self, job: Job) -> None:
        if job.step.video is not None and job.key not in self._told:
            self._told.add(job.key)
            for listener in self._listeners:
                listener.tell(job.step.video)

    def _show_all(self) -> None:
        self._updates.note(*self._jobs)

    def _show_cards(self, keys: set[str]) -> None:
        """Show some cards anew, and send what differs. An error in showing them must not end a generation."""
        try:
            with self._speaking():
                drawn = {key: self._card(key) for key in keys}
            self._tell_list("_cards", drawn, [job.key for job in self._newest_first()])
            self._keep_record()
        except Exception:  # noqa: BLE001
            _log.exception("the cards could not be drawn")

    def _card(self, key: str) -> dict[str, Any]:
        return card(self._jobs[key], self._client)

    def _tell_list(self, name: str, drawn: dict[str, dict[str, Any]], order: list[str]) -> None:
        """Put what is drawn anew into a list, and send what differs. `order` has the keys of the whole list."""
        shown, count = getattr(self, name), self._lists[name]
        if parts := differences(shown, [drawn[key] for key in order if key in drawn]):
            known = {each["key"]: each for each in shown} | drawn
            setattr(self, name, [known[key] for key in order if key in known])
            setattr(self, count, getattr(self, count) + 1)
            kind = name.removeprefix("_")
            self.send({"kind": kind, "number": getattr(self, count), "now": time.time(), kind: parts})

    def _record(self) -> MimeBundle:
        figures = self._figures.setdefault((self._embed, self._bundle.language), {})
        with self._speaking():
            return record_of(self._anchor, self._newest_first(), figures, embed=self._embed)

    def _record_shown(self) -> None:
        self._kept = None
        worker.call(self._keep_record)

    def _keep_record(self) -> None:
        """Write the record of the notebook anew, if something has changed that it shows."""
        present = self._recordable()
        if self._handle is not None and present != self._kept:
            self._kept = present
            self._spawn(self._write_record(present))

    def _recordable(self) -> object:
        """All on which the words of the record depend."""
        jobs = self._newest_first()
        clips = [(job.step.video is not None, job.step.video and job.step.video.check) for job in jobs]
        shown = [(job.key, id_to_resume(job.step), is_unfinished(job)) for job in jobs], clips
        return shown, self._embed, self._bundle.language

    async def _write_record(self, present: object) -> None:
        async with self._keeping:
            if present == self._kept:  # else a newer one follows
                clips = len(self._videos_in(self._present_steps()))  # others may come while it is made
                self._rewrite(await on_thread("picture", self._record))
                self._recorded = clips

    def _act(self, content: dict[str, Any]) -> None:
        job = self._jobs.get(str(content.get("key")))
        kind, wish = content.get("kind"), str(content.get("wish"))
        if job is None:
            self._act_for_page(kind, wish, content)
        elif kind == "fetch" and job.step.video is not None:
            sending = self._clips.send(wish, job.step.video.path, with_poster=content.get("poster") is not False)
            self._spawn(sending, self._sendings)
        elif kind == "cancel" and (can_withdraw(job) or job.step.task is not None):
            self._spawn(self._call_off(job))
        elif kind in ("follow", "save") and not job.is_running:
            self._spawn(self._go_on(job))
        elif kind == "dismiss" and phase(job) == "unconfirmed":
            self._spawn(self._dismiss(job))
        elif kind == "let-go" and phase(job) == "stopped":
            self._spawn(self._let_go(job))
        elif kind == "again" and job.step.request is not None:
            self._again(job, job.step.request, content)

    def _act_for_page(self, kind: object, wish: str, content: dict[str, Any]) -> None:
        """Act on a message that is not about one card."""
        keys, folder, wanted = (content.get(name) for name in ("keys", "folder", "wanted"))
        if kind == "places" and isinstance(keys, list) and isinstance(folder, str):
            self._tell_places(keys, folder)
        elif kind == "pictures" and isinstance(wanted, list):
            for each in wanted:
                if isinstance(each, dict):
                    self._want_picture(str(each.get("key")), each.get("number"))
        elif kind == "chunk-here":
            self._clips.confirm(wish)
        elif kind == "enough":
            self._clips.stop(wish)
        elif (name := f"_{kind}") in self._lists:  # the browser has missed a change
            self.send_state([name, self._lists[name]])
        else:
            _log.debug("a message for no card: %s", kind)

    def _tell_places(self, keys: list[object], folder: str) -> None:
        """Tell where the Jupyter server has clips that the browser will probably show, the first one first."""
        jobs = {key: job for key in keys if isinstance(key, str) and (job := self._jobs.get(key))}
        clips = {key: job.step.video.path if job.step.video else None for key, job in jobs.items()}
        self._spawn(self._clips.tell_places(clips, folder), self._sendings)

    def _want_picture(self, key: str, number: object) -> None:
        if job := self._jobs.get(key):
            self._spawn(self._send_picture(job, number))

    async def _send_picture(self, job: Job, number: object) -> None:
        """Send the picture of a file that the clip is made from; without one, the browser is told so."""
        sources = [source_of(source) for _, source in pictured(job.step.request)]
        found = [each for place, source in enumerate(sources) if place == number for each in await pictures_of(source)]
        self.send({"kind": "picture", "key": job.key, "number": number}, found)

    async def _go_on(self, job: Job) -> None:
        """Follow a job again, with the key of today."""
        await job.go_on(self._client.copy())

    async def _dismiss(self, job: Job) -> None:
        await job.dismiss(self._client.copy())

    async def _call_off(self, job: Job) -> None:
        try:
            await job.call_off()
        finally:
            self._show_all()  # the service may have been asked whether it can cancel, which is true of all its cards

    async def _let_go(self, job: Job) -> None:
        try:
            await job.let_go()
        except WanError as error:
            job.remark(error.message)

    def _again(self, job: Job, request: VideoRequest, content: dict[str, Any]) -> None:
        """Order the request again. Only a board that buys overrides this."""

    def _spawn(self, coroutine: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None) -> None:
        spawned = self._spawned if among is None else among
        running = asyncio.get_running_loop().create_task(coroutine)
        spawned.add(running)  # the loop itself has only a weak reference
        running.add_done_callback(spawned.discard)

    @staticmethod
    def _videos_in(steps: tuple[Step, ...]) -> tuple[Video, ...]:
        return tuple(step.video for step in steps if step.video is not None)


def _cancel_all(spawned: set[asyncio.Task[None]]) -> None:
    for running in tuple(spawned):
        running.cancel()
