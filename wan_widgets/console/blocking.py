"""Waiting for a clip in a cell or a script. The work itself goes on in the background."""

import asyncio
import concurrent.futures
import difflib
from collections.abc import AsyncIterator, Mapping
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from wan_widgets.console.statusline import StatusLine, describe
from wan_widgets.files import outputs
from wan_widgets.generation import buying as generation
from wan_widgets.generation import worker
from wan_widgets.generation.buying import Generation
from wan_widgets.generation.resuming import client_for, reusable
from wan_widgets.ledger import orders as recall
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import TROUBLE
from wan_widgets.ledger.order import ledger
from wan_widgets.providers import Provider
from wan_widgets.providers.usual import usual_fields
from wan_widgets.service.checking import all_problems, check
from wan_widgets.service.service import AsyncClient
from wan_widgets.wan.errors import InvalidRequest, LedgerError, WanError
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import REQUEST_TYPES, ImageToVideo, ReferenceToVideo, TextToVideo, VideoRequest
from wan_widgets.wan.tasks import Video, VideoTask, unknown_task

_OF_CLIENTS = ("api_key", "base_url", "insecure_http", "region")
_REFRESH = 0.2  # seconds
_PATIENCE = 3.0  # seconds for a server to say what it is
_WITHDRAWN = "Stopped. Nothing was ordered."
_left: dict[str, "_Job"] = {}
"""What goes on in the background since its waiting was interrupted, by task id."""


def generate(
    prompt: VideoRequest | str | None = None,
    *,
    image: Any = None,
    references: Any = None,
    provider: AsyncClient | Provider | str | None = None,
    path: Path | str | None = None,
    fresh: bool = False,
    **fields: Any,
) -> Video:
    """Make a clip and wait for it.

    Takes a request, or a prompt: with `image` it is image-to-video, with `references` reference-to-video, else
    text-to-video; `fields` are the request's (``resolution="720p"``, ...), and what they leave open is the service's
    usual. Images and videos are addresses or files (see `ImageToVideo.image`). With a fixed seed, what this notebook
    has ordered before is used again, so that running all cells twice buys once; ``fresh=True`` buys. Interrupting ends
    the waiting, not the task. Raises `InvalidRequest` before anything is sent, `TaskFailed`, and what
    `AsyncClient.submit` raises.
    """
    _check_names(fields)
    client = _client(provider)
    request = route(prompt, image=image, references=references, provider=client.provider, **fields)
    check(client.provider, request)
    known = None if fresh else _known(client, request)
    if known is not None:
        return _resumed(client, known, path).result()
    steps = generation.run(client, request, path, once=request.seed is not None and not fresh)
    return _Job(client, steps, path).result()


def _check_names(fields: Mapping[str, Any]) -> None:
    """Raise `TypeError`, with what was meant, for fields that no request has."""
    known = {each.name for kind in REQUEST_TYPES.values() for each in dataclass_fields(kind)} - {"image", "references"}
    for name in fields.keys() - known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]}=?" if near else f"There are: {', '.join(sorted(known))}."
        if name in _OF_CLIENTS:
            hint = f"It belongs to the client: provider=ww.AsyncClient(…, {name}=…)."
        raise TypeError(f"ww.generate has no {name}=. {hint}")


def _known(client: AsyncClient, request: VideoRequest) -> Entry | None:
    try:
        return reusable(client, request)
    except TROUBLE as error:
        path = ledger().path
        if not path.is_file():  # it knows nothing yet; whether that matters is said when the order is written down
            return None
        message = f"The ledger {path} cannot be read: {error}. Whether this clip was ordered before is not known"
        raise LedgerError(f"{message}; fresh=True buys it.") from error


def wait(
    task: VideoTask | str, *, provider: AsyncClient | Provider | str | None = None, path: Path | str | None = None
) -> Video:
    """Wait for what was ordered before, by its task's id or the order's, and fetch its clip.

    Where it was ordered is in the ledger; `provider` says it for what is not, and for addresses that are not a
    service's own. Raises `ConfigurationError` where it is needed, `TaskFailed`, and what `AsyncClient.download` raises.
    """
    task_id = task.id if isinstance(task, VideoTask) else task
    named = task.provider if isinstance(task, VideoTask) else None
    job = _left.get(task_id) if path is None else None
    if job is not None and job.failed:  # what failed is tried again, such as a download after a full disk
        path, job = job.path, None
    if job is None:
        job = _taken_up(task, provider, path) or _followed(task, provider or named, path)
    return job.result()


def _taken_up(
    task: VideoTask | str, provider: AsyncClient | Provider | str | None, path: Path | str | None
) -> "_Job | None":
    """The job for an order of the ledger; ``None`` for a task that it does not know.

    Raises `LedgerError` where the ledger cannot be read and nobody says where the task is.
    """
    try:
        entry = recall.entry_if_known(task.id if isinstance(task, VideoTask) else task)
    except LedgerError as error:
        if provider is None and not isinstance(task, VideoTask):
            raise LedgerError(f"{error.message} ww.wait({task!r}, provider=…) asks the service itself.") from error
        entry = None
    if entry is None:
        return None
    client = client_for(entry) if provider is None else _client(provider)
    return _resumed(client, entry, path)


def _resumed(client: AsyncClient, entry: Entry, path: Path | str | None) -> "_Job":
    return _Job(client, generation.resume(client, entry, path), path, generation.standing(entry))


def _followed(task: VideoTask | str, provider: AsyncClient | Provider | str | None, path: Path | str | None) -> "_Job":
    client = _client(provider)
    known = task if isinstance(task, VideoTask) else unknown_task(task, client.provider.name)
    return _Job(client, generation.follow(client, task, path), path, Generation(task=known))


def dismiss(order: str) -> None:
    """Say of an order that is not confirmed that it was not bought, as the service's console shows.

    `order`: its id here (`Unconfirmed.ledger_id`). It is not shown again, and budgets get its share back. Raises
    `LedgerError` where the ledger has no such order, knows what became of it, or cannot be written.
    """
    entry = recall.entry_named(order)
    if not recall.dismiss(entry.id):
        raise LedgerError(f"The order {entry.id} is not unconfirmed: it is {entry.state}. Nothing was changed.")


def route(
    prompt: VideoRequest | str | None = None,
    *,
    image: Any = None,
    references: Any = None,
    provider: Provider | None = None,
    **fields: Any,
) -> VideoRequest:
    """The request that a prompt and its inputs make.

    Raises `InvalidRequest`; where a provider is given, with what that one refuses as well.
    """
    if isinstance(prompt, VideoRequest):
        if image is not None or references is not None or fields:
            raise TypeError("Give a request, or a prompt with fields, not both.")
        return prompt
    if image is not None and references is not None:
        remedy = "Leave out image= or references=."
        raise InvalidRequest([Problem("references", "A clip starts from an image or from references.", remedy=remedy)])
    fields["prompt"] = prompt
    kind: type[VideoRequest] = TextToVideo
    if references is not None:
        kind, fields["references"] = ReferenceToVideo, references
    elif image is not None:
        kind, fields["image"] = ImageToVideo, image
    if provider is not None:
        fields = usual_fields(provider, kind.mode, fields) | fields
    try:
        return kind(**fields)
    except InvalidRequest:
        if provider is None:
            raise
        raise InvalidRequest(all_problems(provider, kind.draft(fields))) from None


def _client(provider: AsyncClient | Provider | str | None) -> AsyncClient:
    """A client for the worker's loop."""
    return discovered(provider.copy() if isinstance(provider, AsyncClient) else AsyncClient(provider))


def discovered(client: AsyncClient) -> AsyncClient:
    """The client, knowing what the server is where only the server can say; as it is if that does not answer soon."""
    if client.provider.encode_discover() is None or worker.is_current():
        return client
    asking = worker.submit(_discovered(client.copy()))
    try:
        return asking.result(_PATIENCE)
    except (WanError, TimeoutError):
        asking.cancel()
        return client


async def _discovered(client: AsyncClient) -> AsyncClient:
    async with client:
        return (await client.discover()).copy()


class _Job:
    """Steps that run on the worker while somebody waits for them here, or no longer does."""

    def __init__(
        self,
        client: AsyncClient,
        steps: AsyncIterator[Generation],
        path: Path | str | None,
        known: Generation | None = None,
    ) -> None:
        if worker.is_current():
            raise RuntimeError("This would wait for itself; write “await client.generate(…)” in a coroutine.")
        self._client = client
        self.path = path
        self._destination = outputs.folder() if path is None else path
        self._step = known or Generation()
        self._steps = steps
        self._running: asyncio.Task[Any] | None = None
        self._is_unwanted = False
        self._begun: concurrent.futures.Future[Video] | None = None

    async def _run(self) -> Video:
        self._running = asyncio.current_task()
        if self._is_unwanted:  # an interrupt came between its start and here
            raise asyncio.CancelledError
        steps = self._steps
        async with self._client:
            async for self._step in steps:
                pass
        assert self._step.video is not None
        return self._step.video

    @property
    def failed(self) -> bool:
        """It has ended without a clip, so that waiting for it again is to try again."""
        future = self._begun
        return future is not None and future.done() and (future.cancelled() or future.exception() is not None)

    def result(self) -> Video:
        """Wait, with a status line. An interrupt leaves what is ordered alone and says how to come back."""
        line = StatusLine()
        try:
            future = self._begun = self._begun or worker.submit(self._run())
            while True:
                done, _ = concurrent.futures.wait([future], timeout=_REFRESH)
                line.show(self._step)
                if done:
                    return future.result()
        except WanError as error:
            raise error.with_traceback(None) from None  # its text says it; the worker's frames and httpx's do not help
        except KeyboardInterrupt:
            self._is_unwanted = True
            line.say(_WITHDRAWN if worker.submit(self._withdrawn()).result() else self._left_alone())
            raise
        finally:
            line.close()

    async def _withdrawn(self) -> bool:
        """End it where nothing is ordered yet. On the worker, so that no order leaves between the look and the end."""
        if self._step.order or self._step.task:
            return False
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait({self._running})
        return True

    def _left_alone(self) -> str:
        name = self._step.task.id if self._step.task else self._step.order
        what = "The task" if self._step.task else f"The order ({describe(self._step)})"
        said = f"Stopped waiting. {what} goes on; while this process runs, its clip will land in {self._destination}."
        assert name is not None  # else it would have been withdrawn
        if self._begun is not None:  # else it was interrupted while it was handed over, and the ledger leads back to it
            _left[name] = self
        return f"{said}\nTo come back to it:  ww.wait({name!r})"
