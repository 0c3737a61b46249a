"""HTTP: a `Call` goes out, a `Reply` comes back, and httpx's errors become ours.

The key is sent in the Authorization header, and to no other origin than the service's own.
"""

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import httpx

from wan_widgets.files.images import NotMedia
from wan_widgets.providers import Call, Reply
from wan_widgets.service.addresses import ForbiddenAddress, host_of, parsed, redirected
from wan_widgets.service.forms import Sent, parts
from wan_widgets.service.lookup import Lookup
from wan_widgets.service.pools import Pool, Pools
from wan_widgets.service.proxies import PAST_PROXIES, ByProxy
from wan_widgets.service.secret import Secret, keep_out_of_logs
from wan_widgets.service.settings import Settings
from wan_widgets.wan.errors import ConnectError, TimeoutException, TransportError, UnexpectedReply

_REDIRECTS = 5
_LONGEST_CALL = 180.0
_LONGEST_UPLOAD = 3600.0
"""Seconds from the request to the last byte of the reply, for calls without and with files."""
_PACKED = ("", "identity", "gzip", "deflate")
_IS_CALL = "wan_widgets.call"
_LARGEST_REPLY = 4 * 2**20
_TIMEOUT = httpx.Timeout(60.0, connect=15.0, pool=None)
_TIMEOUT_OF_ONE = httpx.Timeout(60.0, connect=4.0, pool=None)  # if more addresses can be tried


class Connection:
    """The HTTP side of a client. It opens at its first use, in each event loop that uses it."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self._settings = settings
        self._transport = transport
        # A transport from the caller connects by itself, maybe to hosts that only it knows.
        self._lookup = Lookup(settings.base_url, connects=transport is None and not settings.embedded)
        self._pools = Pools(self._made)

    def absolute(self, path: str) -> str:
        """The address of a path below the base URL; an address is returned unchanged."""
        return self._settings.base_url + path if path.startswith("/") else path

    async def send(self, call: Call, sent: Sent | None = None, *, is_order: bool = False) -> Reply:
        """Send a call and return its reply. `sent` is called for each piece of a file that has left.

        An order leaves on a connection of its own, which no server can be about to close.
        Raises `ConnectError`, `TimeoutException`, `TransportError` or `UnexpectedReply`.
        """
        pool = self._pool()
        content = {"files": await asyncio.to_thread(_parts, call, sent)} if call.form else {"json": call.json}
        url = self.absolute(call.path)
        headers = {"Accept-Encoding": "gzip", **call.headers}
        body = b""
        http = pool.single_use if is_order else pool.http
        async with pool.calls, self._stream(http, call.method, url, headers=headers, **content) as response:
            if response.headers.get("content-encoding", "").lower() not in _PACKED:
                raise UnexpectedReply(f"{self._title} packed its reply in a way that was not asked for.")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_REPLY:
                    raise UnexpectedReply(f"{self._title} sent more than {_LARGEST_REPLY >> 20} MiB in reply.")
        return Reply(response.status_code, body, {name.lower(): value for name, value in response.headers.items()})

    @asynccontextmanager
    async def fetch(self, address: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """Request a file, following redirects. The key is sent to the service's own origin only.

        Raises `ForbiddenAddress` for an address that must not be fetched, and `TransportError`.
        """
        async with self._pool().downloads:
            url = parsed(self.absolute(address))
            for _ in range(_REDIRECTS + 1):
                async with self._opened(url, headers) as response:
                    if not response.has_redirect_location:
                        yield response
                        return
                    url = redirected(url, response)
            raise ForbiddenAddress(f"its address is redirected more than {_REDIRECTS} times, perhaps in a circle")

    @asynccontextmanager
    async def _opened(self, url: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        with _translated("the file server", self._settings.key):
            response = await self._answer(url, headers)
            try:
                yield response
            finally:
                await response.aclose()

    async def _answer(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        http = self._pool().single_use
        ip_addresses = await self._lookup.ip_addresses(url)
        if not ip_addresses:
            request = http.build_request("GET", url, headers=headers)
            return await http.send(request, stream=True, auth=self._auth)
        *others, last = (_pinned(http, url, each, headers) for each in ip_addresses)
        for request in others:
            request.extensions["timeout"] = _TIMEOUT_OF_ONE.as_dict()
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await http.send(request, stream=True, auth=None)
        return await http.send(last, stream=True, auth=None)

    async def check_address(self, address: str) -> None:
        """Raise `ForbiddenAddress` if the service may not lead us to an address, and `httpx.ConnectError`."""
        await self._lookup.ip_addresses(parsed(address))

    async def close(self) -> None:
        """Close the connections of this event loop. The next use opens new ones."""
        await self._pools.close()

    def _pool(self) -> Pool:
        with _translated(self._title, self._settings.key):
            return self._pools.current()

    @property
    def _title(self) -> str:
        return self._settings.provider.title

    @asynccontextmanager
    async def _stream(
        self, http: httpx.AsyncClient, method: str, url: str, **content: Any
    ) -> AsyncIterator[httpx.Response]:
        with _translated(self._title, self._settings.key):
            target = httpx.URL(url)
            if (target.port or 0) > 65535:  # the socket would notice it too late
                raise httpx.InvalidURL(f"Invalid port: {target.port}")
            request = http.build_request(method, target, extensions={_IS_CALL: True}, **content)
            patience = _LONGEST_UPLOAD if content.get("files") else _LONGEST_CALL
            async with asyncio.timeout(patience):  # a reply may come byte by byte for ever, without a pause
                response = await http.send(request, stream=True, auth=self._auth)
                try:
                    yield response
                finally:
                    await response.aclose()

    @property
    def _auth(self) -> httpx.Auth:
        return _OwnOrigin(self._settings.key, httpx.URL(self._settings.base_url))

    def _made(self, limits: httpx.Limits) -> httpx.AsyncClient:
        transport = self._transport or (_embedded_simulator() if self._settings.embedded else None)
        if self._settings.key is not None:
            keep_out_of_logs(self._settings.key)
        return httpx.AsyncClient(
            transport=transport or ByProxy(httpx.URL(self._settings.base_url), limits),
            timeout=_TIMEOUT,
            event_hooks={"response": [_without_redirect]},
        )


def _parts(call: Call, sent: Sent | None) -> list[tuple[str, Any]]:
    try:
        return parts(call.form, sent)
    except (OSError, NotMedia) as error:
        raise ConnectError(f"A file could not be read: {error}. Nothing was sent.") from error


def _pinned(http: httpx.AsyncClient, url: httpx.URL, ip_address: str, headers: Mapping[str, str]) -> httpx.Request:
    """A request to one IP address, with the name of the URL's host in its header and in the certificate check.

    The connection is not used again: the pool knows only its IP address, and would use it for other names too.
    """
    own = {"Host": url.netloc.decode("ascii"), "Connection": "close"}
    extensions = {"sni_hostname": host_of(url), PAST_PROXIES: True}  # its name, not its address, was asked about
    return http.build_request("GET", url.copy_with(host=ip_address), headers={**headers, **own}, extensions=extensions)


async def _without_redirect(response: httpx.Response) -> None:
    """Hide a redirect, which no call follows. httpx would still parse it, and could fail as if nothing was sent."""
    if response.request.extensions.get(_IS_CALL):
        response.headers.pop("location", None)


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
    from wan_widgets.simulator import Simulator  # noqa: PLC0415  # it loads a web framework

    return Simulator().transport()


@contextmanager
def _translated(service: str, key: Secret | None = None) -> Generator[None, None, None]:
    """Raise httpx's errors as ours, without the key. A `ConnectError` means that nothing was sent."""
    try:
        with _key_struck(key):
            yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
        raise ConnectError(
            f"{service} could not be reached: {_reason(error)}. Check the network and the address."
        ) from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, OverflowError, UnicodeError) as error:
        raise ConnectError(f"That address cannot be fetched: {_reason(error)}.") from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise TimeoutException(f"{service} did not reply in time.") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise TransportError(f"The connection to {service} broke: {_reason(error)}.") from error


@contextmanager
def _key_struck(key: Secret | None) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        while key is not None and cause is not None:
            cause.args = tuple(key.strike_from(arg, "***") if isinstance(arg, str) else arg for arg in cause.args)
            cause = cause.__cause__ or cause.__context__
        raise


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
