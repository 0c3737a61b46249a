"""Which service, where, and with which key: from arguments, else from the environment, read when asked."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.wan.errors import ConfigurationError


class Secret:
    """A key that does not show itself."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def strike_from(self, text: str, mark: str = "…") -> str:
        """The text without the key, which a service may quote in an error, also as JSON spells it."""
        if len(self._value) >= 8:
            quoted = json.dumps(self._value)[1:-1]
            for spelling in (self._value, quoted, quoted.replace("/", "\\/")):
                text = text.replace(spelling, mark)
        return text

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True)
class Settings:
    """A provider, its address, and the key for it."""

    provider: Provider
    base_url: str
    key: Secret = field(repr=False)
    embedded: bool
    """The simulator inside this process, rather than something at `base_url`."""


def settle(
    provider: Provider | str | None,
    base_url: str | None,
    api_key: str | None,
    *,
    insecure_http: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Settle what was left open. An empty variable is an unset one.

    Without a named provider it is the simulator, whatever keys lie about: a key never chooses a service
    that charges, nor is it sent to a simulator that nobody named.
    """
    named = (_given(provider) if isinstance(provider, str) else provider) or _given(environ.get("WAN_PROVIDER"))
    chosen = named if named and not isinstance(named, str) else _by_name(named or "simulator")
    address = _given(base_url) or _given(environ.get("WAN_BASE_URL"))
    key = _given(api_key) or (_key_in(environ, chosen) if named else None)
    if not key:
        if not chosen.is_simulated:
            variables = " or ".join(("WAN_API_KEY", *chosen.key_variables))
            raise ConfigurationError(
                f"{chosen.title} needs a key: set {variables}, or pass ww.AsyncClient({chosen.name!r}, api_key=…)."
            )
        key = "none"
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError("The key has characters that no key has; was it copied whole, and nothing else?")
    url = (address or chosen.base_url).rstrip("/")
    if chosen.encode_retrieve("x").path.startswith("/v1/"):
        url = url.removesuffix("/v1")  # as other services' base URLs end
    embedded = chosen.is_simulated and not address
    if not embedded:
        _check_address(url, insecure_http=insecure_http)
    return Settings(chosen, url, Secret(key), embedded)


def _given(text: str | None) -> str | None:
    """A setting without the blanks and line ends of the file it was copied from, or ``None``."""
    return (text or "").strip() or None


def _by_name(name: str) -> Provider:
    try:
        return PROVIDERS[name.lower()]
    except KeyError:
        raise ConfigurationError(f"There is no provider {name!r}. There are: {', '.join(PROVIDERS)}.") from None


def _key_in(environ: Mapping[str, str], provider: Provider) -> str | None:
    for variable in ("WAN_API_KEY", *provider.key_variables):
        if key := _given(environ.get(variable)):
            return key
    return None


def _check_address(url: str, *, insecure_http: bool) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None  # reading a port also checks it
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"{url!r} is not the base URL of a service; it begins with https:// and names a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError("A base URL has no user name, query or fragment; pass the key as api_key=….")
    if parts.scheme == "http" and not (insecure_http or is_loopback(host)):
        raise ConfigurationError(
            f"http://{host} would carry the key in clear text. Use https://, or pass insecure_http=True "
            "if the network between here and there is yours."
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that what is sent there passes no network."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
