"""Clicks on Generate. Each submission is answered once, however often it is clicked and in however many views."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wan_widgets.generation import worker
from wan_widgets.wan.errors import InvalidRequest, WanError
from wan_widgets.wan.problems import Problem
from wan_widgets.widgets.meanwhile import meanwhile
from wan_widgets.words import showing

_log = logging.getLogger(__name__)
_REMEMBERED = 200  # submissions whose answers are kept

Answer = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """A click whose values are taken."""

    buy: Callable[[], str]
    """Buys the clip. Returns the question that the user must agree to first, and then buys nothing; else empty text."""
    on_worker: bool
    """Whether `buy` runs there, and not on the thread of the click."""


class Clicks:
    """The answers to the clicks on a form. `shown` turns problems into texts for the form."""

    def __init__(
        self, send: Callable[[Answer], object], shown: Callable[[Sequence[Problem]], list[dict[str, str]]]
    ) -> None:
        self._send = send
        self._shown = shown
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def hear(self, submission: str, take: Callable[[], Taken | Awaitable[Taken]]) -> None:
        """Answer a click. `take` takes its values at once. Where a server must be asked first, the rest comes later.

        All clicks of one submission have the same id. They get the same answer, or none while it is not yet known.
        """
        if submission in self._answers:
            if (answer := self._answers[submission])["kind"]:
                self._send(answer)
            return
        answer = self._begun(submission)
        try:
            taken = take()
        except Exception as error:  # noqa: BLE001  # each click gets an answer
            self._refuse(answer, error)
            self._send(answer)
            return
        if isinstance(taken, Taken):
            self._go_on(answer, taken)
        else:
            meanwhile(self._after(answer, taken))

    async def _after(self, answer: Answer, later: Awaitable[Taken]) -> None:
        try:
            taken = await later
        except Exception as error:  # noqa: BLE001  # each click gets an answer
            self._refuse(answer, error)
            self._send(answer)
        else:
            self._go_on(answer, taken)

    def _go_on(self, answer: Answer, taken: Taken) -> None:
        if taken.on_worker:
            worker.submit(self._later(answer, taken.buy))
        else:
            self._complete(answer, taken.buy)
            self._send(answer)

    def _begun(self, submission: str) -> Answer:
        """A new answer, without its kind."""
        answer = self._answers[submission] = {"kind": "", "id": submission}
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        return answer

    async def _later(self, answer: Answer, buy: Callable[[], str]) -> None:
        await asyncio.to_thread(self._complete, answer, buy)
        self._send(answer)

    def _complete(self, answer: Answer, buy: Callable[[], str]) -> None:
        try:
            with showing():  # the worker does not know that a widget asks
                question = buy()
        except Exception as error:  # noqa: BLE001  # a handler may raise anything
            self._refuse(answer, error)
        else:
            answer |= {"kind": "asked", "question": question} if question else {"kind": "accepted"}

    def _refuse(self, answer: Answer, error: Exception) -> None:
        with showing():
            if isinstance(error, InvalidRequest):
                answer |= {"kind": "refused", "problems": self._shown(error.problems)}
                return
            if isinstance(error, WanError):
                message = str(error)
            else:
                _log.error("a submission of the form", exc_info=error)
                message = f"{type(error).__name__}: {error}"
            answer |= {"kind": "refused", "problems": [], "message": message}
