"""Looking for an order whose outcome is not known, in the server's list of its tasks.

Sources: SGLang 0.5.23 and vLLM-Omni 0.30.0. Both list a task's time, model, size and length; vLLM-Omni also its prompt.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.openai_videos.replies import task_of
from wan_widgets.wan.errors import Unsupported
from wan_widgets.wan.tasks import VideoTask
from wan_widgets.words import say

_CLOCKS_DIFFER = 120.0
"""By how many seconds the clocks here and at the server may differ, where the prompt tells whose task it is."""
_CLOCKS_AGREE = 5.0
"""The same, where only the time tells it: the task of somebody else must not be taken for the own one."""
_LONGEST_ON_ITS_WAY, _LONGEST_WITH_A_FILE = 300.0, 1200.0
"""Seconds from the order to its task at the most. A task that is made later belongs to another order."""
_PAGES = 20
"""How many pages of the list are read, with 100 tasks each."""
_NO_LIST = (404, 405, 501)


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What the list shows of the task that is looked for; ``None`` for what was not sent."""

    model: object
    size: object
    seconds: object
    prompt: object
    has_file: bool
    """A file went along with the order, which takes time."""


def matching(wanted: Traits, since: float, provider: str, title: str) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
    """The tasks that may have come of an order sent at the Unix time `since`.

    A generator: yields a call, is sent its reply. Raises the error that the reply reports, and `Unsupported` if the
    server has no list of its tasks.
    """
    found: dict[str, VideoTask] = {}
    seen: set[str] = set()
    after: str | None = None
    for _ in range(_PAGES):
        reply = yield Call(
            "GET", "/v1/videos?limit=100&order=desc" + (f"&after={quote(after, safe='')}" if after else "")
        )
        rows, has_more = _page(reply, title)
        begun = since + _ahead(reply)
        found |= {name: task_of(row, provider, title) for name, row in rows.items() if _may_be(row, wanted, begun)}
        if not has_more or not rows.keys() - seen or _are_too_old([*rows.values()], begun):
            break
        seen |= rows.keys()
        after = [*rows][-1]
    return tuple(found.values())


def _page(reply: Reply, title: str) -> tuple[dict[str, Mapping[str, Any]], bool]:
    """The tasks of a page by their ids, and whether there are more pages."""
    if reply.status_code in _NO_LIST:
        raise Unsupported(say("providers.engine.no_tasks", service=title))
    if reply.status_code // 100 != 2:
        raise replies.status_error(reply, title, charges=False)
    body = replies.json_object(reply, title)
    listed = body.get("data")
    rows = [replies.mapping(row) for row in listed] if isinstance(listed, list) else []
    return {name: row for row in rows if (name := replies.text(row.get("id")))}, body.get("has_more") is True


def _ahead(reply: Reply) -> float:
    """By how many seconds the clock of the server is ahead of ours, as far as its reply tells."""
    told = replies.date(reply)
    return told - reply.received_at if told is not None and reply.received_at is not None else 0.0


def _are_too_old(rows: Sequence[Mapping[str, Any]], since: float) -> bool:
    """Whether all tasks of further pages are older than the order: the list begins with the newest one."""
    times = [moment.timestamp() for row in rows if (moment := replies.moment(row.get("created_at")))]
    return bool(times) and times[0] >= times[-1] and times[-1] < since - _CLOCKS_DIFFER


def _may_be(row: Mapping[str, Any], wanted: Traits, since: float) -> bool:
    has_prompt = isinstance(row.get("prompt"), str)
    created = replies.moment(row.get("created_at"))
    slack = _CLOCKS_DIFFER if has_prompt else _CLOCKS_AGREE
    longest = _LONGEST_WITH_A_FILE if wanted.has_file else _LONGEST_ON_ITS_WAY
    is_of_its_time = created is not None and int(since) - slack <= created.timestamp() <= since + longest + slack
    told = {name: row[name] for name in ("model", "size", "seconds", "prompt") if row.get(name) is not None}
    # A list that tells only times does not tell whose task it is.
    tells_enough = has_prompt or told.keys() >= {"size", "seconds"}
    return is_of_its_time and tells_enough and all(_agree(value, getattr(wanted, name)) for name, value in told.items())


def _agree(told: object, sent: object) -> bool:
    return sent is None or str(told) == str(sent)
