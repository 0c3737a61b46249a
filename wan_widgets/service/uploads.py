"""Sending a request's local files to the service, before it is asked for a clip."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import httpx

from wan_widgets.files.inputs import part_of
from wan_widgets.providers import Call, Provider, Reply
from wan_widgets.service.addresses import ForbiddenAddress
from wan_widgets.service.connection import Connection
from wan_widgets.service.forms import Sent
from wan_widgets.wan.errors import ConnectError, UnexpectedReply
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import REFERENCE_TYPES, Kind, LocalFile, Reference, printable, source_of

_REFRESH = 0.2  # seconds between two words on how the sending of a file goes
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Upload:
    """How far the sending of files has come."""

    name: str
    """What the file is called here."""
    sent: int
    """Bytes of this file that have left."""
    size: int
    """Bytes of this file."""
    number: int
    """Which file it is, from 1."""
    count: int
    """How many there are."""


Progress = Callable[[Upload], None]
Read = Callable[[Callable[[Reply], Reply], Reply], Reply]


async def sent_files(
    connection: Connection, provider: Provider, request: VideoRequest, read: Read, progress: Progress | None
) -> VideoRequest:
    """The request with addresses in place of its files; as it is, where the service takes them with the order."""
    files = files_of(request)
    if not files or provider.files_in_submit:
        return request
    found: dict[LocalFile, str | Reference] = {}
    tell = teller(files, progress)
    for file in files:
        part = part_of(file)
        tell(file, 0)
        address = await converse(connection, provider.upload(part, request), read, tell)
        # What it is was seen in the file; its new address need not tell.
        found[file] = address if part.kind is Kind.AUDIO else REFERENCE_TYPES[part.kind](address)
    return request.with_addresses(found)


def teller(files: Sequence[LocalFile], progress: Progress | None) -> Sent:
    """What hears of the bytes of these files that leave, and tells how far that is."""
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
    except OSError:  # whoever sends it will say so
        return 0


def now_and_then(progress: Progress, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Hears of every piece that leaves, and passes on what is new now and then, and each file's end."""
    last = float("-inf")

    def hear(upload: Upload) -> None:
        nonlocal last
        if upload.sent == upload.size or clock() - last >= _REFRESH:
            last = clock()
            progress(upload)

    return hear


def files_of(request: VideoRequest) -> list[LocalFile]:
    """The local files of a request, each once, in their order."""
    places = (source_of(each) for _, each in request.sources)
    return list(dict.fromkeys(place for place in places if isinstance(place, LocalFile)))


async def converse(
    connection: Connection,
    steps: Generator[Call, Reply, T],
    read: Read,
    sent: Sent | None = None,
) -> T:
    """Send what a provider yields and give it the replies, to the end; `sent` hears of files that leave.

    Raises `UnexpectedReply` before anything goes to an address that the service may not send us to.
    """
    try:
        call = next(steps)
        while True:
            await _check_address(connection, call.path)
            reply = await connection.send(call, sent if call.form else None)
            call = steps.send(read(_same, reply))
    except StopIteration as done:
        result: T = done.value
        return result


async def _check_address(connection: Connection, path: str) -> None:
    """A place for a file is trusted with the network around us no more than a place of a clip."""
    if path.startswith("/"):
        return
    try:
        await connection.check_address(path)
    except ForbiddenAddress as error:
        place = printable(path.partition("?")[0])[:200]
        raise UnexpectedReply(f"The service may not send us to {place}; nothing was sent there.") from error
    except httpx.ConnectError as error:
        raise ConnectError(f"The place for the file could not be reached: {error}. Check the network.") from error


def _same(reply: Reply) -> Reply:
    return reply
