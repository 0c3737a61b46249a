"""Services as data for the browser: the one in use, those to choose from, and what each mode offers."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from wan_widgets.client import AsyncClient
from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.service.keys import kept_key, typed_key
from wan_widgets.service.settings import is_loopback
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import FileRules, Offer
from wan_widgets.wan.pasted import bare
from wan_widgets.words import say, written

Given = Mapping[str, AsyncClient]
"""The clients that were given in code, by the names of their providers."""


def service_in_use(client: AsyncClient, named: str | None = None) -> dict[str, Any]:
    """The service in use, with its models. `named` is a model that was named in code."""
    provider = client.provider
    listed = PROVIDERS.get(provider.name, provider)  # a provider at a given address counts it as its own
    return {
        "name": provider.name,
        "title": written(provider.title),
        "simulated": provider.is_simulated,
        "region": provider.region,
        "base_url": "" if client.is_embedded else client.base_url,
        "elsewhere": not client.is_embedded and not _is_own(listed, urlsplit(client.base_url).hostname or ""),
        "key": client.key_origin,
        "needs_key": provider.needs_key,
        "models": {str(mode): models_of(client, mode, named) for mode in Mode},
    }


def models_of(client: AsyncClient, mode: Mode, named: str | None) -> list[str]:
    """The models to choose from. As long as the server has not said which it has, this is only the named one."""
    provider = client.provider
    listed = provider.models if client.is_discovered else [named] if named else []
    return [name for name in listed if provider.offer(name, mode)]


def services(given: Given, used: AsyncClient, *, look: bool = False) -> list[dict[str, Any]]:
    """The services to choose from: the known ones, and those of the clients that were given in code.

    With `look`, keys are also looked for in the keyring, which may take a moment.
    """
    from_code = {name: each.provider for name, each in given.items()}
    known = {used.provider.name: used.provider} | dict(PROVIDERS) | from_code
    return [_service(known[name], given.get(name), look=look) for name in dict.fromkeys([*PROVIDERS, *known])]


def _service(provider: Provider, given: AsyncClient | None, *, look: bool) -> dict[str, Any]:
    usual = given.base_url if given else provider.base_url
    meant = provider.key_host in (None, urlsplit(usual).hostname)  # else the key is for another host
    variables = (*(provider.key_variables if meant else ()), "WAN_API_KEY")
    typed = typed_key(provider.name)[1] if provider.needs_key else ""
    kept = kept_key(provider.name)[1] if look and provider.needs_key else ""
    regions = dict(provider.regions)
    return {
        "name": provider.name,
        "title": written(provider.title),
        "simulated": provider.is_simulated,
        "regions": regions | ({provider.region: usual} if provider.region in regions else {}),
        "region": provider.region,
        "base_url": "" if provider.is_simulated and (given is None or given.is_embedded) else usual,
        "needs_key": provider.needs_key,
        "variables": list(variables),
        "key": typed or next((name for name in variables if os.environ.get(name, "").strip()), kept),
    }


def chosen(name: str, region: str, base_url: str, given: Given) -> AsyncClient:
    """A client for the service that was chosen in a form. Its key comes from the environment, never from the browser.

    A client that was `given` in code, maybe with a key, is used again if the choice does not change its region and its
    address. Then its address counts as the usual one of the service. Raises `ConfigurationError`.
    """
    ours = given.get(name)
    provider = ours.provider if ours else PROVIDERS.get(name)
    if provider is None:
        return AsyncClient(name)  # this raises an error with the known names
    address = bare(base_url).rstrip("/")
    if ours and region in ("", provider.region) and address.removesuffix(provider.prefix) in ("", ours.base_url):
        return ours.renewed()
    _check_host(provider, address)
    # ``WAN_BASE_URL`` may be set for another service, and must not change the address of this one.
    stray = bool(os.environ.get("WAN_BASE_URL", "").strip()) and not provider.is_simulated
    usual = provider.regions.get(region, provider.base_url)
    return AsyncClient(provider, region=region or None, base_url=address or (usual if stray else "") or None)


def _check_host(provider: Provider, address: str) -> None:
    """Raise `ConfigurationError` if a service's own key would be sent to a host that is not its own.

    A typing error in the form must not send the key to somebody else.
    """
    host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    general = os.environ.get("WAN_API_KEY", "").strip() and not typed_key(provider.name)[0]
    has_own_key = provider.needs_key and provider.base_url and not general
    if address and has_own_key and not _is_own(provider, host) and not is_loopback(host):
        code = f"ww.AsyncClient({provider.name!r}, base_url=…)"
        raise ConfigurationError(
            say("widgets.service.strange_host", host=host or address, service=provider.title),
            remedy=say("widgets.service.strange_host.remedy", code=code),
        )


def _is_own(provider: Provider, host: str) -> bool:
    own = {urlsplit(url).hostname for url in (provider.base_url, *provider.regions.values())} - {None}
    return host in own or bool(provider.own_suffix and host.endswith(provider.own_suffix))


def offers(provider: Provider, model: str, like: str) -> dict[str, Any]:
    """The offer of each mode: with this model, or with the usual one if this model does not have the mode.

    Modes that the service does not have are left out.
    """
    found: dict[str, Any] = {}
    for mode in Mode:
        family = provider.family(like or model, mode)
        listed = family or next((name for name in provider.models if provider.offer(name, mode)), None)
        if listed and (offer := provider.offer(listed, mode)):
            found[str(mode)] = {"family": family or "", **_offer(offer)}
    return found


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "sizes": {name: {ratio: list(size) for ratio, size in row.items()} for name, row in offer.sizes.items()},
        "durations": list(offer.durations),
        "durations_with_video": list(offer.durations_with_video or offer.durations),
        "durations_why": str(offer.durations_why),
        "shape_follows_image": offer.shape_follows_image,
        "audio": offer.audio,
        "guide_audio": offer.guide_audio,
        "shot_types": list(offer.shot_types),
        "prompt_required": offer.prompt_required,
        "prompt_limit": offer.prompt_limit,
        "negative_prompt_limit": offer.negative_prompt_limit,
        "has_seed": offer.max_seed is not None,
        "prompt_extend": offer.prompt_extend,
        "watermark": offer.watermark,
        "max_references": offer.max_references,
        "max_images": offer.max_images,
        "max_videos": offer.max_videos,
        "needs_kinds": offer.needs_kinds,
        "counts_by_kind": offer.counts_by_kind,
        "mixing_note": str(offer.mixing_note),
        "files": {str(kind): _rules(rules) for kind, rules in offer.files.items()},
    }


def _rules(rules: FileRules) -> dict[str, Any]:
    return {"types": list(rules.types), "max_bytes": rules.max_bytes}


def absent(offer: Offer | None) -> set[str]:
    """The values that an offer does not take. They are not shown and not sent."""
    if offer is None:
        return set()
    lacking = {
        "aspect_ratio": offer.shape_follows_image,
        "shot_type": not offer.shot_types,
        "negative_prompt": offer.negative_prompt_limit == 0,
        "seed": offer.max_seed is None,
        "prompt_extend": not offer.prompt_extend,
        "watermark": not offer.watermark,
        "guide_audio": not offer.guide_audio,
    }
    return {name for name, lacks in lacking.items() if lacks}
