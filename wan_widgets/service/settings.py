"""The service, its address and its key: from arguments, else from the environment as it is at the call."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.service.keys import kept_key, typed_key
from wan_widgets.service.named import provider_named
from wan_widgets.service.secret import QuietEnvironment, Secret
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.field_checks import is_unicode
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.problems import shown
from wan_widgets.words import Several, joined, say


@dataclass(frozen=True)
class Settings:
    """A provider, its address, and the key for it."""

    provider: Provider
    base_url: str
    key: Secret | None = field(repr=False)
    key_origin: str
    """The variable with the key, or ``"api_key="``, ``"ww.login()"`` or ``"keyring"``; empty if there is no key."""
    embedded: bool
    """The service is the simulator inside this process, so that nothing is sent to `base_url`."""
    asked: Provider | None = None
    """The provider before its server was asked what it has; ``None`` if it was not asked."""


def settle(
    provider: Provider | str | None,
    base_url: str | None,
    api_key: Secret | str | None,
    *,
    region: str | None = None,
    insecure_http: bool = False,
    may_lack_key: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Choose the provider, the address and the key, where the arguments leave them open. Raises `ConfigurationError`.

    With `may_lack_key`, a key that is missing is no error: nothing is to be sent before these settings are `renewed`.

    An empty variable counts as unset. ``WAN_BASE_URL`` belongs to the service that ``WAN_PROVIDER`` names. If no
    provider is named, it is the simulator, whatever keys there are: a key never chooses a service that charges, and it
    is not sent to a simulator that nobody named.
    """
    environ, api_key = QuietEnvironment(environ), Secret.of(api_key)
    named = provider_named(provider) or provider_named(environ.get("WAN_PROVIDER"))
    chosen = named or PROVIDERS["simulator"]
    address = _given(base_url, "base_url") or _address_in(environ, chosen)
    chosen = _in_region(chosen, address, _given(region, "region") or _region_in(environ, chosen))
    url = (address or chosen.base_url).rstrip("/")
    if chosen.encode_retrieve("x").path.startswith(f"{chosen.prefix}/"):
        url = url.removesuffix(chosen.prefix)
    embedded = chosen.is_simulated and (not address or address == chosen.base_url)
    if not embedded:
        _check_address(url, chosen, insecure_http=insecure_http or _is_on(environ.get("WAN_INSECURE_HTTP")))
    key, origin = _key(chosen, url, api_key, environ if named else None, may_lack=may_lack_key)
    if chosen.is_simulated and key and not embedded and not is_loopback(urlsplit(url).hostname or ""):
        raise ConfigurationError(say("service.key.simulator", url=url))
    return Settings(chosen, url, key or (Secret("none") if chosen.is_simulated else None), origin, embedded)


def renewed(settings: Settings, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings with the key that is in the environment now. A key that was given in code stays.

    Raises `ConfigurationError` if the service needs a key and there is none any more.
    """
    if settings.provider.is_simulated or settings.key_origin == "api_key=":
        return settings
    key, origin = _key(settings.provider, settings.base_url, None, QuietEnvironment(environ))
    return replace(settings, key=key, key_origin=origin)


def _address_in(environ: Mapping[str, str], provider: Provider) -> str | None:
    # An address that was set for one service must not get the key of another one. A service without a usual address
    # needs the variable, even if ``WAN_PROVIDER`` names none.
    named = _given(environ.get("WAN_PROVIDER"))
    is_meant = named.lower() == provider.name if named else not provider.base_url
    return _given(environ.get("WAN_BASE_URL")) if is_meant else None


def _given(text: Any, name: str = "") -> str | None:
    """A setting without what copying brought along; ``None`` if nothing is left."""
    if isinstance(text, httpx.URL):
        text = str(text)
    if text is not None and not isinstance(text, str):
        raise ConfigurationError(say("service.setting.no_text", name=name, value=shown(text)))
    return bare(text or "") or None


def _is_on(text: str | None) -> bool:
    return (_given(text) or "").lower() in ("1", "true", "yes", "on")


def _region_in(environ: Mapping[str, str], provider: Provider) -> str | None:
    return _given(environ.get("WAN_REGION")) if provider.regions else None


def _in_region(provider: Provider, address: str | None, region: str | None) -> Provider:
    region = {each.lower(): each for each in provider.regions}.get((region or "").lower(), region)
    if region and region not in provider.regions:
        listed = (
            say("service.there_are", names=Several(tuple(provider.regions), "plain"))
            if provider.regions
            else say("service.region.none")
        )
        unknown = say("service.region.unknown", service=provider.title, region=repr(region))
        raise ConfigurationError(joined(unknown, listed))
    return provider.at(address, region)


def _key(
    provider: Provider, url: str, key: Secret | None, environ: Mapping[str, str] | None, *, may_lack: bool = False
) -> tuple[Secret | None, str]:
    """The key, and where it came from. `environ` is ``None`` if nobody named the service."""
    origin = "api_key=" if key else ""
    if key is None and environ is not None and not provider.is_simulated:
        key, origin = _key_in(environ, provider, urlsplit(url).hostname)
    if key is None and provider.needs_key and not may_lack:
        variables = Several(("WAN_API_KEY", *provider.key_variables), "or")
        name = repr(provider.name) if provider.name in PROVIDERS else "provider"
        raise ConfigurationError(
            say("service.key.missing", service=provider.title, variables=variables, call=f"ww.login({name})")
        )
    if key is not None and not key.is_plausible():
        raise ConfigurationError(say("service.key.characters"))
    return key, origin


def _key_in(environ: Mapping[str, str], provider: Provider, host: str | None) -> tuple[Secret | None, str]:
    # A key for one host must not go to another one only because it is in the environment.
    is_meant = provider.key_host in (None, host)
    if is_meant and (typed := typed_key(provider.name))[0]:
        return typed
    for variable in ("WAN_API_KEY", *(provider.key_variables if is_meant else ())):
        if key := Secret.of(environ.get(variable)):
            return key, variable
    return kept_key(provider.name) if is_meant else (None, "")


def _check_address(url: str, provider: Provider, *, insecure_http: bool) -> None:
    if not url:
        example = f"ww.AsyncClient({provider.name!r}, base_url='http://127.0.0.1:8000')"
        raise ConfigurationError(say("service.base_url.missing", service=provider.title, example=example))
    try:
        parsed = urlsplit(url)
        host = parsed.hostname if parsed.port != 0 else None  # reading the port also checks it
    except ValueError:
        parsed, host = urlsplit(""), None
    is_whole = not any(char.isspace() for char in url) and is_unicode(url)
    if parsed.scheme not in ("http", "https") or not host or not is_whole:
        raise ConfigurationError(say("service.base_url.none", url=repr(url)))
    if parsed.username or parsed.password or parsed.query or parsed.fragment:
        raise ConfigurationError(say("service.base_url.parts"))
    if parsed.scheme == "http" and not (insecure_http or is_loopback(host)):
        raise ConfigurationError(
            say("service.base_url.insecure", host=host), remedy=say("service.base_url.insecure.remedy")
        )


@lru_cache(maxsize=64)  # each question asks this
def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that nothing sent there leaves it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
