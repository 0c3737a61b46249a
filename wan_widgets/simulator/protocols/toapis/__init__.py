"""ToAPIs, as docs.toapis.com describes it."""

from wan_widgets.simulator.protocols.toapis.routes import ToAPIs, model_list

__all__ = ["ToAPIs", "model_list"]
