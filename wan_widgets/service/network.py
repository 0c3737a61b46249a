"""httpx's errors as ours: why the network failed, in the language of the reader.

httpx has only what the system says, with a number.
"""

import errno
import socket
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx

from wan_widgets.service.secret import Secret
from wan_widgets.wan.errors import ConnectError, TimeoutException, TransportError, WanError
from wan_widgets.words import Said, Text, joined, said_by, say

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


class Translated:
    """Raises httpx's errors in its block as ours, without the key. A `ConnectError` means that nothing was sent.

    `service` is the title of the service, and ``None`` stands for the server of a file. It is a class and no generator,
    because every question is in such a block, and a generator costs more.
    """

    __slots__ = ("_key", "_service")

    def __init__(self, service: str | None, key: Secret | None) -> None:
        self._service = service
        self._key = key

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        if self._key is not None and isinstance(error, Exception):
            _strike(self._key, error)
        if (ours := self._ours(error)) is not None:
            raise ours from error

    def _ours(self, error: BaseException) -> WanError | None:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            keys = "service.connection.unreachable", "service.files.unreachable"
            happened = self._say(*keys, reason=network_reason_of(error))
            return ConnectError(joined(happened, say("service.connection.remedy")))
        if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | OverflowError | UnicodeError):
            return ConnectError(say("service.connection.no_address", reason=said_by(error)))
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return TimeoutException(self._say("service.connection.late", "service.files.late"))
        if isinstance(error, httpx.TransportError | httpx.DecodingError):
            reason = network_reason_of(error)
            return TransportError(self._say("service.connection.broke", "service.files.broke", reason=reason))
        return None

    def _say(self, of_service: str, of_files: str, **values: object) -> Text:
        if self._service is None:
            return say(of_files, **values)
        return say(of_service, service=self._service, **values)


def _strike(key: Secret, error: BaseException) -> None:
    """Strike the key out of an error and of those that it came of."""
    cause: BaseException | None = error
    while cause is not None:
        cause.args = tuple(_struck(key, arg) for arg in cause.args)
        cause = cause.__cause__ or cause.__context__


def _struck(key: Secret, arg: Any) -> Any:
    """An argument of an error without the key, which may be in the text or in a value of a sentence."""
    if isinstance(arg, str):
        return key.strike_from(arg, "***")
    if isinstance(arg, Text):
        return type(arg)(arg.key, {name: _struck(key, value) for name, value in arg.values.items()})
    return arg
