"""What becomes the recipe of a clip: everything that is known of how it was made, as one JSON document."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from wan_widgets.files.origin import Input, files_of, portable
from wan_widgets.wan.budgets import Money
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.tasks import VideoTask

FORMAT = "wan_widgets recipe"
VERSION = 1
"""This number goes up when an older package would misread a newer document."""


@dataclass(frozen=True, kw_only=True)
class Making:
    """How a clip was made, where more is known than its task says."""

    request: VideoRequest | None = None
    files: Sequence[Input] | None = None
    """The local files at the moment of the order; ``None`` if only the files of today are known."""
    ordered: datetime | None = None
    price: Money | None = None
    rewritten_prompt: str | None = None
    took: float | None = None


def document(task: VideoTask, making: Making, now: datetime) -> dict[str, Any]:
    """The recipe of a clip that arrives `now`, but for what its file is."""
    request = making.request or task.request
    plain, inputs = None, list[Input]()
    if request is not None:
        plain, inputs = portable(request, files_of(request) if making.files is None else making.files)
    return {
        "format": FORMAT,
        "version": VERSION,
        "provider": task.provider,
        "request": plain,
        "inputs": [{name: value for name, value in asdict(each).items() if value not in (None, "")} for each in inputs],
        "task_id": task.id,
        "rewritten_prompt": task.rewritten_prompt or making.rewritten_prompt,
        "ordered": _written(making.ordered or task.created_at),
        "finished": _written(task.completed_at or now),
        "took": task.took if making.took is None else making.took,
        "price": {"amount": f"{making.price.amount:f}", "currency": making.price.currency} if making.price else None,
        "software": {"wan_widgets": _own_version()},
    }


@cache
def _own_version() -> str:
    return version("wan_widgets")  # it reads a file


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone().isoformat(timespec="seconds") if moment else None
