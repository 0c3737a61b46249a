"""What Model Studio's error codes mean, where the HTTP status says too little or is misleading.

Source: help.aliyun.com/zh/model-studio/error-code. The file store sends XML, with the same HTTP statuses.
"""

import re
from collections.abc import Mapping
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
from wan_widgets.providers.codes import FAULT, MODERATION, OF_FAULTS, OF_INPUTS, TIMEOUT, Advice, meaning
from wan_widgets.wan.errors import (
    AuthenticationError,
    ContentRejected,
    HTTPStatusError,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    UnexpectedReply,
)
from wan_widgets.wan.tasks import TaskError
from wan_widgets.words import say

_NOT_ALLOWED = Advice("providers.code.forbidden", "providers.code.forbidden.workspace.remedy", AuthenticationError)
_REJECTED = Advice("providers.code.rejected", "providers.code.rejected.inputs.remedy", ContentRejected)
_MEANINGS: Mapping[str, Advice] = {
    "invalidapikey": Advice("providers.code.key", "providers.code.key.region.remedy", AuthenticationError),
    "accessdenied": _NOT_ALLOWED,
    "accessdenied.unpurchased": Advice(
        "providers.code.inactive", "providers.code.inactive.remedy", AuthenticationError
    ),
    "model.accessdenied": _NOT_ALLOWED,
    "workspace.accessdenied": _NOT_ALLOWED,
    "allocationquota.freetieronly": Advice(
        "providers.code.free_quota", "providers.code.free_quota.remedy", PaymentRequired
    ),
    "arrearage": Advice("providers.code.overdue", "providers.code.balance.remedy", PaymentRequired),
    **dict.fromkeys(MODERATION, _REJECTED),
    **OF_INPUTS,
    "modelnotfound": Advice("providers.code.model", "providers.code.model.remedy", NotFound),
    "workspacenotfound": Advice("providers.code.workspace", "providers.code.workspace.remedy", NotFound),
    "throttling": Advice("providers.code.busy", "providers.code.busy.minute.remedy", RateLimited),
    "unsupportedoperation": Advice(
        "providers.code.too_late", "providers.code.too_late.remedy", HTTPStatusError, is_of_order=False
    ),
}
"""The meanings, by code in lower case. ``throttling`` also stands for ``throttling.ratequota``."""
_OF_TASKS: Mapping[str, Advice] = {
    **_MEANINGS,
    **OF_FAULTS,
    "modelservingerror": FAULT,
    "modelunavailable": FAULT,
    "internalerror.timeout": TIMEOUT,
    "requesttimeout": TIMEOUT,
}


def refusal(reply: Reply, service: str) -> HTTPStatusError:
    """The error that a reply reports."""
    try:
        body = replies.json_object(reply, service)
    except UnexpectedReply:
        body = {}
    code, said = replies.text(body.get("code")), replies.text(body.get("message"))
    error = replies.status_error(reply, service, code, said, meaning(code, _MEANINGS))
    error.request_id = replies.text(body.get("request_id")) or error.request_id
    return error


def file_refusal(reply: Reply, service: str) -> HTTPStatusError:
    """The error that a reply of the file store reports, in XML."""
    code, said, request_id = (_element(reply, name) for name in ("Code", "Message", "RequestId"))
    kind = ServerError if reply.status_code >= 500 else HTTPStatusError
    happened = (
        say("providers.upload.refused", service=service, said=replies.quoted(said))
        if said
        else say("providers.upload.refused_silently", service=service, number=reply.status_code)
    )
    return kind(
        happened,
        remedy=say("providers.upload.refused.remedy"),
        status_code=reply.status_code,
        code=code,
        request_id=request_id,
        retry_after=replies.retry_after(reply),
    )


def task_error(fields: Mapping[str, Any], word: object, service: str) -> TaskError:
    """Why a task failed."""
    charged = "providers.charged.failed"
    return replies.task_error(fields, word, service=service, meanings=_OF_TASKS, charged=charged)


def _element(reply: Reply, name: str) -> str | None:
    found = re.search(rf"<{name}>([^<]*)</{name}>", reply.content[:10_000].decode(errors="replace"))
    return replies.text(found[1]) if found else None
