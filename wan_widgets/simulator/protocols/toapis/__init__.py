"""ToAPIs, as docs.toapis.com describes it."""

from wan_widgets.simulator.protocols.toapis.routes import ToAPIs

__all__ = ["ToAPIs"]
