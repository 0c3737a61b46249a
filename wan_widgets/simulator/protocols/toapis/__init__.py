"""ToAPIs, from its documentation at docs.toapis.com."""

from wan_widgets.simulator.protocols.toapis.routes import ToAPIs, model_list

__all__ = ["ToAPIs", "model_list"]
