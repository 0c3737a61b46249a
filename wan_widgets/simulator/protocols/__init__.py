"""The protocols, one package each. None imports another one, and none imports `wan_widgets.providers`.

Only New API imports DashScope's, because it is a gateway that passes its orders on to DashScope.
"""

from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.protocols.dashscope import DashScope
from wan_widgets.simulator.protocols.newapi import NewAPI
from wan_widgets.simulator.protocols.openai_videos import Dialect, OpenAIVideos
from wan_widgets.simulator.protocols.protocol import Protocol
from wan_widgets.simulator.protocols.toapis import ToAPIs
from wan_widgets.simulator.protocols.uniall import UniAll


def all_protocols(desk: Desk, dialect: Dialect) -> list[Protocol]:
    """Make one of each, in the order in which their routes are tried."""
    return [ToAPIs(desk), OpenAIVideos(desk, dialect), DashScope(desk), UniAll(desk), NewAPI(desk)]


__all__ = ["Protocol", "all_protocols"]
