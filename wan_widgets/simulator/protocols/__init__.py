"""The protocols, one module or package each. None knows another, and none knows ours of `wan_widgets.providers`."""

from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.protocols.toapis import ToAPIs

PROTOCOLS: tuple[type[Protocol], ...] = (ToAPIs,)
"""In the order in which their routes are tried."""

__all__ = ["PROTOCOLS", "Protocol"]
