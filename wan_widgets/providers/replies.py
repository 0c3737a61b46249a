"""Reading the replies of services: JSON or something else in its place, errors in plain words, times and texts."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

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
from wan_widgets.wan.tasks import TaskError, TaskStatus

_LONGEST_TEXT = 500
_END_OF_TIME = 2.0**33  # the year 2242
Advice = tuple[type[HTTPStatusError], str, str]
"""The error's type, what the service did, and what to do about it."""
ADVICE: dict[int, Advice] = {
    401: (AuthenticationError, "did not accept the key", "Check the key; a new one comes from the service's console."),
    402: (PaymentRequired, "says that the account's balance is too low", "Top it up, then generate again."),
    403: (AuthenticationError, "does not allow this key to do that", "Check what the key may do at the service."),
    404: (NotFound, "does not know that task or address", "Tasks are forgotten after a time; check the base URL too."),
    422: (ContentRejected, "rejected the content", "Reword the prompt; the same text will be rejected again."),
    429: (RateLimited, "has had too many requests", "Wait a little, then try again."),
}


_STATUSES = {
    TaskStatus.QUEUED: ("queued", "submitted", "pending", "not_start", "suspended"),
    TaskStatus.IN_PROGRESS: ("in_progress", "processing", "running"),
    TaskStatus.COMPLETED: ("completed", "succeeded", "success"),
    TaskStatus.FAILED: ("failed", "failure", "fail"),
    TaskStatus.CANCELLED: ("cancelled", "canceled"),
}
"""The services' documented status words and their synonyms."""
_USUAL_STATUSES = {
    TaskStatus.QUEUED: (
        *("accepted", "created", "in_queue", "initialized", "initializing", "new", "not_started", "preparing"),
        *("queueing", "queuing", "received", "scheduled", "throttled", "wait", "waiting"),
    ),
    TaskStatus.IN_PROGRESS: (
        *("active", "cancelling", "canceling", "dreaming", "executing", "generating", "in_process", "post_processing"),
        *("preprocessing", "progress", "rendering", "run", "started", "starting", "uploading", "working"),
    ),
    TaskStatus.COMPLETED: ("complete", "done", "finish", "finished", "generated", "ready", "succeed", "successful"),
    TaskStatus.FAILED: (
        *(
            "aborted",
            "banned",
            "blocked",
            "content_filter",
            "content_moderated",
            "crashed",
            "dead",
            "declined",
            "denied",
        ),
        *("error", "errored", "error_occurred", "exception", "expired", "failed_permanently", "generation_failed"),
        *("invalid", "killed", "moderated", "moderation_failed", "nsfw"),
        *("refused", "rejected", "request_moderated", "task_failed", "terminated", "timed_out", "timeout"),
        "unsuccessful",
    ),
    TaskStatus.CANCELLED: (
        *("cancel", "cancelled_by_user", "canceled_by_user", "deleted", "removed", "revoked", "stopped"),
        *("user_canceled", "user_cancelled", "withdrawn"),
    ),
}
"""What no page of a service lists, but everybody would read so: a service may change its words.

A word that may be said of a task that still goes on, such as "not found" by a new server, is not here.
"""
_BEFORE = re.compile(r"^(task|job|video)?(status|state)(?=.)")
"""What some services write before the word: ``TASK_STATUS_FAILED``, ``JOB_STATE_SUCCEEDED``."""
_MESSAGES = ("message", "msg", "detail", "reason", "error", "type")
"""The names of the field with an error's words, the likeliest first."""
_NO_ERROR = ("0", "200", "false", "none", "null", "ok", "success")
"""What services write in place of an error where there is none, in lower case."""
_DOCUMENTED = {word for words in _STATUSES.values() for word in words}


def _letters(word: str) -> str:
    """The word without what services write in different ways: ``timedOut``, ``timed-out`` and ``TIMED_OUT``."""
    return re.sub(r"[\W_]+", "", word).lower()


_BY_WORD = {
    _letters(word): status for words in (_USUAL_STATUSES, _STATUSES) for status, all_ in words.items() for word in all_
}


def status(word: object) -> TaskStatus | None:
    """What a service's status word means; ``None`` for a word that is not known."""
    return _BY_WORD.get(_BEFORE.sub("", _letters(word))) if isinstance(word, str) else None


def is_documented(word: str) -> bool:
    """Whether a service's pages list this status word."""
    return word.strip().lower() in _DOCUMENTED


def standing(
    word: object, service: str, *, error: object = None, url: str | None = None
) -> tuple[TaskStatus, str | None]:
    """The status of a task, and a note where that is a guess.

    Beside an unknown word an error object means that the task failed, and an address that it is completed.
    """
    known = status(word)
    if known is not None:
        return known, None
    if has_said(error):
        return TaskStatus.FAILED, None
    if url:
        return TaskStatus.COMPLETED, odd_word(word, service)
    return TaskStatus.IN_PROGRESS, odd_word(word, service)


def has_said(error: object) -> bool:
    """Whether an error object says anything: services send empty ones, and "success", with tasks that are well.

    A code of success beside a message does not make the message an error.
    """
    fields = mapping(error)
    if not fields:
        return _is_error(_message(error))
    code = fields.get("code")
    return _is_error(code) or (text(code) is None and _is_error(_message(error)))


def _is_error(value: object) -> bool:
    said = text(value)
    return said is not None and said.lower() not in _NO_ERROR


def _message(error: object) -> str | None:
    """The words of an error, which is an object with a message, a list of such, or text."""
    if isinstance(error, list):
        return _message(error[0]) if error else None
    if not isinstance(error, Mapping):
        return text(error)
    return next(filter(None, (text(error.get(name)) for name in _MESSAGES)), None)


def odd_word(word: object, service: str) -> str:
    """The note about a status word that is not known."""
    said = text(word)
    return f"{service} reports " + (f"“{said}”, a status that is not known here." if said else "no status.")


def web_address(*candidates: object) -> str | None:
    """The first candidate that is an http(s) address."""
    for url in candidates:
        if isinstance(url, str) and url.lower().startswith(("http://", "https://")):
            return url
    return None


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty object."""
    return value if isinstance(value, Mapping) else {}


def first(items: object) -> Mapping[str, Any]:
    """The first item of a list if it is a JSON object, else an empty object."""
    return mapping(items[0]) if isinstance(items, list) and items else {}


def task_error(error: object, word: object = None) -> TaskError:
    """Why a task failed. The error is an object with a message and a code, or text; `word` is the status word."""
    fields = mapping(error)
    message, said = _message(error), text(word)
    documented = said is None or said.lower() in _STATUSES[TaskStatus.FAILED]
    reason = "The service gave no reason." if documented else f"The service says “{said}” and gave no reason."
    return TaskError(message if message and _is_error(message) else reason, text(fields.get("code")))


def json_object(reply: Reply, service: str) -> Mapping[str, Any]:
    """The body as a JSON object; raises `UnexpectedReply` for anything else."""
    body = _parse(reply.content)
    if not isinstance(body, Mapping):
        raise UnexpectedReply(f"{service} sent {_what_came(reply)} in place of a JSON object.")
    return body


def status_error(
    reply: Reply, service: str, code: object = None, message: object = None, advice: Advice | None = None
) -> HTTPStatusError:
    """The error that a reply's HTTP status means, with the service's own words if there are any.

    `advice` replaces the advice for that status, where the service's own code says more than the status.
    """
    number = reply.status_code
    usual: Advice = (HTTPStatusError, f"refused the request (HTTP {number})", "")
    if number >= 500:
        usual = (ServerError, f"is in trouble (HTTP {number})", "Try again later.")
    kind, what, remedy = advice or ADVICE.get(number, usual)
    if said := text(message):
        what += f": {said.rstrip('.')}"
    elif _parse(reply.content) is None and reply.content.strip():
        what += f"; it sent {_what_came(reply)}"
    return kind(
        f"{service} {what}.",
        remedy=remedy,
        status_code=number,
        code=text(code),
        request_id=text(reply.headers.get("x-request-id") or reply.headers.get("x-oneapi-request-id")),
        retry_after=retry_after(reply),
    )


def date(reply: Reply) -> float | None:
    """The Unix time in a reply's Date header, by the clock of the server; ``None`` if it has none."""
    try:
        return parsedate_to_datetime(reply.headers["date"]).timestamp()
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def retry_after(reply: Reply) -> float | None:
    """The seconds of a Retry-After header. A date there is counted from the reply's own Date header."""
    value = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        return max(0.0, (until - parsedate_to_datetime(reply.headers["date"])).total_seconds())
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def text(value: object) -> str | None:
    """A service's text as one line without control characters, cut to 500; ``None`` if it has none."""
    if value is None or isinstance(value, Mapping | list):
        return None
    line = "".join(char if char.isprintable() else " " for char in str(value))
    line = " ".join(line.split())
    return line[: _LONGEST_TEXT - 1] + "…" if len(line) > _LONGEST_TEXT else line or None


def moment(value: object) -> datetime | None:
    """A Unix time in seconds as an aware datetime; ``None`` if the value is no such time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (OverflowError, ValueError):
        return None
    # No clip has a later time. On the last day of Python's calendar, another time zone could also overflow it.
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _END_OF_TIME else None


def seconds(value: object) -> float | None:
    """A billed length in seconds, from ``10``, ``10.0`` or ``"10"``; ``None`` if it is no number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        length = float(value)
    except (OverflowError, ValueError):
        return None
    return length if 0 < length < math.inf else None


def percent(value: object) -> int | None:
    """A progress of 0 to 100, from ``30``, ``30.0`` or ``"30%"``; ``None`` if it is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return min(100, max(0, int(float(str(value).strip().removesuffix("%")))))
    except (OverflowError, ValueError):
        return None


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _what_came(reply: Reply) -> str:
    content = reply.content.strip()
    if not content:
        return "an empty reply"
    if re.match(rb"<(!doctype|html|\?xml)", content, re.IGNORECASE):
        title = re.search(rb"<title[^>]*>(.*?)</title>", content[:10_000], re.IGNORECASE | re.DOTALL)
        named = text(title[1].decode(errors="replace")) if title else None
        return f"a web page (“{named}”)" if named else "a web page"
    return "other JSON" if _parse(content) is not None else "text that is not JSON"
