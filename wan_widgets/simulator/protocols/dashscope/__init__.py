"""DashScope, the API of Alibaba Cloud Model Studio, from its documentation at help.aliyun.com."""

from wan_widgets.simulator.protocols.dashscope.routes import DashScope

__all__ = ["DashScope"]
