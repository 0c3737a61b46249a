"""The client: a service over HTTP, and buying from it with the ledger."""

import asyncio
import os
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from wan_widgets.files.video import Video
from wan_widgets.generation import buying
from wan_widgets.generation.discovery import discovered
from wan_widgets.generation.prepared import Prepared, prepare_in_thread
from wan_widgets.generation.request import wanted
from wan_widgets.generation.step import last
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.order import Order, order_of
from wan_widgets.ledger.orders import file_of
from wan_widgets.money.prices import quoted
from wan_widgets.pacing import patience
from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.providers.unknown import UnknownProvider
from wan_widgets.service.outcomes import id_of
from wan_widgets.service.pools import running_loop
from wan_widgets.service.service import Service
from wan_widgets.service.settings import is_loopback
from wan_widgets.wan.errors import ConfigurationError, NotFound, WanError
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import Several, say


class AsyncClient(Service):
    """A client of one service. It may be used in several event loops, threads and processes.

    `provider`, `base_url`, `region` and `api_key` come from the arguments, else from ``WAN_PROVIDER``,
    ``WAN_BASE_URL``, ``WAN_REGION`` and ``WAN_API_KEY`` (or the service's usual variable), which are read now. Without
    a provider it is the embedded simulator. Raises `ConfigurationError` if the provider is unknown, the key is missing
    or the address is unsafe. `transport` and `timing` are for tests.
    """

    def quote(self, request: VideoRequest | str) -> Quote | None:
        """The price of a request by your own price table or the published list; ``None`` if neither has it.

        A prompt is a request with the service's usual values, here and in `submit` and `generate`.
        """
        return quoted(self.provider, wanted(self, request))

    async def submit(self, request: VideoRequest | str) -> VideoTask:
        """Send a request's local files and order its clip. Each call buys, and no order is sent twice by itself.

        It does not wait in the queue: a service that limits how many tasks may run refuses with `RateLimited`. The
        order is in the ledger before it is sent. Raises `InvalidRequest` before anything is sent, `OverBudget` and
        `LedgerError` before the order is sent, the service's own error if it refused the order, and `Unconfirmed` if
        the outcome is not known.
        """
        return await buying.buy(self, await self._prepared(request))

    async def generate(self, request: VideoRequest | str, path: Path | str | None = None) -> Video:
        """Order a clip, follow its task, download it. Raises what `submit` and `download` raise, and `TaskFailed`."""
        return await last(buying.run(self, await self._prepared(request), path))

    async def _prepared(self, request: VideoRequest | str) -> Prepared:
        """The request, checked. First the server is asked what it is, where only it knows that.

        A prompt names no model, so that an order without that answer would be a guess.
        """
        if isinstance(request, str):
            await self.learn(patience.FOR_AN_ORDER)
        else:
            await self.learn_if_possible()
        prepared = await prepare_in_thread(self, wanted(self, request))
        if prepared.remark:
            warnings.warn(str(prepared.remark), stacklevel=3)
        return prepared

    async def ask(self, task: VideoTask | str) -> VideoTask:
        try:
            return await super().ask(task)
        except NotFound:
            if ended := await self._ended(task):
                return ended
            raise

    async def retrieve(self, task: VideoTask | str) -> VideoTask:
        """The task in its present state. Raises `TransportError`, `HTTPStatusError` or `UnexpectedReply`.

        The end of a task that nobody else follows is noted in the ledger. If the service does not know the task any
        more, but the ledger has its end, this is its state. Some services forget a task that was cancelled, and its
        other followers shall hear of that.
        """
        state = await self.ask(task)
        if state.is_terminal:
            order, entry = await self._noted(task)
            if order and entry and not entry.is_finished and not entry.is_followed(ledger().clock()):
                await order.seen(state)
        return state

    async def download(
        self, task: VideoTask, path: Path | str | None = None, *, folder: Path | str | None = None
    ) -> Video:
        """Download a completed task's clip to a file. The file appears whole and checked, or not at all.

        A file at `path` is replaced. Without a path, the clip gets a free name in `folder` (usually the outputs
        folder), made of the prompt and the seed if they are known. The clip gets a recipe of what the task and the
        ledger say. The ledger notes the file, if it has none of this clip yet. Raises `DownloadError`.
        """
        running_loop()
        order, entry = await self._noted(task)
        if order is None or entry is None:
            return await super().download(task, path, folder=folder)
        task = replace(task, request=task.request or entry.request)
        video = await self.download_with(replace(entry.making, request=task.request), task, path, folder=folder)
        if await asyncio.to_thread(file_of, entry) is None:  # else it is one more copy
            await order.saved(video)
            entry = await order.entry()
        return replace(video, price=entry.price if entry else None)

    async def cancel(self, task: VideoTask | str) -> VideoTask:
        """Cancel a task, and note it in the ledger. Raises `Unsupported` if the service cannot cancel tasks."""
        if not self.provider.cancels:
            await self.learn_if_possible()
        try:
            state = await super().cancel(task)
        except NotFound:
            if ended := await self._ended(task):
                return ended
            raise
        order, _ = await self._noted(task)
        if order:
            await order.seen(state)
        return state

    async def _ended(self, task: VideoTask | str) -> VideoTask | None:
        """The task as the ledger has it, if it has ended there."""
        _, entry = await self._noted(task)
        known = entry.task if entry else None
        return known if known is not None and known.is_terminal else None

    async def _noted(self, task: VideoTask | str) -> tuple[Order | None, Entry | None]:
        """The order of a task, and what the ledger has of it; ``None`` for what it does not have."""
        order = await order_of(self.site, id_of(task), ledger())
        return order, await order.entry() if order else None


def client_at(
    provider: AsyncClient | Provider | str | None, *, is_named: bool = True, is_to_plan: bool = False
) -> AsyncClient:
    """A client for the worker's loop. Blocks while a server is asked which model it has.

    A server that does not say that is used only if the model is named. Else raises why it did not say. One that
    `is_to_plan` may lack its key, and is to be renewed before anything is sent with it.
    """
    made = AsyncClient.for_plans if is_to_plan else AsyncClient
    client = provider.copy() if isinstance(provider, AsyncClient) else made(provider)
    try:
        return discovered(client, patience.FOR_AN_ORDER)
    except WanError as error:
        if is_named:
            return client
        raise error.with_traceback(None) from None


def client_for(entry: Entry, given: AsyncClient | None = None) -> AsyncClient:
    """A client for the site of an order: a copy of the `given` one if it has the same site.

    The ledger may be shared, and what somebody else wrote into it must not send a key to an address of their choice.
    Only these addresses are trusted: the service's own, ``WAN_BASE_URL``, and this machine if no key is sent there.
    Raises `ConfigurationError` for any other address, with what to do, and if the key is missing.
    """
    if given is not None and given.site == entry.site:
        return given.copy()
    provider = PROVIDERS.get(entry.provider)
    if provider is None:
        names = Several(tuple(PROVIDERS), "plain")
        raise ConfigurationError(
            say("client.unknown_provider", provider=repr(entry.provider), names=names),
            remedy=say("client.unknown_provider.remedy", call=f"ww.resume({entry.id!r}, ww.AsyncClient(...))"),
        )
    region = entry.region if entry.region in provider.regions else None
    if entry.base_url in {provider.base_url, *provider.regions.values()}:
        return AsyncClient(provider, base_url=entry.base_url, region=region)
    named = bare(os.environ.get("WAN_BASE_URL") or "").rstrip("/")
    if entry.base_url in (named, named.removesuffix(provider.prefix)):  # a base URL may be given with its prefix
        client = AsyncClient(provider, region=region, insecure_http=True)
        if client.base_url == entry.base_url:
            return client
    if _is_here(entry.base_url) and not provider.needs_key:
        client = AsyncClient(provider, base_url=entry.base_url)
        if not client.key_origin:
            return client
    call = f"ww.resume({entry.id!r}, ww.AsyncClient({entry.provider!r}, base_url={entry.base_url!r}))"
    raise ConfigurationError(
        say("client.untrusted_address", url=entry.base_url), remedy=say("client.untrusted_address.remedy", call=call)
    )


def described(entry: Entry, given: AsyncClient) -> AsyncClient:
    """A client that only tells at which service an order is. It has no key, and nothing is to be sent with it."""
    if given.site == entry.site:
        return given
    provider = PROVIDERS.get(entry.provider) or UnknownProvider(entry.provider)
    with suppress(ConfigurationError):
        provider = provider.at(entry.base_url, entry.region or None)
    return given.without_key(provider, entry.base_url)


def _is_here(address: str) -> bool:
    try:
        return is_loopback(urlsplit(address).hostname or "")
    except ValueError:  # the text is no address
        return False
