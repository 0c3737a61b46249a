"""Reading what Model Studio says of a task.

The times in its replies have no time zone, and its regions are in several, so they are not read. The billed seconds are
in `usage`. Source: legacy-wan-reference-to-video-api-reference, where "duration" is the billed input and output
together; and the pages of the other models. There the number may be a number or text.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
from wan_widgets.providers.dashscope.errors import refusal, task_error
from wan_widgets.wan.tasks import EXPIRED, TaskError, TaskStatus, VideoTask
from wan_widgets.words import say


def accepted(reply: Reply, service: str) -> Mapping[str, Any]:
    """The reply's JSON object; raises the error that the reply reports."""
    if reply.status_code // 100 != 2:
        raise refusal(reply, service)
    return replies.json_object(reply, service)


def task_of(reply: Reply, provider: str, service: str) -> VideoTask:
    """The task that a reply describes. A failed or forgotten task comes with HTTP 200 too."""
    body = accepted(reply, service)
    output = replies.mapping(body.get("output"))
    task_id = replies.text(output.get("task_id") or body.get("task_id"))
    if not task_id:
        if replies.text(body.get("code")):
            raise refusal(reply, service)
        raise replies.no_task_id(service)
    word = output.get("task_status")
    forgotten = isinstance(word, str) and word.strip().upper() == "UNKNOWN"
    url = _video_url(output)
    code = {"code": output.get("code")}
    status, note = (TaskStatus.FAILED, None) if forgotten else replies.standing(word, service, error=code, url=url)
    return VideoTask(
        id=task_id,
        status=status,
        provider=provider,
        video_url=url,
        expires_at=_expiry(url),
        rewritten_prompt=replies.prose(output.get("actual_prompt")),
        billed_seconds=_billed(body) if status is TaskStatus.COMPLETED else None,
        error=_error(body, output, service, forgotten=forgotten) if status is TaskStatus.FAILED else None,
        note=note,
    )


def _error(body: Mapping[str, Any], output: Mapping[str, Any], service: str, *, forgotten: bool) -> TaskError:
    if forgotten:
        return TaskError(say("providers.task.forgotten", service=service), EXPIRED)
    fields = output if output.get("message") or output.get("code") else body
    return task_error(fields, output.get("task_status"), service)


def _billed(body: Mapping[str, Any]) -> float | None:
    """The billed seconds: the field of newer models, else that of models up to Wan 2.5, which bill only the clip."""
    usage = replies.mapping(body.get("usage"))
    return replies.seconds(usage.get("duration")) or replies.seconds(usage.get("video_duration"))


def _video_url(output: Mapping[str, Any]) -> str | None:
    """The clip's address: the documented field, else those of the service's other video models."""
    results = output.get("results")
    result = replies.mapping(results) or replies.first(results)
    return replies.web_address(output.get("video_url"), result.get("video_url"), result.get("url"))


def _expiry(url: str | None) -> datetime | None:
    """When a signed address stops working, by its own query."""
    try:
        query = parse_qs(urlsplit(url or "").query)
    except ValueError:
        return None
    return replies.moment(query.get("Expires", [None])[0])
