"""Whether the same clip was ordered before: to use what was bought, and to ask before a second click buys again."""

import time
from contextlib import suppress
from typing import Self
from weakref import WeakKeyDictionary

from wan_widgets.generation.prepared import Prepared
from wan_widgets.ledger.entry import Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.orders import LATELY, ordered_ever, ordered_lately, saved_video
from wan_widgets.wan.errors import LedgerError
from wan_widgets.words import joined, say

_claims: WeakKeyDictionary["Claim", tuple[str, float]] = WeakKeyDictionary()
"""The clips that are about to be ordered and are not in the ledger yet: their keys and the Unix times of the clicks.

A generation that is called off before it begins ends no block, so its claim ends with the claim itself.
"""


def reusable(prepared: Prepared) -> Entry | None:
    """The order that made, or is making, the same clip; ``None`` if there is none.

    A request with an open seed never has one. Raises `LedgerError` if there is a ledger and it cannot be read.
    """
    if not prepared.is_one_clip:
        return None
    try:
        entry = ordered_ever(prepared.key)
    except LedgerError as error:
        if not ledger().path.is_file():  # there is no ledger yet; if it cannot be created, the order will report it
            return None
        raise LedgerError(joined(error.message, say("generation.repeat_unknown"))) from error
    if entry is not None and entry.state == "completed" and saved_video(entry) is None:
        return None if entry.is_beyond_memory(time.time()) else entry  # the service may still have the clip
    return entry


def is_repeat(prepared: Prepared) -> bool:
    """Whether the same clip, with the same fixed seed, was ordered in the last minutes or is about to be ordered."""
    if not prepared.is_one_clip:
        return False
    oldest = time.time() - LATELY
    if any(key == prepared.key and since > oldest for key, since in tuple(_claims.values())):
        return True
    with suppress(LedgerError):
        return ordered_lately(prepared.key) is not None
    return False


class Claim:
    """A clip that is about to be ordered. It lasts from the click until the ledger has the order, or the block ends."""

    def __init__(self, prepared: Prepared) -> None:
        if prepared.is_one_clip:
            _claims[self] = (prepared.key, time.time())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()

    def release(self) -> None:
        """End the claim: the ledger has the order now, or there will be no order."""
        _claims.pop(self, None)
