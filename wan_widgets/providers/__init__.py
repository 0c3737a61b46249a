"""How each service spells it, what it can do and what it costs: one module a service. Pure, no I/O."""

from collections.abc import Mapping

from wan_widgets.providers.protocol import Call, Pace, Provider, Reply
from wan_widgets.providers.simulator import Simulator
from wan_widgets.providers.toapis import ToAPIs

PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in (Simulator(), ToAPIs())}

__all__ = ["PROVIDERS", "Call", "Pace", "Provider", "Reply", "Simulator", "ToAPIs"]
