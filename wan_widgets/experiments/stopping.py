"""When a sweep stops ordering by itself, so that one fault of the whole is not met by each cell anew."""

from wan_widgets.experiments.cells import CellState
from wan_widgets.wan.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    LedgerError,
    NotFound,
    OverBudget,
    PaymentRequired,
    RateLimited,
    WanError,
)
from wan_widgets.words import Said, joined, say

_OF_ALL = (
    AuthenticationError,
    ConfigurationError,
    ConnectError,
    LedgerError,
    NotFound,
    OverBudget,
    PaymentRequired,
    RateLimited,
)
"""What the next order would meet as well."""
_UNSURE_IN_ROW = 3  # orders without an answer, after which the service is in trouble


class Stops:
    """Decides by the errors of orders."""

    def __init__(self) -> None:
        self._unsure = 0

    def accepted(self) -> None:
        """The service has taken an order."""
        self._unsure = 0

    def reason(self, error: WanError, state: CellState, *, is_new: bool) -> Said:
        """Why nothing more is to be ordered after this error; empty if the next order may succeed.

        `is_new` says that the order was sent now. An older one without an answer says nothing of the service today.
        """
        if state is CellState.REFUSED and isinstance(error, _OF_ALL):
            return error.message
        if state is CellState.UNFINISHED and isinstance(error, AuthenticationError):
            return error.message
        if state is CellState.UNCONFIRMED and is_new:
            self._unsure += 1
            if self._unsure >= _UNSURE_IN_ROW:
                return joined(say("experiments.stopped.unsure", count=self._unsure), error.happened)
        return ""
