"""Jupyter widgets for making videos with Alibaba's Wan models."""

from wan_widgets.client.blocking import generate, wait
from wan_widgets.client.client import AsyncClient
from wan_widgets.client.nested import enable_nested_asyncio
from wan_widgets.wan.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    ContentRejected,
    DownloadError,
    HTTPStatusError,
    InvalidRequest,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    TaskCancelled,
    TaskFailed,
    TimeoutException,
    TransportError,
    UnexpectedReply,
    Unsupported,
    WanError,
)
from wan_widgets.wan.models import Mode, Size
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, TextToVideo, VideoRequest
from wan_widgets.wan.tasks import TaskError, TaskStatus, Video, VideoTask
from wan_widgets.widgets.form import VideoForm
from wan_widgets.widgets.studio import Studio
from wan_widgets.widgets.task import TaskView

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "ConfigurationError",
    "ConnectError",
    "ContentRejected",
    "DownloadError",
    "HTTPStatusError",
    "ImageToVideo",
    "InvalidRequest",
    "Mode",
    "NotFound",
    "PaymentRequired",
    "Problem",
    "RateLimited",
    "ReferenceToVideo",
    "ServerError",
    "Size",
    "Studio",
    "TaskCancelled",
    "TaskError",
    "TaskFailed",
    "TaskStatus",
    "TaskView",
    "TextToVideo",
    "TimeoutException",
    "TransportError",
    "UnexpectedReply",
    "Unsupported",
    "Video",
    "VideoForm",
    "VideoRequest",
    "VideoTask",
    "WanError",
    "enable_nested_asyncio",
    "generate",
    "wait",
]
