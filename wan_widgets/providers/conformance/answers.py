"""What comes in: a task or one of the package's errors, whatever the service sends."""

import math
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any

from wan_widgets.providers.calls import Call, FilePart, Reply
from wan_widgets.providers.conformance.base import Suite
from wan_widgets.providers.conformance.samples import (
    HOSTILE,
    NO_JSON,
    NO_OBJECT,
    NO_TASK,
    PAGE,
    changed,
    refusals,
    reply,
    words,
)
from wan_widgets.providers.provider import Provider
from wan_widgets.wan.balance import Balance
from wan_widgets.wan.errors import (
    AuthenticationError,
    ContentRejected,
    HTTPStatusError,
    NotFound,
    PaymentRequired,
    RateLimited,
    ServerError,
    UnexpectedReply,
    Unsupported,
    WanError,
)
from wan_widgets.wan.sources import Kind, LocalFile
from wan_widgets.wan.tasks import TaskStatus, VideoTask
from wan_widgets.words import Said

_SPECIAL = (AuthenticationError, PaymentRequired, NotFound, ContentRejected, RateLimited, ServerError)
_KINDS: dict[int, type[HTTPStatusError]] = {
    **dict.fromkeys((401, 403), AuthenticationError),
    402: PaymentRequired,
    404: NotFound,
    429: RateLimited,
    **dict.fromkeys((500, 501, 502, 503, 504, 599), ServerError),
}
"""What a status means at every service. 422 is missing: some services use it for a field that they cannot read."""
_LONGEST = 700
"""Characters of a message that a person is shown."""
_GARBAGE = (*NO_JSON, *NO_OBJECT, *NO_TASK)


class Answers(Suite):
    """`decode_submit`, `decode_retrieve` and the reading of every other reply."""

    def test_an_accepted_order_is_a_task_that_goes_on(self) -> None:
        task = self._read(self.provider.decode_submit, reply(self.accepted), "accepted")
        assert task, f"`accepted` is no answer to an order that was accepted: {self.accepted}."
        assert not task.is_terminal, f"The accepted order has the status {task.status}: it has hardly begun."

    def test_a_finished_task_has_a_clip_that_can_be_fetched(self) -> None:
        task = self._read(self.provider.decode_retrieve, reply(self.finished), "finished")
        assert task, f"`finished` is no answer about a task with a clip: {self.finished}."
        assert task.status is TaskStatus.COMPLETED, f"The finished task has the status {task.status}."
        assert task.video_url, "The finished task has no address of the clip."
        assert task.error is None, f"The finished task has an error: {task.error}."

    def test_an_id_is_the_same_in_every_reply_and_in_the_question(self) -> None:
        ordered, asked = self.provider.decode_submit(reply(self.accepted)), self.provider.decode_retrieve
        assert asked(reply(self.accepted)).id == ordered.id, "The reply to a question is read as another task."
        assert ordered.id in self.provider.encode_retrieve(ordered.id).path, "The id is not in the question's path."

    def test_a_word_that_nobody_knows_ends_no_task(self) -> None:
        for place, body in words(self.finished):
            task = self._read(self.provider.decode_retrieve, reply(body), place)
            known = task is None or task.status is TaskStatus.COMPLETED or not task.is_terminal
            assert known, f"With an unknown word in {place}, the task has the status {task and task.status}."

    def test_garbage_in_one_field_is_a_task_or_an_error(self) -> None:
        for sample in (self.accepted, self.finished):
            for what, body in changed(sample):
                for decode in (self.provider.decode_submit, self.provider.decode_retrieve):
                    self._read(decode, reply(body), what)

    def test_what_is_no_json_is_an_unexpected_reply(self) -> None:
        for decode, content in self._read_as_tasks(NO_JSON):
            for status in (200, 201, 202):
                error = self._raises(decode, reply(content, status))
                assert isinstance(error, UnexpectedReply), f"{_said(content)} is {type(error).__name__}."

    def test_json_without_a_task_is_an_error(self) -> None:
        for decode, content in self._read_as_tasks((*NO_OBJECT, *NO_TASK, *refusals("Because."))):
            self._raises(decode, reply(content))

    def test_a_status_that_is_no_success_is_an_error(self) -> None:
        for decode, content in self._read_as_tasks((*_GARBAGE, *refusals("Because."))):
            for status in (100, 204, 301, 304, 400, 401, 404, 409, 418, 422, 500, 503, 599):
                self._raises(decode, reply(content, status))

    def test_each_status_has_its_error(self) -> None:
        for decode, content in self._read_as_tasks((b"", PAGE, b"null", b"[]", b"{}", *refusals("Because."))):
            for status, kind in _KINDS.items():
                error = self._raises(decode, reply(content, status))
                what = f"HTTP {status} with {_said(content)}"
                assert isinstance(error, kind), f"{what} is {type(error).__name__}, not {kind.__name__}."
                assert error.status_code == status, f"{what}: the error's status_code is {error.status_code}."
            for status in (400, 409, 418):
                error = self._raises(decode, reply(content, status))
                what = f"HTTP {status} with {_said(content)}"
                assert isinstance(error, HTTPStatusError), f"{what} is {type(error).__name__}, not HTTPStatusError."
                assert not isinstance(error, _SPECIAL), f"{what} says less than {type(error).__name__}."

    def test_an_error_names_the_service(self) -> None:
        for decode, content in self._read_as_tasks((b"", PAGE, b"{}", *refusals("Because."))):
            for status in (200, 400, 401, 429, 500):
                error = self._raises(decode, reply(content, status))
                assert self.provider.title in str(error), f"“{error}” does not say that it comes from the service."

    def test_how_long_to_wait_and_the_id_of_the_request_are_read(self) -> None:
        for decode, content in self._read_as_tasks((b"", b"{}")):
            error = self._raises(decode, reply(content, 429, retry_after="7", x_request_id="request-1"))
            assert isinstance(error, HTTPStatusError), f"HTTP 429 is {type(error).__name__}."
            assert error.retry_after == 7.0, f"Of Retry-After: 7, retry_after is {error.retry_after}."
            assert error.request_id == "request-1", f"Of X-Request-Id: request-1, request_id is {error.request_id!r}."
            for odd in ("soon", "-5", "1e999", "", "Wed, 21 Oct 99999999999 07:28:00 GMT"):
                error = self._raises(decode, reply(content, 429, retry_after=odd))
                seconds = getattr(error, "retry_after", None)
                assert seconds is None, f"Of Retry-After: {odd}, retry_after is {seconds}."

    def test_texts_of_the_service_are_one_plain_line_of_bounded_length(self) -> None:
        for decode, content in self._read_as_tasks(tuple(refusals(HOSTILE))):
            for status in (200, 400, 500):
                error = self._raises(decode, reply(content, status))
                assert len(str(error)) < _LONGEST, f"The error is {len(str(error))} characters long."

    def test_a_cancellation_is_a_task_or_an_error(self) -> None:
        for content in (*_GARBAGE, *refusals(HOSTILE)):
            for status in (200, 202, 204, 404, 409, 500):
                self._read(self.provider.decode_cancel, reply(content, status), _said(content))
        if self.provider.cancels:
            for status, kind in _KINDS.items():
                error = self._raises(self.provider.decode_cancel, reply(b"", status))
                assert isinstance(error, kind), f"A cancellation with HTTP {status} is {type(error).__name__}."

    def test_what_a_server_says_of_itself_is_known_or_there_is_an_error(self) -> None:
        for content in (*_GARBAGE, *refusals(HOSTILE), b'{"data": [{"id": "m"}, {"id": 5}, null, []]}', b'{"data": 5}'):
            for status in (200, 204, 401, 404, 500):
                try:
                    found = self.provider.decode_discover(reply(content, status))
                except WanError as error:
                    _check_text(str(error), "The error about what a server is")
                    continue
                assert isinstance(found, Provider), f"decode_discover makes {type(found).__name__} of {_said(content)}."
                assert found.name == self.provider.name, f"decode_discover has made {found.name!r} of it."

    def test_a_balance_is_an_amount_or_an_error(self) -> None:
        if self.provider.encode_balance() is None:
            return
        for content in (*_GARBAGE, *refusals(HOSTILE)):
            for status in (200, 401, 500):
                try:
                    balance = self.provider.decode_balance(reply(content, status))
                except WanError as error:
                    _check_text(str(error), "The error about a balance")
                else:
                    assert isinstance(balance, Balance), f"decode_balance makes {balance!r} of {_said(content)}."
                    assert status == 200, f"decode_balance finds a balance in HTTP {status}."

    def test_a_file_has_an_address_in_the_end_or_there_is_an_error(self) -> None:
        case = next(self.listed())
        part = FilePart(LocalFile(data=b"x"), "image-1.png", "image/png", Kind.IMAGE)
        request = case.order()
        if self.provider.files_in_submit or not any(case.offer.files for case in self.listed()):
            _is_unsupported(self.provider.upload(part, request), "upload")
            return
        for content, status in _each_status():
            address = _ended(self.provider.upload(part, request), reply(content, status))
            if address is not None:
                assert isinstance(address, str), f"upload returns {address!r} for {_said(content)}."
                assert "://" in address, f"upload returns {address!r} for {_said(content)}."

    def test_an_order_is_found_or_there_is_an_error(self) -> None:
        request = next(self.listed()).order()
        if not self.provider.finds_orders:
            _is_unsupported(self.provider.find("ww-1", request, 0.0), "find")
            return
        for content, status in _each_status():
            found = _ended(self.provider.find("ww-1", request, 0.0), reply(content, status))
            assert found is None or isinstance(found, tuple), f"find returns {found!r} for {_said(content)}."
            assert not found, f"find finds a task in {_said(content)}."

    def _read_as_tasks(self, contents: tuple[bytes, ...]) -> Iterator[tuple[Callable[[Reply], VideoTask], bytes]]:
        for content in contents:
            yield self.provider.decode_submit, content
            yield self.provider.decode_retrieve, content

    def _read(self, decode: Callable[[Reply], VideoTask | None], answer: Reply, what: str) -> VideoTask | None:
        """Read a reply; an error of the package is one way in which that may end."""
        try:
            task = decode(answer)
        except WanError as error:
            _check_text(str(error), f"{what}: the error")
            return None
        except Exception as error:
            raise AssertionError(f"{what}: {_not_ours(error)}") from error
        if task is not None:
            self._check_task(task, what)
        return task

    def _raises(self, decode: Callable[[Reply], VideoTask | None], answer: Reply) -> WanError:
        """The error that must come of a reply."""
        try:
            task = decode(answer)
        except WanError as error:
            _check_text(str(error), "The error")
            return error
        except Exception as error:
            what = f"HTTP {answer.status_code} with {_said(answer.content)}"
            raise AssertionError(f"{what}: {_not_ours(error)}") from error
        raise AssertionError(f"HTTP {answer.status_code} with {_said(answer.content)} is taken for {task}.")

    def _check_task(self, task: VideoTask, what: str) -> None:
        """What the client, the ledger and the cards may rely on."""
        assert isinstance(task, VideoTask), f"{what}: {type(task).__name__} is no VideoTask."
        assert isinstance(task.id, str), f"{what}: the id {task.id!r} is no text."
        assert task.id.strip(), f"{what}: the id is empty."
        assert isinstance(task.status, TaskStatus), f"{what}: the status {task.status!r} is no TaskStatus."
        assert task.provider == self.provider.name, f"{what}: the task belongs to {task.provider!r}."
        progress = task.progress
        assert progress is None or type(progress) is int, f"{what}: the progress {progress!r} is no whole number."
        assert progress is None or 0 <= progress <= 100, f"{what}: the progress is {progress}."
        for moment in (task.created_at, task.completed_at, task.expires_at):
            assert moment is None or isinstance(moment, datetime), f"{what}: {moment!r} is no time."
            assert moment is None or moment.tzinfo, f"{what}: the time {moment} has no zone."
        url = task.video_url
        assert url is None or isinstance(url, str), f"{what}: the clip's address {url!r} is no text."
        is_address = url is None or url.startswith("/") or url.lower().startswith(("https://", "http://"))
        assert is_address, f"{what}: the clip's address is {url!r}."
        billed = task.billed_seconds
        assert billed is None or 0 < billed < math.inf, f"{what}: {billed} seconds are billed."
        assert task.error is None or task.status is TaskStatus.FAILED, f"{what}: an error, and the task has not failed."
        error = (task.error.message, task.error.code, task.error.explained) if task.error else ()
        for text in (task.id, task.model, task.note, *error):
            if text is not None:
                _check_text(text, what)


def _check_text(text: object, what: str) -> None:
    assert isinstance(text, Said), f"{what} has {text!r} in place of a text."
    assert str(text).isprintable(), f"{what} has {str(text)[:80]!r}, which is not one plain line."


def _each_status() -> Iterator[tuple[bytes, int]]:
    for content in (*_GARBAGE, *refusals(HOSTILE)):
        for status in (200, 401, 404, 500):
            yield content, status


def _ended(steps: Generator[Call, Reply, Any], answer: Reply) -> Any:
    """What comes of steps whose first call is answered so; ``None`` where they go on or end with an error."""
    next(steps)
    try:
        steps.send(answer)
    except StopIteration as end:
        return end.value
    except WanError as error:
        _check_text(str(error), "The error")
    return None


def _is_unsupported(steps: Generator[Call, Reply, Any], name: str) -> None:
    try:
        next(steps)
    except Unsupported:
        return
    raise AssertionError(f"`{name}` has a call, but nothing in the provider's facts says so.")


def _not_ours(error: Exception) -> str:
    return f"{type(error).__name__}: {error}. Only errors of this package may come of a reply."


def _said(content: bytes) -> str:
    return f"{content[:60]!r}"
