"""One service over HTTP, and nothing else: no budget, no ledger and no retry of an order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from wan_widgets.files import outputs
from wan_widgets.files.disk import absolute
from wan_widgets.files.images import NotMedia
from wan_widgets.files.making import Making
from wan_widgets.files.names import clip_name
from wan_widgets.files.video import Video
from wan_widgets.pacing import patience
from wan_widgets.pacing.questions import Questions
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import Call, Provider, Reply
from wan_widgets.service.checking import check
from wan_widgets.service.connection import Connection
from wan_widgets.service.download import download
from wan_widgets.service.outcomes import id_of, outcome_unknown
from wan_widgets.service.pools import running_loop
from wan_widgets.service.secret import Secret
from wan_widgets.service.settings import Settings, renewed, settle
from wan_widgets.service.sharing import questions_of
from wan_widgets.service.uploads import Progress, converse, files_of, sent_files, teller
from wan_widgets.service.watching import watched
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import TimeoutException, UnexpectedReply, Unsupported, WanError
from wan_widgets.wan.estimates import Course, Earlier
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import said_by, say

T = TypeVar("T")


class Service:
    """A service over HTTP. `AsyncClient` adds what buying needs.

    `provider`, `base_url`, `region` and `api_key` come from the arguments, else from ``WAN_PROVIDER``,
    ``WAN_BASE_URL``, ``WAN_REGION`` and ``WAN_API_KEY`` (or the service's usual variable), which are read now. Without
    a provider it is the embedded simulator. Raises `ConfigurationError` if the provider is unknown, the key is missing
    or the address is unsafe. `transport` and `timing` are for tests.
    """

    def __init__(
        self,
        provider: Provider | str | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        region: str | None = None,
        insecure_http: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        timing: Timing | None = None,
    ) -> None:
        try:
            secret = Secret.of(api_key)
        finally:
            api_key = None  # no traceback may show it
        self._settings = settle(provider, base_url, secret, region=region, insecure_http=insecure_http)
        self._transport = transport
        self._timing = timing or Timing()
        self._connection = Connection(self._settings, transport)
        self._ids: set[str] = set()

    @property
    def provider(self) -> Provider:
        """The service's protocol and facts."""
        return self._settings.provider

    @property
    def base_url(self) -> str:
        """The address of the service."""
        return self._settings.base_url

    @property
    def site(self) -> Site:
        """The provider's name and the address. Tasks and orders belong to a site."""
        return Site(self.provider.name, self.base_url)

    @property
    def is_embedded(self) -> bool:
        """Whether it is the simulator inside this process."""
        return self._settings.embedded

    @property
    def timing(self) -> Timing:
        """The clock, the sleep and the chance that its waits use."""
        return self._timing

    @property
    def questions(self) -> Questions:
        """How often the service may be asked. All clients of one address and one key in this process share it."""
        return questions_of(self._settings, self._timing)

    @property
    def key_origin(self) -> str:
        """The variable with the key, or ``"api_key="``, ``"ww.login()"`` or ``"keyring"``; empty if there is no key."""
        return self._settings.key_origin

    def copy(self) -> Self:
        """A client with the same settings, for another event loop."""
        return self._with_settings(self._settings)

    def renewed(self) -> Self:
        """A client with the key that is in the environment now; this client itself if its key came from code.

        Raises `ConfigurationError` if the service needs a key and there is none any more.
        """
        settings = renewed(self._settings)
        return self if settings is self._settings else self._with_settings(settings)

    def without_key(self, provider: Provider, base_url: str) -> Self:
        """A client of another service, without a key. It only tells what that service is; nothing is to be sent."""
        embedded = provider.is_simulated and base_url == provider.base_url
        return self._with_settings(Settings(provider, base_url, None, "", embedded))

    @classmethod
    def for_plans(cls, provider: Provider | str | None) -> Self:
        """A client that may lack its key. Nothing is to be sent with it before it is `renewed`, which says so."""
        return cls._of(settle(provider, None, None, may_lack_key=True), None, Timing())

    def _with_settings(self, settings: Settings) -> Self:
        return self._of(settings, self._transport, self._timing)

    @classmethod
    def _of(cls, settings: Settings, transport: httpx.AsyncBaseTransport | None, timing: Timing) -> Self:
        client = object.__new__(cls)
        client._settings, client._transport, client._timing = settings, transport, timing
        client._connection = Connection(settings, transport)
        client._ids = set()
        return client

    def __repr__(self) -> str:
        name = type(self).__name__
        if not hasattr(self, "_settings"):
            return f"<{name}, not settled>"
        where = "embedded" if self.is_embedded else self.base_url
        return f"<{name} {self.provider.name} ({where})>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. The client may be used again and then opens new ones."""
        await self._connection.close()

    async def discover(self) -> Self:
        """Ask the server which engine and which model it has, and return a client that knows it.

        Returns this client itself if nothing needs to be asked. Raises `TransportError`, the error that the server's
        reply reports, and `ConfigurationError` if the server has no model for videos.
        """
        if self.is_discovered:
            return self
        return self._with_settings(await self._discovered())

    @property
    def is_discovered(self) -> bool:
        """Whether it is known which engine and which models there are."""
        return self._settings.asked is not None or self.provider.encode_discover() is None

    async def learn(self, seconds: float | None = None) -> None:
        """Do what `discover` does for this client itself, within so many seconds. Raises what `discover` raises.

        For engines, this is asked once before an order without a named model, and where cancelling depends on it.
        """
        if self.is_discovered:
            return
        try:
            async with asyncio.timeout(seconds):
                self._settings = await self._discovered()
        except TimeoutError as error:
            patience = round(seconds or 0.0)
            values = {"service": self.provider.title, "url": self.base_url, "seconds": patience}
            raise TimeoutException(
                say("service.model.untold", **values), remedy=say("service.model.untold.remedy")
            ) from error

    async def learn_if_possible(self) -> None:
        """Do what `learn` does, but go on with what is known if the server does not answer soon."""
        with suppress(WanError):
            await self.learn(patience.AT_THE_START)

    async def _discovered(self) -> Settings:
        asked = self._settings.asked or self.provider
        call = asked.encode_discover()
        assert call is not None
        found = self._read(asked.decode_discover, await self._connection.send(call))
        if not isinstance(found, Provider):
            made = f"{type(asked).__name__}.decode_discover"
            raise UnexpectedReply(
                say("service.provider.returned", function=made, value=repr(found)),
                remedy=say("service.provider.returned.remedy"),
            )
        return replace(self._settings, provider=found, asked=asked)

    @property
    def may_serve_another(self) -> bool:
        """Whether it is an engine that was asked for its model. It may be started again with another one."""
        return self._settings.asked is not None and not self.provider.memory_outlives_process

    async def as_served_now(self) -> Self:
        """A client that knows what an engine has by now; this client itself if that cannot have changed, or has not.

        Raises what `discover` raises.
        """
        if not self.may_serve_another:
            return self
        settings = await self._discovered()
        now = settings.provider
        is_same = (now.title, now.offers) == (self.provider.title, self.provider.offers)
        return self if is_same else self._with_settings(settings)

    async def balance(self) -> Balance:
        """The balance of the account. Raises `Unsupported` if the service does not tell it."""
        call = self.provider.encode_balance()
        if call is None:
            raise Unsupported(say("service.balance.none", service=self.provider.title))
        return self._read(self.provider.decode_balance, await self._connection.send(call))

    async def upload(self, request: VideoRequest, progress: Progress | None = None) -> VideoRequest:
        """Send the request's local files, each once, and return the request with addresses in place of the files.

        `submit` does this by itself. It costs nothing. Raises `InvalidRequest` before anything is sent.
        """
        check(self.provider, request, self.base_url)
        return await self.send_files(request, progress)

    async def send_files(self, request: VideoRequest, progress: Progress | None = None) -> VideoRequest:
        """Do what `upload` does, for a request that is checked already."""
        running_loop()
        try:
            return await sent_files(self._connection, self.provider, request, progress)
        except (OSError, NotMedia) as error:  # the file could be read when it was checked
            raise WanError(say("service.file.unsent", reason=said_by(error))) from error

    async def post(
        self, ready: VideoRequest, request: VideoRequest, order: str | None = None, progress: Progress | None = None
    ) -> VideoTask:
        """Send an order once. `ready` is sent, the task keeps `request`, and `order` is the order's id in the ledger.

        The files of `ready` were sent before, or are sent with the order; then `progress` is called as they leave. The
        caller notes the outcome. An error with `maybe_billed` leaves open whether the service accepted the order.
        """
        try:
            call = self._encoded(ready, order)
            reply = await self._connection.send(call, teller(files_of(ready), progress), is_order=True)
            task = self._read(self.provider.decode_submit, reply)
            self._check_echo(task.id, None)
            return replace(task, request=request, video_url=self._absolute(task.video_url))
        except WanError as error:
            error.maybe_billed, error.is_free = outcome_unknown(error), not self.provider.bills
            raise
        except Exception as error:  # whatever it is, the order may have left
            raise WanError(say("service.order.broke_off", error=repr(error)), maybe_billed=True) from error

    @property
    def places_for_orders(self) -> tuple[asyncio.Semaphore, asyncio.Semaphore]:
        """The places for orders that are on their way: for new ones, and for those that had to wait.

        Whoever posts an order must have one.
        """
        return self._connection.places_for_orders

    def _encoded(self, ready: VideoRequest, order: str | None) -> Call:
        try:
            return self.provider.encode_submit(ready, order=order)
        except WanError:
            raise
        except Exception as error:  # a provider of the user's own
            values = {"service": self.provider.title, "error": repr(error)}
            raise WanError(say("service.order.unwritten", **values)) from error

    async def find(self, order: str, request: VideoRequest, since: float) -> tuple[VideoTask, ...]:
        """The tasks that may have come of an order whose outcome is not known.

        `order` is the order's id in the ledger, and `since` is the Unix time at which it was sent. Raises `Unsupported`
        if the service cannot tell.
        """
        tasks = await converse(self._connection, self.provider.find(order, request, since))
        return tuple(replace(task, request=request, video_url=self._absolute(task.video_url)) for task in tasks)

    async def retrieve(self, task: VideoTask | str) -> VideoTask:
        """The task in its present state. Raises `TransportError`, `HTTPStatusError` or `UnexpectedReply`."""
        return await self.ask(task)

    async def ask(self, task: VideoTask | str) -> VideoTask:
        """Do what `retrieve` does, for whoever notes the answer by itself."""
        asked = id_of(task)
        state = await self._ask(task, asked, self.provider.encode_retrieve(asked), self.provider.decode_retrieve)
        assert state is not None
        return state

    async def cancel(self, task: VideoTask | str) -> VideoTask:
        """Cancel a task, and return its state after that. Raises `Unsupported` if the service cannot cancel tasks."""
        asked = id_of(task)
        call = self.provider.encode_cancel(asked)
        if call is None:
            key = "service.cancel.none.billed" if self.provider.bills else "service.cancel.none"
            raise Unsupported(say(key, service=self.provider.title), task_id=asked)
        # Some services only say that they received the call, so the state is asked for.
        return await self._ask(task, asked, call, self.provider.decode_cancel) or await self.retrieve(task)

    def watch(
        self,
        task: VideoTask | str,
        *,
        known: bool = False,
        since: float | None = None,
        durations: Sequence[float] = (),
        courses: Sequence[Course] = (),
    ) -> AsyncIterator[VideoTask]:
        """Follow a task: yields its present state, and each change up to the last.

        The service is asked when the task has probably ended: by its progress, and by earlier tasks of the same kind.
        `durations` are the seconds that these took, and `courses` how their progress went (`VideoTask.took`,
        `VideoTask.course`). `since` is the Unix time of the order; else the service's own is taken. After a failed
        question, `VideoTask.note` says why, and the service is asked again, more and more slowly as long as no
        question is answered.

        A refusal is raised only while no state of the task is known, or after a day, for which services remember their
        tasks. `known` says that the service has accepted the task: then, within the day, `NotFound` is never raised,
        and another refusal only for a wrong key or after several in a row.
        """
        named = task if isinstance(task, VideoTask) else id_of(task)
        earlier = Earlier(tuple(durations), tuple(courses))
        return watched(self, self.retrieve, named, known=known, since=since, earlier=earlier)

    async def download(
        self, task: VideoTask, path: Path | str | None = None, *, folder: Path | str | None = None
    ) -> Video:
        """Download a completed task's clip to a file. The file appears whole and checked, or not at all.

        A file at `path` is replaced. Without a path, the clip gets a free name in `folder` (usually the outputs
        folder), made of the prompt and the seed if they are known. The clip gets a recipe of what the task says.
        Raises `DownloadError`.
        """
        return await self.download_with(Making(), task, path, folder=folder)

    async def download_with(
        self, making: Making, task: VideoTask, path: Path | str | None = None, *, folder: Path | str | None = None
    ) -> Video:
        """Do what `download` does, with a recipe that also has what `making` says."""
        within = outputs.folder() if folder is None else absolute(folder)
        wanted = within / clip_name(task) if path is None else absolute(path)
        return await download(self._connection, task, wanted, self._timing, making, replaces=path is not None)

    async def _ask(
        self, task: VideoTask | str, asked: str, call: Call, decode: Callable[[Reply], VideoTask | None]
    ) -> VideoTask | None:
        try:
            answer = self._read(decode, await self._connection.send(call))
        except WanError as error:
            error.task_id = asked
            raise
        if answer is None:
            return None
        self._check_echo(answer.id, asked)
        # A gateway may answer with another id. Only the id that was asked for works in the next question.
        known = task.request if isinstance(task, VideoTask) else None
        return replace(answer, id=asked, request=known, video_url=self._absolute(answer.video_url))

    def _check_echo(self, answered: str, asked: str | None) -> None:
        """Refuse an answer about another task of ours. A connection that is used again may bring an old reply again.

        An id that is not known here is accepted, because gateways have ids of their own.
        """
        if answered != asked and answered in self._ids:
            raise UnexpectedReply(say("service.reply.other_task", service=self.provider.title), task_id=asked)
        self._ids.add(asked or answered)

    def _absolute(self, url: str | None) -> str | None:
        return self._connection.absolute(url) if url else None

    def _read(self, decode: Callable[[Reply], T], reply: Reply) -> T:
        """What a reply says. Raises `UnexpectedReply` if it cannot be read."""
        try:
            return decode(reply)
        except WanError:
            raise
        except Exception as error:
            # A user's own provider may not expect everything that its service sends.
            values = {"service": self.provider.title, "error": repr(error)}
            raise UnexpectedReply(say("service.reply.unreadable", **values)) from error
