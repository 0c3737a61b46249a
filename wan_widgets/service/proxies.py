"""Which proxy a request goes through, by the environment.

``NO_PROXY`` is read as curl and Python read it, with ranges of addresses and with ports. httpx itself ignores ranges of
IPv4, and stops at those of IPv6.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from urllib.request import getproxies

import httpx

from wan_widgets.service.addresses import Address, host_of, spelled_out
from wan_widgets.service.quick import Quick, is_installed, is_question
from wan_widgets.service.settings import is_loopback
from wan_widgets.service.stack import Stack
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.pasted import bare
from wan_widgets.words import say

PAST_PROXIES = "wan_widgets.past_proxies"
"""The extension of a request that goes past every proxy, whatever its address is."""
_PORTS = {"http": 80, "https": 443}
_BRACKETS = re.compile(r"\[([^\]]*)\](?::([0-9]+))?")
_WITH_PORT = re.compile(r"([^:]*):([0-9]+)")


def proxy_for(url: httpx.URL) -> str | None:
    """The address of the proxy for a URL; ``None`` if the connection goes past it, or there is none."""
    proxies = getproxies()
    proxy = bare(proxies.get(url.scheme) or proxies.get("all") or "")
    if not proxy or goes_past(url, proxies.get("no", "")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def goes_past(url: httpx.URL, no_proxy: str) -> bool:
    """Whether ``NO_PROXY`` has a rule for a URL. A rule that is not understood is for no URL."""
    return any(_is_for(rule, url) for rule in re.split(r"[\s,;]+", bare(no_proxy.lower())) if rule)


def _is_for(rule: str, url: httpx.URL) -> bool:
    """A rule is ``*``, a name with all below it, an address, or a range; a scheme or a port may limit it."""
    scheme, _, place = rule.rpartition("://")
    if scheme not in ("", "all", url.scheme):
        return False
    host, port = _split(place.rstrip("/"))
    if port and int(port) != (url.port or _PORTS.get(url.scheme)):
        return False
    own = host_of(url).partition("%")[0]
    if host == "*":
        return True
    if (address := spelled_out(own)) is not None:
        return _has(host, getattr(address, "ipv4_mapped", None) or address)
    name = _as_looked_up(host.lstrip("*").strip("."))
    return bool(name) and (own == name or own.endswith(f".{name}"))


def _as_looked_up(name: str) -> str:
    """A name as resolvers know it: they write other letters than Latin ones in an alphabet of their own (punycode)."""
    try:
        is_name = re.fullmatch(r"[\w.-]+", name)
        return host_of(httpx.URL(f"http://{name}/")) if is_name and not name.isascii() else name
    except (httpx.InvalidURL, UnicodeError):
        return ""


def _split(place: str) -> tuple[str, str]:
    """The host and the port. Only in brackets, the address of IPv6 can have a port."""
    if match := _BRACKETS.fullmatch(place) or _WITH_PORT.fullmatch(place):
        return match[1], match[2] or ""
    return place.replace("[", "").replace("]", ""), ""


def _has(rule: str, address: Address) -> bool:
    """Whether an address is the one of the rule, or within its range."""
    try:
        return address in ip_network(rule, strict=False) if "/" in rule else address == ip_address(rule)
    except ValueError:
        return False


class ByProxy(httpx.AsyncBaseTransport):
    """Sends each request through the proxy that the environment names for it at that moment, or past it."""

    def __init__(self, own: httpx.URL, limits: httpx.Limits) -> None:
        self._own = own
        self._limits = limits
        self._ways: dict[str | None, httpx.AsyncBaseTransport] = {}
        self._quick: Quick | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = None if request.extensions.get(PAST_PROXIES) else self._proxy(request.url)
        is_quick = proxy is None and bool(self._limits.max_keepalive_connections) and is_question(request)
        if is_quick and is_installed():
            self._quick = self._quick or Quick(self._limits)
            return await self._quick.handle_async_request(request)
        return await self._way(proxy).handle_async_request(request)

    async def aclose(self) -> None:
        for way in (*self._ways.values(), self._quick):
            if way is not None:
                await way.aclose()

    def _proxy(self, url: httpx.URL) -> str | None:
        # No proxy for this machine: the key may be sent in clear text only because it does not leave the machine.
        is_own = (url.host, url.port) == (self._own.host, self._own.port)
        return None if is_own and is_loopback(url.host) else proxy_for(url)

    def _way(self, proxy: str | None) -> httpx.AsyncBaseTransport:
        if proxy not in self._ways:
            self._ways[proxy] = self._made(proxy)
        return self._ways[proxy]

    def _made(self, proxy: str | None) -> httpx.AsyncBaseTransport:
        authorities = httpx.create_ssl_context()  # it is made once, because that takes longer than all else

        def transport(limits: httpx.Limits) -> httpx.AsyncBaseTransport:
            with _explained():
                return httpx.AsyncHTTPTransport(verify=authorities, limits=limits, proxy=proxy)

        alive = self._limits.keepalive_expiry
        if not self._limits.max_keepalive_connections or alive is None:
            return transport(self._limits)
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=alive)
        return Stack(lambda: transport(one), alive)


@contextmanager
def _explained() -> Generator[None, None, None]:
    """Explain what is wrong with a proxy that the environment names and httpx cannot use."""
    try:
        yield
    except ImportError as error:
        raise ConfigurationError(say("service.proxy.socks", command='pip install "httpx[socks]"')) from error
    except (ValueError, httpx.InvalidURL):  # httpx's error is hidden: it may quote the proxy's password
        raise ConfigurationError(say("service.proxy.unreadable", example="http://host:port")) from None
