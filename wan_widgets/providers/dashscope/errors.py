"""What Model Studio's error codes mean, where the HTTP status says too little or is misleading.

Source: help.aliyun.com/zh/model-studio/error-code. The file store sends XML, with the same HTTP statuses.
"""

import re

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Reply
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

_Meaning = tuple[type[HTTPStatusError], str, str]
"""The error's type, what the service did, and the remedy."""

_NOT_ALLOWED: _Meaning = (
    AuthenticationError,
    "does not allow this key to do that",
    "Check in its console what the key and its workspace may do.",
)
_REJECTED: _Meaning = (
    ContentRejected,
    "rejected the content",
    "Change the prompt or the inputs; the same will be rejected again.",
)
_UNREACHABLE: _Meaning = (
    HTTPStatusError,
    "could not fetch or read an input",
    "Check that every address opens for anyone and is what it says, or send the files themselves.",
)
_WRONG_FILE: _Meaning = (
    HTTPStatusError,
    "does not take one of the inputs",
    "Check its format, its pixels, its length and its size.",
)
_MEANINGS: dict[str, _Meaning] = {
    "invalidapikey": (
        AuthenticationError,
        "did not accept the key",
        "Check the key and the region: a key works in its own region only.",
    ),
    "accessdenied": _NOT_ALLOWED,
    "accessdenied.unpurchased": (
        AuthenticationError,
        "is not activated for this account",
        "Activate it in its console.",
    ),
    "model.accessdenied": _NOT_ALLOWED,
    "workspace.accessdenied": _NOT_ALLOWED,
    "allocationquota.freetieronly": (
        PaymentRequired,
        "says that the free quota is used up",
        "Switch off “free quota only” in its console to pay from now on.",
    ),
    "arrearage": (PaymentRequired, "says that the account is overdue", "Top it up, then generate again."),
    "datainspectionfailed": _REJECTED,
    "ipinfringementsuspect": _REJECTED,
    "customroleblocked": _REJECTED,
    "invalidparameter.datainspection": _UNREACHABLE,
    "invalidurl": _UNREACHABLE,
    "badrequest.inputdownloadfailed": _UNREACHABLE,
    "invalidfile": _WRONG_FILE,
    "invalidimage": _WRONG_FILE,
    "modelnotfound": (NotFound, "does not know that model here", "Check its name and the region."),
    "workspacenotfound": (NotFound, "does not know that workspace", "Check its id and the region."),
    "throttling": (RateLimited, "has had too many requests", "Wait a minute, then try again."),
    "unsupportedoperation": (
        HTTPStatusError,
        "calls off only tasks that still wait, and this one has begun or ended",
        "If it makes a clip, that is billed.",
    ),
}
"""The meanings, by code in lower case. ``throttling`` also stands for ``throttling.ratequota``."""


def refusal(reply: Reply, service: str) -> HTTPStatusError:
    """The error that a reply reports."""
    try:
        body = replies.json_object(reply, service)
    except UnexpectedReply:
        body = {}
    code, said = replies.text(body.get("code")), replies.text(body.get("message"))
    error = _meant(reply, service, code, said) or replies.status_error(reply, service, code, said)
    error.request_id = replies.text(body.get("request_id")) or error.request_id
    return error


def file_refusal(reply: Reply, service: str) -> HTTPStatusError:
    """The error that a reply of the file store reports, in XML."""
    code, said, request_id = (_element(reply, name) for name in ("Code", "Message", "RequestId"))
    kind = ServerError if reply.status_code >= 500 else HTTPStatusError
    what = f": {said.rstrip('.')}" if said else f" (HTTP {reply.status_code})"
    return kind(
        f"{service} did not take the file{what}.",
        remedy="Send it again.",
        status_code=reply.status_code,
        code=code,
        request_id=request_id,
        retry_after=replies.retry_after(reply),
    )


def _meant(reply: Reply, service: str, code: str | None, said: str | None) -> HTTPStatusError | None:
    parts = (code or "").lower().split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    meaning = next((_MEANINGS[name] for name in names if name in _MEANINGS), None)
    if meaning is None:
        return None
    kind, what, remedy = meaning
    quoted = f": {said.rstrip('.')}" if said else ""
    return kind(
        f"{service} {what}{quoted}.",
        remedy=remedy,
        status_code=reply.status_code,
        code=code,
        retry_after=replies.retry_after(reply),
    )


def _element(reply: Reply, name: str) -> str | None:
    found = re.search(rf"<{name}>([^<]*)</{name}>", reply.content[:10_000].decode(errors="replace"))
    return replies.text(found[1]) if found else None
