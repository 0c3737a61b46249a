"""How each service spells it, what it can do and what it costs: one module a service. Pure, no I/O."""

from collections.abc import Mapping

from wan_widgets.providers.calls import Call, FilePart, Pace, Reply
from wan_widgets.providers.provider import Provider
from wan_widgets.providers.simulator import Simulator
from wan_widgets.providers.toapis import ToAPIs

PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in (Simulator(), ToAPIs())}

__all__ = ["PROVIDERS", "Call", "FilePart", "Pace", "Provider", "Reply", "Simulator", "ToAPIs"]
