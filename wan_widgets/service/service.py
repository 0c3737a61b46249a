"""One service over HTTP, and nothing else: nothing here is bought on its own, and nothing is written down."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from wan_widgets.files import outputs
from wan_widgets.files.disk import absolute
from wan_widgets.files.inputs import NotMedia
from wan_widgets.files.names import clip_name
from wan_widgets.files.video import Video
from wan_widgets.pacing.timing import Timing
from wan_widgets.providers import Call, Provider, Reply
from wan_widgets.service.checking import check
from wan_widgets.service.connection import Connection
from wan_widgets.service.download import download
from wan_widgets.service.outcomes import id_of, outcome_unknown
from wan_widgets.service.secret import Secret
from wan_widgets.service.settings import Settings, renewed, settle
from wan_widgets.service.uploads import Progress, converse, files_of, sent_files, teller
from wan_widgets.service.watching import watched
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import UnexpectedReply, Unsupported, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.site import Site
from wan_widgets.wan.tasks import VideoTask

T = TypeVar("T")


class Service:
    """A service, as HTTP has it. `AsyncClient` adds what buying needs.

    `provider`, `base_url`, `region` and `api_key` come from the arguments, else from ``WAN_PROVIDER``,
    ``WAN_BASE_URL``, ``WAN_REGION`` and ``WAN_API_KEY`` (or the service's usual variable), read now. With no provider
    named it is the embedded simulator.
    Raises `ConfigurationError` where that does not add up. `transport` and `timing` are for tests.
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
        secret, api_key = Secret(api_key) if api_key and api_key.strip() else None, None  # no traceback shows it
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
        """Where it answers."""
        return self._settings.base_url

    @property
    def site(self) -> Site:
        """The provider's name and the address: to that belong its tasks and orders."""
        return Site(self.provider.name, self.base_url)

    @property
    def is_embedded(self) -> bool:
        """Whether it is the simulator inside this process."""
        return self._settings.embedded

    @property
    def timing(self) -> Timing:
        """The clock, the sleep and the chance that it waits by."""
        return self._timing

    @property
    def key_origin(self) -> str:
        """The variable's name, ``"api_key="``, ``"ww.login()"`` or ``"keyring"``; empty where there is no key."""
        return self._settings.key_origin

    def copy(self) -> Self:
        """The same settings, for another event loop."""
        return self._twin(self._settings)

    def renewed(self) -> Self:
        """The same with the key that lies in the environment now; itself where its key came from code.

        Raises `ConfigurationError` where there is no key any more and the service needs one.
        """
        settings = renewed(self._settings)
        return self if settings is self._settings else self._twin(settings)

    def _twin(self, settings: Settings) -> Self:
        twin = object.__new__(type(self))
        twin._settings, twin._transport, twin._timing = settings, self._transport, self._timing
        twin._connection = Connection(settings, self._transport)
        twin._ids = set()
        return twin

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
        """The same, knowing what the server is, where only the server can say: which engine, which model.

        Itself where nothing needs to be asked. Raises what the connection raises.
        """
        call = self.provider.encode_discover()
        if call is None:
            return self
        reply = await self._connection.send(call)
        return self._twin(replace(self._settings, provider=self.provider.decode_discover(reply)))

    async def balance(self) -> Balance:
        """What is left on the account; raises `Unsupported` where the service does not tell."""
        call = self.provider.encode_balance()
        if call is None:
            raise Unsupported(f"{self.provider.title} has no way to ask for the balance; its console shows it.")
        return self._read(self.provider.decode_balance, await self._connection.send(call))

    async def upload(self, request: VideoRequest, progress: Progress | None = None) -> VideoRequest:
        """Send the request's local files, each once: the request with their addresses in their place.

        `submit` does it by itself. Raises `InvalidRequest` before anything is sent; nothing here costs anything.
        """
        check(self.provider, request)
        return await self.send_files(request, progress)

    async def send_files(self, request: VideoRequest, progress: Progress | None = None) -> VideoRequest:
        """As `upload`, for a request that was checked already."""
        try:
            return await sent_files(self._connection, self.provider, request, self._read, progress)
        except (OSError, NotMedia) as error:  # it was there when it was checked
            raise WanError(f"A file could not be sent: {error}. Nothing was ordered.") from error

    async def post(
        self, ready: VideoRequest, request: VideoRequest, order: str | None = None, progress: Progress | None = None
    ) -> VideoTask:
        """Send an order once: `ready` goes out, `request` is what the task remembers, `order` is the order's id here.

        The files of `ready` were sent before, or go with it; then `progress` hears how far they are. The caller writes
        down what came of it. An error with `maybe_billed` leaves open whether the service accepted the order.
        """
        try:
            call = self.provider.encode_submit(ready, order=order)
            reply = await self._connection.send(call, teller(files_of(ready), progress))
            task = self._read(self.provider.decode_submit, reply)
            self._check_echo(task.id, None)
            return replace(task, request=request, video_url=self._absolute(task.video_url))
        except WanError as error:
            error.maybe_billed = outcome_unknown(error)
            raise

    async def find(self, order: str, request: VideoRequest, since: float) -> tuple[VideoTask, ...]:
        """The tasks that an order of unknown outcome may have led to, by the order's id here. `since`: Unix time.

        Raises `Unsupported` where the service has no way to tell.
        """
        tasks = await converse(self._connection, self.provider.find(order, request, since), self._read)
        return tuple(replace(task, request=request, video_url=self._absolute(task.video_url)) for task in tasks)

    async def retrieve(self, task: VideoTask | str) -> VideoTask:
        """Where a task stands now."""
        reading = await self._ask(task, self.provider.encode_retrieve(id_of(task)), self.provider.decode_retrieve)
        assert reading is not None
        return reading

    async def cancel(self, task: VideoTask | str) -> VideoTask:
        """Call a task off: how it stands then. Raises `Unsupported` where the service has no way to."""
        call = self.provider.encode_cancel(id_of(task))
        if call is None:
            message = f"{self.provider.title} has no way to cancel a task: it goes on, and may be billed."
            raise Unsupported(message, task_id=id_of(task))
        # Some services only say that they have heard it; how it stands is asked then.
        return await self._ask(task, call, self.provider.decode_cancel) or await self.retrieve(task)

    def watch(self, task: VideoTask | str, *, known: bool = False) -> AsyncIterator[VideoTask]:
        """Follow a task: its state now and each change, up to the last.

        A question that fails is no end: it shows in `VideoTask.note` and is asked again, ever more slowly. A refusal
        raises only where nothing but an id is at hand: a wrong key; an id that the service does not know (but not
        where it is `known` that the service accepted the task); and `NotFound` once a day has passed, for which
        services remember their tasks.
        """
        return watched(self, task, known=known)

    async def download(self, task: VideoTask, path: Path | str | None = None) -> Video:
        """Fetch a completed task's clip to a file. It appears whole and checked, or not at all.

        A file at `path` is replaced. Without a path it gets a free name in the outputs folder, made of the prompt
        and the seed where they are known. Raises `DownloadError`.
        """
        wanted = outputs.folder() / clip_name(task) if path is None else absolute(path)
        return await download(self._connection, task, wanted, self._timing, replaces=path is not None)

    async def _ask(
        self, task: VideoTask | str, call: Call, decode: Callable[[Reply], VideoTask | None]
    ) -> VideoTask | None:
        try:
            answer = self._read(decode, await self._connection.send(call))
        except WanError as error:
            error.task_id = id_of(task)
            raise
        if answer is None:
            return None
        self._check_echo(answer.id, id_of(task))
        # A gateway may answer with another id; the one that was asked for is the one that works.
        known = task.request if isinstance(task, VideoTask) else None
        return replace(answer, id=id_of(task), request=known, video_url=self._absolute(answer.video_url))

    def _check_echo(self, told: str, asked: str | None) -> None:
        """Refuse an answer about another of our tasks, as when a reply comes twice on a connection that is used again.

        An id that is merely different is no fault: gateways have their own.
        """
        if told != asked and told in self._ids:
            raise UnexpectedReply(f"{self.provider.title} answered about another task.", task_id=asked)
        self._ids.add(asked or told)

    def _absolute(self, url: str | None) -> str | None:
        return self._connection.absolute(url) if url else None

    def _read(self, decode: Callable[[Reply], T], reply: Reply) -> T:
        """What a reply says, without the key if the service quotes it."""
        key = self._settings.key
        if key is not None:
            # Latin-1 gives every byte back as it was. Struck before it is read: a long text is cut, maybe in the key.
            content = key.strike_from(reply.content.decode("latin-1"), "***").encode("latin-1")
            headers = {name: key.strike_from(value, "***") for name, value in reply.headers.items()}
            reply = replace(reply, content=content, headers=headers)
        try:
            return decode(reply)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, WanError):
                raise
            # A provider of the user's own, on a day on which its service sends something else.
            raise UnexpectedReply(f"{self.provider.title} sent a reply that cannot be read: {error!r}.") from error
