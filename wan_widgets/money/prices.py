"""What a clip will cost here: by the user's own price table, else by what the service publishes."""

import os
from contextlib import suppress
from pathlib import Path

from wan_widgets.files.images import NotMedia
from wan_widgets.files.inputs import facts
from wan_widgets.money import listening
from wan_widgets.money.price_checks import check_model, check_resolutions, check_service, checked
from wan_widgets.money.price_tables import tables_in
from wan_widgets.providers import Provider
from wan_widgets.wan.offers import PriceList
from wan_widgets.wan.pasted import bare
from wan_widgets.wan.quotes import Quote, quote
from wan_widgets.wan.requests import ReferenceToVideo, VideoRequest
from wan_widgets.wan.sources import Kind, LocalFile, kind_of, source_of

_own: dict[tuple[str, str], PriceList] = {}


def set_price(provider: str, model: str, prices: PriceList | None) -> None:
    """Use a price list of your own for a model, by its family, until the process ends; ``None`` takes it back.

    Example: ``ww.set_price("toapis", "wan2.6", ww.PriceList(currency="CNY", per_second={("720p", True):
    Decimal("0.60")}, source="my contract", date="2026-11-01"))``. A file of them: see ``WAN_PRICES`` in docs/money.md.
    Raises `ConfigurationError` for what is no price list, and for a service that there is not; a model that the
    service does not list is noted in the log.
    """
    check_service(provider)
    if prices is None:
        _own.pop((provider, model), None)
    else:
        prices = checked(prices)
        check_resolutions(provider, prices)
        check_model(provider, model)
        _own[provider, model] = prices
    listening.tell()


def edition() -> object:
    """A value that is another one as soon as the prices here may be others: set in code, or in the file of prices."""
    given = _table()
    return dict(_own), given, given and _state_of(given)


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
    given = _table()
    tables = tables_in(given) if given else {}
    for name in names:
        if found := _own.get((provider.name, name)) or tables.get((provider.name, name)):
            return found
    return None


def _table() -> Path | None:
    """The user's file of prices."""
    given = bare(os.environ.get("WAN_PRICES") or "")
    return Path(given).expanduser() if given else None


def _state_of(path: Path) -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        state = path.stat()
        return state.st_mtime_ns, state.st_size
    return None
