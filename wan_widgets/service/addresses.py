"""Where a clip's address may lead. Pure: names are looked up elsewhere, what was found is judged here.

A service names the addresses of its clips, and a redirect may name another; neither is trusted with the network around
this machine. Only a service that is itself in that network may point into it.
"""

import socket
from collections.abc import Iterable
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

Address = IPv4Address | IPv6Address


class ForbiddenAddress(Exception):
    """An address that is not fetched."""


class Reach(Enum):
    """What an address leads to."""

    PUBLIC = "the internet"
    PRIVATE = "a private network"
    MACHINE = "this machine"
    SPECIAL = "a place where no file server is"


_OPEN_TO = {
    Reach.PUBLIC: {Reach.PUBLIC},
    Reach.PRIVATE: {Reach.PUBLIC, Reach.PRIVATE},
    Reach.MACHINE: {Reach.PUBLIC, Reach.PRIVATE, Reach.MACHINE},
}
"""By where the service is, where its files may be. One in the LAN has no business on this machine."""

_STAND_INS = (ip_network("198.18.0.0/15"), ip_network("fc00::/18"))
"""What tunnels (Clash, sing-box, Surge) answer for every name: they connect by the name, which is the internet's."""
_TRANSLATED = ip_network("64:ff9b::/96")
"""NAT64: an IPv4 address in the last 32 bits."""


def parsed(address: str) -> httpx.URL:
    """An http(s) address without the user name and password that it may carry; raises `ForbiddenAddress`."""
    try:
        url = httpx.URL(address)
        port = 80 if url.port is None else url.port
        if not url.host or not 0 < port <= 65535:  # reading a host also checks it
            raise ForbiddenAddress("its address cannot be fetched: it names no host and port")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ForbiddenAddress(f"its address cannot be fetched: {error}") from error
    if url.scheme not in ("http", "https"):
        raise ForbiddenAddress(f"its address cannot be fetched: it is {url.scheme}:, neither http: nor https:")
    return url.copy_with(username=None, password=None) if url.userinfo else url


def redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Where a redirect leads; raises `ForbiddenAddress`."""
    try:
        return parsed(str(url.join(response.headers["location"])))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ForbiddenAddress(f"its address is redirected to one that cannot be fetched: {error}") from error


def host_of(url: httpx.URL) -> str:
    """The host as it is looked up, whatever the spelling of its name."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def spelled_out(host: str) -> Address | None:
    """The address that a host spells out: also as ``2130706433``, ``0x7f.1`` and whatever else resolvers understand."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def reach(address: Address) -> Reach:
    """What an address leads to, seen through the IPv6 spellings of IPv4 addresses."""
    if isinstance(address, IPv6Address):
        if (inner := _inner(address)) is not None:
            return reach(inner)
        if address.is_site_local:
            return Reach.PRIVATE
    if address.is_loopback or address.is_unspecified:  # connecting to 0.0.0.0 arrives here, too
        return Reach.MACHINE
    if address.is_link_local or address.is_multicast or address.is_reserved:
        return Reach.SPECIAL
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def reach_of_service(addresses: Iterable[Address]) -> Reach:
    """Where a service is: within this machine or a private network only if every address of it is."""
    reaches = {reach(address) for address in addresses}
    return next((each for each in (Reach.PUBLIC, Reach.PRIVATE, Reach.MACHINE) if each in reaches), Reach.PUBLIC)


def check_way(url: httpx.URL, addresses: Iterable[Address], service: Reach) -> None:
    """Raise `ForbiddenAddress` if any address behind a clip's host is closed to a service that is at `service`."""
    is_name = spelled_out(host_of(url)) is None
    for address in addresses:
        if is_name and any(address in network for network in _STAND_INS):
            continue
        if (found := reach(address)) not in _OPEN_TO[service]:
            raise ForbiddenAddress(
                f"its address leads to {found.value} ({url.netloc.decode()} is {address}), where this service may not "
                "send us. If that is right all the same, fetch the task's video_url with another program"
            )
