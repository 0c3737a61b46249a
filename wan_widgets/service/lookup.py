"""The IP addresses from which a clip may be fetched.

The connection goes to the IP addresses that were looked up and checked. So a server gains nothing if its name leads
somewhere else a moment later (DNS rebinding).

Behind a proxy, the proxy looks names up and decides what it lets through. Then only hosts that are IP addresses are
checked here. A transport from the caller counts as a proxy, because it may know hosts of its own.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address

import httpx

from wan_widgets.service.addresses import (
    Address,
    ForbiddenAddress,
    Reach,
    check_way,
    host_of,
    parsed,
    reach_of_service,
    spelled_out,
)
from wan_widgets.service.network import network_reason_of
from wan_widgets.service.proxies import proxy_for
from wan_widgets.service.settings import is_loopback
from wan_widgets.words import say, saying

_LONGEST = 15.0  # seconds
_EACH = 2  # addresses of one name that are tried, for IPv4 and for IPv6: one of them may not be reachable from here
_LOOPBACK = ip_address("127.0.0.1")


class Lookup:
    """Finds the IP addresses to connect to, for one service. `connects` is false if a transport does that itself."""

    def __init__(self, base_url: str, *, connects: bool) -> None:
        self._base_url = base_url
        self._connects = connects

    async def ip_addresses(self, url: httpx.URL) -> list[str]:
        """The IP addresses to connect to, in order; empty if the connection goes to the URL's host by its name.

        Raises `ForbiddenAddress`, and `httpx.ConnectError` for a name that is not known.
        """
        own = parsed(self._base_url)
        if host_of(url) == host_of(own):
            return []
        found = await self._addresses(url)
        try:
            check_way(url, found, Reach.PUBLIC)
        except ForbiddenAddress:
            # Only a private address makes it matter where the service is.
            check_way(url, found, reach_of_service(await self._known(own)))
        return [str(address) for address in _first(found)] if self._looks_up(url) else []

    async def _known(self, url: httpx.URL) -> list[Address]:
        try:
            return await self._addresses(url)
        except httpx.ConnectError:
            return []

    def _looks_up(self, url: httpx.URL) -> bool:
        return self._connects and proxy_for(url) is None

    async def _addresses(self, url: httpx.URL) -> list[Address]:
        if (address := spelled_out(host_of(url))) is not None:
            return [address]
        if self._looks_up(url):
            return await _resolved(url)
        return [_LOOPBACK] if is_loopback(host_of(url)) else []


def _first(addresses: Iterable[Address]) -> Iterable[Address]:
    left = {4: _EACH, 6: _EACH}
    for address in addresses:
        left[address.version] -= 1
        if left[address.version] >= 0:
            yield address


async def _resolved(url: httpx.URL) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_LONGEST):
            found = await loop.getaddrinfo(url.raw_host.decode(), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = say("service.host.silence") if isinstance(error, TimeoutError) else network_reason_of(error)
        said = say("service.host.error", host=host_of(url), reason=reason)
        raise saying(httpx.ConnectError(""), said) from error
    wanted = [endpoint[0] for family, *_, endpoint in found if family in (socket.AF_INET, socket.AF_INET6)]
    if not wanted:
        raise saying(httpx.ConnectError(""), say("service.host.homeless", host=host_of(url)))
    return [ip_address(each) for each in dict.fromkeys(wanted)]
