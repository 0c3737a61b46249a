"""What a clip will cost by a published price list. No price is guessed."""

from dataclasses import dataclass
from decimal import Decimal

from wan_widgets.wan.field_checks import is_int, names_within
from wan_widgets.wan.offers import PriceList
from wan_widgets.wan.requests import ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, kind_of
from wan_widgets.words import Amount, Language, Text, say

_BILLED = frozenset(
    {
        "duration",
        "seconds",
        "num_frames",
        "fps",
        "size",
        "resolution",
        "width",
        "height",
        "model",
        "audio",
        "n",
        "num_outputs",
    }
)
"""The services' names of fields that change the bill."""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A price, with the figures that it comes from."""

    amount: Decimal
    currency: str
    seconds: float
    """The billed seconds: those of the clip, and of input videos where the service bills them."""
    per_second: Decimal
    source: str
    """Where the service published the price. For a user's own price, their text or ``"your price table"``."""
    date: str
    at_most: bool = False
    """The length of an input is not known, so the most that can be billed was taken."""

    def __str__(self) -> str:
        return str(self._said(f"{self.amount.normalize():f} {self.currency}"))

    def words(self, name: Language) -> str:
        """The price as a language writes it."""
        said = self._said(Amount(self.amount, self.currency))
        return said if isinstance(said, str) else said.words(name)

    def _said(self, amount: Amount | str) -> Amount | Text | str:
        return say("wan.quote.at_most", amount=amount) if self.at_most else amount


def quote(
    prices: PriceList | None, request: VideoRequest, input_seconds: float | None = None, *, is_own: bool = False
) -> Quote | None:
    """The price of a request; ``None`` where none is published for it, or where its `extra` changes what is billed.

    `input_seconds` is the length of its reference videos together; ``None`` where one of them cannot be read.
    `is_own` says that the list is the user's own and names this very model.
    """
    # A form asks for a price while fields may still be faulty.
    is_valid = isinstance(request.resolution, str) and isinstance(request.audio, bool) and is_int(request.duration)
    rate = prices.per_second.get((request.resolution, request.audio)) if prices and is_valid else None
    unlisted = request.like is not None and not is_own  # a model that is like another may have another price
    if prices is None or rate is None or unlisted or billed_extra(request.extra):
        return None
    billed_input, at_most = _billed_input(prices, request, input_seconds)
    seconds = request.duration + billed_input
    return Quote(
        amount=rate * Decimal(str(seconds)),
        currency=prices.currency,
        seconds=seconds,
        per_second=rate,
        source=prices.source,
        date=prices.date,
        at_most=at_most,
    )


def billed_extra(extra: object) -> tuple[str, ...]:
    """The fields in a request's `extra`, at any depth, that change the bill; with them no price is known."""
    return tuple(sorted(names_within(extra) & _BILLED))


def _billed_input(prices: PriceList, request: VideoRequest, seconds: float | None) -> tuple[float, bool]:
    videos = isinstance(request, ReferenceToVideo) and any(
        kind_of(each) is not Kind.IMAGE for each in request.references
    )
    if not prices.bills_input or not videos:
        return 0.0, False
    most = float(prices.input_seconds)
    if prices.total_seconds is not None:  # the clip takes its share of them first
        most = max(0.0, min(most, prices.total_seconds - request.duration))
    return (most, True) if seconds is None else (min(seconds, most), False)
