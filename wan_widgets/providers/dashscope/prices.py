"""The prices that Model Studio publishes.

Source: help.aliyun.com/zh/model-studio/model-pricing. It prints yuan for every region. Its prices for Singapore are
dollars times a rate (0.733924 is $0.10, 0.37471 is $0.05), so they stand here in dollars. Temporary discounts (30 % on
wan3.0 at that date) are left out: a clip may cost less than this, but not more.
"""

from collections.abc import Mapping
from decimal import Decimal

from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import PriceList

_SOURCE = "https://help.aliyun.com/zh/model-studio/model-pricing"
_DATE = "2026-10-09"

_Table = Mapping[str, Mapping[tuple[str, bool], str]]
"""``table[family][resolution, with sound]`` is the price of a second."""


def _either(prices: Mapping[str, str]) -> dict[tuple[str, bool], str]:
    """A table in which each price holds with and without sound."""
    return {(resolution, sound): price for resolution, price in prices.items() for sound in (True, False)}


_YUAN: _Table = {
    "wan2.6": {("720p", True): "0.60", ("1080p", True): "1.00"},
    "wan2.6-flash": {
        ("720p", True): "0.30",
        ("1080p", True): "0.50",
        ("720p", False): "0.15",
        ("1080p", False): "0.25",
    },
    "wan2.7": {("720p", True): "0.60", ("1080p", True): "1.00"},
    "wan3.0": _either({"480p": "0.30", "720p": "0.60", "1080p": "1.20"}),
    "wan3.0-prime": _either({"480p": "0.45", "720p": "0.90", "1080p": "1.80"}),
}
_DOLLARS: _Table = {
    "wan2.6": {("720p", True): "0.10", ("1080p", True): "0.15"},
    "wan2.6-flash": {
        ("720p", True): "0.05",
        ("1080p", True): "0.075",
        ("720p", False): "0.025",
        ("1080p", False): "0.0375",
    },
    "wan2.7": {("720p", True): "0.10", ("1080p", True): "0.15"},
    "wan3.0": _either({"480p": "0.05", "720p": "0.10", "1080p": "0.20"}),
    "wan3.0-prime": _either({"480p": "0.068", "720p": "0.14", "1080p": "0.28"}),
}
_LISTS = {
    "beijing": ("CNY", _YUAN),
    "singapore": ("USD", _DOLLARS),
    # These three run the models in any region with free capacity, at the prices of mainland China.
    "virginia": ("CNY", _YUAN),
    "frankfurt": ("CNY", _YUAN),
    "tokyo": ("CNY", _YUAN),
}
"""The currency and prices of each region. The page has no prices for Hong Kong."""


def price(region: str, family: str, mode: Mode) -> PriceList | None:
    """The prices of a family in a region; ``None`` where they are not published."""
    if region not in _LISTS:
        return None
    currency, table = _LISTS[region]
    return PriceList(
        currency=currency,
        per_second={key: Decimal(amount) for key, amount in table[family].items()},
        source=_SOURCE,
        date=_DATE,
        bills_input=mode is Mode.REFERENCE,
        # Wan 3.0 takes at most 15 s of input, and at most 30 s of input and clip together. All of it is billed.
        input_seconds=15 if family.startswith("wan3.0") else 5,
        total_seconds=30 if family.startswith("wan3.0") else None,
    )
