"""Why the network failed, in the language of the reader. httpx has only what the system says, with a number."""

import errno
import socket
from collections.abc import Iterator

import httpx

from wan_widgets.words import Said, Text, said_by, say

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "service.network.unknown"),
    (ConnectionRefusedError, "service.network.refused"),
    (ConnectionResetError, "service.network.cut"),
    (BrokenPipeError, "service.network.cut"),
    (TimeoutError, "service.network.late"),
)
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH)
_CUT = ("Server disconnected", "peer closed connection")  # httpx and h11 say only so that a server broke off


def network_reason_of(error: BaseException) -> Said:
    """Why a connection was not made, or broke. Rare reasons stay as the system says them."""
    said = said_by(error)
    if isinstance(said, Text):
        return said
    if isinstance(error, httpx.RemoteProtocolError) and str(said).startswith(_CUT):
        return say("service.network.cut")
    key = next(filter(None, map(_key_of, _causes(error))), None)
    return say(key) if key else said


def _key_of(cause: BaseException) -> str | None:
    if isinstance(cause, OSError) and cause.errno in _NO_WAY:
        return "service.network.no_way"
    return next((key for kind, key in _REASONS if isinstance(cause, kind)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and those that it came of. A name with several addresses has one for each of them."""
    while error is not None:
        yield from error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
        error = error.__cause__ or error.__context__
