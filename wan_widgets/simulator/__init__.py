"""A video service that needs no key and no network. It speaks the services' protocols and renders real MP4 files.

It is written from the services' documentation and never imports `wan_widgets.providers`, so that one misreading of a
service cannot stand on both sides and stay hidden.
"""

from wan_widgets.simulator.scripts import Script
from wan_widgets.simulator.service import Simulator

__all__ = ["Script", "Simulator"]
