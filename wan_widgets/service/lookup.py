"""From a clip's address to the machines that may be asked for it.

What was looked up and found harmless is also what is connected to: a name that changes between the two, as of a server
that rebinds it, gains nothing. Where a proxy stands between, it is the one that looks names up, and what it lets
through is its own affair; then only hosts that spell an address out are judged here. What goes past it by ``NO_PROXY``
is looked up, but connected to by its name, by which httpx knows that. A transport that was brought along is left alone
as a proxy is: it may know hosts that nobody else does.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass_environment  # type: ignore[attr-defined]  # missing in typeshed

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
from wan_widgets.service.settings import is_loopback

_LONGEST = 15.0  # seconds
_EACH = 2  # addresses of one name that are tried, of either family: one of them may lead nowhere from here
_LOOPBACK = ip_address("127.0.0.1")


class Lookup:
    """Finds where to connect, for one service. `connects`: false where something else does that."""

    def __init__(self, base_url: str, *, connects: bool) -> None:
        self._base_url = base_url
        self._connects = connects

    async def places(self, url: httpx.URL) -> list[str]:
        """The IP addresses to connect to, in order; none where the address is to be used as it is.

        Raises `ForbiddenAddress`, and `httpx.ConnectError` for a name that is not known.
        """
        own = parsed(self._base_url)
        if host_of(url) == host_of(own):
            return []
        found = await self._addresses(url)
        try:
            check_way(url, found, Reach.PUBLIC)
        except ForbiddenAddress:
            # Where the service is need only be known for what is not public.
            check_way(url, found, reach_of_service(await self._known(own)))
        return [str(address) for address in _first(found)] if self._connects and not _proxies(url) else []

    async def _known(self, url: httpx.URL) -> list[Address]:
        try:
            return await self._addresses(url)
        except httpx.ConnectError:
            return []

    async def _addresses(self, url: httpx.URL) -> list[Address]:
        if (address := spelled_out(host_of(url))) is not None:
            return [address]
        proxies = _proxies(url)
        if self._connects and (not proxies or proxy_bypass_environment(host_of(url), proxies)):
            return await _resolved(url)
        return [_LOOPBACK] if is_loopback(host_of(url)) else []


def _first(addresses: Iterable[Address]) -> Iterable[Address]:
    left = {4: _EACH, 6: _EACH}
    for address in addresses:
        left[address.version] -= 1
        if left[address.version] >= 0:
            yield address


def _proxies(url: httpx.URL) -> dict[str, str]:
    """The settings of proxies, where there is one for such an address."""
    proxies = getproxies()
    return proxies if proxies.get(url.scheme) or proxies.get("all") else {}


async def _resolved(url: httpx.URL) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_LONGEST):
            found = await loop.getaddrinfo(url.raw_host.decode(), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host_of(url)}: {str(error) or 'no name server answered in time'}") from error
    wanted = [place[0] for family, *_, place in found if family in (socket.AF_INET, socket.AF_INET6)]
    if not wanted:
        raise httpx.ConnectError(f"{host_of(url)}: it has no address")
    return [ip_address(each) for each in dict.fromkeys(wanted)]
