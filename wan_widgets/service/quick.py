"""Questions over aiohttp, where it is installed: ``pip install ".[quick]"``. They need less CPU time.

It is for questions only. aiohttp writes addresses anew, which would break the signed address of a file, and after a
broken connection it does not say whether a request has left, which one must know of an order.
"""

import asyncio
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from httpx_aiohttp import AiohttpTransport


@cache
def is_installed() -> bool:
    """Whether questions can go over aiohttp."""
    return find_spec("httpx_aiohttp") is not None


def is_question(request: httpx.Request) -> bool:
    """Whether a request only asks. If it is lost, or sent twice, nothing happens."""
    return request.method == "GET"


class Quick(httpx.AsyncBaseTransport):
    """Sends questions directly, past every proxy, on connections that are kept."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._limits = limits
        self._making = asyncio.Lock()
        self._inner: AiohttpTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        inner = self._inner or await self._made()
        from aiohttp import ClientError, ServerDisconnectedError  # noqa: PLC0415  # `_made` has loaded it

        try:
            return await inner.handle_async_request(request)
        except httpx.ConnectTimeout as error:  # this is how the transport reads a connection that was cut
            if isinstance(error.__cause__, ServerDisconnectedError):
                raise httpx.RemoteProtocolError(str(error)) from error
            raise
        except ClientError as error:
            raise httpx.RemoteProtocolError(str(error)) from error

    async def aclose(self) -> None:
        if self._inner is not None:
            await self._inner.aclose()

    async def _made(self) -> "AiohttpTransport":
        async with self._making:
            if self._inner is None:
                await asyncio.to_thread(import_module, "httpx_aiohttp")  # it takes longer than a loop may stand still
                self._inner = self._transport()
            return self._inner

    def _transport(self) -> "AiohttpTransport":
        from aiohttp import ClientSession, DummyCookieJar, TCPConnector  # noqa: PLC0415  # `_made` has loaded it in a thread
        from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

        authorities = httpx.create_ssl_context()  # those that httpx trusts
        most, alive = self._limits.max_connections or 0, self._limits.keepalive_expiry
        connector = TCPConnector(limit=most, keepalive_timeout=alive, ssl=authorities)
        return AiohttpTransport(
            verify=authorities, client=ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        )
