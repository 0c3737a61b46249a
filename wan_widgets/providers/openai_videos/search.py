"""Looking for an order whose outcome is not known, in the server's list of its tasks.

Sources: SGLang 0.5.23 and vLLM-Omni 0.30.0. Both list a task's time, model, size and length; vLLM-Omni also its prompt.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.openai_videos.replies import task_of
from wan_widgets.wan.tasks import VideoTask

_CLOCKS_DIFFER = 120.0
"""By how many seconds the clocks here and at the server may differ, where the prompt tells whose task it is."""
_CLOCKS_AGREE = 5.0
"""The same, where only the time tells it: the task of somebody else must not be taken for the own one."""


@dataclass(frozen=True)
class Traits:
    """What the list shows of the task that is looked for; ``None`` for what was not sent."""

    model: object
    size: object
    seconds: object
    prompt: str | None


def matching(wanted: Traits, since: float, provider: str, title: str) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
    """The tasks that may have come of an order sent at the Unix time `since`.

    A generator: yields a call, is sent its reply. Raises the error that the reply reports.
    """
    reply = yield Call("GET", "/v1/videos?limit=100&order=desc")
    if reply.status_code // 100 != 2:
        raise replies.status_error(reply, title)
    listed = replies.json_object(reply, title).get("data")
    rows = [replies.mapping(row) for row in listed] if isinstance(listed, list) else []
    return tuple(task_of(row, provider, title) for row in rows if row.get("id") and _may_be(row, wanted, since))


def _may_be(row: Mapping[str, Any], wanted: Traits, since: float) -> bool:
    has_prompt = isinstance(row.get("prompt"), str)
    created = replies.moment(row.get("created_at"))
    slack = _CLOCKS_DIFFER if has_prompt else _CLOCKS_AGREE
    is_recent = created is not None and created.timestamp() >= int(since) - slack
    told = {name: row[name] for name in ("model", "size", "seconds", "prompt") if row.get(name) is not None}
    return is_recent and all(_agree(value, getattr(wanted, name)) for name, value in told.items())


def _agree(told: object, sent: object) -> bool:
    return sent is None or str(told) == str(sent)
