"""New API, a gateway that anybody can run. It follows the gateway's source code, and Model Studio is behind it."""

from wan_widgets.simulator.protocols.newapi.routes import NewAPI

__all__ = ["NewAPI"]
