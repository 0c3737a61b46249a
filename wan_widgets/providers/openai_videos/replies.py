"""Reading replies of `/v1/videos`: the state of a task, with any HTTP status, and the engines' forms of errors."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
from wan_widgets.providers.codes import Advice
from wan_widgets.wan.errors import AuthenticationError, HTTPStatusError, NotFound, UnexpectedReply, UnknownTask
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import say

_NO_KEY = Advice("providers.engine.key", "providers.engine.key.remedy", AuthenticationError)
_UNKNOWN = Advice("providers.engine.no_task", "providers.engine.no_task.remedy", UnknownTask)
_TASK = re.compile(r"video|task|job|generation", re.IGNORECASE)
"""What engines call a task: both say “Video not found”."""
NO_MODEL = Advice("providers.engine.no_order", "providers.engine.no_order.remedy", NotFound)
_UNREAD = Advice("providers.code.refused", "", HTTPStatusError)
"""FastAPI sends 422 for a field that it cannot read. It does not mean that the content was rejected."""


def path_of(task_id: str) -> str:
    return f"/v1/videos/{quote(task_id, safe='')}"


def read_video(reply: Reply, provider: str, title: str) -> VideoTask:
    """The task in a reply; raises the error that the reply reports.

    The body counts before the HTTP status: vLLM-Omni sends a failed task whole, with HTTP 500 or 4xx.
    """
    refused = reply.status_code // 100 != 2
    try:
        body = replies.json_object(reply, title)
    except UnexpectedReply:
        if refused:
            raise refusal(reply, title) from None
        raise
    if refused and body.get("object") != "video":
        raise refusal(reply, title)
    task_id = replies.text(body.get("id"))
    if not task_id:
        if refused:
            raise refusal(reply, title)
        raise replies.no_task_id(title, _said(body))
    return task_of(body, provider, title)


def read_deletion(reply: Reply, provider: str, title: str) -> VideoTask | None:
    """The task after its deletion. OpenAI and vLLM-Omni send a short answer, SGLang the whole task."""
    if reply.status_code // 100 != 2:
        return read_video(reply, provider, title)
    if not reply.content.strip():
        return VideoTask(id="-", status=TaskStatus.CANCELLED, provider=provider)
    body = replies.json_object(reply, title)
    if body.get("deleted") is True or body.get("status") == "deleted":
        # Without an id "-" is enough: the client knows which task it asked about.
        return VideoTask(id=replies.text(body.get("id")) or "-", status=TaskStatus.CANCELLED, provider=provider)
    return read_video(reply, provider, title) if body.get("object") == "video" else None


def task_of(body: Mapping[str, Any], provider: str, title: str) -> VideoTask:
    """The task that a JSON object describes. It has an id."""
    task_id, word = str(replies.text(body.get("id"))), body.get("status")
    url = replies.web_address(body.get("url"))
    status, note = replies.standing(word, title, error=body.get("error"), url=url)
    progress = replies.percent(body.get("progress"))
    return VideoTask(
        id=task_id,
        status=status,
        provider=provider,
        model=replies.text(body.get("model")),
        progress=None if progress == 0 else progress,  # some engines report 0 until the clip is done
        created_at=replies.moment(body.get("created_at")) or replies.moment(body.get("created")),
        completed_at=replies.moment(body.get("completed_at")),
        expires_at=replies.moment(body.get("expires_at")),
        rewritten_prompt=replies.prose(body.get("revised_prompt")),
        video_url=_video_url(body, task_id, title) if status is TaskStatus.COMPLETED else None,
        error=replies.task_error(body.get("error"), word) if status is TaskStatus.FAILED else None,
        note=note,
    )


def _video_url(body: Mapping[str, Any], task_id: str, title: str) -> str:
    """The clip's address, if the server stored the clip elsewhere; else its path at the server.

    NVIDIA Dynamo answers the order at once with the clip's address or with the clip itself. The clip is not accepted.
    """
    first = replies.first(body.get("data"))
    if url := replies.web_address(body.get("url"), first.get("url")):
        return url
    if isinstance(first.get("b64_json"), str) and first["b64_json"]:
        remedy = say("providers.engine.clip_itself.remedy", example='extra={"response_format": "url"}')
        raise UnexpectedReply(say("providers.engine.clip_itself", service=title), remedy=remedy, task_id=task_id)
    return f"{path_of(task_id)}/content"  # without `variant`, which has another meaning at each engine


def refusal(reply: Reply, title: str, advice: Advice | None = None) -> HTTPStatusError:
    """The error that a reply with an HTTP status of an error reports. `advice` is for a 404."""
    try:
        body = replies.json_object(reply, title)
    except UnexpectedReply:
        body = {}
    error = replies.mapping(body.get("error")) or body
    code = error.get("code")
    word = code if isinstance(code, str) and not code.isdecimal() else error.get("type")
    advice = _UNKNOWN if reply.status_code == 404 and _is_of_the_engine(body) else advice
    advice = _NO_KEY if reply.status_code in (401, 403) else advice
    if reply.status_code == 422 and "error" not in body:
        advice = _UNREAD
    return replies.status_error(reply, title, word, _said(body), advice, charges=False)


def _is_of_the_engine(body: Mapping[str, Any]) -> bool:
    """Whether a 404 comes from the handler of tasks. A proxy that finds no way to the engine speaks of no task."""
    return bool(_TASK.search(_said(body) or ""))


def _said(body: Mapping[str, Any]) -> str | None:
    """The error's message: ``error`` (object or text) of OpenAI and vLLM, or ``detail`` (text or list) of FastAPI."""
    for said in (body.get("error"), body.get("detail"), body.get("message")):
        if isinstance(said, Mapping):
            found = replies.text(said.get("message"))
        elif isinstance(said, list):
            found = replies.text("; ".join(filter(None, map(_fault, said[:10]))))
        else:
            found = replies.text(said)
        if found:
            return found
    return None


def _fault(fault: object) -> str | None:
    """One fault as text. FastAPI writes ``{"loc": ["body", "size"], "msg": "Field required"}``."""
    fields = replies.mapping(fault)
    message = replies.text(fields.get("msg")) if fields else replies.text(fault)
    location = fields.get("loc")
    where = ".".join(str(name) for name in location if name != "body") if isinstance(location, list) else ""
    return f"{where}: {message}" if where and message else message
