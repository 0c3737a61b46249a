"""Jupyter widgets for making videos with Alibaba's Wan models."""

from wan_widgets.client import AsyncClient
from wan_widgets.console.blocking import dismiss, generate, wait
from wan_widgets.console.budgets import budgets
from wan_widgets.console.nested import enable_nested_asyncio
from wan_widgets.console.tasks import tasks
from wan_widgets.files.video import Video
from wan_widgets.generation.future import VideoFuture
from wan_widgets.money.budgets import set_budget
from wan_widgets.money.prices import set_price
from wan_widgets.providers import Call, FilePart, Pace, Provider, Reply
from wan_widgets.service.keys import login, logout
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.budgets import Budget, Money
from wan_widgets.wan.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    ContentRejected,
    DownloadError,
    HTTPStatusError,
    InvalidRequest,
    LedgerError,
    Misuse,
    NotFound,
    OverBudget,
    PaymentRequired,
    RateLimited,
    ServerError,
    TimeoutException,
    TransportError,
    Unconfirmed,
    UnexpectedReply,
    UnknownTask,
    Unsupported,
    WanError,
)
from wan_widgets.wan.estimates import Estimate
from wan_widgets.wan.models import Mode, Size
from wan_widgets.wan.offers import FileRules, Offer, PriceList
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.quotes import Quote
from wan_widgets.wan.requests import ImageToVideo, ReferenceToVideo, TextToVideo, VideoRequest
from wan_widgets.wan.sources import ImageReference, Kind, LocalFile, VideoReference
from wan_widgets.wan.tasks import TaskCancelled, TaskError, TaskFailed, TaskStatus, VideoTask
from wan_widgets.widgets.form import VideoForm
from wan_widgets.widgets.studio import Studio
from wan_widgets.widgets.task import TaskView, resume

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "Balance",
    "Budget",
    "Call",
    "ConfigurationError",
    "ConnectError",
    "ContentRejected",
    "DownloadError",
    "Estimate",
    "FilePart",
    "FileRules",
    "HTTPStatusError",
    "ImageReference",
    "ImageToVideo",
    "InvalidRequest",
    "Kind",
    "LedgerError",
    "LocalFile",
    "Misuse",
    "Mode",
    "Money",
    "NotFound",
    "Offer",
    "OverBudget",
    "Pace",
    "PaymentRequired",
    "PriceList",
    "Problem",
    "Provider",
    "Quote",
    "RateLimited",
    "ReferenceToVideo",
    "Reply",
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
    "Unconfirmed",
    "UnexpectedReply",
    "UnknownTask",
    "Unsupported",
    "Video",
    "VideoForm",
    "VideoFuture",
    "VideoReference",
    "VideoRequest",
    "VideoTask",
    "WanError",
    "budgets",
    "dismiss",
    "enable_nested_asyncio",
    "generate",
    "login",
    "logout",
    "resume",
    "set_budget",
    "set_price",
    "tasks",
    "wait",
]
