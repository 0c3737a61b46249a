"""UniAll, as docs.uniall.ai describes it. What it leaves open follows the pages of its other models."""

from wan_widgets.simulator.protocols.uniall.routes import UniAll

__all__ = ["UniAll"]
