"""Jupyter widgets for making videos with Alibaba's Wan models."""

import gc
import importlib
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

from wan_widgets.files import here  # noqa: F401  # it remembers the working directory of this moment

if TYPE_CHECKING:
    from wan_widgets.client import AsyncClient
    from wan_widgets.console.blocking import dismiss, generate, wait
    from wan_widgets.console.budgets import budgets
    from wan_widgets.console.nested import enable_nested_asyncio
    from wan_widgets.console.tasks import tasks
    from wan_widgets.experiments.checks import check
    from wan_widgets.experiments.history import history
    from wan_widgets.files.checks import Check
    from wan_widgets.files.origin import Input
    from wan_widgets.files.recipe import Recipe, load_recipe
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
        RecipeError,
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
    from wan_widgets.widgets.gallery import Gallery
    from wan_widgets.widgets.studio import Studio
    from wan_widgets.widgets.sweep import Sweep
    from wan_widgets.widgets.task import TaskView, resume
    from wan_widgets.words.choosing import set_language
    from wan_widgets.words.text import Text

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "AuthenticationError",
    "Balance",
    "Budget",
    "Call",
    "Check",
    "ConfigurationError",
    "ConnectError",
    "ContentRejected",
    "DownloadError",
    "Estimate",
    "FilePart",
    "FileRules",
    "Gallery",
    "HTTPStatusError",
    "ImageReference",
    "ImageToVideo",
    "Input",
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
    "Recipe",
    "RecipeError",
    "ReferenceToVideo",
    "Reply",
    "ServerError",
    "Size",
    "Studio",
    "Sweep",
    "TaskCancelled",
    "TaskError",
    "TaskFailed",
    "TaskStatus",
    "TaskView",
    "Text",
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
    "check",
    "dismiss",
    "enable_nested_asyncio",
    "generate",
    "history",
    "load_recipe",
    "login",
    "logout",
    "resume",
    "set_budget",
    "set_language",
    "set_price",
    "tasks",
    "wait",
]

_HOMES = {
    "client": "AsyncClient",
    "console.blocking": "dismiss generate wait",
    "console.budgets": "budgets",
    "console.nested": "enable_nested_asyncio",
    "console.tasks": "tasks",
    "experiments.checks": "check",
    "experiments.history": "history",
    "files.checks": "Check",
    "files.origin": "Input",
    "files.recipe": "Recipe load_recipe",
    "files.video": "Video",
    "generation.future": "VideoFuture",
    "money.budgets": "set_budget",
    "money.prices": "set_price",
    "providers": "Call FilePart Pace Provider Reply",
    "service.keys": "login logout",
    "wan.balance": "Balance",
    "wan.budgets": "Budget Money",
    "wan.errors": (
        "AuthenticationError ConfigurationError ConnectError ContentRejected DownloadError "
        "HTTPStatusError InvalidRequest LedgerError Misuse NotFound OverBudget PaymentRequired "
        "RateLimited RecipeError ServerError TimeoutException TransportError Unconfirmed UnexpectedReply UnknownTask "
        "Unsupported WanError"
    ),
    "wan.estimates": "Estimate",
    "wan.models": "Mode Size",
    "wan.offers": "FileRules Offer PriceList",
    "wan.problems": "Problem",
    "wan.quotes": "Quote",
    "wan.requests": "ImageToVideo ReferenceToVideo TextToVideo VideoRequest",
    "wan.sources": "ImageReference Kind LocalFile VideoReference",
    "wan.tasks": "TaskCancelled TaskError TaskFailed TaskStatus VideoTask",
    "widgets.form": "VideoForm",
    "widgets.gallery": "Gallery",
    "widgets.studio": "Studio",
    "widgets.sweep": "Sweep",
    "widgets.task": "TaskView resume",
    "words.choosing": "set_language",
    "words.text": "Text",
}
"""The names of each module, as above. A module is imported when one of its names is used: the widgets need Jupyter's
libraries, and a script that only orders a clip should not wait for them."""
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name in _HOME:
        value: object = getattr(_loaded(_HOME[name]), name)
    elif not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        value = _loaded(name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def _loaded(name: str) -> ModuleType:
    """A module of the package. Nothing that an import makes is garbage, and looking for some takes a tenth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(f"{__name__}.{name}")
    finally:
        if was_on:
            gc.enable()


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
