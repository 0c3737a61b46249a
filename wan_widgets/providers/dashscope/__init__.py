"""Alibaba Cloud's Model Studio (DashScope): its regions, families, fields, status words, prices and errors."""

from wan_widgets.providers.dashscope.provider import DashScope

__all__ = ["DashScope"]
