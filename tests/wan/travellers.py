"""What travels: an error of each kind and a value of each, in a module that other processes can import."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

import wan_widgets as ww
from wan_widgets.wan.problems import Problem

STATUS = {
    "status_code": 429,
    "code": "slow",
    "request_id": "r1",
    "retry_after": 2.5,
    "task_id": "t1",
    "remedy": "Wait.",
}
REQUESTS = [
    ww.TextToVideo(prompt="A kitten", seed=7, extra={"a": [1, {"b": None}]}),
    ww.ImageToVideo(image=np.zeros((8, 8, 3), np.uint8)),
    ww.ReferenceToVideo(references=[ww.VideoReference("https://a.example/x"), b"bytes"], prompt="character1 waves"),
]
TASK = ww.VideoTask(
    id="t1",
    status=ww.TaskStatus.FAILED,
    provider="toapis",
    request=REQUESTS[0],
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    video_url="https://a.example/a.mp4?s=1",
    error=ww.TaskError("Too dark.", "dark"),
)
PRICES = ww.PriceList(currency="CNY", per_second={("720p", True): Decimal("0.6")}, source="me", date="2026-11-01")


def expired() -> ww.DownloadError:
    error = ww.DownloadError("Gone.", task_id="t1")
    error.expired = True
    return error


def noted() -> ww.WanError:
    error = ww.WanError("Odd.", remedy="Look.", maybe_billed=True)
    error.add_note("in cell 3")
    return error


ERRORS = [
    noted(),
    ww.InvalidRequest([Problem("seed", "Too large.", "0 to 9"), Problem("prompt", "Empty.", remedy="Write one.")]),
    ww.Misuse("There is no such name."),
    ww.ConfigurationError("No key.", remedy="Set one."),
    ww.Unsupported("No."),
    ww.LedgerError("Locked."),
    ww.OverBudget("Too much."),
    ww.Unconfirmed("Cut.", ledger_id="ww-1"),
    ww.TransportError("Broke."),
    ww.ConnectError("No route."),
    ww.TimeoutException("Late."),
    *(kind("No.", **STATUS) for kind in [ww.HTTPStatusError, *ww.HTTPStatusError.__subclasses__()]),
    ww.RecipeError("No.", remedy="Yes."),
    ww.UnknownTask("No.", **STATUS),
    ww.UnexpectedReply("HTML."),
    ww.TaskFailed("It failed.", TASK),
    ww.TaskCancelled("It was cancelled.", TASK),
    expired(),
]
VALUES = [
    *REQUESTS,
    TASK,
    ww.Video(path="a.mp4", width=1, height=2, duration=5.0, size=3, expires_at=TASK.created_at),
    ww.AsyncClient("dashscope", api_key="k" * 20).quote(ww.TextToVideo(prompt="A", resolution="720p")),
    ww.Budget(money="10 CNY", clips=3, per="day"),
    PRICES,
    Problem("seed", "Too large."),
    ww.providers.PROVIDERS["toapis"].offer("wan2.6", ww.Mode.TEXT),
]


def fail(number: int) -> None:
    raise ERRORS[number]
