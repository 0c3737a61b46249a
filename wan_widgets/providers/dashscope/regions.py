"""The six regions of Model Studio. Each has its own keys, models and addresses.

Source: help.aliyun.com/zh/model-studio/base-url and /regions. A shared address serves every workspace of an account. A
workspace's own address serves only that workspace. It is the recommended one, and some regions have no other.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.words import Several, say


@dataclass(frozen=True)
class Region:
    """One region."""

    id: str
    """Alibaba Cloud's name of the region. The workspaces' addresses contain it."""
    shared: str
    """The shared address; empty where there is none."""


REGIONS = {
    "beijing": Region("cn-beijing", "https://dashscope.aliyuncs.com"),
    "singapore": Region("ap-southeast-1", "https://dashscope-intl.aliyuncs.com"),
    "virginia": Region("us-east-1", "https://dashscope-us.aliyuncs.com"),
    "frankfurt": Region("eu-central-1", ""),
    "tokyo": Region("ap-northeast-1", ""),
    "hongkong": Region("cn-hongkong", "https://cn-hongkong.dashscope.aliyuncs.com"),
}
_WORKSPACES = ".maas.aliyuncs.com"


def addresses(workspace: str | None) -> dict[str, str]:
    """The base URL of each region; empty where a region has no address without a workspace.

    Raises `ConfigurationError` for a workspace that is no id.
    """
    if workspace is None:
        return {name: region.shared for name, region in REGIONS.items()}
    if not re.fullmatch(r"[A-Za-z0-9](-?[A-Za-z0-9])*", workspace):  # it becomes a part of the host that gets the key
        example = "llm-" + "x" * 16
        raise ConfigurationError(say("providers.workspace.none", workspace=repr(workspace), example=repr(example)))
    return {name: f"https://{workspace}.{region.id}{_WORKSPACES}" for name, region in REGIONS.items()}


def checked_region(name: str, service: str) -> str:
    """The region's name; raises `ConfigurationError` for one that does not exist."""
    if name not in REGIONS:
        values = {"region": repr(name), "regions": Several(tuple(REGIONS), "plain")}
        raise ConfigurationError(say("providers.region.none", service=service, **values))
    return name


def needs_workspace(name: str, service: str) -> ConfigurationError:
    """The error for a region without a shared address."""
    address = f"https://….{REGIONS[name].id}{_WORKSPACES}"
    return ConfigurationError(
        say("providers.region.no_address", service=service, region=name),
        remedy=say(
            "providers.region.no_address.remedy",
            base_url=f"base_url={address!r}",
            provider=f"DashScope({name!r}, workspace=…)",
        ),
    )


def region_of(base_url: str) -> str | None:
    """The region of one of Alibaba's addresses; ``None`` for any other address."""
    host = _host(base_url)
    for name, region in REGIONS.items():
        if host.endswith(f".{region.id}{_WORKSPACES}") or (region.shared and host == _host(region.shared)):
            return name
    return None


def is_of_workspace(base_url: str) -> bool:
    """Whether the address belongs to one workspace."""
    return _host(base_url).endswith(_WORKSPACES)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
