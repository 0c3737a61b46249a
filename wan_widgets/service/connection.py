"""HTTP: a `Call` goes out, a `Reply` comes back, and httpx's errors become ours.

The key is sent in the Authorization header, and to no other origin than the service's own.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Generator, Hashable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import cached_property, lru_cache
from typing import Any

import httpx

from wan_widgets.files.images import NotMedia
from wan_widgets.providers import Call, Reply
from wan_widgets.service.addresses import ForbiddenAddress, host_of, parsed, redirected
from wan_widgets.service.forms import Sent, parts
from wan_widgets.service.lookup import Lookup
from wan_widgets.service.network import Translated
from wan_widgets.service.pools import TIMEOUT, Pools
from wan_widgets.service.proxies import PAST_PROXIES, ByProxy
from wan_widgets.service.secret import keep_out_of_logs
from wan_widgets.service.settings import Settings
from wan_widgets.wan.errors import ConnectError, UnexpectedReply
from wan_widgets.words import said_by, say, saying

_REDIRECTS = 5
_LONGEST_CALL = 180.0
_LONGEST_UPLOAD = 3600.0
"""Seconds from the request to the last byte of the reply, for calls without and with files."""
_PACKED = ("", "identity", "gzip", "deflate")
_LARGEST_REPLY = 4 * 2**20
_LAST_PORT = 65535
_PATIENCE = TIMEOUT.as_dict()
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": f"python-httpx/{httpx.__version__}"}
_NOTHING = httpx.ByteStream(b"")
_TIMEOUT_OF_ONE = httpx.Timeout(60.0, connect=4.0, pool=None)  # if more addresses can be tried
_Origin = tuple[str, str, int | None]


class Connection:
    """The HTTP side of a client. It opens at its first use, in each event loop that uses it."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self._settings = settings
        self._transport = transport
        # A transport from the caller connects by itself, maybe to hosts that only it knows.
        self._lookup = Lookup(settings.base_url, connects=transport is None and not settings.embedded)
        self._pools = Pools(self._made, self._site())

    def absolute(self, path: str) -> str:
        """The address of a path below the base URL; an address is returned unchanged."""
        return self._settings.base_url + path if path.startswith("/") else path

    async def send(self, call: Call, sent: Sent | None = None, *, is_order: bool = False) -> Reply:
        """Send a call and return its reply, without the key. `sent` is called for each piece of a file that has left.

        An order leaves on a connection of its own, which no server can be about to close. Its caller must have one of
        the `places_for_orders`.
        Raises `ConnectError`, `TimeoutException`, `TransportError` or `UnexpectedReply`.
        """
        form = await asyncio.to_thread(_parts, call, sent) if call.form else None
        with self._translated(self._title):
            pool, request = self._pools.current(), self._request(call, form)
            place = nullcontext() if is_order else pool.uploads if call.form else pool.calls
            # A reply may come byte by byte for ever, without a pause.
            async with place, asyncio.timeout(_LONGEST_UPLOAD if call.form else _LONGEST_CALL):
                # A call follows no redirect and has no cookies, so it needs no more of httpx than the transport.
                transport = pool.single_use if is_order else pool.kept
                response = await transport.handle_async_request(request)
                try:
                    body = await self._body(response)
                finally:
                    await response.aclose()
        return self._without_key(response, body)

    @property
    def places_for_orders(self) -> tuple[asyncio.Semaphore, asyncio.Semaphore]:
        """The places for orders, in the event loop that runs: for new ones, and for those that had to wait."""
        pool = self._pools.current()
        return pool.orders, pool.orders_again

    def _without_key(self, response: httpx.Response, body: bytes) -> Reply:
        """The reply without the key, which the service may quote.

        The key is struck before anybody reads the reply, because reading may cut a long text in the middle of the key.
        """
        key, headers = self._settings.key, {name.lower(): value for name, value in response.headers.items()}
        if key is None:
            return Reply(response.status_code, body, headers)
        content = key.strike_from(body.decode("latin-1"), "***").encode("latin-1")  # it keeps every byte
        headers = {name: key.strike_from(value, "***") for name, value in headers.items()}
        return Reply(response.status_code, content, headers)

    def struck(self, value: Any) -> Any:
        """JSON without the key, which somebody may have pasted into a prompt."""
        key = self._settings.key
        return value if key is None else json.loads(key.strike_from(json.dumps(value)))

    def _request(self, call: Call, form: list[tuple[str, Any]] | None) -> httpx.Request:
        url, origin = _url(self.absolute(call.path))
        extensions = {"timeout": _PATIENCE}
        if call.method == "GET" and not call.headers and call.json is None and origin == self._origin:
            request = httpx.Request(call.method, url, headers=self._usual, stream=_NOTHING, extensions=extensions)
            request.read()
            return request
        headers = {**_HEADERS, **call.headers, **self._authorization(url)}
        return httpx.Request(call.method, url, headers=headers, json=call.json, files=form, extensions=extensions)

    @cached_property
    def _usual(self) -> httpx.Headers:
        """The headers of a question. To make them anew each time is a fifth of a question's work."""
        url = httpx.URL(self._settings.base_url)
        return httpx.Headers({"Host": url.netloc.decode("ascii"), **_HEADERS, **self._authorization(url)})

    def _authorization(self, url: httpx.URL) -> dict[str, str]:
        key = self._settings.key
        return {"Authorization": f"Bearer {key.reveal()}"} if key is not None and _origin(url) == self._origin else {}

    def _translated(self, service: str | None) -> Translated:
        return Translated(service, self._settings.key)

    async def _body(self, response: httpx.Response) -> bytes:
        packing = response.headers.get("content-encoding", "").lower()
        if packing not in _PACKED:
            raise UnexpectedReply(say("service.reply.packed", service=self._title))
        body = b""
        stream, is_packed = response.stream, packing not in ("", "identity")
        # httpx's own way to the bytes of a reply that is not packed costs as much again as reading them.
        if isinstance(stream, httpx.AsyncByteStream) and not is_packed:
            chunks = aiter(stream)
        else:
            chunks = response.aiter_bytes()
        async for chunk in chunks:
            body += chunk
            if len(body) > _LARGEST_REPLY:
                raise UnexpectedReply(say("service.reply.large", service=self._title, size=_LARGEST_REPLY >> 20))
        return body

    @asynccontextmanager
    async def fetch(self, address: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """Request a file, following redirects. The key is sent to the service's own origin only.

        Raises `ForbiddenAddress` for an address that must not be fetched, and `TransportError`.
        """
        with self._translated(self._title):
            downloads = self._pools.current().downloads
        async with downloads:
            url = parsed(self.absolute(address))
            for _ in range(_REDIRECTS + 1):
                async with self._opened(url, headers) as response:
                    if not response.has_redirect_location:
                        yield response
                        return
                    url = redirected(url, response)
            raise ForbiddenAddress(say("service.address.circle", limit=_REDIRECTS))

    @asynccontextmanager
    async def _opened(self, url: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        with self._translated(None):
            response = await self._answer(url, headers)
            try:
                yield response
            finally:
                await response.aclose()

    async def _answer(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        http = self._pools.current().files
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

    @property
    def _title(self) -> str:
        return self._settings.provider.title

    @property
    def _auth(self) -> httpx.Auth:
        return _OwnOrigin(self._authorization)

    @cached_property
    def _origin(self) -> _Origin:
        return _origin(httpx.URL(self._settings.base_url))

    def _made(self, limits: httpx.Limits) -> httpx.AsyncBaseTransport:
        if self._settings.key is not None:
            keep_out_of_logs(self._settings.key)
        if self._transport is not None:
            return self._transport
        if self._settings.embedded:
            return _embedded_simulator()
        return ByProxy(httpx.URL(self._settings.base_url), limits)

    def _site(self) -> Hashable:
        """What clients must have in common to use the same connections; ``None`` if they cannot share any."""
        settings = self._settings
        if settings.embedded and self._transport is None:
            return None
        return settings.base_url, settings.key.reveal() if settings.key else None, id(self._transport)


@lru_cache(maxsize=8192)
def _url(address: str) -> tuple[httpx.URL, _Origin]:
    """The address of a call and its origin. The same one is asked again and again, and to parse it takes long."""
    url = httpx.URL(address)
    if (url.port or 0) > _LAST_PORT:  # the socket would notice it too late
        raise saying(httpx.InvalidURL(""), say("service.address.port", port=url.port))
    return url, _origin(url)


def _parts(call: Call, sent: Sent | None) -> list[tuple[str, Any]]:
    try:
        return parts(call.form, sent)
    except (OSError, NotMedia) as error:
        raise ConnectError(say("service.file.unreadable", reason=said_by(error))) from error


def _pinned(http: httpx.AsyncClient, url: httpx.URL, ip_address: str, headers: Mapping[str, str]) -> httpx.Request:
    """A request to one IP address, with the name of the URL's host in its header and in the certificate check.

    The connection is not used again: the pool knows only its IP address, and would use it for other names too.
    """
    own = {"Host": url.netloc.decode("ascii"), "Connection": "close"}
    extensions = {"sni_hostname": host_of(url), PAST_PROXIES: True}  # its name, not its address, was asked about
    return http.build_request("GET", url.copy_with(host=ip_address), headers={**headers, **own}, extensions=extensions)


class _OwnOrigin(httpx.Auth):
    def __init__(self, authorization: Callable[[httpx.URL], dict[str, str]]) -> None:
        self._authorization = authorization

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._authorization(request.url))
        yield request


def _origin(url: httpx.URL) -> _Origin:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _embedded_simulator() -> httpx.AsyncBaseTransport:
    from wan_widgets.simulator import Simulator  # noqa: PLC0415  # it loads a web framework

    return Simulator().transport()
