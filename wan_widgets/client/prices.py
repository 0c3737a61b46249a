"""What a clip will cost here: by the user's own price table, else by what the service publishes."""

import os
import tomllib
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from wan_widgets.client.files import NotMedia, check_regular, facts
from wan_widgets.providers import Provider
from wan_widgets.wan.budgets import currency_code
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.field_checks import is_int
from wan_widgets.wan.offers import PriceList
from wan_widgets.wan.problems import shown
from wan_widgets.wan.quotes import Quote, quote
from wan_widgets.wan.requests import ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, kind_of, source_of

_DEAREST = Decimal(10) ** 9
_LONGEST_INPUT = 10**6
_own: dict[tuple[str, str], PriceList] = {}


def set_price(provider: str, model: str, prices: PriceList | None) -> None:
    """Use a price list of your own for a model, by its family, until the process ends; ``None`` takes it back.

    Example: ``ww.set_price("toapis", "wan2.6", ww.PriceList(currency="CNY", per_second={("720p", True):
    Decimal("0.60")}, source="my contract", date="2026-11-01"))``. A file of them: see ``WAN_PRICES`` in the README.
    """
    if prices is None:
        _own.pop((provider, model), None)
    else:
        _own[provider, model] = _checked(prices)


def quoted(provider: Provider, request: VideoRequest) -> Quote | None:
    """A request's price at a service; ``None`` where none is known. Raises `ConfigurationError` for a bad table."""
    own = None if provider.is_simulated else _own_list(provider, request)
    if own is not None:
        # The user's word on a model, be it listed or not.
        return quote(own, request, input_seconds(request), is_own=True)
    return provider.quote(request, input_seconds(request))


def input_seconds(request: VideoRequest) -> float | None:
    """The length of the reference videos together; ``None`` where one of them cannot be read here."""
    if not isinstance(request, ReferenceToVideo):
        return 0.0
    lengths = [_length(source_of(each), kind_of(each)) for each in request.references]
    return None if None in lengths else sum(filter(None, lengths))


def _length(source: object, kind: Kind | None) -> float | None:
    if kind is Kind.IMAGE:
        return 0.0
    if not isinstance(source, LocalFile):
        return None
    try:
        known = facts(source)
    except (OSError, ValueError, NotMedia):
        return None
    return 0.0 if known.kind is Kind.IMAGE else known.seconds


def _own_list(provider: Provider, request: VideoRequest) -> PriceList | None:
    family = provider.family(request.model, request.mode)
    names = [name for name in (request.model, family) if name]
    given = os.environ.get("WAN_PRICES")
    path = Path(given).expanduser() if given else None
    tables = _read(path, _changed(path)) if path else {}
    for name in names:
        if found := _own.get((provider.name, name)) or tables.get((provider.name, name)):
            return found
    return None


def _changed(path: Path) -> tuple[int, int]:
    try:
        state = check_regular(path)
    except OSError as error:
        raise ConfigurationError(f"The price table {path} (WAN_PRICES) cannot be read: {error.strerror}.") from error
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=4)
def _read(path: Path, _changed: tuple[int, int]) -> dict[tuple[str, str], PriceList]:
    """Tables ``[toapis."wan2.6"]`` with a currency and prices a second: ``"720p" = 0.60`` or ``{audible, silent}``."""
    try:
        data = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        changed = str(data.get("date", "")) or "undated"
        return {
            (provider, model): _price_list(table, changed)
            for provider, models in data.items()
            if isinstance(models, dict)
            for model, table in models.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, ConfigurationError) as error:
        raise ConfigurationError(
            f"The price table {path} (WAN_PRICES) is no such table: {str(error).rstrip('.')}."
        ) from error


def _price_list(table: dict[str, Any], date: str) -> PriceList:
    rates: dict[tuple[str, bool], Decimal] = {}
    for resolution, price in table.items():
        if resolution in ("currency", "bills_input", "input_seconds", "total_seconds"):
            continue
        both = price if isinstance(price, dict) else {"audible": price, "silent": price}
        rates |= {(resolution, _SOUNDS[sound]): Decimal(str(amount)) for sound, amount in both.items()}
    prices = PriceList(
        currency=table["currency"],
        per_second=rates,
        source="your price table",
        date=date,
        bills_input=table.get("bills_input", False),
        input_seconds=table.get("input_seconds", 5),
        total_seconds=table.get("total_seconds"),
    )
    return _checked(prices)


_SOUNDS = {"audible": True, "silent": False}


def _checked(prices: PriceList) -> PriceList:
    """The list with its currency as budgets write it; raises `ConfigurationError` where no budget could be held."""
    if not isinstance(prices.bills_input, bool):
        raise ConfigurationError(f"bills_input is true or false, not {prices.bills_input!r}.")
    for name in ("input_seconds", "total_seconds"):
        seconds = getattr(prices, name)
        unlimited = name == "total_seconds" and seconds is None
        if not unlimited and (not is_int(seconds) or not 0 <= seconds < _LONGEST_INPUT):
            raise ConfigurationError(f"{name} is a whole number from 0, not {shown(seconds)}.")
    for amount in prices.per_second.values():
        if not isinstance(amount, Decimal) or not amount.is_finite() or not 0 <= amount < _DEAREST:
            raise ConfigurationError(f'{amount!r} is no price of a second; write it as Decimal("0.60").')
    return replace(prices, currency=currency_code(prices.currency))
