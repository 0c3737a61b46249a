"""What was ordered before: listed, and taken up again."""

import html
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from wan_widgets.client import outputs, whereabouts
from wan_widgets.client.book import Order, ledger, recipe_key
from wan_widgets.client.client import MEMORY, AsyncClient
from wan_widgets.client.following import ELSEWHERE, Followed, ended, followed, saved_video
from wan_widgets.client.ledger import REFUSED, TROUBLE, Entry, moment
from wan_widgets.client.settings import is_loopback
from wan_widgets.client.submission import found
from wan_widgets.providers import PROVIDERS
from wan_widgets.wan.errors import LedgerError, Unconfirmed, WanError
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import TaskStatus, VideoTask

_UNKNOWN = "The order was on its way when the process that sent it ended."


class Tasks(list[Entry]):
    """Orders, newest first. As a cell's last value, a table."""

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


def client_for(entry: Entry) -> AsyncClient:
    """A client for the service that an order went to. Raises `ConfigurationError`, as where its key is not at hand."""
    provider = PROVIDERS.get(entry.provider)
    own = provider is not None and entry.base_url == provider.base_url
    region = entry.region if provider is not None and entry.region in provider.regions else None
    # Whoever ordered over plain http has said that the network is theirs.
    return AsyncClient(entry.provider, base_url=None if own else entry.base_url, region=region, insecure_http=True)


def is_at_home(entry: Entry, client: AsyncClient) -> bool:
    """Whether an order went to an address that this process may ask without being told to.

    The ledger may be shared; what somebody else wrote into it must not lead a key to a place of their choice.
    """
    provider = PROVIDERS.get(entry.provider)
    own = {provider.base_url, *provider.regions.values()} if provider else set()
    if entry.provider == client.provider.name:
        own.add(client.base_url)
    known = {*own, (os.environ.get("WAN_BASE_URL") or "").strip().rstrip("/")} - {""}
    try:
        return entry.base_url in known or is_loopback(urlsplit(entry.base_url).hostname or "")
    except ValueError:  # it is no address
        return False


def reusable(client: AsyncClient, request: VideoRequest) -> Entry | None:
    """The order of this notebook that made, or is making, the same clip; ``None`` where the seed is left to chance."""
    if request.seed is None:
        return None
    entry = ledger().within(2.0).same(recipe_key(client, request), notebook=whereabouts.notebook())
    if entry is not None and entry.state == "completed" and saved_video(entry) is None:
        return entry if time.time() - entry.created_at < MEMORY else None  # the service may have it still
    return entry


async def resumed(
    client: AsyncClient, entry: Entry, order: Order, path: Path | str | None = None
) -> AsyncIterator[Followed]:
    """Take up an order where it stands, to its file.

    Raises `TaskFailed` for one that failed, `Unconfirmed` for one whose outcome cannot be learnt.
    """
    entry = await order.entry() or entry
    if end := await ended(entry, path):
        yield end
        return
    task = entry.task
    if task is None:
        async for step in _looked_for(client, entry, order):
            task = step[0]
            yield step
    assert task is not None
    # How it stands is for the service to say: an address that was known may have run out.
    unsure = replace(task, status=TaskStatus.UNCONFIRMED, video_url=None)
    async for step in followed(client, unsure, order, path):
        yield step


async def _looked_for(client: AsyncClient, entry: Entry, order: Order) -> AsyncIterator[Followed]:
    """The task of an order that has none yet: another process may be sending it; else the service may know."""
    while not await order.lease():
        waiting = VideoTask(id=entry.id, status=TaskStatus.UNCONFIRMED, provider=entry.provider, request=entry.request)
        yield replace(waiting, note=ELSEWHERE), None
        await client.timing.sleep(1.0)
    async with order.held():
        entry = await order.entry() or entry  # the other has come to something, perhaps
        if entry.task is not None:
            yield entry.task, None
            return
        if entry.state == REFUSED:
            raise WanError(entry.error_message or "The service refused the order; nothing was bought.")
        failure = WanError(entry.error_message or _UNKNOWN, maybe_billed=True)
        await order.failed_to_submit(failure)
        if (request := entry.request) is None:
            raise Unconfirmed(f"{failure.message} Its recipe cannot be read.", ledger_id=order.id)
        async for news in found(client, request, order, failure, entry.created_at):
            if isinstance(news, VideoTask):
                yield news, None


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
