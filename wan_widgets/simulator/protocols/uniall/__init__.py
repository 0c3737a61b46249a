"""UniAll, from docs.uniall.ai. Where the pages of Wan are silent, it follows the pages of UniAll's other models."""

from wan_widgets.simulator.protocols.uniall.routes import UniAll

__all__ = ["UniAll"]
