"""New API, a gateway that anybody can run, as its sources have it; behind this one is Model Studio."""

from wan_widgets.simulator.protocols.newapi.routes import NewAPI

__all__ = ["NewAPI"]
