"""Every error of the package.

WanError                     the root of all; .request, .ledger_id, .task_id, as far as they are known
├── InvalidRequest           the request was refused here, before anything was sent; .problems
├── Misuse                   the call is wrong: a name that nothing has, or a value of another type; a TypeError too
├── ConfigurationError       no usable service or key is set
├── Unsupported              the service has no way to do that
├── LedgerError              the ledger cannot be read, or cannot be written although there is a budget
├── OverBudget               a budget does not cover it; nothing was ordered
├── Unconfirmed              the order was sent, but its outcome is not known; .ledger_id
├── TransportError           no reply came
│   ├── ConnectError         no connection was made, so nothing was sent
│   └── TimeoutException     no reply came in time
├── HTTPStatusError          the service said no; .status_code, .code, .request_id
│   ├── AuthenticationError  401, 403
│   ├── PaymentRequired      402
│   ├── NotFound             404
│   │   └── UnknownTask      the service itself says that it has no such task
│   ├── ContentRejected      422
│   ├── RateLimited          429
│   └── ServerError          5xx
├── UnexpectedReply          the reply does not follow the protocol
├── TaskFailed               the service ended the task without a clip; .task (it stands in tasks.py)
│   └── TaskCancelled        the task was cancelled
├── DownloadError            the clip is ready, but its file could not be saved here
└── RecipeError              a file has no recipe that can be read here, or the recipe needs a file that is not here
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wan_widgets.wan.tracebacks import ShownBriefly
from wan_widgets.words import Said, Several, Text, joined, say, sentences

if TYPE_CHECKING:
    from wan_widgets.wan.problems import Problem


class WanError(ShownBriefly, Exception):
    """The root of every error of this package. Its text says what happened and what to do next.

    ``str(error)`` is in the language that holds when it is read. `key` and `values` are the same in all languages.
    """

    def __init__(
        self, message: Said, *, remedy: Said = "", task_id: str | None = None, maybe_billed: bool = False
    ) -> None:
        self.happened = message
        """The message without its `remedy`, for places where the remedy would be wrong advice."""
        self.remedy = remedy
        """What to do about it; empty where the message says it."""
        self.message: Said = joined(message, remedy) if remedy else message
        """What happened, and what to do about it."""
        super().__init__(self.message)
        self.task_id = task_id
        """The service's id of the task, once the service has answered the order."""
        self.maybe_billed = maybe_billed
        """The outcome of an order is not known: the service may have accepted it and may bill it."""
        self.request: Any = None
        """The `VideoRequest`, if the error came of one; else ``None``."""
        self.ledger_id: str | None = None
        """The order's id in the ledger, if the error came of an order."""
        self.is_free = False
        """Nothing is charged for the order: it went to an engine of one's own."""

    @property
    def key(self) -> str:
        """The name of what happened, the same in all languages; empty if it is not a sentence of this package."""
        return self._sentence.key if self._sentence else ""

    @property
    def values(self) -> Mapping[str, Any]:
        """What is filled into the sentence with this `key`, such as the name of the service."""
        return self._sentence.values if self._sentence else {}

    @property
    def _sentence(self) -> Text | None:
        return next((each for each in sentences(self.happened) if isinstance(each, Text)), None)

    @property
    def said(self) -> Said:
        """All that ``str(error)`` says."""
        said = self.message
        if self.maybe_billed:
            said = joined(said, say("wan.error.maybe_accepted" if self.is_free else "wan.error.maybe_billed"))
        if self.task_id and self.task_id not in str(said):
            said = joined(said, say("wan.error.task", id=self.task_id))
        return said

    def __str__(self) -> str:
        return str(self.said)

    def __reduce__(self) -> tuple[Any, ...]:
        """An error of another process comes back whole. Python itself would call the class with the text alone.

        The attributes are the state, which is read after the error was made: one of them may lead back to the error.
        """
        return _empty, (type(self), self.args), self.__dict__


def _empty(kind: type[WanError], args: tuple[Any, ...]) -> WanError:
    return kind.__new__(kind, *args)


class InvalidRequest(WanError, ValueError):
    """The request was refused here: nothing was sent, and nothing is billed."""

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems = tuple(problems)
        """Every faulty field, with the allowed values and the remedy."""
        lines = Several(tuple(problem.said for problem in self.problems), "lines")
        super().__init__(say("wan.invalid", count=len(self.problems), problems=lines))


class Misuse(WanError, TypeError):
    """The call itself is wrong: nothing has the name that was given, or the value is of another type."""


class ConfigurationError(WanError):
    """No usable service is set: the provider is unknown, the key is missing or the address is unsafe."""


class Unsupported(WanError):
    """The service has no way to do what was asked."""


class LedgerError(WanError):
    """The ledger cannot be read, or it cannot be written and a budget needs it. Nothing was ordered."""


class OverBudget(WanError):
    """A budget does not cover the order: nothing was ordered, and nothing is billed."""


class Unconfirmed(WanError):
    """The service may have accepted the order and may bill it. The ledger keeps it; it is not sent again by itself."""

    def __init__(self, message: Said, *, ledger_id: str, remedy: Said = "", is_free: bool = False) -> None:
        super().__init__(message, remedy=remedy or say("wan.unconfirmed.remedy", id=ledger_id), maybe_billed=True)
        self.ledger_id: str = ledger_id
        """The order's id in the ledger: ``ww.resume(error.ledger_id)`` asks the service about it."""
        self.is_free = is_free

    @property
    def said(self) -> Said:
        accepted = say("wan.unconfirmed.accepted" if self.is_free else "wan.unconfirmed.billed")
        return joined(self.happened, accepted, self.remedy)


class TransportError(WanError):
    """The connection broke before a whole reply had come."""


class ConnectError(TransportError):
    """No connection could be made, so nothing was sent."""


class TimeoutException(TransportError):
    """The service did not reply in time."""


class HTTPStatusError(WanError):
    """The service replied with an error."""

    def __init__(
        self,
        message: Said,
        *,
        remedy: Said = "",
        status_code: int,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        task_id: str | None = None,
        maybe_billed: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy, task_id=task_id, maybe_billed=maybe_billed)
        self.status_code = status_code
        self.code = code
        """The service's own code for the error, if it gave one."""
        self.request_id = request_id
        """The id that the service's support asks for, if the service gave one."""
        self.retry_after = retry_after
        """How many seconds the service asks us to wait, if it said so."""


class AuthenticationError(HTTPStatusError):
    """401 and 403, as a rule: the key is missing, wrong, or not allowed to do this."""


class PaymentRequired(HTTPStatusError):
    """402, as a rule: the account's balance does not cover the task."""


class NotFound(HTTPStatusError):
    """404, as a rule: there is no such task, or no such route."""


class UnknownTask(NotFound):
    """The service itself, and not a proxy before it, says that it has no such task."""


class ContentRejected(HTTPStatusError):
    """422, as a rule: the service's content filter refused the prompt or an input."""


class RateLimited(HTTPStatusError):
    """429, as a rule: there were too many requests; `retry_after` is the wait, if the service named one."""


class ServerError(HTTPStatusError):
    """5xx: the service has a fault of its own."""


class UnexpectedReply(WanError):
    """The reply does not follow the protocol: it is HTML from a gateway, or JSON without an id."""


class DownloadError(WanError):
    """The clip is ready at the service, but its file could not be saved here."""

    expired: bool = False
    """The clip's address has expired, so the clip cannot be fetched any more."""


class RecipeError(WanError):
    """A file has no recipe that can be read here, or the recipe needs a file that is not here."""
