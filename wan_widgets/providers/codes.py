"""What the answers of services mean, by HTTP status and by code: what happened, and what to do about it.

Each service's own codes stand in its module. The words are in the catalogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wan_widgets.wan.errors import (
    AuthenticationError,
    ContentRejected,
    HTTPStatusError,
    NotFound,
    PaymentRequired,
    RateLimited,
)
from wan_widgets.words import Said, joined, say


@dataclass(frozen=True)
class Advice:
    """What an answer means. The texts are keys of sentences; those get the `service`, and `said`, its own words."""

    happened: str
    """What the service did."""
    remedy: str = ""
    """What to do about it; empty where that is not known."""
    kind: type[HTTPStatusError] | None = None
    """The error's type; ``None``: the one that the HTTP status means."""
    is_of_order: bool = True
    """Where it answers an order, nothing is charged for the order."""


ADVICE: Mapping[int, Advice] = {
    401: Advice("providers.code.key", "providers.code.key.remedy", AuthenticationError),
    402: Advice("providers.code.balance", "providers.code.balance.remedy", PaymentRequired),
    403: Advice("providers.code.forbidden", "providers.code.forbidden.remedy", AuthenticationError),
    404: Advice("providers.code.not_found", "providers.code.not_found.remedy", NotFound, is_of_order=False),
    422: Advice("providers.code.rejected", "providers.code.rejected.remedy", ContentRejected),
    429: Advice("providers.code.busy", "providers.code.busy.remedy", RateLimited),
}
"""By HTTP status."""
INVALID = Advice("providers.code.invalid", "providers.code.invalid.remedy")
UNREACHABLE = Advice("providers.code.unreachable", "providers.code.unreachable.remedy", HTTPStatusError)
WRONG_FILE = Advice("providers.code.wrong_file", "providers.code.wrong_file.remedy", HTTPStatusError)
FAULT = Advice("providers.code.fault", "providers.code.fault.remedy", is_of_order=False)
TIMEOUT = Advice("providers.code.timeout", "providers.code.timeout.remedy", is_of_order=False)
MODERATION = ("datainspectionfailed", "ipinfringementsuspect", "customroleblocked")
"""The codes of Alibaba's content filters. Gateways pass them on, and these too:"""
OF_INPUTS: Mapping[str, Advice] = {
    "invalidparameter": INVALID,
    "invalidparameter.datainspection": UNREACHABLE,
    "invalidurl": UNREACHABLE,
    "badrequest": INVALID,
    "badrequest.inputdownloadfailed": UNREACHABLE,
    "invalidfile": WRONG_FILE,
    "invalidimage": WRONG_FILE,
}
"""Alibaba's codes for what was sent."""
OF_FAULTS: Mapping[str, Advice] = dict.fromkeys(("internalerror", "systemerror", "modelservicefailed"), FAULT)
"""Alibaba's codes for a task that failed by a fault of the service."""


def meaning(code: str | None, meanings: Mapping[str, Advice]) -> Advice | None:
    """What a code means, by its longest known beginning: ``throttling`` stands for ``Throttling.RateQuota`` too."""
    parts = (code or "").lower().split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((meanings[name] for name in names if name in meanings), None)


def explained(advice: Advice, service: str, charged: str) -> Said:
    """What a failed task's code means. `charged` is the key of the sentence that says whether the task is charged."""
    remedy = say(advice.remedy, service=service) if advice.remedy else ""
    return joined(say(advice.happened, service=service, said=""), say(charged, service=service), remedy)
