"""What gateways of New API's kind have in common: two layers that write errors, and a task that may be wrapped.

The layer that checks keys and balances writes ``{"error": {"message", "type", "code"}}``. The layer that runs tasks
writes ``{"code", "message", "data": null}``, and its message quotes the service behind the gateway. Both may come with
HTTP 200. Source: https://github.com/QuantumNous/new-api (relay/relay_task.go, relay/channel/task/ali, 2025 and 2026).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
from wan_widgets.providers.codes import ADVICE, INVALID, MODERATION, OF_FAULTS, OF_INPUTS, Advice, meaning
from wan_widgets.wan.errors import HTTPStatusError, ServerError, UnexpectedReply
from wan_widgets.wan.tasks import TaskError, TaskStatus
from wan_widgets.words import Said

_PASSED_ON = ("fail_to_fetch_task", "ali_api_error")
"""The codes with which the gateway quotes the service behind it."""
_OPERATORS = "providers.code.operator.remedy"
_UPSTREAM_REFUSED = Advice("providers.code.upstream_refused", _OPERATORS, HTTPStatusError)
"""The advice where the gateway's own key is wrong or its own account is empty: neither is the user's."""
_NOT_PASSED_ON = Advice("providers.code.not_passed_on", "providers.code.fault.remedy", is_of_order=False)
_MEANINGS: Mapping[str, Advice] = {
    "invalid_request": INVALID,
    "invalid_json": INVALID,
    "invalid_size": INVALID,
    "missing_model": INVALID,
    "task_not_exist": ADVICE[404],  # it comes with HTTP 400
    "insufficient_user_quota": ADVICE[402],  # this and the next come with HTTP 403
    "pre_consume_token_quota_failed": ADVICE[402],
    "model_not_found": Advice("providers.code.no_supplier", "providers.code.no_supplier.remedy", ServerError),
    "model_price_error": Advice("providers.code.no_price", _OPERATORS),
    "build_request_failed": _NOT_PASSED_ON,
    "do_request_failed": _NOT_PASSED_ON,
    # The gateway passes these codes on from the service behind it.
    **dict.fromkeys(MODERATION, ADVICE[422]),
    **OF_INPUTS,
    "arrearage": _UPSTREAM_REFUSED,
}
"""The meanings, by code in small letters."""
_OF_TASKS: Mapping[str, Advice] = {**_MEANINGS, **OF_FAULTS}


def read(reply: Reply, service: str) -> tuple[str, Mapping[str, Any]]:
    """The id of the task in a reply, and the object that describes it; raises the error that the reply reports."""
    if reply.status_code // 100 != 2:
        try:
            body = replies.json_object(reply, service)
        except UnexpectedReply:
            body = {}
        raise _refusal(reply, service, body)
    body = replies.json_object(reply, service)
    data = body.get("data")
    for fields in (body, replies.mapping(data), replies.first(data), replies.mapping(body.get("output"))):
        if task_id := _id(fields):
            return task_id, fields
    if body.get("error") or _is_fault(body.get("code")):
        raise _refusal(reply, service, body)
    said = replies.text(body.get("message"))
    raise replies.no_task_id(service, said)


def status_of(
    word: object, service: str, *, new: bool, error: object = None, url: str | None = None
) -> tuple[TaskStatus, Said | None]:
    """What a service's status word means, and a note if it is not known. A `new` task may come without a status."""
    if new and not replies.text(word) and not replies.has_said(error):
        return TaskStatus.QUEUED, None
    return replies.standing(word, service, error=error, url=url)


def task_error(error: object, word: object, service: str) -> TaskError:
    """Why a task failed."""
    return replies.task_error(error, word, service=service, meanings=_OF_TASKS)


def _id(fields: Mapping[str, Any]) -> str | None:
    """The task's id. A wrapped task may also have a row number as its ``id``, so an id that is text comes first."""
    names = (fields.get("id"), fields.get("task_id"))
    return next((name for name in map(replies.text, sorted(names, key=_is_no_text)) if name), None)


def _is_no_text(value: object) -> bool:
    return not isinstance(value, str)


def _refusal(reply: Reply, service: str, body: Mapping[str, Any]) -> HTTPStatusError:
    error = body.get("error")
    fields = error if isinstance(error, Mapping) else {**body, "message": error or body.get("message")}
    code, message = fields.get("code"), fields.get("message")
    word = (code if isinstance(code, str) else None) or fields.get("type")
    advice = None
    if word in _PASSED_ON:
        word, message = _quoted(word, message)
        advice = _UPSTREAM_REFUSED if reply.status_code in (401, 402, 403) else None
    return replies.status_error(reply, service, word, message, meaning(str(word), _MEANINGS) or advice)


def _quoted(word: object, message: object) -> tuple[object, object]:
    """The code and the message of the service behind the gateway, from its JSON or from ``Code: message``."""
    if not isinstance(message, str):
        return word, message
    try:
        inner = replies.mapping(json.loads(message))
    except (ValueError, RecursionError):
        match = re.fullmatch(r"([A-Z][A-Za-z.]+): (.+)", message, re.DOTALL)
        return (match[1], match[2]) if match else (word, message)
    inner = replies.mapping(inner.get("error")) or inner
    return inner.get("code") or word, inner.get("message") or message


def _is_fault(code: object) -> bool:
    return isinstance(code, str) and code.strip() not in ("", "0", "200") and not replies.is_documented(code)
