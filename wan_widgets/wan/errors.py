"""Every error of the package.

WanError                     the root; .task_id, once there is a task
├── InvalidRequest           refused here, before anything was sent; .problems
├── ConfigurationError       which service, which key: not settled
├── Unsupported              the service has no way to do that
├── LedgerError              the ledger cannot be read, or there is a budget and nothing to hold it against
├── OverBudget               a budget does not cover it; nothing was sent
├── Unconfirmed              ordered, but not known with what outcome; .ledger_id
├── TransportError           no reply came
│   ├── ConnectError         ... nor was anything sent
│   └── TimeoutException     ... in time
├── HTTPStatusError          the service said no; .status_code, .code, .request_id
│   ├── AuthenticationError  401, 403
│   ├── PaymentRequired      402
│   ├── NotFound             404
│   ├── ContentRejected      422
│   ├── RateLimited          429
│   └── ServerError          5xx
├── UnexpectedReply          a reply that is not the protocol's
├── TaskFailed               the service's last word on a task; .task (it stands in `tasks`, beside `VideoTask`)
│   └── TaskCancelled
└── DownloadError            the clip exists, its file here does not
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wan_widgets.wan.problems import Problem


class WanError(Exception):
    """The root of every error of this package. Its text says what happened and what to do next."""

    def __init__(
        self, message: str, *, remedy: str = "", task_id: str | None = None, maybe_billed: bool = False
    ) -> None:
        self.happened = message
        """The message without its `remedy`, for places where that would be the wrong advice."""
        self.remedy = remedy
        """What to do about it, where that was told apart."""
        self.message = f"{message} {remedy}".strip()
        super().__init__(self.message)
        self.task_id = task_id
        """The service's id of the task, once a submission was answered."""
        self.maybe_billed = maybe_billed
        """A submission whose outcome is not known: the service may have accepted it, and bill it."""

    def __str__(self) -> str:
        text = self.message
        if self.maybe_billed:
            text += " The service may have accepted the task and bill it; it was not sent again."
        if self.task_id and self.task_id not in text:
            text += f" (task {self.task_id})"
        return text


class InvalidRequest(WanError, ValueError):
    """A request that was refused here: nothing was sent and nothing costs anything."""

    def __init__(self, problems: Iterable["Problem"]) -> None:
        self.problems = tuple(problems)
        """Every faulty field, with what is allowed and the remedy."""
        count = f"{len(self.problems)} problems" if len(self.problems) > 1 else "1 problem"
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"The request has {count}; nothing was sent.\n{lines}")


class ConfigurationError(WanError):
    """No usable service: an unknown provider, a missing key, an unsafe address."""


class Unsupported(WanError):
    """The service has no way to do what was asked."""


class LedgerError(WanError):
    """The ledger cannot be read; or it cannot be written, and there is a budget to hold an order against.

    Nothing was sent.
    """


class OverBudget(WanError):
    """A budget does not cover the order: nothing was sent and nothing costs anything."""


class Unconfirmed(WanError):
    """The service may have accepted the order, and bill it. It is kept, and not sent again on its own."""

    def __init__(self, message: str, *, ledger_id: str) -> None:
        super().__init__(message, maybe_billed=True)
        self.ledger_id = ledger_id
        """What the ledger keeps it under: ``ww.resume(error.ledger_id)`` asks the service about it."""

    def __str__(self) -> str:
        return (
            f"{self.message} The order may have been accepted and billed; it was not sent again. "
            f"ww.resume({self.ledger_id!r}) asks about it."
        )


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
        message: str,
        *,
        remedy: str = "",
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
        """The service's own word for it, if it gave one."""
        self.request_id = request_id
        """What the service's support will ask for, if it was given."""
        self.retry_after = retry_after
        """Seconds after which the service wants to be asked again, if it said so."""


class AuthenticationError(HTTPStatusError):
    """401 and 403, as a rule: the key is missing, wrong, or not allowed to do this."""


class PaymentRequired(HTTPStatusError):
    """402, as a rule: the account's balance does not cover the task."""


class NotFound(HTTPStatusError):
    """404, as a rule: no such task (or no such route)."""


class ContentRejected(HTTPStatusError):
    """422, as a rule: the service's content filter refused the prompt or an input."""


class RateLimited(HTTPStatusError):
    """429, as a rule: too many requests; `retry_after` says how long to wait, if the service did."""


class ServerError(HTTPStatusError):
    """5xx: the service is in trouble."""


class UnexpectedReply(WanError):
    """A reply that is not what the protocol promises: HTML from a gateway, JSON without an id."""


class DownloadError(WanError):
    """The clip is ready at the service, but its file could not be put in place here."""

    expired: bool = False
    """The address has run out, so that the clip cannot be fetched any more."""
