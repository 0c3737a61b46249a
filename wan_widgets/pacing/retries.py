"""How often something is tried again, and how long it waits before that: every such wait of the package. Pure."""

from wan_widgets.wan.errors import ConnectError, RateLimited, WanError

FIND_ORDER = (0.0, 2.0, 10.0, 30.0)
"""Seconds before each look for an order of unknown outcome: a service may take a while to know of it."""
ASK_AGAIN_IF_FORGOTTEN = (5.0, 10.0, 20.0, 30.0)
"""Seconds before each further question about a task that the service seems to have forgotten: a server that has just
begun, or the wrong one, does not know much."""
FETCH_CLIP = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further look for a clip that the file server did not give."""
FETCHES_IN_VAIN = 4
"""Attempts in a row to fetch a clip's file that bring nothing new; the last one ends it."""
LONGEST_WAIT_TO_SEND = 900.0
"""Seconds for which a service may ask not to be sent an order, in all."""
_CONNECT = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt to connect, with an order that never left."""


def doubled(failures: int, *, first: float = 1.0, longest: float = float("inf")) -> float:
    """Seconds to wait after so many failures in a row: twice as long after each."""
    return min(longest, first * 2.0 ** min(failures, 16))


def pause_before_sending(error: WanError, attempt: int, waited: float) -> float | None:
    """Seconds until an order may be sent again; ``None`` where it must not be, or was tried often enough.

    `attempt` counts from 0; `waited`: seconds that it has waited so far. Only two errors allow it, because nothing can
    have been bought: no connection was made, or the service said 429 with Retry-After.
    """
    if error.maybe_billed:
        return None
    if isinstance(error, ConnectError):
        return _CONNECT[attempt] if attempt < len(_CONNECT) else None
    if isinstance(error, RateLimited) and error.status_code == 429 and error.retry_after is not None:
        pause = max(1.0, error.retry_after)
        return pause if waited + pause <= LONGEST_WAIT_TO_SEND else None
    return None
