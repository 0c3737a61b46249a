"""Sending a request's local files to the service, before the clip is ordered."""

import asyncio
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import httpx

from wan_widgets.files.inputs import part_of
from wan_widgets.files.shapes import cropped
from wan_widgets.providers import Call, Provider, Reply
from wan_widgets.service.addresses import ForbiddenAddress
from wan_widgets.service.connection import Connection
from wan_widgets.service.forms import Sent
from wan_widgets.service.network import network_reason_of
from wan_widgets.wan.errors import ConnectError, UnexpectedReply
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference, printable, source_of
from wan_widgets.words import say

_REFRESH = 0.2  # seconds between two reports on a file that is being sent
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Upload:
    """How much of a request's files is sent."""

    name: str
    """The name of the present file on this machine."""
    sent: int
    """The number of bytes of this file that have left."""
    size: int
    """The size of this file in bytes."""
    number: int
    """The number of this file among the request's files, from 1."""
    count: int
    """How many files there are."""


Progress = Callable[[Upload], None]


async def sent_files(
    connection: Connection, provider: Provider, request: VideoRequest, progress: Progress | None
) -> VideoRequest:
    """Send the request's files, and return the request with their addresses in place of them.

    If the service takes files within the order, they stay in the request, as they are to be sent.
    """
    files = files_of(request)
    if not files:
        return request
    if provider.files_in_submit:
        return await asyncio.to_thread(cropped, request, provider.offer(request.model, request.mode, request.like))
    found: dict[LocalFile, str | Reference] = {}
    tell = teller(files, progress)
    for file in files:
        part = await asyncio.to_thread(part_of, file)  # an image may be written anew
        tell(file, 0)
        address = await converse(connection, provider.upload(part, request), _telling_of(file, tell))
        # The file's content told its kind. The new address may not tell it.
        found[file] = address if part.kind is Kind.AUDIO else REFERENCE_TYPES[part.kind](address)
    return request.with_addresses(found)


def _telling_of(file: LocalFile, tell: Sent) -> Sent:
    """A function that reports whatever is sent as bytes of this file."""
    return lambda _sent_file, sent: tell(file, sent)


def teller(files: Sequence[LocalFile], progress: Progress | None) -> Sent:
    """A function that is called as bytes of these files leave, and reports to `progress` how much is sent."""
    states = {
        file: Upload(name=file.name, sent=0, size=_size(file), number=number, count=len(files))
        for number, file in enumerate(files, start=1)
    }

    def tell(file: LocalFile, sent: int) -> None:
        if progress is not None and (state := states.get(file)):
            progress(replace(state, sent=min(sent, state.size)))

    return tell


def _size(file: LocalFile) -> int:
    try:
        return file.path.stat().st_size if file.path else len(file.data or b"")
    except OSError:  # sending the file will raise the same error
        return 0


def now_and_then(progress: Progress, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A function that takes every report and passes on a few: one each `_REFRESH` seconds, and each file's end."""
    last = float("-inf")

    def hear(upload: Upload) -> None:
        nonlocal last
        if upload.sent == upload.size or clock() - last >= _REFRESH:
            last = clock()
            progress(upload)

    return hear


def files_of(request: VideoRequest) -> list[LocalFile]:
    """The local files of a request, in order and each once."""
    sources = (source_of(each) for _, each in request.sources)
    return list(dict.fromkeys(source for source in sources if isinstance(source, LocalFile)))


async def converse(
    connection: Connection,
    calls: Generator[Call, Reply, T],
    sent: Sent | None = None,
) -> T:
    """Send the calls that a provider's generator yields, give it the replies, and return its result.

    `sent` is called as files leave. Raises `UnexpectedReply` before anything is sent to an address to which the service
    may not lead us.
    """
    try:
        call = next(calls)
        while True:
            await _check_address(connection, call.path)
            reply = await connection.send(call, sent if call.form else None)
            call = calls.send(replace(reply, received_at=time.time()))
    except StopIteration as done:
        result: T = done.value
        return result


async def _check_address(connection: Connection, path: str) -> None:
    """Check an address to which the service wants a file to be sent, as if a clip were to be fetched from it."""
    if path.startswith("/"):
        return
    try:
        await connection.check_address(path)
    except ForbiddenAddress as error:
        address = printable(path.partition("?")[0])[:200]
        raise UnexpectedReply(say("service.upload.forbidden", address=address)) from error
    except httpx.ConnectError as error:
        raise ConnectError(say("service.upload.unreachable", reason=network_reason_of(error))) from error
