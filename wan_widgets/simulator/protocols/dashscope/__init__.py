"""DashScope, the API of Alibaba Cloud Model Studio, as help.aliyun.com describes it."""

from wan_widgets.simulator.protocols.dashscope.routes import DashScope

__all__ = ["DashScope"]
