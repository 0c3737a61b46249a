"""A video service that runs anywhere: it speaks the services' protocols and renders real MP4s, without key or network.

It is written from the services' documentation and never looks at `wan_widgets.providers`,
so that a misunderstanding there shows up here instead of cancelling out.
"""

from wan_widgets.simulator.scripts import Script
from wan_widgets.simulator.service import Simulator

__all__ = ["Script", "Simulator"]
