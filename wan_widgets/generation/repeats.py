"""Whether the same clip was ordered before: to use what was bought, and to ask before a second click buys again."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Self
from weakref import WeakKeyDictionary

from wan_widgets.files.video import Video
from wan_widgets.generation.prepared import Prepared
from wan_widgets.ledger.entry import IN_VAIN, Entry
from wan_widgets.ledger.ledger import ledger
from wan_widgets.ledger.orders import LATELY, check_gone, ordered_lately, orders_of, saved_video
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
        past = past_of([prepared.key]).get(prepared.key)
    except LedgerError as error:
        raise LedgerError(joined(error.message, say("generation.repeat_unknown"))) from error
    return past.usable if past else None


@dataclass(frozen=True)
class Past:
    """The order of a clip that counts, among those that the ledger has: what made it, or the last one in vain."""

    entry: Entry
    video: Video | None = None
    """The clip, if its file is here."""

    @property
    def usable(self) -> Entry | None:
        """The order that made, or is making, the clip."""
        return None if self.entry.state in IN_VAIN else self.entry


def past_of(keys: Iterable[str], *, to_buy: bool = True) -> dict[str, Past]:
    """What the ledger knows of the clips with these keys, in one question. Clips that were never ordered are left out.

    So are those of which the file is gone, and the service has no other any more. Raises `LedgerError` if there is a
    ledger and it cannot be read; and, unless nothing is bought by what is said here, if such a file cannot be read.
    """
    try:
        entries = orders_of(list(keys))
    except LedgerError:
        if not ledger().path.is_file():  # there is no ledger yet; if it cannot be created, the order will report it
            return {}
        raise
    found = groupby(sorted(entries, key=_key), key=_key)  # within a key, the newest stays first
    return {key: past for key, orders in found if (past := _past(list(orders), to_buy))}


def _key(entry: Entry) -> str:
    return entry.recipe_key


def _past(newest_first: list[Entry], to_buy: bool) -> Past | None:
    entry = next((each for each in newest_first if each.state not in IN_VAIN), newest_first[0])
    if entry.state != "completed":
        return Past(entry)
    video = saved_video(entry)
    is_lost = video is None and entry.is_beyond_memory(time.time())
    if is_lost and to_buy:
        check_gone(entry)
    return None if is_lost else Past(entry, video)  # without a file, the service may still have the clip


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
