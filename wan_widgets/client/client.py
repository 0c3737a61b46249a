"""The client: a service's tasks over HTTP, and nothing else."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from wan_widgets.client import outputs
from wan_widgets.client.checking import check
from wan_widgets.client.connection import Connection
from wan_widgets.client.download import download
from wan_widgets.client.files import NotMedia
from wan_widgets.client.pacing import Timing, delay
from wan_widgets.client.prices import quoted
from wan_widgets.client.readings import id_of, is_refusal, lacks_url, outcome_unknown, reason, stays, without_url
from wan_widgets.client.secret import Secret
from wan_widgets.client.settings import Settings, renewed, settle
from wan_widgets.client.uploads import Progress, converse, files_of, sent_files, teller
from wan_widgets.providers import Call, Provider, Reply
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import (
    HTTPStatusError,
    NotFound,
    UnexpectedReply,
    Unsupported,
    WanError,
)
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, Video, VideoTask, unknown_task

T = TypeVar("T")

MEMORY = 86_400.0
"""Seconds for which services know their tasks and keep their clips."""
_WITHOUT_URL = 5  # readings for which a completed task may lack its address


class AsyncClient:
    """Talks to one service, from the event loop that first used it.

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
    def timing(self) -> Timing:
        """Its clock, its sleep and its dice."""
        return self._timing

    @property
    def key_origin(self) -> str:
        """The variable's name, ``"api_key="``, ``"ww.login()"`` or ``"keyring"``; empty where there is no key."""
        return self._settings.key_origin

    def copy(self) -> "AsyncClient":
        """A client with the same settings, for another event loop."""
        return self._twin(self._settings)

    def renewed(self) -> "AsyncClient":
        """The same with the key that lies in the environment now; itself where its key came from code.

        Raises `ConfigurationError` where there is no key any more and the service needs one.
        """
        settings = renewed(self._settings)
        return self if settings is self._settings else self._twin(settings)

    def _twin(self, settings: Settings) -> "AsyncClient":
        twin = object.__new__(type(self))
        twin._settings, twin._transport, twin._timing = settings, self._transport, self._timing
        twin._connection = Connection(settings, self._transport)
        twin._ids = set()
        return twin

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):
            return "<AsyncClient, not settled>"
        where = "embedded" if self._settings.embedded else self.base_url
        return f"<AsyncClient {self.provider.name} ({where})>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. The client may be used again and then opens new ones."""
        await self._connection.close()

    def quote(self, request: VideoRequest) -> Quote | None:
        """What a request costs here, by your own price table or the published list; ``None`` if neither has it."""
        return quoted(self.provider, request)

    async def discover(self) -> "AsyncClient":
        """A client that knows what the server is, where only the server can say: which engine, which model.

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
        try:
            return await sent_files(self._connection, self.provider, request, self._read, progress)
        except (OSError, NotMedia) as error:  # it was there when it was checked
            raise WanError(f"A file could not be sent: {error}. Nothing was ordered.") from error

    async def submit(self, request: VideoRequest) -> VideoTask:
        """Order a clip, after sending its local files. It always buys, and is never sent twice on its own.

        It does not stand in line where a service limits how many tasks may run: that refuses with `RateLimited`.
        The order is in the ledger before it leaves. Raises `InvalidRequest`, `OverBudget` and `LedgerError` before
        anything is sent, a refusal's own error where nothing was bought, and `Unconfirmed` where that is not known.
        """
        from wan_widgets.client import generation  # noqa: PLC0415  # the room above, which uses this one

        return await generation.buy(self, request)

    async def order(
        self, ready: VideoRequest, request: VideoRequest, name: str | None = None, progress: Progress | None = None
    ) -> VideoTask:
        """Send an order once, as HTTP and nothing else: `ready` goes out, `request` is what the task remembers.

        Its files have been sent, or go with it, of which `progress` hears. It is nobody's but the caller's to write
        down. Of the errors, those with `maybe_billed` leave open whether the service accepted it.
        """
        try:
            call = self.provider.encode_submit(ready, order=name)
            reply = await self._connection.send(call, teller(files_of(ready), progress))
            task = self._read(self.provider.decode_submit, reply)
            self._check_echo(task.id, None)
            return replace(task, request=request, video_url=self._absolute(task.video_url))
        except WanError as error:
            error.maybe_billed = outcome_unknown(error)
            raise

    async def find(self, name: str, request: VideoRequest, since: float) -> tuple[VideoTask, ...]:
        """The tasks that an order whose outcome is not known may have led to, by its name. `since`: Unix time.

        Raises `Unsupported` where the service has no way to tell.
        """
        tasks = await converse(self._connection, self.provider.find(name, request, since), self._read)
        return tuple(replace(task, request=request, video_url=self._absolute(task.video_url)) for task in tasks)

    async def retrieve(self, task: VideoTask | str) -> VideoTask:
        """Where a task stands now."""
        reading = await self._ask(task, self.provider.encode_retrieve(id_of(task)), self.provider.decode_retrieve)
        assert reading is not None
        return reading

    async def cancel(self, task: VideoTask | str) -> VideoTask:
        """Call a task off; raises `Unsupported` where the service has no way to."""
        from wan_widgets.client import generation  # noqa: PLC0415  # the room above, which uses this one

        return await generation.cancel(self, task)

    async def call_off(self, task: VideoTask | str) -> VideoTask:
        """The same as HTTP and nothing else."""
        call = self.provider.encode_cancel(id_of(task))
        if call is None:
            message = f"{self.provider.title} has no way to cancel a task: it goes on, and may be billed."
            raise Unsupported(message, task_id=id_of(task))
        # Some services only say that they have heard it; how it stands is asked then.
        return await self._ask(task, call, self.provider.decode_cancel) or await self.retrieve(task)

    async def watch(self, task: VideoTask | str, *, known: bool = False) -> AsyncIterator[VideoTask]:
        """Follow a task: its state now and each change, up to the last.

        A question that fails is no end: it shows in `VideoTask.note` and is asked again, ever more slowly. Only
        where nothing but an id is at hand does a refusal raise: a wrong key, an id that the service does not know
        (but not where it is `known` that it accepted the task); and `NotFound` once a day has passed, for which
        services remember their tasks.
        """
        current, started = self._known(task), self._timing.now()
        failures = addressless = 0
        retry_after: float | None = None
        if current.status is not TaskStatus.UNCONFIRMED:
            yield current
        while not current.is_terminal:
            unknown = current.status is TaskStatus.UNCONFIRMED
            doubtful = unknown and not known
            if failures or not unknown:
                begun = current.created_at.timestamp() if current.created_at else started
                await self._pause(self._timing.now() - begun, failures, retry_after)
            over = self._timing.now() - started > MEMORY
            try:
                reading = await self.retrieve(current)
                if reading.is_forgotten and not (doubtful or over):  # it said otherwise before
                    raise NotFound(reason(reading), status_code=404)
            except WanError as error:
                if is_refusal(error) and (doubtful or over or (unknown and stays(error, failures))):
                    raise
                failures += 1
                retry_after = error.retry_after if isinstance(error, HTTPStatusError) else None
                reading = replace(current, note=f"{error.happened} It is asked again.")
            else:
                failures, retry_after = 0, None
                addressless += lacks_url(reading)
                reading = without_url(reading, final=addressless >= _WITHOUT_URL)
            if reading != current:
                current = reading
                yield current

    async def download(self, task: VideoTask, path: Path | str | None = None) -> Video:
        """Fetch a completed task's clip to a file. It appears whole and checked, or not at all.

        A file at `path` is replaced. Without a path it gets a free name in the outputs folder, made of the prompt
        and the seed where they are known. Raises `DownloadError`.
        """
        wanted = outputs.folder() / outputs.clip_name(task) if path is None else outputs.absolute(path)
        return await download(self._connection, task, wanted, self._timing, replaces=path is not None)

    async def generate(self, request: VideoRequest, path: Path | str | None = None) -> Video:
        """All of it: submit, follow, download. Raises what these raise, and `TaskFailed`."""
        from wan_widgets.client import generation  # noqa: PLC0415  # the room above, which uses this one

        return await generation.last(generation.run(self, request, path))

    def _known(self, task: VideoTask | str) -> VideoTask:
        if isinstance(task, VideoTask):
            return without_url(task, final=False)
        return unknown_task(task, self.provider.name)

    async def _pause(self, age: float, failures: int, retry_after: float | None) -> None:
        chance = self._timing.random()
        seconds = delay(self.provider.pace, age=age, failures=failures, retry_after=retry_after, chance=chance)
        await self._timing.sleep(seconds)

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
