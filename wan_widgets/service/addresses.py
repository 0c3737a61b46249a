"""Where a clip's address may lead. No I/O: `lookup` looks names up, and this module judges the IP addresses.

A service names the addresses of its clips, and a redirect may name another one. Neither may lead into the network
around this machine, unless the service itself is in that network.
"""

import socket
from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from wan_widgets.words import said_by, say

Address = IPv4Address | IPv6Address


class ForbiddenAddress(Exception):
    """An address that must not be fetched."""


class Reach(Enum):
    """What an address leads to."""

    PUBLIC = "public"
    PRIVATE = "private"
    MACHINE = "machine"
    SPECIAL = "special"
    """A place where no file server is."""


WHERE = {
    Reach.PUBLIC: say("service.reach.public"),
    Reach.PRIVATE: say("service.reach.private"),
    Reach.MACHINE: say("service.reach.machine"),
    Reach.SPECIAL: say("service.reach.special"),
}
"""What an address leads to, in words that follow "leads to"."""


OPEN_TO = {
    Reach.PUBLIC: {Reach.PUBLIC},
    Reach.PRIVATE: {Reach.PUBLIC, Reach.PRIVATE},
    Reach.MACHINE: {Reach.PUBLIC, Reach.PRIVATE, Reach.MACHINE},
    Reach.SPECIAL: {Reach.PUBLIC, Reach.PRIVATE},
}
"""Where files may be, by where their service is. A service in the LAN may not lead to this machine."""

_STAND_INS = (ip_network("198.18.0.0/15"), ip_network("fc00::/18"))
"""Tunnels (Clash, sing-box, Surge) give every name such an address, and connect to the name on the internet."""
_TRANSLATED = ip_network("64:ff9b::/96")
"""NAT64: the last 32 bits are an IPv4 address."""


def parsed(address: str) -> httpx.URL:
    """The URL of an http(s) address, without user name and password. Raises `ForbiddenAddress`."""
    try:
        url = httpx.URL(address)
        port = 80 if url.port is None else url.port
        if not url.host or not 0 < port <= 65535:  # reading the host also checks it
            raise ForbiddenAddress(say("service.address.hostless"))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ForbiddenAddress(say("service.address.unreadable", reason=said_by(error))) from error
    if url.scheme not in ("http", "https"):
        raise ForbiddenAddress(say("service.address.scheme", scheme=url.scheme))
    return url.copy_with(username=None, password=None) if url.userinfo else url


def redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """The URL to which a redirect leads. Raises `ForbiddenAddress`."""
    try:
        return parsed(str(url.join(response.headers["location"])))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ForbiddenAddress(say("service.address.redirected", reason=said_by(error))) from error


def host_of(url: httpx.URL) -> str:
    """The host as it is looked up: in lower case, without a final dot."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def spelled_out(host: str) -> Address | None:
    """The host's IP address if it is one, in any spelling that resolvers know, also ``2130706433`` or ``0x7f.1``."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def reach(address: Address) -> Reach:
    """What an address leads to. An IPv6 address that contains an IPv4 address leads to that one."""
    if isinstance(address, IPv6Address):
        if (inner := _inner(address)) is not None:
            return reach(inner)
        if address.is_site_local:
            return Reach.PRIVATE
    if address.is_loopback or address.is_unspecified:  # a connection to 0.0.0.0 also reaches this machine
        return Reach.MACHINE
    if address.is_link_local or address.is_multicast or address.is_reserved:
        return Reach.SPECIAL
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def reach_of_service(addresses: Iterable[Address]) -> Reach:
    """Where a service is. It is on this machine, or in a private network, only if all its addresses are."""
    reaches = {reach(address) for address in addresses}
    return next((each for each in (Reach.PUBLIC, Reach.PRIVATE, Reach.MACHINE) if each in reaches), Reach.PUBLIC)


def check_way(url: httpx.URL, addresses: Iterable[Address], service: Reach) -> None:
    """Raise `ForbiddenAddress` if a clip's host has an address to which a service at `service` may not lead."""
    is_name = spelled_out(host_of(url)) is None
    for address in addresses:
        if is_name and any(address in network for network in _STAND_INS):
            continue
        if (found := reach(address)) not in OPEN_TO[service]:
            host = url.netloc.decode()
            raise ForbiddenAddress(
                say("service.address.forbidden", place=WHERE[found], host=host, address=str(address))
            )
