"""Reading the replies of services: JSON or something else in its place, errors in plain words, times and texts."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from wan_widgets.providers.calls import Reply
from wan_widgets.providers.codes import ADVICE, Advice, explained, meaning
from wan_widgets.wan.errors import HTTPStatusError, ServerError, UnexpectedReply
from wan_widgets.wan.tasks import TaskError, TaskStatus
from wan_widgets.words import Said, Text, joined, say

_LONGEST_TEXT = 500
_END_OF_TIME = 2.0**33  # the year 2242
_NO_MEANINGS: Mapping[str, Advice] = {}


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
) -> tuple[TaskStatus, Said | None]:
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


def odd_word(word: object, service: str) -> Text:
    """The note about a status word that is not known."""
    said = text(word)
    if said:
        return say("providers.note.unknown_status", service=service, word=said)
    return say("providers.note.no_status", service=service)


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


def task_error(
    error: object,
    word: object = None,
    *,
    service: str = "",
    meanings: Mapping[str, Advice] = _NO_MEANINGS,
    charged: str = "providers.charged.console",
) -> TaskError:
    """Why a task failed. The error is an object with a message and a code, or text; `word` is the status word.

    `meanings` are those of the service's codes, in small letters. `charged` is the key of the sentence that says
    whether the service charges for a task that fails.
    """
    message, code = _message(error), text(mapping(error).get("code"))
    known = meaning(code, meanings)
    return TaskError(
        message if message and _is_error(message) else _no_reason(text(word)),
        code,
        explained(known, service, charged) if known else "",
    )


def _no_reason(word: str | None) -> Text:
    documented = word is None or word.lower() in _STATUSES[TaskStatus.FAILED]
    return say("wan.task.no_reason") if documented else say("providers.task.only_word", word=word)


def json_object(reply: Reply, service: str) -> Mapping[str, Any]:
    """The body as a JSON object; raises `UnexpectedReply` for anything else."""
    body = _parse(reply.content)
    if not isinstance(body, Mapping):
        raise UnexpectedReply(say("providers.reply.no_json", service=service, what=_what_came(reply)))
    return body


def no_task_id(service: str, said: str | None = None) -> UnexpectedReply:
    """The error for a reply that has no task."""
    return UnexpectedReply(say("providers.reply.no_task_id", service=service, said=quoted(said)))


def quoted(said: str | None) -> Said:
    """A service's own words, as they came, at the end of a sentence of ours."""
    return say("providers.said", said=said.rstrip(".。")) if said else ""


def status_error(
    reply: Reply,
    service: str,
    code: object = None,
    message: object = None,
    advice: Advice | None = None,
    *,
    charges: bool = True,
) -> HTTPStatusError:
    """The error that a reply's HTTP status means, with the service's own words if there are any.

    `advice` replaces the advice for that status, where the service's own code says more than the status. `charges`
    says that the service has its price, so that a refusal says that it is free.
    """
    number = reply.status_code
    usual = _usual(number)
    taken = advice or usual
    said = quoted(text(message))
    if not said and _parse(reply.content) is None and reply.content.strip():
        said = say("providers.sent", what=_what_came(reply))
    remedy = say(taken.remedy, service=service) if taken.remedy else ""
    if charges and taken.is_of_order and taken.remedy and number < 500:
        remedy = joined(remedy, say("providers.charged.refused"))
    return (taken.kind or usual.kind or HTTPStatusError)(
        say(taken.happened, service=service, number=number, said=said),
        remedy=remedy,
        status_code=number,
        code=text(code),
        request_id=text(reply.headers.get("x-request-id") or reply.headers.get("x-oneapi-request-id")),
        retry_after=retry_after(reply),
    )


def _usual(number: int) -> Advice:
    """What an HTTP status means."""
    if number >= 500:
        return Advice("providers.code.trouble", "providers.code.trouble.remedy", ServerError)
    return ADVICE.get(number, Advice("providers.code.refused"))


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
    line = str(value)
    if not line.isprintable():
        line = "".join(char if char.isprintable() else " " for char in line)
    line = " ".join(line.split())
    return line[: _LONGEST_TEXT - 1] + "…" if len(line) > _LONGEST_TEXT else line or None


def prose(value: object) -> str | None:
    """A text of any length as the service wrote it, such as a prompt; ``None`` if it has none."""
    return value if isinstance(value, str) and value.strip() else None


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


def _what_came(reply: Reply) -> Text:
    content = reply.content.strip()
    if not content:
        return say("providers.reply.empty")
    if re.match(rb"<(!doctype|html|\?xml)", content, re.IGNORECASE):
        title = re.search(rb"<title[^>]*>(.*?)</title>", content[:10_000], re.IGNORECASE | re.DOTALL)
        named = text(title[1].decode(errors="replace")) if title else None
        return say("providers.reply.page_named", title=named) if named else say("providers.reply.page")
    return say("providers.reply.other_json") if _parse(content) is not None else say("providers.reply.text")
