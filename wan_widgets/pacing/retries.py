"""All retries of the package: how often something is tried again, and how long it waits before. No I/O."""

from wan_widgets.wan.errors import ConnectError, RateLimited, WanError

FIND_ORDER = (0.0, 2.0, 10.0, 30.0)
"""Seconds before each search for an order whose outcome is not known. A service may not know a new order at once."""
ASK_AGAIN_IF_FORGOTTEN = (5.0, 10.0, 20.0, 30.0)
"""Seconds before each further question about a task that the service seems to have forgotten. The answer may have come
from a server that has just started, or from the wrong server."""
FETCH_CLIP = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0, 60.0)
"""Seconds after each failed download of a clip, before the service is asked again for the clip's address."""
ANSWERED_UNKNOWN = 60.0
"""Seconds for which a server may say that it does not know a task, before the task counts as lost. It may be one of
several servers behind one address."""
WAVERED_UNKNOWN = 300.0
"""The same, where a server has known the task again after such an answer: then several share the address."""
ASK_UNKNOWN = 5.0
"""Seconds between the questions meanwhile. Connections are closed after 4 seconds, so that each question is on a new
one, which may lead to another of those servers."""
LATE_ADDRESS = 600.0
"""Seconds for which a completed task may lack the address of its clip."""
FETCHES_IN_VAIN = 4
"""A download fails after this number of attempts in a row that bring no new bytes."""
LONGEST_WAIT_TO_SEND = 900.0
"""Seconds by which a service may delay an order with Retry-After, in all."""
_LONGEST_RETRY_AFTER = 3600.0  # seconds, for a question
_ASK_AGAIN, _ASK_LESS, _ASK_REFUSED_AGAIN, _ASK_AGAIN_LONGEST = 0.3, 1.0, 5.0, 60.0  # seconds
_CONNECT = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new attempt to connect. Without a connection, the order has not left."""


def doubled(failures: int, *, first: float = 1.0, longest: float = float("inf")) -> float:
    """Seconds to wait after this number of failures in a row. Each failure doubles the wait."""
    return min(longest, first * 2.0 ** min(failures, 16))


def pause_before_sending(error: WanError, attempt: int, waited: float) -> float | None:
    """Seconds until an order may be sent again; ``None`` if it must not be, or was sent often enough.

    `attempt` counts from 0, and `waited` is the number of seconds that the order has waited so far. It is sent again
    after two errors only, because then nothing was bought: no connection was made, or a 429 came with Retry-After.
    """
    if error.maybe_billed:
        return None
    if isinstance(error, ConnectError):
        return _CONNECT[attempt] if attempt < len(_CONNECT) else None
    if isinstance(error, RateLimited) and error.status_code == 429 and error.retry_after is not None:
        pause = max(1.0, error.retry_after)
        return pause if waited + pause <= LONGEST_WAIT_TO_SEND else None
    return None


def pause_before_asking(
    failures: int,
    failures_of_all: int,
    *,
    refused: bool,
    retry_after: float | None,
    chance: float,
    too_many: bool = False,
) -> float:
    """Seconds to wait after a question about a task that failed.

    `failures` counts the failed questions about this task, in a row, and `failures_of_all` those about any task of the
    service. A failure costs one short wait, and a longer one if the last question was refused because `too_many` came.
    The waits grow only if the service would answer the same again (`refused`), or while no question at all is answered.
    `retry_after` is what the service asked for, in seconds. `chance`, from 0 to 1, spreads the questions of many
    clients.
    """
    row, first = min(failures, failures_of_all), _ASK_LESS if too_many else _ASK_AGAIN
    if refused:
        row, first = failures, _ASK_REFUSED_AGAIN
    wait = doubled(max(0, row - 1), first=first, longest=_ASK_AGAIN_LONGEST) * (0.75 + 0.5 * chance)
    return max(wait, min(retry_after or 0.0, _LONGEST_RETRY_AFTER))
