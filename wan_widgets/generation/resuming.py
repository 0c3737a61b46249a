"""What was ordered before: listed, and taken up again."""

import html
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from wan_widgets.files import here as whereabouts
from wan_widgets.files import outputs
from wan_widgets.generation.following import ELSEWHERE, Followed, ended, followed, saved_video
from wan_widgets.generation.submission import found
from wan_widgets.ledger.entry import DISMISSED, REFUSED, Entry
from wan_widgets.ledger.ledger import TROUBLE
from wan_widgets.ledger.order import Order, ledger
from wan_widgets.ledger.recipe_key import recipe_key
from wan_widgets.ledger.values import moment
from wan_widgets.providers import PROVIDERS
from wan_widgets.service.service import MEMORY, AsyncClient
from wan_widgets.service.settings import is_loopback
from wan_widgets.wan.errors import ConfigurationError, LedgerError, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import printable
from wan_widgets.wan.tasks import TaskStatus, VideoTask

_UNKNOWN = "The order was on its way when the process that sent it ended."


class Tasks(list[Entry]):
    """Orders, newest first. As a cell's last value, a table; else a line each."""

    def __repr__(self) -> str:
        return "\n".join(" · ".join(filter(None, map(_line, _cells(entry)))) for entry in self) or "No orders."

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("ordered", "state", "prompt", "model", "task", "file"))
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(entry))}</tr>" for entry in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def tasks(*, everywhere: bool = False) -> Tasks:
    """All orders of this working directory, finished ones too; or of every one. Raises `LedgerError`."""
    book = ledger()
    try:
        return Tasks(book.entries(None if everywhere else whereabouts.place()))
    except TROUBLE as error:
        raise LedgerError(f"The ledger {book.path} cannot be read: {error}.") from error


def client_for(entry: Entry, given: AsyncClient | None = None) -> AsyncClient:
    """A client for the service that an order went to: the one that is `given`, if that is the same place.

    The ledger may be shared, and what somebody else wrote into it must not lead a key to a place of their choice:
    only the service's own addresses are trusted, that of ``WAN_BASE_URL``, and where no key is sent this machine.
    Raises `ConfigurationError` with what to do for any other, and where the key is not at hand.
    """
    if given is not None and (given.provider.name, given.base_url) == (entry.provider, entry.base_url):
        return given.copy()
    provider = PROVIDERS.get(entry.provider)
    if provider is None:
        raise ConfigurationError(
            f"It was ordered from {entry.provider!r}, which is not one of {', '.join(PROVIDERS)}. "
            f"Pass the client for it as well: ww.resume({entry.id!r}, ww.AsyncClient(...))."
        )
    region = entry.region if entry.region in provider.regions else None
    if entry.base_url in {provider.base_url, *provider.regions.values()}:
        return AsyncClient(provider, base_url=entry.base_url, region=region)
    if entry.base_url == (os.environ.get("WAN_BASE_URL") or "").strip().rstrip("/"):
        client = AsyncClient(provider, region=region, insecure_http=True)
        if client.base_url == entry.base_url:
            return client
    if _is_here(entry.base_url) and not provider.needs_key:
        client = AsyncClient(provider, base_url=entry.base_url)
        if not client.key_origin:
            return client
    raise ConfigurationError(
        f"It was ordered at {entry.base_url}, and no key is sent there on the ledger's word. To go on, choose that "
        f"service and address in the form and follow again; in code: ww.resume({entry.id!r}, "
        f"ww.AsyncClient({entry.provider!r}, base_url={entry.base_url!r}))."
    )


def _is_here(address: str) -> bool:
    try:
        return is_loopback(urlsplit(address).hostname or "")
    except ValueError:  # it is no address
        return False


def reusable(client: AsyncClient, request: VideoRequest) -> Entry | None:
    """The order of this notebook that made, or is making, the same clip; ``None`` where the seed is left to chance."""
    if request.seed is None:
        return None
    entry = ledger().same(recipe_key(client, request), notebook=whereabouts.notebook())
    if entry is not None and entry.state == "completed" and saved_video(entry) is None:
        return entry if time.time() - entry.created_at < MEMORY else None  # the service may have it still
    return entry


async def resumed(
    client: AsyncClient, entry: Entry, order: Order, path: Path | str | None = None
) -> AsyncIterator[Followed | str]:
    """Take up an order where it stands, to its file; before it has a task, what is done about that, in words.

    Raises `TaskFailed` for one that failed, `Unconfirmed` for one whose outcome cannot be learnt.
    """
    entry = await order.entry() or entry
    if end := await ended(entry, path):
        yield end
        return
    task = entry.task
    if task is None:
        async for news in _looked_for(client, entry, order):
            if isinstance(news, VideoTask):
                task = news
                yield task, None
            else:
                yield news
    assert task is not None
    # How it stands is for the service to say: an address that was known may have run out.
    unsure = replace(task, status=TaskStatus.UNCONFIRMED, video_url=None)
    async for step in followed(client, unsure, order, path):
        yield step


async def _looked_for(client: AsyncClient, entry: Entry, order: Order) -> AsyncIterator[VideoTask | str]:
    """The task of an order that has none yet: another process may be sending it; else the service may know."""
    while not await order.lease():
        yield ELSEWHERE
        await client.timing.sleep(1.0)
    async with order.held():
        entry = await order.entry() or entry  # the other has come to something, perhaps
        if entry.task is not None:
            yield entry.task
            return
        if entry.state == REFUSED and entry.error_message != DISMISSED:
            raise WanError(entry.error_message or "The service refused the order; nothing was bought.")
        failure = WanError(entry.error_message or _UNKNOWN, maybe_billed=True)
        await order.failed_to_submit(failure)
        if (request := entry.request) is None:
            raise Unconfirmed(f"{failure.message} Its recipe cannot be read.", ledger_id=order.id)
        async for news in found(client, request, order, failure, entry.created_at):
            yield news


def _cells(entry: Entry) -> tuple[str, ...]:
    request = entry.request
    created = moment(entry.created_at)
    ordered = created.astimezone().strftime("%Y-%m-%d %H:%M") if created else ""
    state = (
        f"{entry.state}: {entry.error_message}" if entry.error_message and entry.state != "completed" else entry.state
    )
    prompt = (request.prompt or "") if request else ""
    model = f"{request.model} · {entry.provider}" if request else entry.provider
    file = outputs.shown(Path(entry.path)) if entry.path else ""
    return ordered, state, prompt, model, entry.task_id or entry.id, file


def _line(words: str) -> str:
    return printable(" ".join(words.split()))
