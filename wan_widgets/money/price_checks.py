"""Whether a price list is one, and names what there is: a slip in either would leave a clip without its price."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches

from wan_widgets.providers import PROVIDERS, Provider
from wan_widgets.wan.budgets import currency_code
from wan_widgets.wan.errors import ConfigurationError
from wan_widgets.wan.field_checks import is_int
from wan_widgets.wan.models import Mode
from wan_widgets.wan.offers import PriceList
from wan_widgets.wan.problems import shown
from wan_widgets.words import Several, english, joined, say

_log = logging.getLogger(__name__)

_DEAREST = Decimal(10) ** 9
_LONGEST_INPUT = 10**6
_RATES = 'per_second={("720p", True): Decimal("0.60")}'
_EXAMPLE = f'ww.PriceList(currency="CNY", {_RATES}, source="my contract", date="2026-11-01")'


def checked(prices: PriceList) -> PriceList:
    """The list with its currency as budgets write it; raises `ConfigurationError` where no budget could be held."""
    if not isinstance(prices, PriceList):
        raise ConfigurationError(say("money.prices.none", value=shown(prices), example=_EXAMPLE))
    if not isinstance(prices.bills_input, bool):
        raise ConfigurationError(say("money.prices.no_switch", name="bills_input", value=shown(prices.bills_input)))
    for name in ("input_seconds", "total_seconds"):
        seconds = getattr(prices, name)
        unlimited = name == "total_seconds" and seconds is None
        if not unlimited and (not is_int(seconds) or not 0 <= seconds < _LONGEST_INPUT):
            raise ConfigurationError(say("money.prices.no_number", name=name, value=shown(seconds)))
    _check_rates(prices.per_second)
    return replace(prices, currency=currency_code(prices.currency))


def _check_rates(rates: object) -> None:
    if not isinstance(rates, Mapping) or not rates:
        raise ConfigurationError(say("money.prices.no_rates", value=shown(rates), example=_RATES))
    for key, amount in rates.items():
        match key:
            case (str(), bool()):
                pass
            case _:
                raise ConfigurationError(say("money.prices.no_name", value=shown(key), example=_RATES))
        if not is_price(amount):
            raise ConfigurationError(say("money.prices.no_price", value=shown(amount), example='Decimal("0.60")'))


def is_price(amount: object) -> bool:
    """Whether a budget can count with it."""
    return isinstance(amount, Decimal) and amount.is_finite() and 0 <= amount < _DEAREST


def check_service(name: object, *, of_this_process: bool = True) -> None:
    """Raise `ConfigurationError` where no service has this name.

    What is not `of_this_process` may be of a provider that another notebook defines: only what looks like a slip is
    refused then, and the rest noted in the log.
    """
    own = {getattr(kind, "name", None) for kind in _heirs(Provider)}
    known = [*PROVIDERS, *sorted(each for each in own - set(PROVIDERS) if isinstance(each, str))]
    if name in known:
        return
    near = get_close_matches(str(name).lower(), known, n=1, cutoff=0.7)
    hint = say("money.service.meant", name=near[0]) if near else ""
    there_are = say("money.service.there_are", names=Several(tuple(known), "plain"))
    said = joined(say("money.service.unknown", name=shown(name)), hint, there_are)
    if near or of_this_process:
        raise ConfigurationError(said)
    _log.warning("A price waits for its service. %s", english(said))


def _heirs(kind: type) -> Iterator[type]:
    heirs: list[type] = kind.__subclasses__()
    for heir in heirs:
        yield heir
        yield from _heirs(heir)


def check_model(service: str, model: object) -> None:
    """Raise `ConfigurationError` for what is no name, and note in the log what the service does not list.

    A model that is not listed can be ordered all the same, and have a price.
    """
    if not isinstance(model, str) or not model.strip():
        raise ConfigurationError(say("money.model.no_name", value=shown(model), example='"wan2.6"'))
    provider = _with_a_list(service)
    if provider and not any(provider.family(model, mode) for mode in Mode):
        _log.warning(
            '%s lists no model %s: its price holds for requests of exactly model="%s", with like=. It lists: %s.',
            provider.title,
            english(shown(model)),
            model,
            ", ".join(provider.models),
        )


def resolutions(service: str) -> tuple[str, ...]:
    """What the services call resolutions; empty where this one may have others."""
    offers = (offer for each in PROVIDERS.values() for modes in each.offers.values() for offer in modes.values())
    names = {resolution for offer in offers for resolution in offer.sizes}
    return tuple(sorted(names, key=lambda name: (len(name), name))) if _with_a_list(service) else ()


def check_resolutions(service: str, prices: PriceList) -> None:
    """Raise `ConfigurationError` for a price of a resolution that is none."""
    there_are = resolutions(service)
    for resolution, _ in prices.per_second:
        if there_are and resolution not in there_are:
            names = Several(there_are, "plain")
            raise ConfigurationError(say("money.prices.no_resolution", name=shown(resolution), names=names))


def _with_a_list(service: str) -> Provider | None:
    """The service, unless its models are its operator's own."""
    provider = PROVIDERS.get(service)
    return provider if provider and provider.base_url else None
