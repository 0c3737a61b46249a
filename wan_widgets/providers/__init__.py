"""What each service can do, what it costs and how its requests are written: one module per service. No I/O."""

from collections.abc import Mapping

from wan_widgets.providers.calls import Call, FilePart, Pace, Reply
from wan_widgets.providers.dashscope import DashScope
from wan_widgets.providers.newapi import NewAPI
from wan_widgets.providers.openai_videos.provider import OpenAIVideos
from wan_widgets.providers.provider import Provider
from wan_widgets.providers.simulator import Simulator
from wan_widgets.providers.toapis import ToAPIs
from wan_widgets.providers.uniall import UniAll

_ALL: tuple[Provider, ...] = (
    Simulator(),
    ToAPIs(),
    UniAll(),
    DashScope(),
    NewAPI(),
    OpenAIVideos(),
)
PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _ALL}
"""The services that the package knows, by their names."""

__all__ = [
    "PROVIDERS",
    "Call",
    "DashScope",
    "FilePart",
    "NewAPI",
    "OpenAIVideos",
    "Pace",
    "Provider",
    "Reply",
    "Simulator",
    "ToAPIs",
    "UniAll",
]
