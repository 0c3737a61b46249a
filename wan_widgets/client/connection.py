"""HTTP: a `Call` goes out, a `Reply` comes back, and httpx's errors become ours.

The key travels in the Authorization header to the service's own origin and to no other.
"""

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx

from wan_widgets.client.files import NotMedia
from wan_widgets.client.multipart import Sent, parts
from wan_widgets.client.settings import Secret, Settings, is_loopback
from wan_widgets.providers import Call, Reply
from wan_widgets.wan.errors import ConnectError, TimeoutException, TransportError, UnexpectedReply

_CALLS = 10  # more connections than this make httpx's pool slow; and nothing may queue inside it
_DOWNLOADS = 4
_LARGEST_REPLY = 4 * 2**20
_TIMEOUT = httpx.Timeout(60.0, connect=15.0, pool=None)
_LIMITS = httpx.Limits(max_connections=_CALLS + _DOWNLOADS, max_keepalive_connections=_CALLS + _DOWNLOADS)


class Connection:
    """The HTTP side of a client. Opens at the first use and belongs to the event loop of that moment."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self._settings = settings
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        self._calls = asyncio.Semaphore(_CALLS)
        self._downloads = asyncio.Semaphore(_DOWNLOADS)

    def absolute(self, path: str) -> str:
        """A path below the base URL as an address; an address as it is."""
        return self._settings.base_url + path if path.startswith("/") else path

    async def send(self, call: Call, sent: Sent | None = None) -> Reply:
        """Send a call, telling `sent` of each piece of a file that left.

        Raises `ConnectError`, `TimeoutException`, `TransportError` or `UnexpectedReply`.
        """
        content = {"files": _parts(call, sent)} if call.form else {"json": call.json}
        url = self.absolute(call.path)
        async with self._calls, self._stream(call.method, url, headers=dict(call.headers), **content) as response:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_REPLY:
                    raise UnexpectedReply(f"{self._title} sent more than {_LARGEST_REPLY >> 20} MiB in reply.")
        return Reply(response.status_code, body, {name.lower(): value for name, value in response.headers.items()})

    @asynccontextmanager
    async def fetch(self, url: str) -> AsyncIterator[httpx.Response]:
        """Open a file for reading, following redirects; the key is left out wherever the origin is another."""
        async with self._downloads:
            for _ in range(6):
                async with self._stream("GET", self.absolute(url)) as response:
                    if response.next_request is None:
                        yield response
                        return
                    url = str(response.next_request.url)
            raise TransportError("The clip's address redirects in a circle.")

    async def close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    @property
    def _title(self) -> str:
        return self._settings.provider.title

    @asynccontextmanager
    async def _stream(self, method: str, url: str, **content: Any) -> AsyncIterator[httpx.Response]:
        with _translated(self._title):
            auth = _OwnOrigin(self._settings.key, httpx.URL(self._settings.base_url))
            target = httpx.URL(url)
            if (target.port or 0) > 65535:  # which the socket would find out too late
                raise httpx.InvalidURL(f"Invalid port: {target.port}")
            async with self._open().stream(method, target, auth=auth, **content) as response:
                yield response

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            transport = self._transport or (_embedded_simulator() if self._settings.embedded else None)
            own = httpx.URL(self._settings.base_url)
            # Past any proxy: the key may travel in clear text because it stays within this machine.
            direct = {f"all://{own.netloc.decode()}": None} if is_loopback(own.host) else None
            self._http = httpx.AsyncClient(transport=transport, mounts=direct, timeout=_TIMEOUT, limits=_LIMITS)
        return self._http


def _parts(call: Call, sent: Sent | None) -> list[tuple[str, Any]]:
    try:
        return parts(call.form, sent)
    except (OSError, NotMedia) as error:
        raise ConnectError(f"A file could not be read: {error}. Nothing was sent.") from error


class _OwnOrigin(httpx.Auth):
    def __init__(self, key: Secret | None, base_url: httpx.URL) -> None:
        self._key = key
        self._origin = _origin(base_url)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._key is not None and _origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _embedded_simulator() -> httpx.AsyncBaseTransport:
    from wan_widgets.simulator import Simulator  # noqa: PLC0415  # a web framework, loaded by those who use it

    return Simulator().transport()


@contextmanager
def _translated(service: str) -> Generator[None, None, None]:
    """Raise httpx's errors as ours, by what they say of whether anything was sent."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        raise ConnectError(
            f"{service} could not be reached: {_reason(error)}. Check the network and the address."
        ) from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, OverflowError, UnicodeError) as error:
        raise ConnectError(f"That address cannot be fetched: {_reason(error)}.") from error
    except httpx.TimeoutException as error:
        raise TimeoutException(f"{service} did not reply in time.") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise TransportError(f"The connection to {service} broke: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
