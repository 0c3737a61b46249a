"""Looking for an order whose outcome is not known. The account's tasks are searched by model, time and prompt.

Source: the page manage-asynchronous-tasks. The list of tasks has no prompts, so each task of that model and time is
fetched to compare its prompt.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Call, Reply
from wan_widgets.providers.dashscope.tasks import accepted, task_of
from wan_widgets.wan.errors import WanError
from wan_widgets.wan.tasks import VideoTask

_MOST = 20
"""How many tasks are fetched. At most five tasks of a model run at once."""
_CLOCKS_DIFFER = 120.0
"""By how many seconds the clocks here and at the service may differ."""
_LONGEST_ON_ITS_WAY = 1200.0
"""Seconds from the order to its task at the most. A task that is made later belongs to another order."""


def matching(
    ask: Callable[[str], Call], model: str, prompt: str | None, since: float, names: tuple[str, str]
) -> Generator[Call, Reply, tuple[VideoTask, ...]]:
    """The tasks of `model` with this prompt that were made at the Unix time `since` or soon after it.

    A generator: yields calls, is sent their replies. `ask` makes a call from a path below the one of all tasks.
    `names` are the provider's name and title.
    """
    provider, service = names
    reply = yield ask(f"?page_no=1&page_size=50&model_name={model}")
    listed = accepted(reply, service).get("data")
    rows = [replies.mapping(row) for row in listed] if isinstance(listed, list) else []
    found: list[VideoTask] = []
    for task_id in [task_id for row in rows if (task_id := _candidate(row, since))][:_MOST]:
        reply = yield ask(f"/{task_id}")
        try:
            output = replies.mapping(accepted(reply, service).get("output"))
            if (output.get("orig_prompt") or None) == prompt:
                found.append(task_of(reply, provider, service))
        except WanError:
            continue  # this task cannot be read, but another one may match
    return tuple(found)


def _candidate(row: Mapping[str, Any], since: float) -> str | None:
    created = row.get("gmt_create")
    seconds = created / 1000 if isinstance(created, int | float) and not isinstance(created, bool) else None
    until = since + _LONGEST_ON_ITS_WAY + _CLOCKS_DIFFER
    is_of_its_time = seconds is None or since - _CLOCKS_DIFFER <= seconds <= until
    task_id = replies.text(row.get("task_id"))
    return task_id if is_of_its_time and task_id and task_id.replace("-", "").isalnum() else None
